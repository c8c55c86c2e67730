"""Waiting orders are served when stock comes: oldest first, each unit once, in rounds that can be replayed."""

from conftest import HandClock
from placing_processes import assert_whole, balances
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.domain.network.items import Kit
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import OrderChange, cancel_order, change_order, pause_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.serve_waiting import Served, serve_gained, serve_waiting
from worlds import SmallWorld, item, order, put_in_books


def receive(context: Context, clock: HandClock, place: str, **units: int) -> None:
    """Goods arrive from the supplier."""
    moves = [
        Move(sku, quantity, place, StockState.SUPPLIER, StockState.SELLABLE, clock.now)
        for sku, quantity in units.items()
    ]
    move_stock(context, moves)


def place(context: Context, *wanted: dict[str, int]) -> list[int]:
    """The numbers of orders for these units, placed together."""
    outcomes = place_orders(context, [order(f"O{number}", lines) for number, lines in enumerate(wanted, start=1)])
    return [outcome.order_id for outcome in outcomes if isinstance(outcome, Placed)]


def states(context: Context, order_ids: list[int]) -> list[str]:
    return [get_order(context, order_id).state for order_id in order_ids]


def test_nothing_waits_nothing_is_done(context: Context) -> None:
    """Served orders are not looked at again."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 5})
    place(context, {"tent": 1})
    assert serve_waiting(context) == Served(0, 0, 0)


def test_units_are_given_oldest_order_first(context: Context, clock: HandClock) -> None:
    """Five units for orders of two, two and two: the first two are whole, the third gets one and goes on waiting."""
    put_in_books(context, SmallWorld(), {})
    order_ids = place(context, {"tent": 2}, {"tent": 2}, {"tent": 2})
    receive(context, clock, "LEJ", tent=5)
    assert serve_waiting(context) == Served(orders=3, served=3, units=5)
    assert states(context, order_ids) == ["open", "open", "waiting"]
    assert balances(context) == [(0, 5)]
    assert_whole(context)


def test_many_waiting_orders_are_served_in_several_transactions(context: Context, clock: HandClock) -> None:
    """More orders than one transaction takes, with stock for most of them, are all looked at."""
    put_in_books(context, SmallWorld(), {})
    order_ids = place(context, *[{"tent": 1}] * 450)
    receive(context, clock, "LEJ", tent=430)
    assert serve_waiting(context).units == 430
    assert states(context, order_ids).count("waiting") == 20
    assert states(context, order_ids[:430]) == ["open"] * 430
    assert balances(context) == [(0, 430)]
    assert_whole(context)


def test_a_waiting_order_is_served_in_several_rounds(context: Context, clock: HandClock) -> None:
    """Three deliveries at three places: each round adds a shipment, and every round replays."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 1})
    (order_id,) = place(context, {"tent": 4})
    for site in ("AMS", "LIL", "LEJ"):
        clock.advance(hours=1)
        receive(context, clock, site, tent=1)
        assert serve_waiting(context).units == 1
    detail = get_order(context, order_id)
    assert detail.state == "open"
    assert [(part.location, part.round) for part in detail.planned] == [("LEJ", 1), ("AMS", 2), ("LIL", 3), ("LEJ", 4)]
    assert [one.agrees for one in replay_order(context, order_id)] == [True] * 4
    assert_whole(context)


def test_units_go_to_the_line_that_waited(context: Context, clock: HandClock) -> None:
    """The second of three lines waited: what comes is committed under its number, not as the first line."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 1, ("LEJ", "mug"): 1})
    (order_id,) = place(context, {"tent": 1, "lamp": 2, "mug": 1})
    receive(context, clock, "AMS", lamp=2)
    assert serve_waiting(context).units == 2
    given = [(units.line_no, units.sku) for part in get_order(context, order_id).planned for units in part.units]
    assert sorted(given) == [(1, "tent"), (2, "lamp"), (3, "mug")]
    assert_whole(context)


def test_kits_wait_until_they_are_whole(context: Context, clock: HandClock) -> None:
    """A lamp alone does not make a kit; with the tent beside it, it does."""
    world = SmallWorld(kits=(Kit("camp", (("tent", 1), ("lamp", 2))),), items=(*SmallWorld().items, item("camp", 1)))
    put_in_books(context, world, {("LEJ", "lamp"): 2})
    (order_id,) = place(context, {"camp": 1})
    assert serve_waiting(context).units == 0
    receive(context, clock, "LEJ", tent=1)
    assert serve_waiting(context).units == 1
    assert states(context, [order_id]) == ["open"]
    assert sorted(balances(context)) == [(0, 1), (0, 2)]
    assert_whole(context)


def test_paused_and_cancelled_orders_are_passed_over(context: Context, clock: HandClock) -> None:
    """The unit goes to the only order that is really waiting."""
    put_in_books(context, SmallWorld(), {})
    order_ids = place(context, {"tent": 1}, {"tent": 1}, {"tent": 1})
    pause_order(context, order_ids[0], "payment")
    cancel_order(context, order_ids[1])
    receive(context, clock, "LEJ", tent=1)
    serve_waiting(context)
    assert states(context, order_ids) == ["paused", "cancelled", "open"]
    assert_whole(context)


def test_an_order_ahead_of_the_clock_is_not_served_yet(context: Context, clock: HandClock) -> None:
    """An imported order of tomorrow does not take today's delivery."""
    put_in_books(context, SmallWorld(), {})
    (order_id,) = place(context, {"tent": 1})
    clock.advance(days=-1)
    receive(context, clock, "LEJ", tent=1)
    assert serve_waiting(context) == Served(0, 0, 0)
    clock.advance(days=2)
    assert serve_waiting(context).units == 1
    assert states(context, [order_id]) == ["open"]
    assert_whole(context)


def test_a_served_order_can_be_changed_and_cancelled(context: Context, clock: HandClock) -> None:
    """What several rounds committed is given back whole."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 1})
    (order_id,) = place(context, {"tent": 2})
    receive(context, clock, "AMS", tent=1)
    serve_waiting(context)
    change_order(context, order_id, OrderChange(Destination("NL", "1071"), (OrderLine("tent", 1),)))
    assert sorted(balances(context)) == [(0, 1), (1, 0)]
    cancel_order(context, order_id)
    assert sorted(balances(context)) == [(1, 0), (1, 0)]
    assert_whole(context)


def test_what_is_received_goes_to_who_waits_for_it(context: Context, clock: HandClock) -> None:
    """Mugs and lamps are waited for and both are there by now; mugs are received: the message is about mugs alone."""
    world = SmallWorld(kits=(Kit("pair", (("mug", 2),)),), items=(*SmallWorld().items, item("pair", 1)))
    put_in_books(context, world, {})
    order_ids = place(context, {"lamp": 1}, {"mug": 1, "lamp": 2}, {"pair": 1}, {"tent": 1})
    receive(context, clock, "LEJ", lamp=5, tent=1)
    moved = move_stock(context, [Move("mug", 4, "LEJ", StockState.SUPPLIER, StockState.SELLABLE, clock.now)])
    assert serve_gained(context, moved.gained) == Served(orders=2, served=2, units=2)
    assert states(context, order_ids) == ["waiting", "open", "open", "waiting"]
    assert sorted(balances(context)) == [(1, 0), (1, 3), (3, 2)]
    assert serve_waiting(context) == Served(orders=2, served=2, units=2)
    assert_whole(context)


def test_what_makes_nothing_available_serves_nobody(context: Context, clock: HandClock) -> None:
    """A damaged unit from the supplier and a move away give nothing."""
    put_in_books(context, SmallWorld(), {("LEJ", "mug"): 1})
    place(context, {"tent": 1})
    moves = [
        Move("tent", 1, "LEJ", StockState.SUPPLIER, StockState.DAMAGED, clock.now),
        Move("mug", 1, "LEJ", StockState.SELLABLE, StockState.DAMAGED, clock.now),
    ]
    assert serve_gained(context, move_stock(context, moves).gained) == Served(0, 0, 0)
