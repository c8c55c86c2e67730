"""Items, locations, owners and channels as the API takes and answers them."""

from datetime import time
from typing import Annotated, Any

import msgspec
from pydantic import Field

from stockmesh.domain.network.items import Item
from stockmesh.domain.network.locations import Location
from stockmesh.flows import master_views
from stockmesh.flows.change_location import change_location
from stockmesh.flows.context import Context
from stockmesh.flows.master_views import ItemFilter, ItemView
from stockmesh.flows.reach import Reach
from stockmesh.flows.save_item import save_item
from stockmesh.service.answers.lists import EmptyIsNone, Listing, ListQuery, Text, listing
from stockmesh.service.answers.orders import Int64
from stockmesh.service.answers.stock_changes import Word
from stockmesh.store.database import Session, execute

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]


class ItemQuery(ListQuery):
    """Which items, in the order of their SKUs."""

    search: Annotated[Text | None, EmptyIsNone] = Field(
        default=None, description="the beginning of a SKU, or a part of a title"
    )
    owner: Annotated[Text | None, EmptyIsNone] = None
    is_kit: bool | None = None
    descending: bool = False


class NewComponent(msgspec.Struct, forbid_unknown_fields=True):
    """An item in a kit, and how many units of it."""

    sku: Word
    quantity: Int64


class NewItem(msgspec.Struct, forbid_unknown_fields=True):
    """An item as it is to be: milligrams, micrometres, minor units of the book currency; with components a kit."""

    title: Word
    weight_mg: Int64
    length_um: Int64
    width_um: Int64
    height_um: Int64
    unit_price_minor: Int64 = 0
    hs_code: Word = ""
    origin_country: Word = ""
    components: list[NewComponent] = []

    def item(self, sku: str) -> Item:
        """The item that flows take."""
        facts = {name: value for name, value in msgspec.structs.asdict(self).items() if name != "components"}
        return Item(sku=sku, **facts)


class LocationChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to be different at a location; what is left out stays."""

    name: Word | msgspec.UnsetType = msgspec.UNSET
    is_open: bool | msgspec.UnsetType = msgspec.UNSET
    daily_orders_max: Int32 | msgspec.UnsetType = msgspec.UNSET
    cutoff_local: time | msgspec.UnsetType = msgspec.UNSET
    working_days: list[Int32] | msgspec.UnsetType = msgspec.UNSET
    carriers: list[Word] | msgspec.UnsetType = msgspec.UNSET
    serves: list[Word] | msgspec.UnsetType = msgspec.UNSET

    def said(self) -> dict[str, Any]:
        """The fields that are said."""
        found = {name: getattr(self, name) for name in self.__struct_fields__}
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in found.items()
            if value is not msgspec.UNSET
        }


def item_page(context: Context, query: ItemQuery, reach: Reach) -> Listing[ItemView]:
    """One page of items. Raises BadCursor and UnknownOwner."""
    wanted = ItemFilter(query.search, query.owner, query.is_kit, query.descending)
    after = query.cursor or ""
    return listing(master_views.list_items(context, wanted, reach=reach, after=after, count=query.limit))


def put_item(context: Context, sku: str, owner: str, new: NewItem, *, reach: Reach) -> ItemView:
    """The item as said. Raises what the flow does."""
    components = tuple((one.sku, one.quantity) for one in new.components)
    save_item(context, new.item(sku), components=components, owner=owner, reach=reach)
    return master_views.read_item(context, sku, owner=owner, reach=reach)


def patch_location(context: Context, code: str, change: LocationChange, reach: Reach) -> Location:
    """The location as changed. Raises UnknownLocation and BadLocation."""
    change_location(context, code, change.said(), reach=reach)
    return master_views.read_location(context, code, reach=reach)


def claim_network(session: Session) -> None:
    """Keeps items and locations from everybody else until the transaction ends."""
    execute(session, "world/claim")
