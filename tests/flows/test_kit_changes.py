"""A kit is made of other things than before: orders keep what they were sold, new ones get what is sold now."""

import pytest

from conftest import HandClock
from placing_processes import assert_whole
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.domain.network.items import Kit
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.refusals import StockedAsItem
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import OrderChange, cancel_order, change_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.serve_waiting import serve_waiting
from stockmesh.flows.set_up import save_items
from stockmesh.flows.stock_levels import StockFilter, item_availability, list_stock
from worlds import SmallWorld, item, order, put_in_books

S = StockState
WAS, IS = Kit("set", (("tent", 1), ("mug", 2))), Kit("set", (("tent", 1), ("lamp", 1)))
WORLD = SmallWorld(items=(*SmallWorld().items, item("set", 100)), kits=(WAS,))


@pytest.fixture
def owner_id(context: Context) -> int:
    """Ten tents, lamps and mugs at Leipzig; a set is a tent and two mugs."""
    return put_in_books(context, WORLD, {("LEJ", sku): 10 for sku in ("tent", "lamp", "mug")})


def remake(context: Context, owner_id: int, *kits: Kit) -> None:
    save_items(context, owner_id, WORLD.items, kits)


def place(context: Context, reference: str, sets: int) -> int:
    [outcome] = place_orders(context, [order(reference, {"set": sets})])
    assert isinstance(outcome, Placed), outcome
    return outcome.order_id


def committed(context: Context) -> dict[str, int]:
    """Units that orders hold, by SKU."""
    return {row.sku: row.committed for row in list_stock(context, StockFilter()).rows if row.committed}


def items(context: Context) -> int:
    with context.database.session() as session:
        return len(session.execute("SELECT FROM item").fetchall())


def test_orders_keep_what_they_were_sold(context: Context, owner_id: int) -> None:
    """One order before the change and one after it: each holds its own parts, and both are whole."""
    before = place(context, "before", 2)
    remake(context, owner_id, IS)
    after = place(context, "after", 3)
    assert committed(context) == {"tent": 5, "mug": 4, "lamp": 3}
    assert [get_order(context, one).lines[0].sku for one in (before, after)] == ["set", "set"]
    assert all(replay.agrees for one in (before, after) for replay in replay_order(context, one))
    assert_whole(context)


def test_cancelling_gives_back_what_was_held(context: Context, owner_id: int) -> None:
    before = place(context, "before", 2)
    remake(context, owner_id, IS)
    cancel_order(context, before)
    assert committed(context) == {}
    assert_whole(context)


def test_a_new_address_keeps_the_parts_and_new_lines_are_of_today(context: Context, owner_id: int) -> None:
    before = place(context, "before", 2)
    remake(context, owner_id, IS)
    change_order(context, before, OrderChange(Destination("DE", "20095")))
    assert committed(context) == {"tent": 2, "mug": 4}
    assert_whole(context)
    change_order(context, before, OrderChange(lines=(OrderLine("set", 3),)))
    assert committed(context) == {"tent": 3, "lamp": 3}
    assert_whole(context)


def test_waiting_units_are_served_as_they_were_sold(context: Context, owner_id: int, clock: HandClock) -> None:
    """Five of six sets are there; the sixth waits for mugs, though sets are made with lamps by now."""
    before = place(context, "before", 6)
    assert get_order(context, before).lines[0].waiting == 1
    remake(context, owner_id, IS)
    assert item_availability(context, "set").waiting == 1
    assert serve_waiting(context).units == 0
    move_stock(context, [Move("mug", 2, "LEJ", S.SUPPLIER, S.SELLABLE, clock.now)])
    assert serve_waiting(context).units == 1
    assert committed(context) == {"tent": 6, "mug": 12}
    assert_whole(context)


def test_the_same_catalogue_again_changes_nothing(context: Context, owner_id: int) -> None:
    """Saved again, also with its parts in another order: no item is added and no order is touched."""
    place(context, "before", 2)
    count = items(context)
    remake(context, owner_id, WAS)
    remake(context, owner_id, Kit("set", WAS.components[::-1]))
    remake(context, owner_id)
    assert items(context) == count
    place(context, "after", 1)
    assert committed(context) == {"tent": 3, "mug": 6}
    assert_whole(context)


def test_a_quantity_is_a_part_too_and_a_kit_may_change_back(context: Context, owner_id: int) -> None:
    """Two mugs, then one, then two again: three orders hold 2, 1 and 2 mugs for a set."""
    for number, mugs in enumerate((2, 1, 2)):
        remake(context, owner_id, Kit("set", (("tent", 1), ("mug", mugs))))
        place(context, f"O{number}", 1)
        assert_whole(context)
    assert committed(context) == {"tent": 3, "mug": 5}


def test_an_item_with_stock_of_its_own_does_not_become_a_kit(context: Context, owner_id: int, clock: HandClock) -> None:
    """Lamps lie about: nothing of the catalogue is saved. Without any, and nobody waiting, they may."""
    kit = Kit("lamp", (("mug", 3),))
    with pytest.raises(StockedAsItem):
        remake(context, owner_id, kit, IS)
    assert item_availability(context, "set").available == 5
    move_stock(context, [Move("lamp", 10, "LEJ", S.SELLABLE, S.SCRAP, clock.now)])
    [waiting] = place_orders(context, [order("O1", {"lamp": 1})])
    assert isinstance(waiting, Placed)
    with pytest.raises(StockedAsItem):
        remake(context, owner_id, kit)
    cancel_order(context, waiting.order_id)
    remake(context, owner_id, kit)
    assert item_availability(context, "lamp").available == 3
    assert_whole(context)
