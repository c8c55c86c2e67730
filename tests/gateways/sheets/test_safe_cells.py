"""Cells that spreadsheets do not run, and that read back as what they were."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.kernel.sheets.checking import Checker
from stockmesh.domain.kernel.sheets.problems import Findings
from stockmesh.domain.network.sheets import ITEMS
from stockmesh.gateways.sheets import Manner, open_sheet, write_rejects
from stockmesh.gateways.sheets.cells import plain_cell, safe_cell, write_rows

RUN = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
]
LEFT = [
    "",
    "tent",
    "-5",
    "+5",
    "-1,234.50",
    "-.5",
    "+49 30 4711",
    "a=b",
    "1-2",
    "x@y.example",
    "O'Neill",
    "'quoted'",
    "12'",
    "-5.0",
]


@pytest.mark.parametrize("text", RUN)
def test_what_would_be_run_is_quoted(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", LEFT)
def test_what_is_harmless_is_left_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n \uff1d\uff0b\uff0d\uff20ab1.,")) | st.text())
def test_every_text_is_read_back(text: str) -> None:
    """And what is written never begins as a formula does, unless it is a number."""
    cell = safe_cell(text)
    assert plain_cell(cell) == text
    begins = cell.lstrip()[:1] in set("=+-@\uff1d\uff0b\uff0d\uff20") - {""}
    assert not begins or not set(cell) - set("+-0123456789., ")


def test_rows_keep_what_kind_of_value_each_is() -> None:
    written = write_rows(
        [[None, True, -5, datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 2), ("LEJ", "AMS"), "=1", 'a"b,c']]
    )
    [row] = csv.reader(io.StringIO(written))
    assert row == ["", "true", "-5", "2026-03-02T00:00:00+00:00", "2026-03-02", "LEJ AMS", "'=1", 'a"b,c']


def test_rejects_come_back_as_they_were(tmp_path: Path) -> None:
    """Corrected and imported again, a cell is what it was before it was quoted; however often it is rejected."""
    head = "sku,title,weight_g,length_cm,width_cm,height_cm,price\n"
    path = tmp_path / "items.csv"
    path.write_text(head + 'A,@home,-1,1,1,1,1\nB,"\uff1dsign",x,1,1,1,1\nC,"\'=quoted",y,1,1,1,1\n', encoding="utf-8")
    titles = ["@home", "\uff1dsign", "=quoted"]
    for number in range(3):
        file = open_sheet(path, ITEMS, Manner())
        findings = Findings()
        [(stretch, _)] = list(file.stretches(findings))
        Checker(file.headings, file.written.mark, 100, findings).check(stretch)
        place = [one.column.name for one in file.headings.found].index("title")
        assert list(stretch.cells[place]) == titles
        path = tmp_path / f"bad{number}.csv"
        assert write_rejects(file, findings.reasons_by_row(), path) == 3
        assert "\n" in path.read_text(encoding="utf-8-sig")
        for line in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            assert not line[1].startswith(("=", "@", "\uff1d"))
