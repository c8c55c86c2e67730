"""A small world for tests of the stock books: two sites, three items, one kit, two channels."""

from collections.abc import Mapping
from datetime import datetime

from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.network.channels import Channel
from stockmesh.domain.network.items import Kit
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.stock_levels import StockFilter, StockLevel, list_stock
from worlds import SmallWorld, carrier, flat_card, item, location, put_in_books

PARCEL = carrier("parcel", ["GB"], [flat_card("parcel-1", {"GB": [(30_000, 500)]})])
# CAMP is sold as one and stocked as a tent and two stoves; the shop sells from DAV alone and keeps two units back.
STOCK_WORLD = SmallWorld(
    locations=(
        location("DAV", "GB", "NN11", ["parcel"], calendar="GB-ENG"),
        location("GLA", "GB", "ML1", ["parcel"], calendar="GB-SCT", handling_order_micro=900_000),
    ),
    carriers=(PARCEL,),
    items=(item("MUG", 300), item("TENT", 4_000), item("STOVE", 900), item("CAMP", 5_800)),
    kits=(Kit("CAMP", (("TENT", 1), ("STOVE", 2))),),
    channels=(Channel("web", "Web"), Channel("shop", "Shop", 2, ("DAV",))),
)


def small_world(context: Context, opening: Mapping[tuple[str, str], int]) -> int:
    """The owner's number; the world with its opening stock, by (location, SKU), is in the books."""
    return put_in_books(context, STOCK_WORLD, opening)


def place(
    context: Context, reference: str, lines: dict[str, int], *, wish: Wish = Wish.BACKORDER, at: datetime | None = None
) -> Placed:
    """An order to London, placed now or at another instant; it must not be refused."""
    wanted = tuple(OrderLine(sku, units, 1_500) for sku, units in lines.items())
    destination = Destination("GB", "SW1A 1AA")
    request = OrderRequest(reference, "web", at or context.clock(), destination, wanted, wish)
    [outcome] = place_orders(context, [request])
    assert isinstance(outcome, Placed), outcome
    return outcome


def level(context: Context, sku: str, at: str) -> StockLevel:
    """What the books say of an item at a location."""
    [found] = list_stock(context, StockFilter(search=sku, location=at)).rows
    return found
