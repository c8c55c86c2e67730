"""Placing orders: sourcing and reservation are one act, and the batch is the unit of work."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from time import perf_counter
from typing import Any, Final

import msgspec
import numpy as np
from psycopg import DataError, IntegrityError

from stockmesh.domain.fulfilment.refusals import BadContact, BadCustomer, BadReference, Poisoned, ReferenceTaken
from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.sourcing.plans import Status
from stockmesh.domain.sourcing.shortlisting import looks_further
from stockmesh.flows.calendar_window import span_days
from stockmesh.flows.context import Context, Present
from stockmesh.flows.deciding import Decided, decide
from stockmesh.flows.locking import lock_candidates
from stockmesh.flows.looking import Look
from stockmesh.flows.ordering import CheckedOrder, check_order, content_digest
from stockmesh.flows.refusing import find_refusal
from stockmesh.flows.request_keys import find_answers, record_answers
from stockmesh.flows.taking import Mask, every_order, take, takes_of
from stockmesh.flows.use_hold import use_hold, void_hold
from stockmesh.flows.writing import (
    Writing,
    event_rows,
    offset_late,
    order_rows,
    plan_rows,
    short_of,
)
from stockmesh.store.database import CONFLICTS, Session, copy_all, rows
from stockmesh.store.world import hold_current

ROUNDS_MAX: Final = 5
LOOKS: Final = {1: Look.BEST, 2: Look.MORE}
SPAN_DAYS_MAX: Final = 60


@dataclass(frozen=True)
class Placed:
    """An order in the books. `repeated` when the same request had been placed before: nothing happened again.
    `replayed` when it came under the same key: this is what it was answered then.

    `cost_minor` is what the plan pays; `penalty_minor` is what units unserved weighed in the decision.
    """

    reference: str
    order_id: int
    state: str
    cost_minor: int
    penalty_minor: int
    repeated: bool = False
    replayed: bool = False


@dataclass(frozen=True)
class Refused:
    """An order that was not taken; nothing of it is in the books."""

    reference: str
    refusal: Refusal


Outcome = Placed | Refused
Row = dict[str, Any]


@dataclass(frozen=True)
class Manner:
    """How a round goes about it: how far orders look in a large network, and whether all that could be taken is locked
    before deciding."""

    look: Look
    lock_first: bool


def place_orders(context: Context, requests: Sequence[OrderRequest], *, actors: Sequence[int] = ()) -> list[Outcome]:
    """The outcome of every request, in their order. What is answered as placed is committed and durable.

    Orders are decided in the order given. A bad one is refused alone; one whose stock was taken meanwhile by another
    process is decided again. `actors`: who sent each, by number, where they were gathered from several.
    Raises EmptyNetwork when there is nowhere to source from.
    """
    outcomes: dict[int, Outcome] = {}
    present = context.lately()
    while True:
        # Another world published meanwhile: what is answered stays answered, the rest is checked and placed anew.
        with suppress(WorldMoved):
            _place_under(context, present, requests, outcomes, actors=actors)
        if len(outcomes) == len(requests):
            return [outcomes[place] for place in range(len(requests))]
        with context.database.session() as session:
            present = context.present(session)


class WorldMoved(Exception):
    """The world or the catalogue in force is no longer the one the orders were checked under."""


class DecideAgain(Exception):
    """An order lost what it was given, and one after it was turned down or cut short for the sake of it."""


def _place_under(
    context: Context,
    present: Present,
    requests: Sequence[OrderRequest],
    outcomes: dict[int, Outcome],
    *,
    actors: Sequence[int],
) -> None:
    """Answers all requests not answered yet. Raises WorldMoved."""
    checked: list[CheckedOrder] = []
    refused: dict[int, Refusal] = {}
    for place, request in enumerate(requests):
        if place in outcomes:
            continue
        found = check_order(context, present, place, request, actor_id=actors[place] if actors else 0)
        if isinstance(found, Refusal):
            refused[place] = found
        else:
            checked.append(found)
    outcomes |= _answer_refused(context, present, requests, refused)
    for stretch in _stretches(context, present, checked):
        _place_stretch(context, present, stretch, outcomes)


def _answer_refused(
    context: Context, present: Present, requests: Sequence[OrderRequest], refused: dict[int, Refusal]
) -> dict[int, Outcome]:
    """Refusals, but for requests that were placed when the rules were others: those are answered as they stand.

    Raises WorldMoved when the rules are others now.
    """
    if not refused:
        return {}
    outcomes: dict[int, Outcome] = {place: Refused(requests[place].reference, why) for place, why in refused.items()}
    key_of = {
        place: (channel.channel_id, requests[place].reference)
        for place, why in refused.items()
        if not isinstance(why, BadReference | BadCustomer | BadContact | Poisoned)
        and (channel := present.catalogue.channels.get(requests[place].channel)) is not None
    }
    with context.database.session() as session:
        if context.present(session).numbers != present.numbers:
            raise WorldMoved
        known = _find_known(session, list(key_of.values())) if key_of else {}
    for place, key in key_of.items():
        if key in known and known[key]["content"] == content_digest(requests[place]):
            outcomes[place] = _repetition(requests[place].reference, known[key])
    return outcomes


def _stretches(context: Context, present: Present, orders: Sequence[CheckedOrder]) -> Iterator[list[CheckedOrder]]:
    """Neighbouring orders that share their rate cards and lie within a season; one that takes a hold over is alone."""
    stretch: list[CheckedOrder] = []
    first = date.min
    for order in orders:
        day = order.request.placed_at.date()
        alone = order.request.hold or (stretch and stretch[-1].request.hold)
        if stretch and (alone or (day != first and not _same_season(context, present, first, day))):
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


def _place_stretch(
    context: Context, present: Present, orders: list[CheckedOrder], outcomes: dict[int, Outcome]
) -> None:
    """Places orders round by round: those that lost to another process go into the next, later ones lock first.

    A round that locked first answers every reference it was given, so rounds go on only for copies of one order.
    """
    for round_no in count(1):
        if not orders:
            return
        manner = Manner(look=LOOKS.get(round_no, Look.ALL), lock_first=round_no >= ROUNDS_MAX)
        answered = _place_or_halve(context, present, orders, manner=manner)
        ensure(answered or round_no < ROUNDS_MAX, "locked rows hold what was decided")
        outcomes |= answered
        orders = [order for order in orders if order.place not in outcomes]


def _place_or_halve(
    context: Context, present: Present, orders: list[CheckedOrder], *, manner: Manner
) -> dict[int, Outcome]:
    """The outcomes of one round. When the database rejects the batch, halves are tried until the poison is alone."""

    def work(session: Session) -> dict[int, Outcome]:
        place = _place_from_hold if orders[0].request.hold else _place_once
        known = _answered_before(session, context, orders)
        asked = [order for order in orders if order.place not in known]
        found = place(session, context, present, asked, manner=manner) if asked else {}
        told = ((order.request, found.get(order.place)) for order in asked)
        record_answers(session, context, [(one, outcome) for one, outcome in told if isinstance(outcome, Placed)])
        return known | found

    try:
        return context.database.transact(work)
    except Refusal as reason:
        if not orders[0].request.hold:
            raise
        return {orders[0].place: Refused(orders[0].request.reference, reason)}
    except DecideAgain:
        return _place_or_halve(context, present, orders, manner=replace(manner, lock_first=True))
    except CONFLICTS:
        raise
    except (DataError, IntegrityError) as error:
        # Anything else is the world's fault, not the order's: the caller hears of it, and nothing is refused.
        if len(orders) == 1:
            reference = orders[0].request.reference
            refusal = Poisoned(reference=reference, reason=str(error).split("\n")[0])
            return {orders[0].place: Refused(reference, refusal)}
    middle = len(orders) // 2
    first = _place_or_halve(context, present, orders[:middle], manner=manner)
    return first | _place_or_halve(context, present, orders[middle:], manner=manner)


def _answered_before(session: Session, context: Context, orders: list[CheckedOrder]) -> dict[int, Outcome]:
    """The outcomes of orders whose key says that they came before, or cannot come now."""
    found = find_answers(session, context, [order.request for order in orders])
    answered: dict[int, Outcome] = {}
    for index, answer in found.items():
        order = orders[index]
        if isinstance(answer, Refusal):
            answered[order.place] = Refused(order.request.reference, answer)
        else:
            answered[order.place] = replace(msgspec.json.decode(answer.body or b"", type=Placed), replayed=True)
    return answered


def _place_once(
    session: Session, context: Context, present: Present, orders: list[CheckedOrder], *, manner: Manner
) -> dict[int, Outcome]:
    if hold_current(session) != present.numbers:
        raise WorldMoved
    outcomes, fresh = _sort_out_repeats(session, orders)
    if not fresh:
        return outcomes
    if manner.lock_first:
        lock_candidates(session, present, fresh)
    begun = perf_counter()
    decided = decide(session, context, present, fresh, look=manner.look)
    context.database.watch.decided(perf_counter() - begun)
    takes = takes_of(decided, present)
    settled = ~looks_further(decided.plans, decided.complete) if decided.narrowed else every_order(decided)
    taken = take(session, present, decided, takes, settled)
    won = taken.won
    if not manner.lock_first and _harmed(decided, settled, won).any():
        raise DecideAgain
    short = short_of(decided)
    refused = _refusals(decided, settled)
    untaken = settled & (np.diff(decided.plans.shipment_start) == 0)
    untaken[list(refused)] = False
    chosen = won | untaken
    ids = np.zeros(len(fresh), dtype=np.int64)
    ids[chosen] = context.order_ids.take(session, int(chosen.sum()))
    writing = Writing(decided, takes, taken, chosen, ids, np.ones(len(fresh), dtype=np.int64), context.clock())
    events = event_rows(session, context, writing, "order_placed")
    copy_all(session, [*order_rows(writing, short), *plan_rows(session, context, present, writing), *events])
    offset_late(session, context, writing)
    waits = short.waits(decided)
    for index, order in enumerate(fresh):
        if index in refused:
            outcomes[order.place] = Refused(order.request.reference, refused[index])
        elif chosen[index]:
            outcomes[order.place] = Placed(
                order.request.reference,
                int(ids[index]),
                "waiting" if waits[index] else "open",
                int(decided.plans.cost_minor[index] - decided.plans.unserved_minor[index]),
                int(decided.plans.unserved_minor[index]),
            )
    return outcomes


def _place_from_hold(
    session: Session, context: Context, present: Present, orders: list[CheckedOrder], *, manner: Manner
) -> dict[int, Outcome]:
    """The same for an order that takes a cart hold over, which is as it was when the order is refused.

    Raises what it is refused for.
    """
    if hold_current(session) != present.numbers:
        raise WorldMoved
    outcomes, fresh = _sort_out_repeats(session, orders)
    voided = void_hold(session, context, present, fresh[0]) if fresh else None
    if voided is None:
        return outcomes or _place_once(session, context, present, orders, manner=manner)
    # All that it could be given is locked by now, so this round answers it.
    placed = _place_once(session, context, present, orders, manner=Manner(Look.ALL, lock_first=False))
    outcome = placed[orders[0].place]
    if isinstance(outcome, Refused):
        raise outcome.refusal
    use_hold(session, context, *voided, order_id=outcome.order_id)
    return placed


def _harmed(decided: Decided, settled: Mask, won: Mask) -> Mask:
    """Orders not served whole that come after one which lost: what it seemed to take is still there for them."""
    lost = settled & ~won & (np.diff(decided.plans.shipment_start) > 0)
    after_loss = np.cumsum(lost) > 0
    harmed: Mask = settled & (decided.plans.status != Status.WHOLE) & after_loss
    return harmed


def _sort_out_repeats(session: Session, orders: list[CheckedOrder]) -> tuple[dict[int, Outcome], list[CheckedOrder]]:
    """Answers requests that came before, in the books or earlier in the batch; the rest is fresh."""
    known = _find_known(session, [(order.channel.channel_id, order.request.reference) for order in orders])
    outcomes: dict[int, Outcome] = {}
    fresh: dict[tuple[int, str], CheckedOrder] = {}
    for order in orders:
        key = (order.channel.channel_id, order.request.reference)
        if key in known:
            outcomes[order.place] = _repeat_of(order, known[key])
        elif key not in fresh:
            fresh[key] = order
    return outcomes, list(fresh.values())


def _find_known(session: Session, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Row]:
    """The orders in the books under these channels and references."""
    found = rows(
        session,
        "orders/find_existing",
        channels=[channel_id for channel_id, _ in keys],
        references=[reference for _, reference in keys],
    )
    return {(row["channel_id"], row["reference"]): row for row in found}


def _repeat_of(order: CheckedOrder, row: Row) -> Outcome:
    if row["content"] != order.content:
        reference = order.request.reference
        return Refused(reference, ReferenceTaken(reference=reference, order_id=row["order_id"]))
    return _repetition(order.request.reference, row)


def _repetition(reference: str, row: Row) -> Placed:
    cost, penalty = row["cost_minor"] - row["unserved_minor"], row["unserved_minor"]
    return Placed(reference, row["order_id"], row["state"], cost, penalty, repeated=True)


def _refusals(decided: Decided, settled: Mask) -> dict[int, Refusal]:
    """The orders of the batch that are turned away, by their place in it."""
    candidates = np.flatnonzero(settled & (decided.plans.status >= Status.NOTHING)).tolist()
    found = {index: find_refusal(decided, index) for index in candidates}
    return {index: refusal for index, refusal in found.items() if refusal is not None}
