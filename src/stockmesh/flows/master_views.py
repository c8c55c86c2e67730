"""Items, owners and channels as people and programs read them."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.network.locations import Location
from stockmesh.domain.stock.refusals import UnknownOwner
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import list_sites
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_levels import ensure_owner, get_item
from stockmesh.store.database import rows

PAGE: Final = 50


@dataclass(frozen=True)
class KitComponent:
    """What a kit is made of: an item and its units in one kit."""

    sku: str
    quantity: int


@dataclass(frozen=True)
class ItemView:
    """An item or kit with its physical facts: milligrams, micrometres. `assumed` names facts that no source told us."""

    sku: str
    owner: str
    title: str
    is_kit: bool
    weight_mg: int
    length_um: int
    width_um: int
    height_um: int
    unit_price: Money
    hs_code: str
    origin_country: str
    assumed: tuple[str, ...]
    components: tuple[KitComponent, ...]


@dataclass(frozen=True)
class ItemFilter:
    """Which items, by ascending SKU or descending. `search` is the beginning of a SKU or a part of a title."""

    search: str | None = None
    owner: str | None = None
    only_kits: bool | None = None
    descending: bool = False


@dataclass(frozen=True)
class OwnerView:
    """A merchant, and the currency of the books."""

    code: str
    name: str
    book_currency: str


@dataclass(frozen=True)
class ChannelView:
    """A way of selling: what is withheld from it everywhere, and who may serve it (none named: all)."""

    code: str
    owner: str
    name: str
    buffer_units: int
    locations: tuple[str, ...]


def list_items(
    context: Context, wanted: ItemFilter, *, reach: Reach = EVERYTHING, after: str = "", count: int = PAGE
) -> Page[ItemView]:
    """A page of items within reach. Raises BadCursor and UnknownOwner."""
    position = read_mark(after, tuple[str, int]) if after else (None, None)
    search = wanted.search and wanted.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with context.database.session() as session:
        ensure_owner(session, wanted.owner or "", reach)
        found = rows(
            session,
            "masters/items",
            sku=None,
            search=search or None,
            owner=wanted.owner,
            only_kits=wanted.only_kits,
            descending=wanted.descending,
            after_sku=position[0],
            after_item=position[1],
            count=count + 1,
            **reach.parameters(),
        )
    shown = found[:count]
    mark = write_mark((shown[-1]["sku"], shown[-1]["item_id"])) if len(found) > count else None
    return Page(tuple(_item(row) for row in shown), mark)


def read_item(context: Context, sku: str, *, owner: str = "", reach: Reach = EVERYTHING) -> ItemView:
    """One item. Raises NoSuchItem, NotOfOwner, and AmbiguousItem when several owners have the SKU."""
    with context.database.session() as session:
        named = get_item(session, sku, owner, reach)
        [found] = rows(
            session,
            "masters/items",
            sku=sku,
            search=None,
            owner=named["owner"],
            only_kits=None,
            descending=False,
            after_sku=None,
            after_item=None,
            count=1,
            **reach.parameters(),
        )
    return _item(found)


def _item(row: dict[str, Any]) -> ItemView:
    row.pop("item_id")
    return ItemView(
        unit_price=Money(row.pop("unit_price_minor"), row.pop("currency")),
        assumed=tuple(sorted(row.pop("assumed"))),
        components=msgspec.json.decode(row.pop("components"), type=tuple[KitComponent, ...]),
        **row,
    )


def list_owners(context: Context, *, reach: Reach = EVERYTHING) -> tuple[OwnerView, ...]:
    """The owners within reach, by code."""
    with context.database.session() as session:
        return tuple(OwnerView(**row) for row in rows(session, "masters/owners", **reach.parameters()))


def read_owner(context: Context, code: str, *, reach: Reach = EVERYTHING) -> OwnerView:
    """One owner. Raises UnknownOwner."""
    owners = list_owners(context, reach=reach)
    for owner in owners:
        if owner.code == code:
            return owner
    raise UnknownOwner(owner=code, owners=tuple(one.code for one in owners))


def list_channels(context: Context, *, reach: Reach = EVERYTHING) -> tuple[ChannelView, ...]:
    """The channels within reach, by code."""
    with context.database.session() as session:
        found = rows(session, "masters/channels", **reach.parameters())
    return tuple(ChannelView(locations=tuple(row.pop("locations")), **row) for row in found)


def read_channel(context: Context, code: str, *, reach: Reach = EVERYTHING) -> ChannelView:
    """One channel. Raises UnknownChannel."""
    for channel in list_channels(context, reach=reach):
        if channel.code == code:
            return channel
    raise UnknownChannel(channel=code)


def read_location(context: Context, code: str, *, reach: Reach = EVERYTHING) -> Location:
    """One location. Raises UnknownLocation."""
    for location in list_sites(context, reach=reach):
        if location.code == code:
            return location
    raise UnknownLocation(location=code)
