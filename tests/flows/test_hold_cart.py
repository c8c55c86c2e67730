"""Cart holds: units are kept, given back, expired, and taken over by orders, in whole books."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from conftest import HandClock
from stock_world import level, place, small_world
from stockmesh.domain.fulfilment.refusals import ShortStock, UnknownItem
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.flows.context import Context, HoldLimits
from stockmesh.flows.count_stock import count_stock
from stockmesh.flows.expire_holds import KEPT, expire_holds, prune_holds, something_due, something_old
from stockmesh.flows.hold_cart import Cart, extend_hold, hold_cart, release_hold
from stockmesh.flows.hold_views import get_hold, list_holds
from stockmesh.flows.leases import take_lease
from stockmesh.flows.place_orders import Outcome, Placed, Refused, place_orders
from stockmesh.flows.refusals import (
    HoldNotOpen,
    HoldTooLarge,
    HoldTooLong,
    TooManyHolds,
    UnknownHold,
)
from stockmesh.flows.serve_waiting import serve_waiting
from stockmesh.flows.verify_books import verify_books


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    small_world(context, {("DAV", "MUG"): 10, ("DAV", "TENT"): 4, ("DAV", "STOVE"): 9, ("GLA", "MUG"): 3})


def cart(lines: Mapping[str, int], **changes: object) -> Cart:
    wanted = tuple(OrderLine(sku, units) for sku, units in lines.items())
    return replace(Cart("web", Destination("GB", "SW1A 1AA"), wanted), **changes)  # type: ignore[arg-type]


def order_from(context: Context, hold: int, lines: Mapping[str, int], **changes: object) -> Outcome:
    wanted = tuple(OrderLine(sku, units, 1_500) for sku, units in lines.items())
    request = OrderRequest("O-1", "web", context.clock(), Destination("GB", "SW1A 1AA"), wanted, hold=hold)
    [outcome] = place_orders(context, [replace(request, **changes)])  # type: ignore[arg-type]
    return outcome


def units(context: Context, sku: str, at: str) -> tuple[int, int, int]:
    """Sellable, reserved, committed."""
    found = level(context, sku, at)
    return found.sellable, found.reserved, found.committed


def kinds(context: Context) -> list[str]:
    with context.database.session() as session:
        found = session.execute("SELECT kind::text AS kind FROM event WHERE kind::text LIKE 'hold%' ORDER BY event_id")
        return [row["kind"] for row in found.fetchall()]


def assert_whole(context: Context) -> None:
    assert verify_books(context).findings == ()


def test_a_hold_keeps_units_where_the_order_would_take_them(context: Context, clock: HandClock) -> None:
    hold_id = hold_cart(context, cart({"MUG": 4}))
    assert units(context, "MUG", "DAV") == (6, 4, 0)
    hold = get_hold(context, hold_id)
    assert (hold.state, hold.expires_at) == ("open", clock.now + timedelta(minutes=15))
    [line] = hold.lines
    assert [(one.location, one.units) for one in line.kept] == [("DAV", 4)]
    assert kinds(context) == ["hold_opened"]
    assert_whole(context)


def test_a_kit_is_held_in_its_components(context: Context) -> None:
    hold_id = hold_cart(context, cart({"CAMP": 2, "STOVE": 1}))
    assert units(context, "TENT", "DAV") == (2, 2, 0)
    assert units(context, "STOVE", "DAV") == (4, 5, 0)
    assert_whole(context)
    release_hold(context, hold_id)
    assert units(context, "STOVE", "DAV") == (9, 0, 0)
    assert_whole(context)


def test_what_is_held_is_not_sold_to_others(context: Context) -> None:
    hold_cart(context, cart({"MUG": 10}))
    assert place(context, "other", {"MUG": 4}).state == "waiting"
    with pytest.raises(ShortStock):
        hold_cart(context, cart({"MUG": 4}))
    assert_whole(context)


def test_a_cart_is_held_whole_or_not_at_all_unless_a_part_will_do(context: Context) -> None:
    with pytest.raises(ShortStock):
        hold_cart(context, cart({"TENT": 9, "MUG": 1}))
    assert units(context, "MUG", "DAV") == (10, 0, 0)
    hold = get_hold(context, hold_cart(context, cart({"TENT": 9, "MUG": 1}, part=True)))
    assert {line.sku: (line.quantity, line.held) for line in hold.lines} == {"TENT": (9, 4), "MUG": (1, 1)}
    assert_whole(context)


def test_a_bad_cart_is_refused_as_an_order_would_be(context: Context) -> None:
    with pytest.raises(UnknownItem):
        hold_cart(context, cart({"ANVIL": 1}))


def test_an_order_takes_its_hold_over(context: Context) -> None:
    hold_id = hold_cart(context, cart({"MUG": 10}))
    outcome = order_from(context, hold_id, {"MUG": 10})
    assert isinstance(outcome, Placed)
    assert outcome.state == "open"
    assert units(context, "MUG", "DAV") == (0, 0, 10)
    hold = get_hold(context, hold_id)
    assert (hold.state, hold.order_id, hold.lines[0].kept) == ("used", outcome.order_id, ())
    assert kinds(context) == ["hold_opened", "hold_used"]
    assert_whole(context)


def test_the_order_may_differ_from_its_cart(context: Context) -> None:
    """What the order does not want is sellable again, what it wants besides is taken."""
    hold_id = hold_cart(context, cart({"MUG": 6, "TENT": 2}))
    assert isinstance(order_from(context, hold_id, {"MUG": 8, "STOVE": 1}), Placed)
    assert units(context, "MUG", "DAV") == (2, 0, 8)
    assert units(context, "TENT", "DAV") == (4, 0, 0)
    assert_whole(context)


def test_a_repeated_order_is_answered_though_its_hold_is_used(context: Context) -> None:
    hold_id = hold_cart(context, cart({"MUG": 2}))
    first = order_from(context, hold_id, {"MUG": 2})
    again = order_from(context, hold_id, {"MUG": 2})
    assert isinstance(first, Placed)
    assert again == replace(first, repeated=True)


def test_a_refused_order_leaves_its_hold_as_it_was(context: Context) -> None:
    hold_id = hold_cart(context, cart({"MUG": 2}))
    outcome = order_from(context, hold_id, {"MUG": 50}, wish=Wish.REFUSE)
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, ShortStock)
    assert get_hold(context, hold_id).state == "open"
    assert units(context, "MUG", "DAV") == (8, 2, 0)
    assert_whole(context)


def test_orders_beside_one_with_a_hold_do_not_get_its_units(context: Context, clock: HandClock) -> None:
    """Even one that stands before it in the batch."""
    hold_id = hold_cart(context, cart({"MUG": 13}))
    wanted = (OrderLine("MUG", 13, 1_500),)
    first = OrderRequest("first", "web", clock.now, Destination("GB", "SW1A 1AA"), wanted)
    outcomes = place_orders(context, [first, replace(first, reference="holder", hold=hold_id)])
    assert [one.state for one in outcomes if isinstance(one, Placed)] == ["waiting", "open"]
    assert_whole(context)


@pytest.mark.parametrize("end", ["released", "expired", "used"])
def test_a_hold_that_is_over_cannot_be_used_or_extended(context: Context, clock: HandClock, end: str) -> None:
    hold_id = hold_cart(context, cart({"MUG": 2}))
    if end == "released":
        release_hold(context, hold_id)
    elif end == "used":
        order_from(context, hold_id, {"MUG": 2}, reference="O-0")
    else:
        clock.advance(minutes=15)
    outcome = order_from(context, hold_id, {"MUG": 2})
    assert isinstance(outcome, Refused)
    assert outcome.refusal.facts() == {"hold": hold_id, "state": end}
    for action in (lambda: extend_hold(context, hold_id, minutes=5), lambda: release_hold(context, hold_id)):
        with pytest.raises(HoldNotOpen):
            action()
    assert isinstance(order_from(context, hold_id, {"MUG": 2}, hold_required=False), Placed)
    assert_whole(context)


def test_an_expired_hold_is_swept_once(context: Context, clock: HandClock) -> None:
    short, long = hold_cart(context, cart({"MUG": 2}), minutes=5), hold_cart(context, cart({"MUG": 3}), minutes=10)
    assert not something_due(context)
    clock.advance(minutes=5)
    assert something_due(context)
    assert get_hold(context, short).state == "expired"
    assert [expire_holds(context, "me"), expire_holds(context, "me")] == [1, 0]
    assert units(context, "MUG", "DAV") == (7, 3, 0)
    assert kinds(context) == ["hold_opened", "hold_opened", "hold_expired"]
    assert get_hold(context, long).state == "open"
    assert_whole(context)


@pytest.mark.parametrize("end", ["released", "expired"])
def test_waiting_orders_are_given_what_a_hold_gives_back(context: Context, clock: HandClock, end: str) -> None:
    """Expired, in the same beat; given up, by who gives it up, who is told the items."""
    hold_id = hold_cart(context, cart({"TENT": 4}))
    lines = (OrderLine("TENT", 3, 1_500),)
    wanted = OrderRequest("W-1", "web", clock(), Destination("GB", "SW1A 1AA"), lines, Wish.BACKORDER)
    [placed] = place_orders(context, [wanted])
    assert isinstance(placed, Placed)
    assert placed.state == "waiting"
    if end == "released":
        assert serve_waiting(context, items=release_hold(context, hold_id)).units == 3
    else:
        clock.advance(minutes=15)
        assert expire_holds(context, "me") == 1
    assert units(context, "TENT", "DAV") == (1, 0, 3)
    assert_whole(context)


def test_closed_holds_are_forgotten_after_a_while(context: Context, clock: HandClock) -> None:
    for _ in range(2):
        release_hold(context, hold_cart(context, cart({"MUG": 1})))
        clock.advance(days=20)
    assert something_old(context)
    assert [prune_holds(context, "me"), prune_holds(context, "me")] == [1, 0]
    assert not something_old(context)
    assert len(list_holds(context, state="released").rows) == 1
    clock.advance(days=KEPT.days)
    assert prune_holds(context, "me", most=1) == 1
    assert list_holds(context, state=None).rows == ()
    with context.database.session() as session:
        assert session.execute("SELECT 1 FROM hold_line").fetchall() == []
    assert_whole(context)


def test_an_open_hold_is_never_forgotten(context: Context, clock: HandClock) -> None:
    """However late it is swept: its units are still kept."""
    hold_cart(context, cart({"MUG": 1}))
    clock.advance(days=KEPT.days + 1)
    assert not something_old(context)
    assert prune_holds(context, "me") == 0
    assert_whole(context)


def test_a_customer_holds_no_more_than_allowed_however_many_come_at_once(context: Context) -> None:
    context.hold_limits = HoldLimits(of_customer=3)

    def hold(_: int) -> bool:
        try:
            hold_cart(context, cart({"MUG": 1}, customer="anna"))
        except TooManyHolds:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(hold, range(8))) == 3


def test_one_process_sweeps_for_all(context: Context) -> None:
    context.database.transact(lambda session: take_lease(session, "expire_holds", "another"))
    assert expire_holds(context, "me") is None


def test_holds_are_swept_in_small_transactions(context: Context, clock: HandClock) -> None:
    for _ in range(3):
        hold_cart(context, cart({"MUG": 1}))
    clock.advance(hours=1)
    assert [expire_holds(context, "me", most=2) for _ in range(3)] == [2, 1, 0]


def test_an_extended_hold_lasts_longer_but_not_for_ever(context: Context, clock: HandClock) -> None:
    hold_id = hold_cart(context, cart({"MUG": 2}), minutes=10)
    clock.advance(minutes=9)
    assert extend_hold(context, hold_id, minutes=30) == clock.now + timedelta(minutes=30)
    clock.advance(minutes=29)
    with pytest.raises(HoldTooLong):
        extend_hold(context, hold_id, minutes=30)
    with pytest.raises(HoldTooLong):
        extend_hold(context, hold_id, minutes=0)
    assert kinds(context) == ["hold_opened", "hold_extended"]


def test_limits(context: Context, clock: HandClock) -> None:
    context.hold_limits = HoldLimits(units_max=5, of_customer=1, of_caller=3)
    with pytest.raises(HoldTooLarge):
        hold_cart(context, cart({"MUG": 3, "STOVE": 3}))
    with pytest.raises(HoldTooLong):
        hold_cart(context, cart({"MUG": 1}), minutes=61)
    hold_cart(context, cart({"MUG": 1}, customer="anna"))
    with pytest.raises(TooManyHolds):
        hold_cart(context, cart({"MUG": 1}, customer="anna"))
    hold_cart(context, cart({"MUG": 1}))
    hold_cart(context, cart({"MUG": 1}))
    with pytest.raises(TooManyHolds):
        hold_cart(context, cart({"MUG": 1}))
    hold_cart(context, cart({"MUG": 1}, caller="other key"))
    clock.advance(hours=1)
    hold_cart(context, cart({"MUG": 1}, customer="anna"))


def test_a_hold_belongs_to_its_channel(context: Context) -> None:
    hold_id = hold_cart(context, cart({"MUG": 2}))
    outcome = order_from(context, hold_id, {"MUG": 2}, channel="shop")
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, UnknownHold)


def test_a_channels_buffer_is_not_held(context: Context) -> None:
    """The shop sells from DAV alone and keeps two units back."""
    with pytest.raises(ShortStock):
        hold_cart(context, cart({"MUG": 9}, channel="shop"))
    hold_cart(context, cart({"MUG": 8}, channel="shop"))
    assert units(context, "MUG", "DAV") == (2, 8, 0)


def test_units_given_back_heal_a_shortfall_first(context: Context, clock: HandClock) -> None:
    hold_id = hold_cart(context, cart({"MUG": 10}))
    clock.advance(minutes=1)
    count_stock(context, [StockCount("MUG", "DAV", 4, CountKind.ON_HAND, clock.now)])
    assert level(context, "MUG", "DAV").shortfall == 6
    clock.advance(minutes=1)
    release_hold(context, hold_id)
    assert units(context, "MUG", "DAV") == (4, 0, 0)
    assert level(context, "MUG", "DAV").shortfall == 0
    assert_whole(context)


def test_holds_are_listed_the_newest_first(context: Context, clock: HandClock) -> None:
    numbers = [hold_cart(context, cart({"MUG": 1}, customer="anna"), minutes=one) for one in (5, 20, 30)]
    clock.advance(minutes=5)
    assert [hold.hold_id for hold in list_holds(context).rows] == [numbers[2], numbers[1]]
    assert [hold.hold_id for hold in list_holds(context, state="expired").rows] == [numbers[0]]
    page = list_holds(context, state=None, count=2)
    rest = list_holds(context, state=None, count=2, after=page.next or "")
    assert [hold.hold_id for hold in (*page.rows, *rest.rows)] == numbers[::-1]
    assert rest.next is None


def test_unknown_holds(context: Context) -> None:
    for action in (get_hold, release_hold):
        with pytest.raises(UnknownHold):
            action(context, 99)
    assert isinstance(order_from(context, 99, {"MUG": 1}), Refused)
