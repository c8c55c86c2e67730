"""What there is, where, and what of it can be had: the stock list, an item over all locations, promises by date."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, Final

from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.stock.availability import availability, kits_possible
from stockmesh.domain.stock.promising import project
from stockmesh.domain.stock.refusals import AmbiguousItem, BadSpan, NoSuchItem, NotOfOwner, UnknownOwner
from stockmesh.flows.context import Context
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store.database import Session, column, find_row, rows
from stockmesh.store.vectors import Vector

PAGE: Final = 100
DAYS_MAX: Final = 400


@dataclass(frozen=True)
class StockFilter:
    """Which cells. `search` is the beginning of a SKU or a part of a title, in any case; `sku` is all of one. A
    channel shows its owner's items, and its buffer counts as withheld: a cell is out when nothing is left for it."""

    search: str | None = None
    location: str | None = None
    only_short: bool = False
    only_waiting: bool = False
    channel: str | None = None
    owner: str | None = None
    sku: str | None = None
    only_below_safety: bool = False
    only_out: bool = False


@dataclass(frozen=True)
class StockLevel:
    """One item at one location. `waiting` are units of the item that orders wait for, wherever they come from;
    `incoming` are units on their way here."""

    sku: str
    owner: str
    title: str
    location: str
    sellable: int
    committed: int
    reserved: int
    quality_control: int
    damaged: int
    refurbish: int
    shortfall: int
    safety_stock: int
    on_hand: int
    available: int
    withheld: int
    incoming: int
    next_due: date | None
    waiting: int
    counted_as_of: datetime | None
    counted_kind: str | None


@dataclass(frozen=True)
class LocationAvailability:
    """What one location could give of an item; of a kit, in whole kits."""

    location: str
    available: int
    withheld: int
    sellable: int
    shortage: int
    incoming: int
    next_due: date | None


@dataclass(frozen=True)
class ItemAvailability:
    """An item over all locations that a channel may use. What is on its way to make kits is not counted in kits."""

    sku: str
    owner: str
    title: str
    is_kit: bool
    channel: str | None
    available: int
    waiting: int
    locations: tuple[LocationAvailability, ...]


@dataclass(frozen=True)
class PromiseDay:
    """The balance expected at the end of a day, and what may be promised for it without breaking a later promise."""

    day: date
    supply: int
    demand: int
    projected: int
    promisable: int


@dataclass(frozen=True)
class PromiseByDate:
    """Available-to-promise day by day, from today. Supply that is overdue is not counted on before it comes."""

    sku: str
    owner: str
    location: str | None
    available: int
    overdue: int
    days: tuple[PromiseDay, ...]


def list_stock(
    context: Context, wanted: StockFilter, *, reach: Reach = EVERYTHING, after: str = "", count: int = PAGE
) -> Page[StockLevel]:
    """A page of cells by SKU, owner and location.

    Raises BadCursor, UnknownChannel, UnknownOwner, NotOfOwner and UnknownLocation.
    """
    position = read_mark(after, tuple[str, int, str]) if after else (None, None, None)
    with context.database.session() as session:
        seller = _seller(session, wanted.channel, wanted.owner or "", reach)
        ensure_owner(session, seller.owner, reach)
        if wanted.location is not None:
            get_location_id(session, wanted.location, reach)
        found = rows(
            session,
            "levels/page",
            search=None if wanted.search is None else _literal(wanted.search),
            owner=seller.owner or None,
            location=wanted.location,
            only_short=wanted.only_short,
            only_waiting=wanted.only_waiting,
            sku=wanted.sku,
            only_below_safety=wanted.only_below_safety,
            only_out=wanted.only_out,
            buffer=seller.buffer,
            after_sku=position[0],
            after_item=position[1],
            after_location=position[2],
            count=count + 1,
            **reach.parameters(),
        )
    shown = found[:count]
    last = shown[-1] if len(found) > count else None
    mark = None if last is None else write_mark((last["sku"], last["item_id"], last["location"]))
    return Page(tuple(_level(row) for row in shown), mark)


def item_availability(
    context: Context, sku: str, *, owner: str = "", channel: str | None = None, reach: Reach = EVERYTHING
) -> ItemAvailability:
    """What every location could give of an item or kit; a channel sells its owner's.

    Raises NoSuchItem, AmbiguousItem, NotOfOwner and UnknownChannel.
    """
    [found] = item_availabilities(context, [ItemAsked(sku, owner, channel)], reach=reach).values()
    if isinstance(found, Refusal):
        raise found
    return found


@dataclass(frozen=True)
class ItemAsked:
    """Whose availability is asked for; an empty owner means the only one."""

    sku: str
    owner: str = ""
    channel: str | None = None


def item_availabilities(
    context: Context, asked: Collection[ItemAsked], *, reach: Reach = EVERYTHING
) -> dict[ItemAsked, ItemAvailability | Refusal]:
    """The same for any number of items, with as many queries as for one; what cannot be answered is refused alone."""
    codes = sorted({one.channel for one in asked if one.channel is not None})
    skus = sorted({one.sku for one in asked})
    shelf = _Shelf()
    with context.database.session() as session:
        for row in rows(session, "levels/channels", codes=codes, **reach.parameters()) if codes else ():
            shelf.channels[row["code"]] = row
        for row in rows(session, "levels/items_asked", skus=skus, **reach.parameters()):
            shelf.items[row["sku"]].append(row)
        parts = sorted({part for found in shelf.items.values() for row in found for part in row["components"]})
        for cell in rows(session, "levels/item_cells", items=Vector(column(parts)), **reach.parameters()):
            shelf.cells[cell["item_id"]].append(cell)
    return {one: _availability_of(shelf, one) for one in asked}


@dataclass(frozen=True)
class _Shelf:
    """What was read for several questions: channels by code, items by SKU, cells by item and in the order of their
    locations."""

    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    cells: defaultdict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


def _availability_of(shelf: _Shelf, asked: ItemAsked) -> ItemAvailability | Refusal:
    try:
        seller = _seller_of(shelf.channels.get(asked.channel or ""), asked.channel, asked.owner)
        item = _only_item(_of_owner(shelf.items[asked.sku], seller.owner), asked.sku, seller.owner)
    except Refusal as refusal:
        return refusal
    locations = tuple(
        one
        for one in (_kit_places if item["is_kit"] else _item_places)(shelf, item, seller.buffer)
        if not seller.locations or one.location in seller.locations
    )
    return ItemAvailability(
        sku=item["sku"],
        owner=item["owner"],
        title=item["title"],
        is_kit=item["is_kit"],
        channel=asked.channel,
        available=sum(one.available for one in locations),
        waiting=item["waiting"],
        locations=locations,
    )


def _item_places(shelf: _Shelf, item: dict[str, Any], buffer: int) -> Iterator[LocationAvailability]:
    return (_item_at(cell["location"], cell, buffer) for cell in shelf.cells[item["item_id"]])


def _kit_places(shelf: _Shelf, kit: dict[str, Any], buffer: int) -> Iterator[LocationAvailability]:
    parts = dict(zip(kit["components"], kit["units"], strict=True))
    by_location: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in sorted((cell for part in parts for cell in shelf.cells[part]), key=itemgetter("place")):
        by_location[cell["location"]].append(cell)
    return (_kit_at(code, cells, parts, buffer) for code, cells in by_location.items())


def promise_by_date(
    context: Context,
    sku: str,
    *,
    owner: str = "",
    location: str | None = None,
    channel: str | None = None,
    days: int = 28,
    reach: Reach = EVERYTHING,
) -> PromiseByDate:
    """What of an item may be promised on each of the next days, at one location or in total.

    Units that orders wait for are the first day's demand; they wait for no location in particular and therefore count
    in the total alone. Raises NoSuchItem, AmbiguousItem, NotOfOwner, UnknownLocation, UnknownChannel and BadSpan.
    """
    if not 1 <= days <= DAYS_MAX:
        raise BadSpan(days=days, largest=DAYS_MAX)
    now = item_availability(context, sku, owner=owner, channel=channel, reach=reach)
    here = [one for one in now.locations if location in (None, one.location)]
    with context.database.session() as session:
        location_id = None if location is None else get_location_id(session, location, reach)
        item_id = get_item(session, sku, now.owner, reach)["item_id"]
        asked = {"item_id": item_id, "location_id": location_id}
        coming = rows(session, "levels/supply_by_day", **asked, **reach.parameters())
    today = context.clock().date()
    supply = {row["due_on"]: row["units"] for row in coming}
    due = [supply.get(today + timedelta(days=number), 0) for number in range(days)]
    demand = [now.waiting if location is None else 0] + [0] * (days - 1)
    on_hand = sum(one.available - one.shortage for one in here)
    return PromiseByDate(
        sku=sku,
        owner=now.owner,
        location=location,
        available=on_hand,
        overdue=sum(units for day, units in supply.items() if day < today),
        days=_promise_days(today, on_hand, due, demand),
    )


def _promise_days(today: date, on_hand: int, supply: Sequence[int], demand: Sequence[int]) -> tuple[PromiseDay, ...]:
    ahead = project(on_hand, supply, demand)
    return tuple(
        PromiseDay(today + timedelta(days=number), supply[number], demand[number], projected, promisable)
        for number, (projected, promisable) in enumerate(zip(ahead.projected, ahead.promisable, strict=True))
    )


def get_item(session: Session, sku: str, owner: str = "", reach: Reach = EVERYTHING) -> dict[str, Any]:
    """An item's number, SKU, owner, title and whether it is a kit; an empty owner means the only one.

    Raises NoSuchItem, NotOfOwner, and AmbiguousItem when several owners have the SKU and none is named.
    """
    return _only_item(rows(session, "levels/item", sku=sku, owner=owner, **reach.parameters()), sku, owner)


def _of_owner(found: Sequence[dict[str, Any]], owner: str) -> Sequence[dict[str, Any]]:
    return [row for row in found if owner in ("", row["owner"])]


def _only_item(found: Sequence[dict[str, Any]], sku: str, owner: str) -> dict[str, Any]:
    if not found and owner:
        raise NotOfOwner(owner=owner, thing="item", name=sku)
    if not found:
        raise NoSuchItem(sku=sku)
    if len(found) > 1:
        raise AmbiguousItem(sku=sku, owners=tuple(row["owner"] for row in found))
    return found[0]


def ensure_owner(session: Session, owner: str, reach: Reach = EVERYTHING) -> None:
    """Nothing when there is such an owner, or none is named. Raises UnknownOwner."""
    owners = tuple(row["code"] for row in rows(session, "setup/owners", **reach.parameters()))
    if owner and owner not in owners:
        raise UnknownOwner(owner=owner, owners=owners)


def get_location_id(session: Session, code: str, reach: Reach = EVERYTHING) -> int:
    """A location's number. Raises UnknownLocation."""
    row = find_row(session, "levels/location", code=code, **reach.parameters())
    if row is None:
        raise UnknownLocation(location=code)
    return int(row["location_id"])


@dataclass(frozen=True)
class _Seller:
    """Whose items are meant, what is kept back from the channel that sells them, and the locations it may use; an
    empty owner means any, no location means all."""

    owner: str
    buffer: int = 0
    locations: frozenset[str] = frozenset()


def _seller(session: Session, channel: str | None, owner: str, reach: Reach) -> _Seller:
    """Raises UnknownChannel, and NotOfOwner when the channel named is another's."""
    return _seller_of(None if channel is None else get_channel(session, channel, reach), channel, owner)


def _seller_of(row: dict[str, Any] | None, channel: str | None, owner: str) -> _Seller:
    if channel is None:
        return _Seller(owner)
    if row is None:
        raise UnknownChannel(channel=channel)
    if owner not in ("", row["owner"]):
        raise NotOfOwner(owner=owner, thing="channel", name=channel)
    return _Seller(row["owner"], row["buffer_units"], frozenset(row["locations"]))


def get_channel(session: Session, code: str, reach: Reach = EVERYTHING) -> dict[str, Any]:
    """A channel's owner, its buffer and the locations it may use. Raises UnknownChannel."""
    row = find_row(session, "levels/channel", code=code, **reach.parameters())
    if row is None:
        raise UnknownChannel(channel=code)
    return row


def _item_at(code: str, cell: dict[str, Any], buffer: int) -> LocationAvailability:
    can = availability(cell["sellable"] - cell["shortfall"], safety_stock=cell["safety_stock"], channel_buffer=buffer)
    return LocationAvailability(
        code, can.available, can.withheld, cell["sellable"], can.shortage, cell["incoming"], cell["next_due"]
    )


def _kit_at(code: str, cells: Sequence[dict[str, Any]], parts: dict[int, int], buffer: int) -> LocationAvailability:
    """What a location could make of a kit: thresholds hold for each component."""
    of_item = {cell["item_id"]: _item_at(code, cell, buffer) for cell in cells}
    if of_item.keys() != parts.keys():
        return LocationAvailability(code, 0, 0, 0, 0, 0, None)
    available = kits_possible((of_item[item].available, units) for item, units in parts.items())
    sellable = kits_possible((of_item[item].sellable, units) for item, units in parts.items())
    return LocationAvailability(code, available, sellable - available, sellable, 0, 0, None)


def _level(row: dict[str, Any]) -> StockLevel:
    return StockLevel(**{name: value for name, value in row.items() if name != "item_id"})


def _literal(text: str) -> str:
    """Text that a pattern matches as it stands."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
