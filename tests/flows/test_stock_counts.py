"""Counts against the books: netting, late movements, older and repeated files, shortfall."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from conftest import HandClock
from stock_world import level, place, small_world
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import Counted, CountResult, RefusedCount, count_stock
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.stock_journal import list_movements
from stockmesh.flows.verify_books import verify_books

S = StockState
ON_HAND, AVAILABLE = CountKind.ON_HAND, CountKind.AVAILABLE


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    small_world(context, {("DAV", "MUG"): 10, ("DAV", "TENT"): 4})


def count_one(
    context: Context, quantity: int, as_of: datetime, kind: CountKind = ON_HAND, reference: str = ""
) -> Counted:
    [outcome] = count_stock(context, [StockCount("MUG", "DAV", quantity, kind, as_of)], reference=reference).outcomes
    assert isinstance(outcome, Counted), outcome
    return outcome


def refusal_of(outcome: Counted | RefusedCount) -> Refusal:
    assert isinstance(outcome, RefusedCount)
    return outcome.refusal


def scrap(context: Context, units: int, at: datetime) -> None:
    move_stock(context, [Move("MUG", units, "DAV", S.SELLABLE, S.SCRAP, at)])


def test_a_count_sets_what_is_on_hand_and_leaves_an_order_its_units(context: Context, clock: HandClock) -> None:
    place(context, "A", {"MUG": 3})
    clock.advance(hours=1)
    assert count_one(context, 12, clock.now).difference == 2
    now = level(context, "MUG", "DAV")
    assert (now.on_hand, now.sellable, now.committed) == (12, 9, 3)
    assert verify_books(context).ok


def test_what_occurred_after_the_count_is_netted(context: Context, clock: HandClock) -> None:
    counted_at = clock.now
    clock.advance(hours=1)
    scrap(context, 4, clock.now)
    assert count_one(context, 9, counted_at).difference == -1
    assert level(context, "MUG", "DAV").on_hand == 5


def test_an_order_after_a_count_of_available_is_netted_and_one_before_it_is_not(
    context: Context, clock: HandClock
) -> None:
    place(context, "BEFORE", {"MUG": 2})
    clock.advance(hours=1)
    counted_at = clock.now
    clock.advance(hours=1)
    place(context, "AFTER", {"MUG": 3})
    assert count_one(context, 8, counted_at, AVAILABLE).difference == 0
    assert level(context, "MUG", "DAV").sellable == 5


def test_a_sale_before_the_count_that_is_booked_after_it_does_not_deduct_twice(
    context: Context, clock: HandClock
) -> None:
    sold_at = clock.now
    clock.advance(hours=1)
    count_one(context, 7, clock.now)
    clock.advance(hours=1)
    scrap(context, 3, sold_at)
    assert level(context, "MUG", "DAV").on_hand == 7
    assert {entry.cause for entry in list_movements(context, "MUG").rows} == {
        "opening",
        "count",
        "adjust",
        "late_offset",
    }
    assert verify_books(context).ok


def test_an_older_count_never_overrides_a_newer_one(context: Context, clock: HandClock) -> None:
    clock.advance(hours=2)
    count_one(context, 7, clock.now)
    assert count_one(context, 99, clock.now - timedelta(hours=1)).result is CountResult.OLDER
    assert level(context, "MUG", "DAV").on_hand == 7


def test_a_repeated_file_does_nothing_even_after_stock_has_moved(context: Context, clock: HandClock) -> None:
    counted_at = clock.now
    assert count_one(context, 7, counted_at).result is CountResult.APPLIED
    clock.advance(hours=1)
    scrap(context, 2, clock.now)
    assert count_one(context, 7, counted_at).result is CountResult.REPEATED
    assert level(context, "MUG", "DAV").on_hand == 5


def test_a_corrected_count_of_the_same_instant_needs_a_reference_of_its_own(context: Context, clock: HandClock) -> None:
    count_one(context, 7, clock.now, reference="monday")
    corrected = [StockCount("MUG", "DAV", 8, ON_HAND, clock.now)]
    [outcome] = count_stock(context, corrected, reference="monday").outcomes
    assert refusal_of(outcome).code == "count_reference_taken"
    assert count_one(context, 8, clock.now, reference="monday, corrected").difference == 1
    assert count_one(context, 7, clock.now, reference="monday").result is CountResult.REPEATED
    assert level(context, "MUG", "DAV").on_hand == 8


def test_a_count_below_what_is_committed_is_recorded_as_shortfall_and_raised(
    context: Context, clock: HandClock
) -> None:
    place(context, "A", {"MUG": 8})
    clock.advance(hours=1)
    assert count_one(context, 5, clock.now).short == 3
    now = level(context, "MUG", "DAV")
    assert (now.on_hand, now.sellable, now.committed, now.shortfall, now.available) == (5, 0, 8, 3, 0)
    with context.database.session() as session:
        events = session.execute("SELECT body FROM event WHERE kind = 'stock_shortfall'").fetchall()
    assert [(event["body"]["sku"], event["body"]["location"], event["body"]["units"]) for event in events] == [
        ("MUG", "DAV", 3)
    ]
    assert verify_books(context).ok


def test_a_higher_count_heals_the_shortfall_first(context: Context, clock: HandClock) -> None:
    place(context, "A", {"MUG": 8})
    clock.advance(hours=1)
    count_one(context, 5, clock.now)
    clock.advance(hours=1)
    count_one(context, 9, clock.now)
    now = level(context, "MUG", "DAV")
    assert (now.sellable, now.shortfall) == (1, 0)
    assert verify_books(context).ok


def test_good_rows_are_applied_when_others_are_refused(context: Context, clock: HandClock) -> None:
    now = clock.now
    rows = [
        StockCount("MUG", "DAV", 6, ON_HAND, now),
        StockCount("CUP", "DAV", 6, ON_HAND, now),
        StockCount("MUG", "MARS", 6, ON_HAND, now),
        StockCount("TENT", "DAV", -1, ON_HAND, now),
        StockCount("TENT", "GLA", 10**30, ON_HAND, now),
        StockCount("STOVE", "DAV", 6, ON_HAND, now + timedelta(minutes=1)),
        StockCount("STOVE", "GLA", 6, ON_HAND, now.replace(tzinfo=None)),
        StockCount("CAMP", "DAV", 6, ON_HAND, now),
        StockCount("MUG", "DAV", 7, ON_HAND, now),
        StockCount("MUG\0", "DAV", 7, ON_HAND, now),
    ]
    first, *others = count_stock(context, rows).outcomes
    assert isinstance(first, Counted)
    assert [refusal_of(outcome).code for outcome in others] == [
        "unknown_stock_item",
        "unknown_stock_location",
        "bad_stock_quantity",
        "bad_stock_quantity",
        "bad_stock_instant",
        "bad_stock_instant",
        "kit_has_no_stock",
        "counted_twice",
        "unknown_stock_item",
    ]
    assert [outcome.row for outcome in others] == list(range(2, 11))
    assert level(context, "MUG", "DAV").on_hand == 6
    assert level(context, "TENT", "DAV").on_hand == 4


def test_a_count_may_open_a_cell_that_never_held_anything(context: Context, clock: HandClock) -> None:
    result = count_stock(context, [StockCount("MUG", "GLA", 5, ON_HAND, clock.now)])
    assert [(gain.sku, gain.location, gain.units) for gain in result.gained] == [("MUG", "GLA", 5)]
    assert level(context, "MUG", "GLA").sellable == 5


def test_the_order_of_its_rows_numbers_a_file_and_their_instants_order_its_counts(
    context: Context, clock: HandClock
) -> None:
    earlier, later = clock.now - timedelta(hours=2), clock.now - timedelta(hours=1)
    rows = [StockCount("MUG", "DAV", 8, ON_HAND, later), StockCount("MUG", "DAV", 12, ON_HAND, earlier)]
    first, second = count_stock(context, rows).outcomes
    assert isinstance(first, Counted)
    assert isinstance(second, Counted)
    assert (first.row, first.difference, second.row, second.difference) == (1, -4, 2, 2)
    assert level(context, "MUG", "DAV").on_hand == 8
    assert verify_books(context).ok


def test_counts_of_several_places_and_instants_are_netted_each_by_its_own(context: Context, clock: HandClock) -> None:
    """Units are scrapped and transferred between three instants: every count nets what came after it, there."""
    first = clock.now
    clock.advance(hours=1)
    move_stock(context, [Move("MUG", 4, "DAV", S.SELLABLE, S.SELLABLE, clock.now, "GLA")])
    second = clock.now
    clock.advance(hours=1)
    scrap(context, 1, clock.now)
    counts = [
        StockCount("MUG", "DAV", 10, ON_HAND, first),
        StockCount("MUG", "DAV", 6, ON_HAND, second),
        StockCount("MUG", "GLA", 0, ON_HAND, first),
        StockCount("MUG", "GLA", 4, AVAILABLE, second),
    ]
    outcomes = count_stock(context, counts).outcomes
    assert [one.difference for one in outcomes if isinstance(one, Counted)] == [0, 0, 0, 0]
    assert (level(context, "MUG", "DAV").on_hand, level(context, "MUG", "GLA").on_hand) == (5, 4)


def test_a_count_of_nothing_is_no_count(context: Context) -> None:
    assert count_stock(context, []).outcomes == ()


def test_a_file_sent_by_many_at_once_is_applied_once(context: Context, clock: HandClock) -> None:
    rows = [StockCount(sku, "DAV", 7, ON_HAND, clock.now) for sku in ("TENT", "MUG", "STOVE")]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: count_stock(context, rows, reference="monday").outcomes, range(4)))
    found = Counter(outcome.result for outcomes in results for outcome in outcomes if isinstance(outcome, Counted))
    assert found == {CountResult.APPLIED: 3, CountResult.REPEATED: 9}
    assert verify_books(context).ok
