"""Cells of CSV files that people open in spreadsheets: nothing we write is run as a formula, and it reads back whole.

Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

BYTE_ORDER_MARK: Final = "\ufeff"  # without it spreadsheets guess the encoding, and guess wrong
# What spreadsheets begin a formula with, full-width signs included, with what they overlook before it.
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_QUOTED: Final = re.compile(rf"'+(?:{_FORMULA.pattern})")
_NUMBER: Final = re.compile(r"[+-]?(?=[^\d]*\d)[\d., ]+", re.ASCII)


def safe_cell(text: str) -> str:
    """The text with a quotation mark in front where a spreadsheet would run it; a number is left a number."""
    runs = _FORMULA.match(text) or _QUOTED.match(text)
    return f"'{text}" if runs and not _NUMBER.fullmatch(text) else text


def plain_cell(cell: str) -> str:
    """The text that `safe_cell` wrote as this cell."""
    return cell[1:] if cell.startswith("'") and _QUOTED.match(cell) else cell


def write_rows(rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    """Rows of values as lines of CSV: every text safe, instants in ISO 8601, lists parted by blanks, None empty."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(
        [_cell(value) for value in row] for row in rows
    )
    return out.getvalue()


def _cell(value: Any) -> str | int:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int():
            return value
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return safe_cell(" ".join(map(str, value)))
        case _:
            return safe_cell(str(value))
