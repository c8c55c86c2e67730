"""What a count changes, and how a change of free units settles."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.stock.cells import Cell, CountKind, shift_free
from stockmesh.domain.stock.counting import Since, StockCount, check_count, difference, is_older
from stockmesh.domain.stock.refusals import BadStockInstant, BadStockQuantity
from stockmesh.domain.stock.states import StockState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def count_of(quantity: int, kind: CountKind = CountKind.ON_HAND, as_of: datetime = NOON) -> StockCount:
    return StockCount("MUG", "DAV", quantity, kind, as_of)


def test_a_decrease_beyond_sellable_becomes_shortfall() -> None:
    cell, parts = shift_free(Cell(sellable=2, committed=5), -3)
    assert (cell.sellable, cell.shortfall, cell.on_hand) == (0, 1, 4)
    assert parts == [(StockState.SELLABLE, -2), (StockState.SHORTFALL, -1)]


def test_an_increase_heals_shortfall_first() -> None:
    cell, parts = shift_free(Cell(shortfall=3, committed=5), 4)
    assert (cell.sellable, cell.shortfall, cell.on_hand) == (1, 0, 6)
    assert parts == [(StockState.SHORTFALL, 3), (StockState.SELLABLE, 1)]


@given(st.integers(-50, 50), st.lists(st.integers(-50, 50), max_size=10))
def test_free_units_add_up_and_sellable_never_stands_beside_shortfall(start: int, changes: list[int]) -> None:
    cell = Cell(sellable=max(start, 0), shortfall=max(-start, 0))
    for change in changes:
        before = cell
        cell, parts = shift_free(cell, change)
        assert sum(units for _, units in parts) == change == cell.free - before.free
        assert min(cell.sellable, cell.shortfall) == 0 <= max(cell.sellable, cell.shortfall)


def test_a_count_of_on_hand_counts_committed_and_damaged_units_too() -> None:
    assert difference(count_of(10), Cell(sellable=4, committed=3, damaged=2), Since()) == 1


def test_a_count_of_available_counts_what_nobody_has_claimed() -> None:
    assert difference(count_of(10, CountKind.AVAILABLE), Cell(sellable=4, committed=3), Since()) == 6


def test_what_happened_after_the_count_is_netted() -> None:
    """Counted 10 at noon; since then 4 left and were booked: 6 is right now."""
    assert difference(count_of(10), Cell(sellable=6), Since(on_hand=-4)) == 0


def test_nothing_available_is_also_true_while_units_are_short() -> None:
    assert difference(count_of(0, CountKind.AVAILABLE), Cell(committed=5, shortfall=2), Since()) == 0
    assert difference(count_of(1, CountKind.AVAILABLE), Cell(committed=5, shortfall=2), Since()) == 3


def test_a_count_before_the_last_one_is_older_and_one_of_the_same_instant_is_not() -> None:
    cell = Cell(counted_as_of=NOON, counted_kind=CountKind.ON_HAND)
    assert is_older(count_of(1, as_of=NOON - timedelta(microseconds=1)), cell)
    assert not is_older(count_of(1), cell)
    assert not is_older(count_of(1), Cell())


@pytest.mark.parametrize("quantity", [-1, 10**9 + 1, 10**30])
def test_a_count_must_be_a_quantity_somebody_can_have_counted(quantity: int) -> None:
    with pytest.raises(BadStockQuantity, match="Row 7"):
        check_count(count_of(quantity), 7, now=NOON)


@pytest.mark.parametrize(
    ("as_of", "reason"),
    [
        (NOON.replace(tzinfo=None), "no time zone"),
        (NOON + timedelta(seconds=1), "in the future"),
        (NOON.replace(year=1900), "before the year 2000"),
    ],
)
def test_a_count_must_say_when_it_was_made(as_of: datetime, reason: str) -> None:
    with pytest.raises(BadStockInstant, match=reason):
        check_count(count_of(1, as_of=as_of), 1, now=NOON)


def test_a_count_in_another_time_zone_is_the_same_instant() -> None:
    check_count(count_of(1, as_of=NOON.astimezone(timezone(timedelta(hours=9)))), 1, now=NOON)
