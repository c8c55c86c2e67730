"""What people read of the stock books: lists, one item over all locations, holders, journal, promises by date."""

from datetime import date

import msgspec
import pytest

from conftest import HandClock
from stock_world import level, place, small_world
from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.stock.arrivals import SafetyStock
from stockmesh.domain.stock.availability import availability
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.domain.stock.refusals import BadCursor, BadSpan, NoSuchItem
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import count_stock
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.set_safety_stock import set_safety_stock
from stockmesh.flows.stock_journal import IncomingFilter, list_holders, list_incoming, list_movements
from stockmesh.flows.stock_levels import StockFilter, item_availability, list_stock, promise_by_date
from stockmesh.store.named import query


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    small_world(
        context, {("DAV", "MUG"): 10, ("GLA", "MUG"): 5, ("DAV", "TENT"): 4, ("GLA", "TENT"): 9, ("DAV", "STOVE"): 7}
    )


def announce(context: Context, sku: str, location: str, units: int, due_on: date) -> None:
    with context.database.session() as session:
        session.execute(
            "INSERT INTO incoming (item_id, location_id, reference, due_on, quantity) "
            "SELECT i.item_id, l.location_id, %s, %s, %s FROM item AS i, location AS l "
            "WHERE i.sku = %s AND l.code = %s",
            (f"PO {due_on}", due_on, units, sku, location),
        )


def test_the_list_pages_through_all_cells_by_sku_and_location(context: Context) -> None:
    seen, after = [], ""
    while True:
        page = list_stock(context, StockFilter(), after=after, count=2)
        seen += [(row.sku, row.location) for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert seen == [("MUG", "DAV"), ("MUG", "GLA"), ("STOVE", "DAV"), ("TENT", "DAV"), ("TENT", "GLA")]


def test_the_list_finds_by_sku_title_and_place_and_takes_wildcards_as_they_stand(context: Context) -> None:
    assert {row.sku for row in list_stock(context, StockFilter(search="mu")).rows} == {"MUG"}
    assert {row.sku for row in list_stock(context, StockFilter(search="tov")).rows} == {"STOVE"}
    assert [row.sku for row in list_stock(context, StockFilter(location="GLA")).rows] == ["MUG", "TENT"]
    assert list_stock(context, StockFilter(search="%")).rows == ()
    assert list_stock(context, StockFilter(search="M_G")).rows == ()


def test_the_list_shows_what_is_short_what_is_awaited_and_what_is_coming(context: Context, clock: HandClock) -> None:
    place(context, "A", {"MUG": 8})
    place(context, "B", {"STOVE": 12})
    announce(context, "STOVE", "DAV", 30, date(2026, 3, 9))
    clock.advance(hours=1)
    count_stock(context, [StockCount("MUG", "DAV", 3, CountKind.ON_HAND, clock.now)])
    assert [(row.sku, row.shortfall) for row in list_stock(context, StockFilter(only_short=True)).rows] == [("MUG", 5)]
    [stove] = list_stock(context, StockFilter(only_waiting=True)).rows
    assert (stove.sku, stove.waiting, stove.incoming, stove.next_due) == ("STOVE", 5, 30, date(2026, 3, 9))


def test_components_wait_for_the_kits_that_wait(context: Context) -> None:
    place(context, "A", {"CAMP": 9})
    assert item_availability(context, "CAMP").waiting == 6
    assert level(context, "STOVE", "DAV").waiting == 12
    assert {row.sku for row in list_stock(context, StockFilter(only_waiting=True)).rows} == {"STOVE", "TENT"}


@pytest.mark.parametrize(("safety", "channel", "buffer"), [(0, None, 0), (3, None, 0), (3, "shop", 2), (9, "shop", 2)])
def test_the_list_publishes_what_the_rule_of_availability_says(
    context: Context, safety: int, channel: str | None, buffer: int
) -> None:
    set_safety_stock(context, [SafetyStock("MUG", "DAV", safety)])
    [row] = list_stock(context, StockFilter(search="MUG", location="DAV", channel=channel)).rows
    can = availability(row.sellable, safety_stock=safety, channel_buffer=buffer)
    assert (row.available, row.withheld) == (can.available, can.withheld)


def test_an_item_is_available_where_the_channel_may_sell_from(context: Context) -> None:
    everywhere, shop = item_availability(context, "MUG"), item_availability(context, "MUG", channel="shop")
    assert [(one.location, one.available) for one in everywhere.locations] == [("DAV", 10), ("GLA", 5)]
    assert [(one.location, one.available, one.withheld) for one in shop.locations] == [("DAV", 8, 2)]
    assert (everywhere.available, shop.available) == (15, 8)


def test_a_kit_is_available_where_all_its_components_are(context: Context) -> None:
    kit = item_availability(context, "CAMP")
    assert [(one.location, one.available) for one in kit.locations] == [("DAV", 3), ("GLA", 0)]


def test_holders_are_the_orders_that_hold_units_oldest_first(context: Context, clock: HandClock) -> None:
    first = place(context, "A", {"MUG": 3})
    since = clock.now
    clock.advance(hours=1)
    cancel_order(context, place(context, "GONE", {"MUG": 2}).order_id)
    second = place(context, "B", {"MUG": 4})
    found = list_holders(context, "MUG", "DAV")
    assert [(one.order_id, one.reference, one.units) for one in found.holders] == [
        (first.order_id, "A", 3),
        (second.order_id, "B", 4),
    ]
    assert (found.orders, found.units, found.holders[0].since) == (2, 7, since)
    page = list_holders(context, "MUG", "DAV", count=1)
    assert page.next is not None
    assert list_holders(context, "MUG", "DAV", after=page.next).holders == found.holders[1:]


def test_units_held_for_an_order_that_is_not_in_the_books_are_shown(context: Context) -> None:
    order = place(context, "A", {"MUG": 3})
    with context.database.session() as session:
        session.execute("DELETE FROM orders")
    [ghost] = list_holders(context, "MUG", "DAV").holders
    assert (ghost.order_id, ghost.reference, ghost.state, ghost.units) == (order.order_id, None, None, 3)


def test_the_journal_shows_the_newest_movement_first(context: Context, clock: HandClock) -> None:
    clock.advance(hours=1)
    order = place(context, "A", {"MUG": 3})
    page = list_movements(context, "MUG", location="DAV", count=1)
    assert page.next is not None
    [commit], [opening] = page.rows, list_movements(context, "MUG", location="DAV", after=page.next).rows
    assert (commit.cause, commit.order_id, commit.order_reference) == ("commit", order.order_id, "A")
    assert (opening.cause, opening.from_location, opening.to_location) == ("opening", None, "DAV")


def test_supply_is_listed_by_due_date(context: Context) -> None:
    announce(context, "MUG", "DAV", 5, date(2026, 3, 9))
    announce(context, "TENT", "GLA", 6, date(2026, 3, 4))
    page = list_incoming(context, count=1)
    assert page.next is not None
    assert [line.sku for line in page.rows + list_incoming(context, after=page.next).rows] == ["TENT", "MUG"]
    with pytest.raises(UnknownLocation):
        list_incoming(context, IncomingFilter(location="MARS"))


def test_supply_that_should_have_come_is_overdue(context: Context) -> None:
    """Today is 2 March: what was due on 27 February is three days late, what is due today is not."""
    announce(context, "MUG", "DAV", 5, date(2026, 2, 27))
    announce(context, "TENT", "GLA", 6, date(2026, 3, 2))
    assert [(line.sku, line.overdue_days) for line in list_incoming(context).rows] == [("MUG", 3), ("TENT", 0)]


def test_promises_by_date_count_on_supply_and_serve_those_who_wait_first(context: Context) -> None:
    place(context, "A", {"STOVE": 10})
    announce(context, "STOVE", "GLA", 8, date(2026, 3, 4))
    announce(context, "STOVE", "GLA", 2, date(2026, 2, 20))
    total = promise_by_date(context, "STOVE", days=4)
    assert [day.projected for day in total.days] == [-3, -3, 5, 5]
    assert [day.promisable for day in total.days] == [0, 0, 5, 5]
    assert (total.overdue, total.days[0].demand) == (2, 3)
    here = promise_by_date(context, "STOVE", location="GLA", days=3)
    assert [day.promisable for day in here.days] == [0, 0, 8]


def test_what_nobody_has_heard_of_is_refused(context: Context) -> None:
    with pytest.raises(NoSuchItem):
        item_availability(context, "CUP")
    with pytest.raises(UnknownLocation):
        list_holders(context, "MUG", "MARS")
    with pytest.raises(UnknownChannel):
        item_availability(context, "MUG", channel="fax")
    with pytest.raises(BadSpan):
        promise_by_date(context, "MUG", days=0)
    for mark in ("?", "ü", "WzEsMiwzXQ", "W10"):
        with pytest.raises(BadCursor):
            list_stock(context, StockFilter(), after=mark)


def test_what_is_read_can_be_written_as_json(context: Context) -> None:
    place(context, "A", {"MUG": 3})
    views = [
        list_stock(context, StockFilter()),
        item_availability(context, "MUG"),
        list_holders(context, "MUG", "DAV"),
        list_movements(context, "MUG"),
        promise_by_date(context, "MUG"),
    ]
    for view in views:
        assert msgspec.json.decode(msgspec.json.encode(view))


def test_former_kits_of_a_sku_are_found_by_index(context: Context) -> None:
    """Units waited for in kits as they were before cost what their SKUs cost, not what the whole range does."""
    with context.database.session() as session:
        session.execute("INSERT INTO owner (code, name, book_currency) VALUES ('much', 'Much', 'GBP')")
        session.execute(
            "INSERT INTO item (owner_id, sku, title, weight_mg, length_um, width_um, height_um, unit_price_minor, "
            "is_kit, superseded) SELECT owner_id, 'K' || n / 2, 'kit', 1, 1, 1, 1, 1, true, n % 2 = 1 "
            "FROM owner, generate_series(1, 20000) AS n WHERE code = 'much'"
        )
        session.execute("ANALYZE item")
        asked = {"skus": ["K1", "K2", "K3"], "reach_owners": None}
        plan = session.execute(b"EXPLAIN " + query("levels/items_asked"), asked).fetchall()
    text = str([row["QUERY PLAN"] for row in plan])
    assert "former_item_by_sku" in text
    assert "Seq Scan on item" not in text
