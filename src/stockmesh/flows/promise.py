"""Promises: what would be done for carts if they were ordered now. A dry run of the very core that places orders.

Nothing is written and nothing is kept: who needs the units kept holds the cart. Each cart is decided apart, as if it
were the only one. The first option of each is what placing it would do; the fastest is asked for beside it. Where
nobody told how long a lane takes no day of delivery is told either, and what is missing is said.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.sourcing.shortlisting import looks_further
from stockmesh.flows.context import Context, Present
from stockmesh.flows.deciding import decide
from stockmesh.flows.looking import Look
from stockmesh.flows.ordering import CheckedOrder, check_order
from stockmesh.flows.promise_supply import Supplies
from stockmesh.flows.promise_telling import Telling
from stockmesh.flows.promise_values import CHEAPEST, FASTEST, Promise
from stockmesh.flows.quickest import lanes_of, quickest
from stockmesh.store.database import Session

LOOKS: Final = (Look.BEST, Look.MORE, Look.ALL)


def promise(context: Context, carts: Sequence[OrderRequest]) -> list[Promise | Refusal]:
    """The promise for every cart, in their order, or why it would be refused. Raises EmptyNetwork.

    All are sourced for this instant, whatever theirs. Nothing is locked: stock may be gone a moment later.
    """
    now = context.clock()
    with context.database.session() as session:
        present = context.present(session)
        asked = [check_order(context, present, place, replace(one, placed_at=now)) for place, one in enumerate(carts)]
        found: dict[int, Promise] = {}
        for look in LOOKS:
            orders = [one for one in asked if isinstance(one, CheckedOrder) and one.place not in found]
            if orders:
                found |= _promised(session, context, present, orders, look=look, now=now)
    return [found[place] if isinstance(one, CheckedOrder) else one for place, one in enumerate(asked)]


def _promised(
    session: Session, context: Context, present: Present, orders: Sequence[CheckedOrder], *, look: Look, now: datetime
) -> dict[int, Promise]:
    """The promises of orders that need not look further, by place."""
    decided = decide(session, context, present, orders, look=look, apart=True)
    further = looks_further(decided.plans, decided.complete) if decided.narrowed else np.zeros(len(orders), np.bool_)
    routes = context.routes(decided.asked.market)
    lanes = lanes_of(decided, routes, now)
    soonest = quickest(decided, lanes, ~further)
    telling = Telling(decided, routes, Supplies(session, decided, now.date()), now)
    found = {}
    for index in np.flatnonzero(~further).tolist():
        fast = soonest[index]
        kinds = (CHEAPEST, FASTEST) if fast is decided.plans else (CHEAPEST,)
        options = [telling.option(kinds, decided.plans, index)]
        if fast is not None and fast is not decided.plans:
            options.append(telling.option((FASTEST,), fast, index))
        found[orders[index].place] = Promise(now, tuple(options))
    return found
