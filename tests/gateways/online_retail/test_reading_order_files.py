"""Order files as people hand them over: packed, exported in odd ways, damaged, or no order files at all."""

import gzip
import lzma
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from order_files import HEADER, SALE, accounted, aside, read, write

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.online_retail import read_online_retail


def code_of(path: Path) -> str:
    """The code of the refusal that reading the file raises."""
    with pytest.raises(Refusal) as refused:
        read_online_retail(path, load_gazetteer())
    assert str(path) in str(refused.value)
    return refused.value.code


@pytest.mark.parametrize("pack", [lambda plain: plain, lzma.compress, gzip.compress])
def test_a_file_reads_the_same_plain_or_packed(tmp_path: Path, pack: object) -> None:
    plain = write(tmp_path, SALE).read_bytes()
    assert callable(pack)
    packed = tmp_path / "packed"
    packed.write_bytes(pack(plain))
    assert read_online_retail(packed, load_gazetteer()) == read(tmp_path, SALE)


def test_both_ways_of_writing_dates_mean_the_same_instant(tmp_path: Path) -> None:
    spreadsheet = SALE.replace("2010-12-01T08:26", "12/1/2010 8:26")
    assert read(tmp_path, spreadsheet).orders == read(tmp_path, SALE).orders


def test_a_mark_at_the_start_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "windows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n{SALE}\r\n".encode())
    assert read_online_retail(path, load_gazetteer()).orders == read(tmp_path, SALE).orders


def test_the_pound_sign_of_an_old_export_is_read(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(f"{HEADER}\n{SALE.replace('LANTERN', '£ LANTERN é')}\n".encode("latin-1"))
    assert read_online_retail(path, load_gazetteer()).items[0].title == "WHITE METAL £ LANTERN é"


def test_columns_may_come_in_any_order_and_by_the_names_of_the_second_edition(tmp_path: Path) -> None:
    header = "Country,Customer ID,Price,InvoiceDate,Quantity,Description,StockCode,Invoice"
    row = "United Kingdom,17850.0,3.39,2010-12-01T08:26,6,WHITE METAL LANTERN,71053,536365"
    turned = read_online_retail(write(tmp_path, row, header=header), load_gazetteer())
    assert turned == read(tmp_path, SALE)


def test_a_comma_inside_quotes_belongs_to_the_description(tmp_path: Path) -> None:
    retailer = read(tmp_path, SALE.replace("WHITE METAL LANTERN", '"PAPER CRAFT , ""LITTLE"" BIRDIE"'))
    assert retailer.items[0].title == 'PAPER CRAFT , "LITTLE" BIRDIE'


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("536366,71053,LANTERN,6,2010-12-01T08:26,3.39,17850", "7 columns instead of 8"),
        (SALE + ",more", "9 columns instead of 8"),
        (SALE.replace(",6,", ",six,"), "Quantity 'six' is not a whole number"),
        (SALE.replace(",6,", ",6.5,"), "Quantity '6.5' is not a whole number"),
        (SALE.replace(",6,", ",10000001,"), "Quantity 10000001 is beyond 1000000"),
        (SALE.replace("3.39", "3 pounds"), "UnitPrice '3 pounds' is not an amount"),
        (SALE.replace("3.39", "NaN"), "UnitPrice 'NaN' is not an amount"),
        (SALE.replace("3.39", "1e9"), "UnitPrice '1e9' is not an amount"),
        (SALE.replace("2010-12-01T08:26", "yesterday"), "InvoiceDate 'yesterday' is not a date"),
        (SALE.replace("2010-12-01T08:26", "31/12/2010 8:26"), "InvoiceDate '31/12/2010 8:26' is not a date"),
        (SALE.replace("2010-12-01T08:26", "0001-01-01T00:00"), "is not a UK local time of 1990 to 2100"),
        (SALE.replace("2010-12-01T08:26", "2010-12-01T08:26+05:00"), "is not a UK local time"),
        (SALE.replace("536365", ""), "InvoiceNo is empty"),
        (SALE.replace("71053", " "), "StockCode is empty"),
        (SALE.replace("71053", "7" * 41), "StockCode '7777777777777777777777777777777777777777' is too long"),
        (SALE.replace("536365", "5363\x0065"), "InvoiceNo '5363\\x0065' is too long or holds unprintable signs"),
        (SALE.replace("17850", "178\x0750"), "CustomerID '178\\x0750' is too long or holds unprintable signs"),
        (SALE.replace("WHITE", '"WHITE'), "columns instead of 8"),
        (SALE.replace("WHITE", "W" * 20_000), "longer than 10000 characters"),
    ],
)
def test_a_broken_row_is_set_aside_with_its_number_and_reason_and_harms_no_other(
    tmp_path: Path, broken: str, why: str
) -> None:
    retailer = read(tmp_path, SALE, broken, SALE.replace("536365", "536367"))
    (entry,) = retailer.set_aside
    assert (entry.reason, entry.lines) == ("row that cannot be read", 1)
    assert entry.examples[0].startswith("row 3: ")
    assert why in entry.examples[0]
    assert len(retailer.orders) == 2


def test_unprintable_signs_leave_the_title_and_long_titles_are_cut(tmp_path: Path) -> None:
    titles = [read(tmp_path, SALE.replace("WHITE", start)).items[0].title for start in ("WHI\x00TE", "W" * 300)]
    assert titles == ["WHITE METAL LANTERN", "W" * 200]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    retailer = read(tmp_path, "", SALE, "   ")
    assert (retailer.lines_read, aside(retailer)) == (1, {})


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.csv") == "order_file_not_found"
    assert code_of(tmp_path) == "order_file_not_found"


@pytest.mark.parametrize("content", [b"", b"\n\n", HEADER.encode(), f"{HEADER}\n\n".encode()])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(content)
    assert code_of(path) == "order_file_empty"


def test_a_file_without_its_header_is_refused_naming_what_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path, SALE, header=HEADER.replace("UnitPrice", "Cost"))
    with pytest.raises(Refusal, match=re.escape("lacks the columns UnitPrice; it reads: InvoiceNo,StockCode")):
        read_online_retail(path, load_gazetteer())
    assert code_of(write(tmp_path, SALE, header=SALE)) == "order_columns_missing"


def test_archives_and_damaged_packages_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.bin"
    for content in (b"PK\x03\x04 a workbook", lzma.compress(b"x" * 10_000)[:60], gzip.compress(HEADER.encode())[:20]):
        path.write_bytes(content)
        assert code_of(path) == "order_file_unreadable"


def test_a_file_of_nothing_but_postage_is_refused_with_the_reasons(tmp_path: Path) -> None:
    path = write(tmp_path, SALE.replace("71053", "POST"))
    with pytest.raises(Refusal, match=r"None of the 1 rows .* postage and carriage 1"):
        read_online_retail(path, load_gazetteer())


def test_progress_ends_at_the_rows_read(tmp_path: Path) -> None:
    path = write(tmp_path, *[SALE] * 45_000)
    told: list[tuple[int, int]] = []
    read_online_retail(path, load_gazetteer(), on_progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == [20_000, 40_000, 45_000]
    assert told[-1] == (45_000, 45_000)
    assert all(44_000 < of < 46_000 for _, of in told)


FIELD = st.one_of(
    st.sampled_from(["536365", "C536365", "71053", "POST", "6", "-6", "0", "3.39", "0.00", "-1.00", "", '"', "17850"]),
    st.sampled_from(["2010-12-01T08:26", "12/1/2010 8:26", "United Kingdom", "EIRE", "Unspecified", "Atlantis"]),
    st.text(max_size=12),
)


@given(rows=st.lists(st.lists(FIELD, min_size=1, max_size=9), max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_rows_hold_every_one_is_accounted_for(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "any.csv"
    text = "\n".join([HEADER, SALE, *(",".join(row) for row in rows)])
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    retailer = read_online_retail(path, load_gazetteer())
    assert accounted(retailer) == retailer.lines_read
    assert all(line.quantity > 0 and line.unit_price_minor > 0 for order in retailer.orders for line in order.lines)
    assert all(order.placed_at <= datetime(2026, 12, 31, 23, 59, tzinfo=UTC) for order in retailer.orders)
