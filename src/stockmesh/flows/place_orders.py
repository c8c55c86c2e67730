"""Placing orders: sourcing and reservation are one act, and the batch is the unit of work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Final

import numpy as np
from psycopg import DatabaseError

from stockmesh.domain.fulfilment.refusals import Poisoned, ReferenceTaken
from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.sourcing.plans import Status
from stockmesh.domain.sourcing.shortlisting import FIRST_LOOK, SECOND_LOOK, looks_further
from stockmesh.flows.calendar_window import span_days
from stockmesh.flows.context import Context, Present
from stockmesh.flows.deciding import Decided, decide
from stockmesh.flows.locking import lock_candidates
from stockmesh.flows.ordering import CheckedOrder, check_order
from stockmesh.flows.refusing import find_refusal
from stockmesh.flows.taking import Mask, every_order, take, takes_of
from stockmesh.flows.writing import (
    Writing,
    short_of,
    write_decisions,
    write_events,
    write_orders,
    write_plans,
)
from stockmesh.store.database import CONFLICTS, Session, rows

ROUNDS_MAX: Final = 5
LOOKS: Final = {1: FIRST_LOOK, 2: SECOND_LOOK}
SPAN_DAYS_MAX: Final = 60


@dataclass(frozen=True)
class Placed:
    """An order in the books. `repeated` when the same request had been placed before: nothing happened again."""

    reference: str
    order_id: int
    state: str
    cost_minor: int
    repeated: bool = False


@dataclass(frozen=True)
class Refused:
    """An order that was not taken; nothing of it is in the books."""

    reference: str
    refusal: Refusal


Outcome = Placed | Refused


@dataclass(frozen=True)
class Manner:
    """How a round goes about it: how many locations of a large network each order looks at (0: all), and whether all
    that could be taken is locked before deciding."""

    look_at: int
    lock_first: bool


def place_orders(context: Context, requests: Sequence[OrderRequest]) -> list[Outcome]:
    """The outcome of every request, in their order. What is answered as placed is committed and durable.

    Orders are decided in the order given. A bad one is refused alone; one whose stock was taken meanwhile by another
    process is decided again. Raises EmptyNetwork when there is nowhere to source from.
    """
    with context.database.session() as session:
        present = context.present(session)
    outcomes: dict[int, Outcome] = {}
    checked: list[CheckedOrder] = []
    for place, request in enumerate(requests):
        found = check_order(context, present, place, request)
        if isinstance(found, Refusal):
            outcomes[place] = Refused(request.reference, found)
        else:
            checked.append(found)
    for stretch in _stretches(context, present, checked):
        outcomes |= _place_stretch(context, present, stretch)
    return [outcomes[place] for place in range(len(requests))]


def _stretches(context: Context, present: Present, orders: Sequence[CheckedOrder]) -> Iterator[list[CheckedOrder]]:
    """Neighbouring orders that share their rate cards and lie within a season."""
    stretch: list[CheckedOrder] = []
    first = date.min
    for order in orders:
        day = order.request.placed_at.date()
        if stretch and day != first and not _same_season(context, present, first, day):
            yield stretch
            stretch = []
        if not stretch:
            first = day
        stretch.append(order)
    if stretch:
        yield stretch


def _same_season(context: Context, present: Present, first: date, day: date) -> bool:
    markets = [context.market(present.world_id, present.facts, one) for one in (first, day)]
    return span_days([first, day]) <= SPAN_DAYS_MAX and markets[0] is markets[1]


def _place_stretch(context: Context, present: Present, orders: list[CheckedOrder]) -> dict[int, Outcome]:
    """Places orders round by round: those that lost to another process go into the next, later ones lock first.

    A round that locked first answers every reference it was given, so rounds go on only for copies of one order.
    """
    outcomes: dict[int, Outcome] = {}
    for round_no in count(1):
        if not orders:
            break
        answered = _place_or_halve(
            context, present, orders, manner=Manner(look_at=LOOKS.get(round_no, 0), lock_first=round_no >= ROUNDS_MAX)
        )
        ensure(answered or round_no < ROUNDS_MAX, "locked rows hold what was decided")
        outcomes |= answered
        orders = [order for order in orders if order.place not in outcomes]
    return outcomes


def _place_or_halve(
    context: Context, present: Present, orders: list[CheckedOrder], *, manner: Manner
) -> dict[int, Outcome]:
    """The outcomes of one round. When the database rejects the batch, halves are tried until the poison is alone."""

    def work(session: Session) -> dict[int, Outcome]:
        return _place_once(session, context, present, orders, manner=manner)

    try:
        return context.database.transact(work)
    except CONFLICTS:
        raise
    except DatabaseError as error:
        if isinstance(error, _faults()):
            raise
        if len(orders) == 1:
            reference = orders[0].request.reference
            return {
                orders[0].place: Refused(reference, Poisoned(reference=reference, reason=str(error).split("\n")[0]))
            }
    middle = len(orders) // 2
    first = _place_or_halve(context, present, orders[:middle], manner=manner)
    return first | _place_or_halve(context, present, orders[middle:], manner=manner)


def _faults() -> tuple[type[Exception], ...]:
    """The world failed, not the order: the caller hears of it, nothing is refused."""
    from psycopg import InterfaceError, OperationalError

    return (OperationalError, InterfaceError)


def _place_once(
    session: Session, context: Context, present: Present, orders: list[CheckedOrder], *, manner: Manner
) -> dict[int, Outcome]:
    outcomes, fresh = _sort_out_repeats(session, orders)
    if not fresh:
        return outcomes
    if manner.lock_first:
        lock_candidates(session, present, fresh)
    decided = decide(session, context, present, fresh, look_at=manner.look_at)
    takes = takes_of(decided, present)
    looked_at = decided.asked.looked_at
    settled = ~looks_further(decided.plans, looked_at) if looked_at else every_order(decided)
    won = take(session, present, decided, takes, settled)
    short = short_of(decided)
    refused = _refusals(decided, settled)
    untaken = settled & (np.diff(decided.plans.shipment_start) == 0)
    untaken[list(refused)] = False
    chosen = won | untaken
    ids = np.zeros(len(fresh), dtype=np.int64)
    ids[chosen] = context.order_ids.take(session, int(chosen.sum()))
    writing = Writing(decided, takes, chosen, ids, np.ones(len(fresh), dtype=np.int64), context.clock())
    write_orders(session, writing, short)
    write_plans(session, context, present, writing)
    write_decisions(session, present, writing)
    write_events(session, context, writing, "order_placed")
    waits = short.waits(decided)
    for index, order in enumerate(fresh):
        if index in refused:
            outcomes[order.place] = Refused(order.request.reference, refused[index])
        elif chosen[index]:
            outcomes[order.place] = Placed(
                order.request.reference,
                int(ids[index]),
                "waiting" if waits[index] else "open",
                int(decided.plans.cost_minor[index]),
            )
    return outcomes


def _sort_out_repeats(session: Session, orders: list[CheckedOrder]) -> tuple[dict[int, Outcome], list[CheckedOrder]]:
    """Answers requests that came before, in the books or earlier in the batch; the rest is fresh."""
    found = rows(
        session,
        "orders/find_existing",
        channels=[order.channel.channel_id for order in orders],
        references=[order.request.reference for order in orders],
    )
    known = {(row["channel_id"], row["reference"]): row for row in found}
    outcomes: dict[int, Outcome] = {}
    fresh: dict[tuple[int, str], CheckedOrder] = {}
    for order in orders:
        key = (order.channel.channel_id, order.request.reference)
        if key in known:
            outcomes[order.place] = _repeat_of(order, known[key])
        elif key not in fresh:
            fresh[key] = order
    return outcomes, list(fresh.values())


def _repeat_of(order: CheckedOrder, row: dict[str, object]) -> Outcome:
    reference, order_id = order.request.reference, int(str(row["order_id"]))
    if row["content"] != order.content:
        return Refused(reference, ReferenceTaken(reference=reference, order_id=order_id))
    return Placed(reference, order_id, str(row["state"]), int(str(row["cost_minor"])), repeated=True)


def _refusals(decided: Decided, settled: Mask) -> dict[int, Refusal]:
    """The orders of the batch that are turned away, by their place in it."""
    candidates = np.flatnonzero(settled & (decided.plans.status >= Status.NOTHING)).tolist()
    found = {index: find_refusal(decided, index) for index in candidates}
    return {index: refusal for index, refusal in found.items() if refusal is not None}
