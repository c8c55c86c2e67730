"""Two merchants with the same SKUs and the same order references: nothing of one is ever taken for the other's."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from conftest import HandClock
from stock_world import small_world
from stockmesh.domain.fulfilment.refusals import AmbiguousOrder, UnknownChannel, UnknownOrder
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.network.items import Kit
from stockmesh.domain.stock.arrivals import Arrival, SafetyStock
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.refusals import AmbiguousItem, NotOfOwner, UnknownOwner
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import Counted, RefusedCount, count_stock
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.order_life import OrderChange, cancel_order, change_order, find_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.receive_stock import receive_incoming
from stockmesh.flows.serve_waiting import Served, serve_gained
from stockmesh.flows.set_safety_stock import set_safety_stock
from stockmesh.flows.set_up import open_stock, save_incoming, save_items, save_merchant
from stockmesh.flows.stock_journal import IncomingFilter, list_holders, list_incoming, list_movements
from stockmesh.flows.stock_levels import StockFilter, item_availability, list_stock, promise_by_date
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.retailer import IncomingSupply, OpeningStock
from worlds import item

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
S = StockState


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    """The shop has 10 mugs, the outlet 100 of its own under the same SKU; PO1 brings both some more."""
    shop = small_world(context, {("DAV", "MUG"): 10})
    outlet = save_merchant(context, Owner("outlet", "Outlet", "EUR"), [Channel("bay", "Bay")])
    save_items(context, outlet, (item("MUG", 350), item("BOWL", 500)), ())
    open_stock(context, outlet, [OpeningStock("MUG", "DAV", 100)], occurred_at=NEW_YEAR)
    for owner in (shop, outlet):
        save_incoming(context, owner, [IncomingSupply("MUG", "DAV", 20, date(2026, 3, 9), "PO1")])


def sellable(context: Context) -> dict[str, int]:
    """Mugs that can be sold, by owner."""
    return {row.owner: row.sellable for row in list_stock(context, StockFilter(search="MUG")).rows}


def order(context: Context, reference: str, channel: str, units: int, sku: str = "MUG") -> Placed:
    request = OrderRequest(
        reference, channel, context.clock(), Destination("GB", "SW1A 1AA"), (OrderLine(sku, units, 1_500),)
    )
    [outcome] = place_orders(context, [request])
    assert isinstance(outcome, Placed), outcome
    return outcome


Ask = Callable[[Context, datetime, str], object]
ASKED: dict[str, Ask] = {
    "move": lambda books, now, owner: move_stock(
        books, [Move("MUG", 1, "DAV", S.SELLABLE, S.DAMAGED, now, owner=owner)]
    ),
    "receive": lambda books, now, owner: receive_incoming(books, [Arrival("PO1", "MUG", "DAV", 1, now, owner)]),
    "safety stock": lambda books, _, owner: set_safety_stock(books, [SafetyStock("MUG", "DAV", 1, owner)]),
    "availability": lambda books, _, owner: item_availability(books, "MUG", owner=owner),
    "promise": lambda books, _, owner: promise_by_date(books, "MUG", owner=owner),
    "holders": lambda books, _, owner: list_holders(books, "MUG", "DAV", owner=owner),
    "journal": lambda books, _, owner: list_movements(books, "MUG", owner=owner),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_sku_of_two_owners_needs_an_owner(context: Context, clock: HandClock, name: str) -> None:
    """Without one it is refused with the owners to choose from; with one it is done; with a wrong one refused."""
    with pytest.raises(AmbiguousItem) as refused:
        ASKED[name](context, clock.now, "")
    assert refused.value.owners == ("outlet", "shop")
    assert "outlet, shop" in str(refused.value)
    for wrong in ("nobody", "SHOP"):
        with pytest.raises(NotOfOwner):
            ASKED[name](context, clock.now, wrong)
    ASKED[name](context, clock.now, "outlet")


def test_a_sku_of_one_owner_needs_none(context: Context) -> None:
    assert item_availability(context, "TENT").owner == "shop"
    with pytest.raises(NotOfOwner):
        item_availability(context, "TENT", owner="outlet")


def test_a_count_row_says_whose_units_were_counted(context: Context, clock: HandClock) -> None:
    """Three rows of one SKU: nobody's is refused alone, the others set each owner's own cell."""
    counts = [StockCount("MUG", "DAV", 7, CountKind.ON_HAND, clock.now, owner=owner) for owner in ("", "shop")]
    other = StockCount("MUG", "DAV", 93, CountKind.ON_HAND, clock.now, owner="outlet")
    first, second, third = count_stock(context, [*counts, other]).outcomes
    assert isinstance(first, RefusedCount)
    assert (first.refusal.code, str(first.refusal)[:7]) == ("ambiguous_item", "Row 1: ")
    assert isinstance(second, Counted)
    assert isinstance(third, Counted)
    assert [(one.owner, one.difference) for one in (second, third)] == [("shop", -3), ("outlet", -7)]
    assert sellable(context) == {"shop": 7, "outlet": 93}
    assert verify_books(context).ok


def test_moves_and_receipts_touch_the_owner_named_alone(context: Context, clock: HandClock) -> None:
    move_stock(context, [Move("MUG", 4, "DAV", S.SELLABLE, S.SCRAP, clock.now, owner="outlet")])
    [gain] = receive_incoming(context, [Arrival("PO1", "MUG", "DAV", 5, clock.now, "shop")]).gained
    assert (gain.sku, gain.owner, gain.units) == ("MUG", "shop", 5)
    assert sellable(context) == {"shop": 15, "outlet": 96}
    lines = list_incoming(context, IncomingFilter(sku="MUG")).rows
    assert {line.owner: line.received for line in lines} == {"shop": 5, "outlet": 0}
    assert [line.owner for line in list_incoming(context, IncomingFilter(owner="outlet")).rows] == ["outlet"]
    assert verify_books(context).ok


def test_orders_take_the_units_of_their_channels_owner(context: Context, clock: HandClock) -> None:
    """Placing, serving and changing: what a channel sells is its owner's, however much the other has."""
    mine, theirs = order(context, "A", "web", 8), order(context, "B", "bay", 120)
    assert sellable(context) == {"shop": 2, "outlet": 0}
    change_order(context, mine.order_id, OrderChange(lines=(OrderLine("MUG", 9),)))
    moved = receive_incoming(context, [Arrival("PO1", "MUG", "DAV", 20, clock.now, "shop")])
    assert serve_gained(context, moved.gained) == Served(0, 0, 0)
    moved = receive_incoming(context, [Arrival("PO1", "MUG", "DAV", 20, clock.now, "outlet")])
    assert serve_gained(context, moved.gained) == Served(1, 1, 20)
    assert sellable(context) == {"shop": 21, "outlet": 0}
    held = {owner: list_holders(context, "MUG", "DAV", owner=owner).units for owner in ("shop", "outlet")}
    assert held == {"shop": 9, "outlet": 120}
    cancel_order(context, theirs.order_id)
    assert sellable(context) == {"shop": 21, "outlet": 120}
    assert verify_books(context).ok


def test_a_channel_sees_its_owners_items(context: Context) -> None:
    """A channel names its owner; a channel of another owner than the one named is refused."""
    assert item_availability(context, "MUG", channel="bay").available == 100
    assert item_availability(context, "MUG", channel="web").available == 10
    assert promise_by_date(context, "MUG", channel="bay", days=1).available == 100
    assert [row.owner for row in list_stock(context, StockFilter(channel="bay")).rows] == ["outlet"]
    with pytest.raises(NotOfOwner) as refused:
        item_availability(context, "MUG", owner="shop", channel="bay")
    assert refused.value.thing == "channel"


def test_a_list_is_narrowed_to_an_owner_who_exists(context: Context) -> None:
    assert [row.owner for row in list_stock(context, StockFilter(owner="shop")).rows] == ["shop"]
    for ask in (
        lambda: list_stock(context, StockFilter(owner="nobody")),
        lambda: list_incoming(context, IncomingFilter(owner="no")),
    ):
        with pytest.raises(UnknownOwner) as refused:
            ask()
        assert refused.value.owners == ("outlet", "shop")


def test_pages_of_stock_miss_no_owner(context: Context) -> None:
    """Pages of one row: both owners' mugs come, once each."""
    seen, mark = [], ""
    while True:
        page = list_stock(context, StockFilter(search="MUG"), after=mark, count=1)
        seen += [row.owner for row in page.rows]
        if page.next is None:
            break
        mark = page.next
    assert seen == ["shop", "outlet"]


def test_kits_are_made_of_their_owners_components(context: Context) -> None:
    """The outlet's set holds the outlet's mugs."""
    outlet = save_merchant(context, Owner("outlet", "Outlet", "EUR"), [Channel("bay", "Bay")])
    save_items(context, outlet, (item("SET", 700),), (Kit("SET", (("MUG", 2),)),))
    assert item_availability(context, "SET").available == 50
    order(context, "A", "bay", 3, "SET")
    assert sellable(context) == {"shop": 10, "outlet": 94}
    assert verify_books(context).ok


def test_a_reference_used_in_two_channels_needs_a_channel(context: Context) -> None:
    """The number stays unique; the reference is refused with the channels to choose from."""
    mine, theirs = order(context, "A-1", "web", 1), order(context, "A-1", "bay", 1)
    with pytest.raises(AmbiguousOrder) as refused:
        find_order(context, "A-1")
    assert refused.value.channels == ("bay", "web")
    assert find_order(context, "A-1", channel="web") == mine.order_id
    assert find_order(context, "A-1", channel="bay") == theirs.order_id
    assert find_order(context, str(mine.order_id)) == mine.order_id
    assert find_order(context, str(mine.order_id), channel="web") == mine.order_id
    for channel, refusal in (("shop", UnknownOrder), ("fax", UnknownChannel)):
        with pytest.raises(refusal):
            find_order(context, "A-1", channel=channel)


def test_a_reference_that_looks_like_a_number_is_found_by_its_channel(context: Context) -> None:
    """The number has the say without a channel, the reference with one."""
    first = order(context, "A-1", "web", 1)
    second = order(context, str(first.order_id), "web", 1)
    assert find_order(context, str(first.order_id)) == first.order_id
    assert find_order(context, str(first.order_id), channel="web") == second.order_id
