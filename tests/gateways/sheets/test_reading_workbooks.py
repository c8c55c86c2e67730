"""Workbooks as merchants keep them: days, rounded codes, merged cells, errors, hidden sheets; and made to harm."""

import gzip
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.domain.kernel.sheets.checking import Checker
from stockmesh.domain.kernel.sheets.problems import Findings
from stockmesh.gateways.sheets import (
    Manner,
    UnreadableSheet,
    as_table,
    open_sheet,
    template,
    write_rejects,
    write_template,
)

STOCK = ["sku", "location", "quantity", "as_of"]
WITHOUT_ZONE = datetime.fromisoformat("2026-03-01T06:30:00")
DAY, MOMENT = {"num_format": "dd.mm.yyyy"}, {"num_format": "dd.mm.yyyy hh:mm"}


def workbook(path: Path, rows: Sequence[Sequence[Any]], *, before: Sequence[str] = (), at: int = 0) -> Path:
    """A workbook whose rows stand in a sheet named Stock, after empty sheets named `before`."""
    with Workbook(str(path)) as book:
        day, moment = book.add_format(DAY), book.add_format(MOMENT)
        for name in before:
            book.add_worksheet(name)
        sheet = book.add_worksheet("Stock")
        for number, row in enumerate(rows, start=at):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime | date):
                    sheet.write_datetime(number, place, cell, moment if isinstance(cell, datetime) else day)
                else:
                    sheet.write(number, place, cell)
    return path


def read(
    path: Path, kind: str = "stock", **manner: Any
) -> tuple[list[dict[str, Any]], list[tuple[int, str, str, str]]]:
    """The good rows, and every problem."""
    with as_table(path, Manner(**manner)) as (table, told):
        file, findings = open_sheet(table, SHEETS[kind], told), Findings()
        checker, good = Checker(file.headings, file.written.mark, 100, findings), []
        for stretch, _ in file.stretches(findings):
            checked = checker.check(stretch)
            columns = {**checked.texts, **checked.said, **{n: f.tolist() for n, f in checked.figures.items()}}
            good += [{name: cells[at] for name, cells in columns.items()} for at in checked.good.nonzero()[0]]
    return good, [(one.row, one.column, one.reason, one.value) for one in findings.sorted()]


def test_numbers_are_read_as_they_are_meant(tmp_path: Path) -> None:
    """1234.0 is item 1234 with 12 units; a long number that fits is kept; titles above and empty rows do not shift."""
    rows: list[list[Any]] = [["Stock of March"], [], STOCK[:3], [1234.0, "LEJ", 12.0], [], [4006381333931, "LEJ", 3]]
    good, problems = read(workbook(tmp_path / "stock.xlsx", rows))
    assert [(one["sku"], one["quantity"]) for one in good] == [("1234", 12), ("4006381333931", 3)]
    assert problems == []


def test_a_code_that_was_rounded_is_named(tmp_path: Path) -> None:
    """What was shown as 1.23457E+12 and saved so, and what has more digits than a workbook keeps."""
    rows: list[list[Any]] = [STOCK[:3], [1.23457e12, "LEJ", 1], [12345678901234567890, "LEJ", 2], [7, "LEJ", 2.5]]
    _, problems = read(workbook(tmp_path / "stock.xlsx", rows))
    assert problems == [
        (2, "sku", "number_for_code", "1.23457E+12"),
        (3, "sku", "number_for_code", "1.23456789012346E+19"),
        (4, "quantity", "not_whole", "2.5"),
    ]


def test_days_and_moments(tmp_path: Path) -> None:
    """A day is a day; a moment of a workbook has no time zone, and is refused as such."""
    supply: list[list[Any]] = [
        ["reference", "sku", "location", "quantity", "due_on"],
        ["PO-1", "A", "LEJ", 4, date(2026, 4, 1)],
    ]
    good, problems = read(workbook(tmp_path / "supply.xlsx", supply), "incoming")
    assert (good[0]["due_on"], problems) == (date(2026, 4, 1), [])
    _, problems = read(workbook(tmp_path / "stock.xlsx", [STOCK, ["A", "LEJ", 4, WITHOUT_ZONE]]))
    assert problems == [(2, "as_of", "no_time_zone", "2026-03-01T06:30:00")]


def test_what_the_reader_of_workbooks_is_silent_about(tmp_path: Path) -> None:
    """Errors, merged cells, and formulas that were saved without a value are problems, not empty cells."""
    path = tmp_path / "stock.xlsx"
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 1, STOCK[:3])
        sheet.write_row(2, 1, ["A", "LEJ"])
        sheet.write_formula(2, 3, "=1+1", None, 2)
        sheet.write_row(3, 1, ["B", "LEJ"])
        sheet.write_formula(3, 3, "=NA()", None, "#N/A")
        sheet.merge_range(4, 1, 5, 1, "C")
        sheet.write_row(4, 2, ["LEJ", 1])
        sheet.write_row(5, 2, ["AMS", 1])
        sheet.write_row(6, 1, ["D", "LEJ"])
        sheet.write_formula(6, 3, "=Other!B7*2", None, "gone")
    without = rewritten(path, "xl/worksheets/sheet1.xml", b"<v>gone</v>", b"")
    good, problems = read(without)
    assert [(one["sku"], one["location"], one["quantity"]) for one in good] == [("A", "LEJ", 2), ("C", "LEJ", 1)]
    assert problems == [
        (4, "quantity", "spreadsheet_error", "#N/A"),
        (6, "sku", "merged", "#MERGED!"),
        (7, "quantity", "formula", "="),
    ]


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The workbook with something replaced in one of its parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            body = before.read(name)
            assert name != part or old in body
            after.writestr(name, body.replace(old, new) if name == part else body)
    path.write_bytes(packed.getvalue())
    return path


def test_the_sheet_is_chosen(tmp_path: Path) -> None:
    """The first visible one that holds something, or the one that is named or numbered; a hidden one only by name."""
    path = tmp_path / "book.xlsx"
    with Workbook(str(path)) as book:
        book.add_worksheet("Notes")
        for name, sku in (("Hidden", "H"), ("Lager", "L"), ("Other", "O")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, STOCK[:3])
            sheet.write_row(1, 0, [sku, "LEJ", 1])
            if name == "Hidden":
                sheet.hide()
    assert [read(path, sheet=one)[0][0]["sku"] for one in ("", "other", "3", "Hidden")] == ["L", "O", "O", "H"]
    with pytest.raises(UnreadableSheet, match="no sheet 'Lagr'; its sheets: Notes, Lager, Other"):
        read(path, sheet="Lagr")


def test_a_sheet_of_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """Who names a sheet believes that the file has one."""
    (tmp_path / "stock.csv").write_text("sku,location,quantity\nA,LEJ,1\n")
    with pytest.raises(UnreadableSheet, match="no workbook"):
        read(tmp_path / "stock.csv", sheet="Stock")


def harmful(path: Path, kind: str) -> None:
    """A file that calls itself a workbook."""
    if kind == "truncated":
        workbook(path, [STOCK])
        path.write_bytes(path.read_bytes()[:-300])
    elif kind == "a document":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("word/document.xml", "<w/>")
    elif kind == "a far cell":
        workbook(path, [["sku"], ["A"]])
        rewritten(path, "xl/worksheets/sheet1.xml", b'r="A2"', b'r="XFD1048576"')
    elif kind == "a bomb":
        workbook(path, [["sku"], ["A"]])
        rewritten(path, "xl/sharedStrings.xml", b"</t>", b"</t></si>" + b"<si><t>" + b"A" * (3 << 30) + b"</t>")
    elif kind == "entities":
        workbook(path, [["sku"], ["A"]])
        bomb = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 20) for n in range(1, 20))
        rewritten(path, "xl/workbook.xml", b"<workbook", b'<!DOCTYPE x [<!ENTITY a0 "lol">' + bomb + b"]><workbook")
        rewritten(path, "xl/workbook.xml", b'name="Stock"', b'name="&a19;"')
    else:
        mark = "EncryptedPackage".encode("utf-16-le") if kind == "a password" else b""
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + mark)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("truncated", "damaged"),
        ("a document", "no XLSX workbook"),
        ("a far cell", "more memory or time"),
        ("entities", "damaged|no sheet|more memory"),
        ("a password", "password"),
        ("an old one", "old workbook"),
        pytest.param("a bomb", "more memory or time|too large", marks=pytest.mark.soak),
    ],
)
def test_what_cannot_be_read_is_refused_clearly(tmp_path: Path, kind: str, said: str) -> None:
    """The process that was asked goes on, whatever the workbook does to the one that reads it."""
    path = tmp_path / "stock.xlsx"
    harmful(path, kind)
    with pytest.raises(UnreadableSheet, match=said):
        read(path)


def test_rejects_of_a_workbook_are_a_workbook(tmp_path: Path) -> None:
    """As texts: zeros stay, and nothing runs."""
    path = workbook(tmp_path / "stock.xlsx", [STOCK[:3], ["007", "LEJ", "many"], ["B", "LEJ", 2]])
    with as_table(path, Manner()) as (table, told):
        file = open_sheet(table, SHEETS["stock"], told)
        assert write_rejects(file, {2: "=quantity is not a number"}, tmp_path / "bad.xlsx") == 1
    rows = CalamineWorkbook.from_path(str(tmp_path / "bad.xlsx")).get_sheet_by_index(0).to_python()
    assert rows == [[*STOCK[:3], "reason"], ["007", "LEJ", "many", "=quantity is not a number"]]


@pytest.mark.parametrize("kind", SHEETS)
def test_templates_are_written_as_workbooks_too(tmp_path: Path, kind: str) -> None:
    """The same cells as in the CSV file, and they are taken as they stand."""
    write_template(SHEETS[kind], tmp_path / "template.xlsx")
    (tmp_path / "template.csv").write_text(template(SHEETS[kind]))
    good, problems = read(tmp_path / "template.xlsx", kind)
    assert (good, problems) == read(tmp_path / "template.csv", kind)
    assert (len(good), problems) == (1, [])


def test_lines_of_json_are_rows(tmp_path: Path) -> None:
    """Names are headings, in any order; a line that is no object is named."""
    path = tmp_path / "stock.ndjson"
    path.write_text(
        '{"sku": "A", "location": "LEJ", "quantity": 3}\n\n{"quantity": "x", "sku": "B", "location": "AMS"}\n'
    )
    good, problems = read(path)
    assert (good[0]["sku"], good[0]["quantity"], problems) == ("A", 3, [(4, "quantity", "not_a_number", "x")])
    path.write_text('{"sku": "A"}\n[1]\n')
    with pytest.raises(UnreadableSheet, match="line 2 is no JSON object"):
        read(path)


def test_lines_of_json_do_not_grow_to_a_table_of_countless_columns(tmp_path: Path) -> None:
    """Each line with a name of its own would be a table of the square of their number."""
    path = tmp_path / "stock.ndjson"
    path.write_text("".join(f'{{"k{number}": 1}}\n' for number in range(5_000)), encoding="utf-8")
    with pytest.raises(UnreadableSheet, match="more than 1,000 names"), as_table(path, Manner()):
        pass


def test_a_line_of_json_without_end_is_not_held(tmp_path: Path) -> None:
    """A few packed bytes may unfold to a line of any length."""
    path = tmp_path / "stock.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"sku": "' + b"x" * (2 << 20) + b'"}\n'))
    with pytest.raises(UnreadableSheet, match="line 1 is longer than a mebibyte"), as_table(path, Manner()):
        pass
