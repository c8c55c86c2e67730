"""Figures as files write them: columns at once and cell by cell agree, and nothing is rounded in silence."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.kernel.sheets.columns import LENGTHS, WEIGHTS, Unreadable
from stockmesh.domain.kernel.sheets.figures import Scale, find_mark, parse_cell, parse_column
from stockmesh.domain.stock.cells import Cell, CountKind
from stockmesh.domain.stock.counting import Since, StockCount, difference, differences

FACTORS = [Fraction(1), Fraction(100), *WEIGHTS.values(), *LENGTHS.values()]
written = st.text(alphabet="0123456789.,-+ '", max_size=12) | st.decimals(
    min_value=-(10**6), max_value=10**6, places=3, allow_nan=False
).map(str)


@given(
    st.lists(written, max_size=8),
    st.sampled_from(["", ".", ","]),
    st.sampled_from(FACTORS),
    st.booleans(),
)
def test_columns_and_cells_agree(cells: list[str], mark: str, factor: Fraction, whole: bool) -> None:
    """What is taken at once is what the careful reader makes of the same cell."""
    scale = Scale(mark, factor, whole=whole)
    figures, plain = parse_column(cells, scale)
    for cell, figure, taken in zip(cells, figures.tolist(), plain.tolist(), strict=True):
        if taken:
            assert figure == parse_cell(cell, scale)


@given(st.integers(0, 10**9), st.integers(0, 999), st.sampled_from([".", ","]))
def test_what_is_written_is_read(whole: int, part: int, mark: str) -> None:
    """With thousands separated or not, under the mark that was said."""
    other = "," if mark == "." else "."
    plain = f"{whole}{mark}{part:03}"
    grouped = f"{whole:,}".replace(",", other) + f"{mark}{part:03}"
    for text in (plain, grouped):
        assert parse_cell(text, Scale(mark, Fraction(1_000))) == whole * 1_000 + part


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,5"], ","), (["1.5"], "."), (["1.234,5"], ","), (["1,234.5"], "."), (["1.234.567"], ","), (["0.125"], "."),
        (["1,234"], ""), (["1234"], ""), (["1,5", "1.5"], ""), (["x"], ""), (["1,234", "2,5"], ","),
    ],
)  # fmt: skip
def test_the_decimal_mark_is_found_where_a_cell_tells(cells: list[str], mark: str) -> None:
    """Thousands and decimals are told apart, or nothing is said."""
    assert find_mark([cells]) == mark


@pytest.mark.parametrize(
    ("text", "reason"), [("1,234", "ambiguous_number"), ("1,2,3", "not_a_number"), ("", "not_a_number")]
)
def test_nothing_is_guessed(text: str, reason: str) -> None:
    """A number that may be two numbers is none."""
    with pytest.raises(Unreadable) as caught:
        parse_cell(text, Scale("", Fraction(1)))
    assert caught.value.reason == reason


@pytest.mark.parametrize(("text", "suggestion"), [("12 pcs", "perhaps 12"), ("1e3", ""), ("12x4", ""), ("3 of 5", "")])
def test_only_what_a_number_stands_beside_is_taken_away(text: str, suggestion: str) -> None:
    """Digits on both sides of a sign are not one number without it."""
    with pytest.raises(Unreadable) as caught:
        parse_cell(text, Scale("", Fraction(1)))
    assert (caught.value.reason, caught.value.suggestion) == ("not_a_number", suggestion)


def test_pounds_and_inches_are_rounded_half_up_once() -> None:
    """From exact fractions, to whole milligrams and micrometres."""
    assert parse_cell("1", Scale(".", WEIGHTS["lb"])) == 453_592
    assert parse_cell("0.5", Scale(".", WEIGHTS["oz"])) == round(Decimal("14174.7615625"))
    assert parse_cell("24", Scale(".", LENGTHS["in"])) == 609_600


@given(st.integers(0, 50), st.integers(-30, 60), st.sampled_from(list(CountKind)), st.integers(-9, 9))
def test_many_counts_differ_as_one_does(quantity: int, free: int, kind: CountKind, since: int) -> None:
    """The rule for columns is the rule for one count."""
    cell = Cell(sellable=max(free, 0), shortfall=max(-free, 0), committed=7)
    count = StockCount("x", "x", quantity, kind, datetime(2026, 3, 2, tzinfo=UTC))
    booked = np.array([cell.measure(kind) - since])
    assert differences(np.array([quantity]), booked, kind).tolist() == [difference(count, cell, Since(since, since))]
