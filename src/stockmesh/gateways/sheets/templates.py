"""Empty files to fill in, written from the declared columns."""

import csv
import io
from pathlib import Path

from stockmesh.domain.kernel.sheets.columns import Sheet
from stockmesh.gateways.sheets.rejects import write_workbook


def template(sheet: Sheet) -> str:
    """A CSV file with the headings of a sheet and one row as an example."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(_rows(sheet))
    return out.getvalue()


def write_template(sheet: Sheet, target: Path) -> None:
    """The same as a workbook."""
    write_workbook(target, _rows(sheet))


def _rows(sheet: Sheet) -> list[list[str]]:
    return [
        [_heading(column.headings) for column in sheet.columns],
        [column.example for column in sheet.columns],
    ]


def _heading(headings: tuple[str, ...]) -> str:
    """The column's name; of a measure the usual unit: kilograms, millimetres."""
    return next((one for one in headings if one.endswith(("_kg", "_mm"))), headings[0])
