"""The rows of decided orders, written by COPY: whole columns, no row that another row implies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from stockmesh.domain.fulfilment.requests import OrderRequest, Wish
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.calendars import microseconds
from stockmesh.flows.announcing import cells_at, order_event_rows
from stockmesh.flows.context import Context, Present
from stockmesh.flows.deciding import Decided
from stockmesh.flows.late_orders import Commits, offset_late_commits
from stockmesh.flows.order_contacts import contact_rows
from stockmesh.flows.ordering import CheckedOrder
from stockmesh.flows.taking import Mask, Taken, Takes, spread
from stockmesh.store import copying
from stockmesh.store.copying import Integers, Label, Missing, Rows, Slices, Texts
from stockmesh.store.database import Session

OPEN, WAITING = b"open", b"waiting"


@dataclass(frozen=True, eq=False)
class Writing:
    """A batch about to be written: which orders, under which ids and round, and when."""

    decided: Decided
    takes: Takes
    taken: Taken
    chosen: Mask
    order_ids: I64  # one per order of the batch; only chosen ones are meant
    rounds: I64
    recorded_at: datetime

    @property
    def occurred(self) -> Integers:
        return _instants([order.request.placed_at for order in self.decided.asked.orders])

    @property
    def recorded(self) -> Integers:
        return _instants([self.recorded_at])


@dataclass(frozen=True, eq=False)
class Short:
    """Units of every line of the batch that no piece serves: waiting for stock, or dropped by the buyer's wish."""

    waiting: I64
    dropped: I64

    def waits(self, decided: Decided) -> Mask:
        """Which orders of the batch have units waiting."""
        waiting = np.zeros(len(decided.asked.orders), dtype=np.int64)
        np.add.at(waiting, decided.asked.lines.order, self.waiting)
        return waiting > 0


def _instants(moments: Sequence[datetime]) -> Integers:
    """A timestamptz column; a single moment stands for every row."""
    return Integers(copying.instants(np.array([microseconds(moment) for moment in moments], dtype=np.int64)), 8)


def short_of(decided: Decided) -> Short:
    """What is left unserved, line by line, by each order's wish."""
    short = decided.demand.quantity.copy()
    np.subtract.at(short, decided.plans.piece_line, decided.plans.piece_quantity)
    keeps = np.array([order.request.wish is Wish.BACKORDER for order in decided.asked.orders], dtype=np.bool_)
    waiting = np.where(keeps[decided.asked.lines.order], short, 0)
    return Short(waiting, short - waiting)


def order_rows(writing: Writing, short: Short) -> list[Rows]:
    """The orders themselves with their lines, and apart from them who receives them: one row each."""
    decided, chosen = writing.decided, writing.chosen
    orders = [order for order, mine in zip(decided.asked.orders, chosen, strict=True) if mine]
    requests = [order.request for order in orders]
    waits = short.waits(decided)[chosen]
    columns: dict[str, copying.Column] = {
        "order_id": Integers(writing.order_ids[chosen], 8),
        "recorded_at": writing.recorded,
        "round": Integers(writing.rounds[chosen], 2),
        "state": Texts([WAITING if waiting else OPEN for waiting in waits]),
        **_told(requests),
        **_found(orders),
    }
    return [
        Rows("orders", columns, len(orders)),
        contact_rows(requests, writing.order_ids[chosen]),
        line_rows(writing, short),
    ]


WISH_LABELS: Final = {wish: wish.value.encode() for wish in Wish}


def _told(requests: Sequence[OrderRequest]) -> dict[str, copying.Column]:
    """What the buyer said, as it was said."""
    return {
        "placed_at": _instants([request.placed_at for request in requests]),
        "assumed": Integers(np.array([bool(request.assumed) for request in requests]), 1),
        "wish": Texts([WISH_LABELS[request.wish] for request in requests]),
        "reference": Texts([request.reference.encode() for request in requests]),
        "customer": Texts([request.customer.encode() for request in requests]),
    }


def _found(orders: Sequence[CheckedOrder]) -> dict[str, copying.Column]:
    """What checking made of it."""
    return {
        "channel_id": Integers(np.array([order.channel.channel_id for order in orders]), 4),
        "country": Texts([order.destination.country.encode() for order in orders]),
        "area": Texts([order.destination.area.encode() for order in orders]),
        "content": Texts([order.content for order in orders]),
    }


def line_rows(writing: Writing, short: Short) -> Rows:
    """One row per line, with what waits and what was dropped."""
    lines = writing.decided.asked.lines
    mine = writing.chosen[lines.order]
    return Rows(
        "order_line",
        {
            "order_id": Integers(writing.order_ids[lines.order[mine]], 8),
            "quantity": Integers(lines.quantity[mine], 8),
            "unit_price_minor": Integers(lines.price_minor[mine], 8),
            "waiting": Integers(short.waiting[mine], 8),
            "dropped": Integers(short.dropped[mine], 8),
            "line_no": Integers(lines.number[mine], 4),
            "item_id": Integers(lines.item[mine], 4),
        },
        int(mine.sum()),
    )


def plan_rows(session: Session, context: Context, present: Present, writing: Writing) -> list[Rows]:
    """Fulfilments, the movements that commit their units, and what each order saw and was given."""
    return [
        _fulfilment_rows(present, writing),
        _movement_rows(session, context, writing),
        _decision_rows(present, writing),
    ]


def _fulfilment_numbers(writing: Writing) -> I64:
    """The number of every shipment within its order: the round in hundreds, so that no number is used twice."""
    plans = writing.decided.plans
    owner = spread(plans.shipment_start)
    return writing.rounds[owner] * 100 + np.arange(len(owner)) - plans.shipment_start[owner] + 1


def _fulfilment_rows(present: Present, writing: Writing) -> Rows:
    plans, takes = writing.decided.plans, writing.takes
    owner = takes.slot_place
    mine = writing.chosen[owner]
    offers = writing.decided.asked.market.offers
    service_of = np.array([present.directory.service_ids[offer.service] for offer in offers], dtype=np.int64)
    return Rows(
        "fulfilment",
        {
            "order_id": Integers(writing.order_ids[owner[mine]], 8),
            "freight_minor": Integers(plans.shipment_freight_minor[mine], 8),
            "handling_minor": Integers(plans.shipment_handling_minor[mine], 8),
            "wait_minor": Integers(plans.shipment_wait_minor[mine], 8),
            "location_id": Integers(takes.slot_location[mine], 4),
            "service_id": Integers(service_of[plans.shipment_offer[mine]], 4),
            "parcels": Integers(plans.shipment_parcels[mine], 4),
            "slot_day": Integers(copying.days(takes.slot_day[mine]), 4),
            "fulfilment_no": Integers(_fulfilment_numbers(writing)[mine], 4),
            "round": Integers(writing.rounds[owner[mine]], 2),
            "state": Label(b"planned"),
        },
        int(mine.sum()),
    )


def _movement_rows(session: Session, context: Context, writing: Writing) -> Rows:
    """Committing is itself a movement: sellable to committed at the same location."""
    takes, decided = writing.takes, writing.decided
    mine = writing.chosen[takes.place]
    count = int(mine.sum())
    return Rows(
        "movement",
        {
            "movement_id": Integers(context.movement_ids.take(session, count), 8),
            "occurred_at": Integers(writing.occurred.values[takes.place[mine]], 8),
            "recorded_at": writing.recorded,
            "quantity": Integers(takes.quantity[mine], 8),
            "order_id": Integers(writing.order_ids[takes.place[mine]], 8),
            "item_id": Integers(takes.item[mine], 4),
            "from_location": Integers(takes.location[mine], 4),
            "to_location": Integers(takes.location[mine], 4),
            "line_no": Integers(decided.asked.lines.number[takes.line[mine]], 4),
            "from_state": Label(b"sellable"),
            "to_state": Label(b"committed"),
            "cause": Label(b"commit"),
            "fulfilment_no": Integers(_fulfilment_of_piece(writing)[takes.piece[mine]], 4),
            "reference": Missing(),
        },
        count,
    )


def offset_late(session: Session, context: Context, writing: Writing) -> None:
    """Orders that came before a count of available, but reach us after it, must not deduct what it left out."""
    takes, placed_us = writing.takes, writing.decided.asked.placed_us
    mine = writing.chosen[takes.place]
    if mine.any() and placed_us.min() <= writing.taken.counted_us:
        commits = Commits(
            item=takes.item[mine],
            location=takes.location[mine],
            quantity=takes.quantity[mine],
            occurred_us=placed_us[takes.place[mine]],
        )
        offset_late_commits(session, context, commits)


def _fulfilment_of_piece(writing: Writing) -> I64:
    """The fulfilment number that every piece belongs to: the one of its order and location."""
    plans = writing.decided.plans
    width = len(writing.decided.asked.market.facts.locations)
    shipment_key = spread(plans.shipment_start) * width + plans.shipment_location
    piece_key = spread(plans.piece_start) * width + plans.piece_location
    return _fulfilment_numbers(writing)[np.searchsorted(shipment_key, piece_key)]


def _decision_rows(present: Present, writing: Writing) -> Rows:
    """What each order saw and what was decided: one row each."""
    decided, chosen = writing.decided, writing.chosen
    orders = [order for order, mine in zip(decided.asked.orders, chosen, strict=True) if mine]
    return Rows(
        "decision",
        {
            "order_id": Integers(writing.order_ids[chosen], 8),
            "cost_minor": Integers(decided.plans.cost_minor[chosen], 8),
            "unserved_minor": Integers(decided.plans.unserved_minor[chosen], 8),
            "decided_at": writing.recorded,
            "sourced_for": _instants([order.request.placed_at for order in orders]),
            "world_id": Integers(present.world_id, 4),
            "round": Integers(writing.rounds[chosen], 2),
            "proven": Integers(decided.plans.proven[chosen], 1),
            "country": Texts([order.destination.country.encode() for order in orders]),
            "area": Texts([order.destination.area.encode() for order in orders]),
            "facts": _chosen_slices(decided.facts.words, decided.facts.start, chosen),
            "outcome": _chosen_slices(decided.outcomes.words, decided.outcomes.start, chosen),
        },
        int(chosen.sum()),
    )


def _chosen_slices(words: I64 | np.ndarray[tuple[int], np.dtype[np.int32]], start: I64, chosen: Mask) -> Slices:
    """The words of the chosen orders, packed together."""
    lengths = np.where(chosen, np.diff(start), 0)
    kept = np.repeat(chosen, np.diff(start))
    packed = np.ascontiguousarray(words[kept]).view(np.uint8)
    return Slices(packed, 4 * np.cumsum([0, *lengths[chosen]], dtype=np.int64))


def event_rows(session: Session, context: Context, writing: Writing, kind: str) -> list[Rows]:
    """One event per order; what happened to stock stands in the movements."""
    takes = writing.takes
    mine = writing.chosen[takes.place]
    return order_event_rows(
        session,
        context,
        kind,
        writing.order_ids[writing.chosen],
        recorded=writing.recorded,
        cells=cells_at(takes.item[mine], takes.location[mine]),
        actors=np.array([order.actor_id for order in writing.decided.asked.orders], dtype=np.int64)[writing.chosen],
    )
