"""Count files as people and systems write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.gateways.stock_counts import CountColumnsMissing, read_counts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KIND = CountKind.ON_HAND


def read(text: str) -> list[StockCount]:
    found = read_counts(text.splitlines(), kind=KIND, as_of=NOON)
    assert found.refusals == ()
    return list(found.counts)


def test_kind_and_instant_may_hold_for_the_whole_file() -> None:
    assert read("sku,location,quantity\nMUG,DAV,7\n") == [StockCount("MUG", "DAV", 7, KIND, NOON, 1)]


def test_kind_and_instant_of_a_row_hold_for_that_row() -> None:
    text = "as_of,kind,quantity,location,sku\n2026-03-02T13:00:00+02:00,available,7,DAV,MUG\n,,8,DAV,TENT\n"
    first, second = read(text)
    assert (first.kind, first.as_of) == (CountKind.AVAILABLE, datetime(2026, 3, 2, 11, tzinfo=UTC))
    assert (second.kind, second.as_of) == (KIND, NOON)


def test_the_owner_of_a_row_holds_for_that_row() -> None:
    text = ["sku,owner,location,quantity", "MUG,shop,DAV,7", "MUG,,DAV,8"]
    found = read_counts(text, kind=KIND, as_of=NOON, owner="outlet").counts
    assert [(one.owner, one.quantity) for one in found] == [("shop", 7), ("outlet", 8)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_spreadsheets_write_what_separators_they_like(separator: str) -> None:
    text = "\ufeffSKU,Location, Quantity\n MUG ,DAV,7\n\n,,\n".replace(",", separator)
    assert read(text) == [StockCount("MUG", "DAV", 7, KIND, NOON, 1)]


def test_a_file_without_the_columns_is_refused_as_a_whole() -> None:
    with pytest.raises(CountColumnsMissing, match="quantity"):
        read("sku;location\nMUG;DAV\n")
    with pytest.raises(CountColumnsMissing):
        read("")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",DAV,7,,", "sku"),
        ("MUG,,7,,", "location"),
        ("MUG,DAV,,,", "quantity"),
        ("MUG,DAV,7.0,,", "quantity"),
        ("MUG,DAV,1e3,,", "quantity"),
        ("MUG,DAV,٣,,", "quantity"),
        ("MUG,DAV," + "9" * 5_000 + ",,", "quantity"),
        ("MUG,DAV,7,stock,", "kind"),
        ("MUG,DAV,7,,yesterday", "as_of"),
        ("MUG,DAV,7,,2026-03-02T12:00:00", "as_of"),
        ("MUG", "location"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(row: str, field: str) -> None:
    text = f"sku,location,quantity,kind,as_of\nMUG,DAV,1,,\n{row}\nTENT,DAV,2,,\n"
    found = read_counts(text.splitlines(), kind=KIND, as_of=NOON)
    assert [count.row for count in found.counts] == [1, 3]
    assert [(refusal.row, refusal.field) for refusal in found.refusals] == [(2, field)]


@pytest.mark.parametrize("missing", ["kind", "as_of"])
def test_what_neither_file_nor_row_says_is_asked_for(missing: str) -> None:
    said = {"kind": KIND, "as_of": NOON, missing: None}
    found = read_counts(["sku,location,quantity", "MUG,DAV,7"], **said)  # type: ignore[arg-type]
    assert [refusal.field for refusal in found.refusals] == [missing]


@given(st.lists(st.text(max_size=30), max_size=5))
def test_no_row_breaks_the_reader(rows: list[str]) -> None:
    found = read_counts(["sku,location,quantity", *rows], kind=KIND, as_of=NOON)
    assert len(found.counts) + len(found.refusals) <= len(rows) + 1
