"""Empty files to fill in, written from the declared columns."""

import csv
import io

from stockmesh.domain.kernel.sheets.columns import Sheet


def template(sheet: Sheet) -> str:
    """A CSV file with the headings of a sheet and one row as an example."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_heading(column.headings) for column in sheet.columns])
    writer.writerow([column.example for column in sheet.columns])
    return out.getvalue()


def _heading(headings: tuple[str, ...]) -> str:
    """The column's name; of a measure the usual unit: kilograms, millimetres."""
    return next((one for one in headings if one.endswith(("_kg", "_mm"))), headings[0])
