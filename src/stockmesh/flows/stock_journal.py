"""Who holds units, how they came and went, and what is on its way."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from stockmesh.domain.stock.refusals import AmbiguousItem
from stockmesh.flows.context import Context
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_levels import ensure_owner, get_item, get_location_id
from stockmesh.store.database import rows

PAGE: Final = 100


@dataclass(frozen=True)
class Holder:
    """An order or a cart hold that holds units. An order without reference and state is not in the books: `stockmesh
    verify` says more. `expires_at`: until when a hold keeps them."""

    order_id: int | None
    hold_id: int | None
    reference: str | None
    channel: str | None
    state: str | None
    units: int
    since: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class Holders:
    """All that holds units of an item at a location: how many orders, cart holds and units, and a page of them."""

    sku: str
    owner: str
    location: str
    orders: int
    holds: int
    units: int
    holders: tuple[Holder, ...]
    next: str | None


@dataclass(frozen=True)
class JournalEntry:
    """One movement. A side without location lies outside the network; `reference` is the word of who booked it."""

    movement_id: int
    occurred_at: datetime
    recorded_at: datetime
    quantity: int
    from_location: str | None
    from_state: str
    to_location: str | None
    to_state: str
    cause: str
    order_id: int | None
    order_reference: str | None
    line_no: int | None
    reference: str | None


@dataclass(frozen=True)
class IncomingLine:
    """Supply of an item on its way to a location. `overdue_days`: how long ago it should have come, 0 when it is not
    late or all of it has come."""

    reference: str
    sku: str
    owner: str
    title: str
    location: str
    due_on: date
    quantity: int
    received: int
    still_due: int
    overdue_days: int


def list_holders(
    context: Context,
    sku: str,
    location: str,
    *,
    owner: str = "",
    reach: Reach = EVERYTHING,
    after: str = "",
    count: int = PAGE,
) -> Holders:
    """Who holds units, the oldest first. Raises what `get_item` does, UnknownLocation and BadCursor."""
    skipped = max(read_mark(after, int), 0) if after else 0
    with context.database.session() as session:
        item = get_item(session, sku, owner, reach)
        found = rows(
            session,
            "levels/holders",
            item_id=item["item_id"],
            location_id=get_location_id(session, location, reach),
            now=context.clock(),
            count=count,
            skipped=skipped,
            **reach.parameters(),
        )
    orders, holds, units = (found[0][name] for name in ("orders", "holds", "units_in_all")) if found else (0, 0, 0)
    names = ("order_id", "hold_id", "reference", "channel", "state", "units", "since", "expires_at")
    holders = tuple(Holder(**{name: row[name] for name in names}) for row in found)
    shown = skipped + len(holders)
    return Holders(
        sku=sku,
        owner=item["owner"],
        location=location,
        orders=orders,
        holds=holds,
        units=units,
        holders=holders,
        next=write_mark(shown) if shown < orders + holds else None,
    )


def list_movements(
    context: Context,
    sku: str,
    *,
    owner: str = "",
    location: str | None = None,
    occurred: tuple[datetime | None, datetime | None] = (None, None),
    reach: Reach = EVERYTHING,
    after: str = "",
    count: int = PAGE,
) -> Page[JournalEntry]:
    """The journal of an item, the newest entries first; `occurred`: from which instant on, and the first too late.

    Raises what `get_item` does, UnknownLocation and BadCursor.
    """
    position = read_mark(after, tuple[datetime, int]) if after else (None, None)
    with context.database.session() as session:
        found = rows(
            session,
            "levels/journal",
            item_id=get_item(session, sku, owner, reach)["item_id"],
            location_id=None if location is None else get_location_id(session, location, reach),
            occurred_from=occurred[0],
            occurred_to=occurred[1],
            after_recorded=position[0],
            after_id=position[1],
            count=count + 1,
            **reach.parameters(),
        )
    entries = tuple(JournalEntry(**row) for row in found[:count])
    mark = write_mark((entries[-1].recorded_at, entries[-1].movement_id)) if len(found) > count else None
    return Page(entries, mark)


@dataclass(frozen=True)
class IncomingFilter:
    """Which supply; None asks for all. Days are whole; lines received in full only when asked for."""

    sku: str | None = None
    owner: str | None = None
    location: str | None = None
    reference: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    also_received: bool = False


EVERY_SUPPLY: Final = IncomingFilter()


def list_incoming(
    context: Context,
    wanted: IncomingFilter = EVERY_SUPPLY,
    *,
    reach: Reach = EVERYTHING,
    after: str = "",
    count: int = PAGE,
) -> Page[IncomingLine]:
    """Supply lines, the earliest due first.

    Raises BadCursor, UnknownOwner, what `get_item` does, and UnknownLocation.
    """
    position = read_mark(after, tuple[date, int]) if after else (None, None)
    with context.database.session() as session:
        ensure_owner(session, wanted.owner or "", reach)
        if wanted.sku is not None:
            with suppress(AmbiguousItem):  # a filter may name the items of several owners
                get_item(session, wanted.sku, wanted.owner or "", reach)
        if wanted.location is not None:
            get_location_id(session, wanted.location, reach)
        found = rows(
            session,
            "levels/incoming",
            **vars(wanted),
            today=context.clock().date(),
            after_due=position[0],
            after_id=position[1],
            count=count + 1,
            **reach.parameters(),
        )
    shown = found[:count]
    mark = write_mark((shown[-1]["due_on"], shown[-1]["incoming_id"])) if len(found) > count else None
    lines = (IncomingLine(**{name: value for name, value in row.items() if name != "incoming_id"}) for row in shown)
    return Page(tuple(lines), mark)
