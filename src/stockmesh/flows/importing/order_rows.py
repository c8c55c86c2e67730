"""The rows of orders that are taken over with their commitments: days, units, then everything the order is made of."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.calendars import EPOCH, microseconds
from stockmesh.domain.stock.books import Movement, Stamp
from stockmesh.domain.stock.states import Account, Cause, StockState
from stockmesh.flows.announcing import cells_at, order_event_rows
from stockmesh.flows.calendar_window import Window, load_window
from stockmesh.flows.context import Context, Present
from stockmesh.flows.order_contacts import contact_rows
from stockmesh.flows.ordering import CheckedOrder
from stockmesh.flows.stock_books import close_books, open_books
from stockmesh.store import copying
from stockmesh.store.copying import Column, Integers, Label, Missing, Texts
from stockmesh.store.database import Session, column, copy_all, copy_in, execute
from stockmesh.store.vectors import Vector

FIRST_ROUND: Final = 1


@dataclass(frozen=True)
class Held:
    """Units of an item or kit that a location holds for an order, the service they are to go by and the day; both may
    be left open."""

    sku: str
    location: str
    quantity: int
    service: str = ""
    ship_on: date | None = None


@dataclass(frozen=True)
class TakenOver:
    """An order that was checked, what locations hold for it, and the service of each part."""

    order: CheckedOrder
    held: tuple[Held, ...]
    services: tuple[str, ...]

    @property
    def places(self) -> list[str]:
        """The locations that hold something, in the order of their fulfilments."""
        return sorted({one.location for one in self.held})


@dataclass(frozen=True)
class _OrderStamp(Stamp):
    """A stamp that says for which order, line and fulfilment units were committed."""

    order_id: int = 0
    line_no: int = 0
    fulfilment_no: int = 0


@dataclass(eq=False)
class _Days:
    """The working days of every location with the room they have, taken first come, first served."""

    window: Window
    present: Present
    now_us: int
    taken: Counter[tuple[int, int]] = field(default_factory=Counter)

    def take(self, location: str, ship_on: date | None) -> int:
        """The day an order starts: the one that was said, or the next with room; the last in reach where none has."""
        index = self.index_of[location]
        days = self.window.days_of[index]
        first = int(days.first_slot(np.array([self.now_us]))[0])
        if ship_on is not None:
            first = max(first, int(np.searchsorted(days.day, (ship_on - EPOCH).days)))
        room = self.window.slots[index]
        last = len(days.day) - 1
        slot = next((one for one in range(min(first, last), last) if room[one] > 0), last)
        room[slot] -= 1
        day = int(days.day[slot])
        self.taken[self.present.directory.location_ids[index], day] += 1
        return day

    @cached_property
    def index_of(self) -> dict[str, int]:
        """The place of every location in the world."""
        return {one.code: place for place, one in enumerate(self.present.facts.locations)}


def write_taken_over(
    session: Session, context: Context, present: Present, orders: Sequence[TakenOver], reference: str
) -> None:
    """Puts orders into the books with their commitments. What a location does not have is a shortfall there."""
    if not orders:
        return
    writing = _Writing(context, present, orders, context.order_ids.take(session, len(orders)), reference)
    _write_fulfilments(session, writing)
    _commit(session, writing)
    _write_orders(session, writing)


@dataclass(frozen=True, eq=False)
class _Writing:
    """Orders about to be written, with their numbers."""

    context: Context
    present: Present
    orders: Sequence[TakenOver]
    ids: I64
    reference: str

    def numbered(self) -> Iterator[tuple[int, TakenOver]]:
        return zip(self.ids.tolist(), self.orders, strict=True)


def _write_fulfilments(session: Session, writing: _Writing) -> None:
    present = writing.present
    today = writing.context.clock()
    days = _Days(load_window(session, present, today.date(), today.date()), present, microseconds(today))
    location_ids = _location_ids(present)
    found = []
    for order, one in writing.numbered():
        for number, place in enumerate(one.places, start=1):
            part = next(at for at, held in enumerate(one.held) if held.location == place)
            service = present.directory.service_ids[one.services[part]]
            found.append((order, location_ids[place], service, days.take(place, one.held[part].ship_on), number))
    taken = sorted(days.taken.items())
    capacity = dict(zip(present.directory.location_ids, present.facts.locations, strict=True))
    execute(
        session,
        "imports/take_days",
        locations=Vector(column([location for (location, _), _ in taken])),
        days=Vector(column([day for (_, day), _ in taken])),
        orders=Vector(column([count for _, count in taken])),
        capacities=Vector(column([capacity[location].daily_orders_max for (location, _), _ in taken])),
    )
    order_ids, locations, services, days_taken, numbers = (
        (column(part) for part in zip(*found, strict=True)) if found else _NONE
    )
    nothing = Integers(0, 8)
    columns: dict[str, Column] = {
        "order_id": Integers(order_ids, 8),
        "freight_minor": nothing,
        "handling_minor": nothing,
        "wait_minor": nothing,
        "location_id": Integers(locations, 4),
        "service_id": Integers(services, 4),
        "parcels": Integers(1, 4),
        "slot_day": Integers(copying.days(days_taken), 4),
        "fulfilment_no": Integers(FIRST_ROUND * 100 + numbers, 4),
        "round": Integers(FIRST_ROUND, 2),
        "state": Label(b"planned"),
    }
    copy_in(session, "fulfilment", columns, len(found))


_NONE = (np.zeros(0, dtype=np.int64),) * 5


def _location_ids(present: Present) -> dict[str, int]:
    codes = (place.code for place in present.facts.locations)
    return dict(zip(codes, present.directory.location_ids, strict=True))


def _commitments(writing: _Writing) -> Iterator[tuple[int, int, int, _OrderStamp]]:
    """Item, location, units and stamp of everything held; kits are held as their components."""
    present, location_ids = writing.present, _location_ids(writing.present)
    for order_id, one in writing.numbered():
        items = present.catalogue.items_of[one.order.channel.owner_id]
        for held in one.held:
            item = items[held.sku]
            stamp = _OrderStamp(
                Cause.COMMIT,
                one.order.request.placed_at,
                order_id=order_id,
                line_no=one.order.items.index(item) + 1,
                fulfilment_no=FIRST_ROUND * 100 + one.places.index(held.location) + 1,
            )
            for part, units in present.catalogue.components.get(item, ((item, 1),)):
                yield part, location_ids[held.location], units * held.quantity, stamp


def _commit(session: Session, writing: _Writing) -> None:
    wanted = list(_commitments(writing))
    books = open_books(session, [(item, location) for item, location, _, _ in wanted])
    for item, location, units, stamp in wanted:
        accounts = Account(location, StockState.SELLABLE), Account(location, StockState.COMMITTED)
        books.move(item, units, accounts, stamp)
    commits = [one for one in books.movements if one.stamp.cause is Cause.COMMIT]
    books.movements[:] = [one for one in books.movements if one.stamp.cause is not Cause.COMMIT]
    _write_commits(session, writing.context, commits)
    close_books(session, writing.context, books, cause=Cause.COMMIT.value, reference=writing.reference)


def _write_commits(session: Session, context: Context, commits: Sequence[Movement]) -> None:
    stamps = [one.stamp for one in commits if isinstance(one.stamp, _OrderStamp)]
    columns: dict[str, Column] = {
        "movement_id": Integers(context.movement_ids.take(session, len(commits)), 8),
        "occurred_at": _instants([microseconds(one.occurred_at) for one in stamps]),
        "recorded_at": _instants([microseconds(context.clock())]),
        "quantity": Integers(column([one.units for one in commits]), 8),
        "order_id": Integers(column([one.order_id for one in stamps]), 8),
        "item_id": Integers(column([one.item for one in commits]), 4),
        "from_location": Integers(column([one.source.location for one in commits]), 4),
        "to_location": Integers(column([one.target.location for one in commits]), 4),
        "line_no": Integers(column([one.line_no for one in stamps]), 4),
        "from_state": Texts([one.source.state.encode() for one in commits]),
        "to_state": Texts([one.target.state.encode() for one in commits]),
        "cause": Label(b"commit"),
        "fulfilment_no": Integers(column([one.fulfilment_no for one in stamps]), 4),
        "reference": Missing(),
    }
    copy_in(session, "movement", columns, len(commits))


def _instants(moments_us: Sequence[int]) -> Integers:
    return Integers(copying.instants(column(moments_us)), 8)


def _waiting(one: TakenOver, present: Present) -> list[int]:
    """Units of every line that no location holds yet."""
    items = present.catalogue.items_of[one.order.channel.owner_id]
    held: Counter[int] = Counter()
    for part in one.held:
        held[items[part.sku]] += part.quantity
    return [quantity - held[item] for item, quantity in zip(one.order.items, one.order.quantities, strict=True)]


def _write_orders(session: Session, writing: _Writing) -> None:
    context, present, orders, ids = writing.context, writing.present, writing.orders, writing.ids
    requests = [one.order.request for one in orders]
    waiting = [_waiting(one, present) for one in orders]
    recorded = _instants([microseconds(context.clock())])
    placed = _instants([microseconds(one.placed_at) for one in requests])
    columns: dict[str, Column] = {
        "order_id": Integers(ids, 8),
        "placed_at": placed,
        "recorded_at": recorded,
        "channel_id": Integers(column([one.order.channel.channel_id for one in orders]), 4),
        "round": Integers(FIRST_ROUND, 2),
        "assumed": Integers(0, 1),
        "state": Texts([b"waiting" if any(units) else b"open" for units in waiting]),
        "wish": Texts([one.wish.value.encode() for one in requests]),
        **_place(orders),
        "content": Texts([one.order.content for one in orders]),
        "reference": Texts([one.reference.encode() for one in requests]),
        "customer": Texts([one.customer.encode() for one in requests]),
    }
    copy_in(session, "orders", columns, len(orders))
    copy_all(session, [contact_rows(requests, ids)])
    _write_lines(session, writing, waiting)
    _write_takeover(session, writing, recorded, placed)


def _write_takeover(session: Session, writing: _Writing, recorded: Integers, placed: Integers) -> None:
    """That the first round was decided elsewhere: no facts, no cost of ours; and the event of every order."""
    context, ids, count = writing.context, writing.ids, len(writing.orders)
    decision: dict[str, Column] = {
        "order_id": Integers(ids, 8),
        "cost_minor": Integers(0, 8),
        "unserved_minor": Integers(0, 8),
        "decided_at": recorded,
        "sourced_for": placed,
        "world_id": Integers(writing.present.world_id, 4),
        "round": Integers(FIRST_ROUND, 2),
        "proven": Integers(0, 1),
        **_place(writing.orders),
        "facts": Label(b""),
        "outcome": Label(b""),
    }
    copy_in(session, "decision", decision, count)
    held = [(item, location) for item, location, _, _ in _commitments(writing)]
    touched = cells_at(column([item for item, _ in held]), column([location for _, location in held]))
    copy_all(session, order_event_rows(session, context, "order_placed", ids, recorded=recorded, cells=touched))


def _place(orders: Sequence[TakenOver]) -> dict[str, Column]:
    return {
        "country": Texts([one.order.destination.country.encode() for one in orders]),
        "area": Texts([one.order.destination.area.encode() for one in orders]),
    }


def _write_lines(session: Session, writing: _Writing, waiting: Sequence[Sequence[int]]) -> None:
    found = [
        (order_id, quantity, price, short, number, item)
        for (order_id, one), units in zip(writing.numbered(), waiting, strict=True)
        for number, (item, quantity, price, short) in enumerate(
            zip(one.order.items, one.order.quantities, one.order.prices, units, strict=True), start=1
        )
    ]
    order_id, quantity, price, short, number, item = (column(part) for part in zip(*found, strict=True))
    columns: dict[str, Column] = {
        "order_id": Integers(order_id, 8),
        "quantity": Integers(quantity, 8),
        "unit_price_minor": Integers(price, 8),
        "waiting": Integers(short, 8),
        "dropped": Integers(0, 8),
        "line_no": Integers(number, 4),
        "item_id": Integers(item, 4),
    }
    copy_in(session, "order_line", columns, len(found))
