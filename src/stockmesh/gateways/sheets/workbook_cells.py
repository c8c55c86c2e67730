"""One sheet of a workbook written as CSV, run as a program of its own: a workbook made to harm harms nobody else.

The reader of workbooks holds a whole sheet in memory, some hundred bytes a cell, and a sheet may claim billions of
cells. So the program limits its own memory and time; where a limit is met, it ends, and its caller says so. It imports
nothing of ours and can be started quickly.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES_MAX: Final = 2 << 30
CPU_SECONDS_MAX: Final = 600
TABLE_BYTES_MAX: Final = 4 << 30
UNPACKED_BYTES_MAX: Final = 4 << 30
REFUSED: Final = 3
BLOCK: Final = 1 << 20
MERGED: Final = "#MERGED!"
MERGED_MAX = 200_000
# A figure that is shown as 1.23457E+12 and saved as it is shown is a whole number with few digits and many zeros.
ROUNDED_FROM: Final = 10**11
DIGITS_SHOWN: Final = 6
DIGITS_KEPT: Final = 15
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Errors, and formulas that were saved without their values: the reader of workbooks shows both as empty cells.
_SILENT: Final = re.compile(
    rb'<c\b([^>]*)\bt="e"([^>]*)>(?:<f\b[^>]*?(?:/>|>[^<]*</f>))?<v>([^<]*)</v>'
    rb"|<c\b([^>]*)>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)(?:<v\s*/>|<v>\s*</v>)?</c>"
)
_PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
Places = Mapping[tuple[int, int], str]


class RefusedError(Exception):
    """The workbook cannot be read, in words."""


def main(path: str, wanted: str, mark: str) -> None:
    """Writes the wanted sheet as CSV to standard output, and to standard error which sheet it is among which."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (TABLE_BYTES_MAX, TABLE_BYTES_MAX))
    ensure_sound(path)
    workbook = CalamineWorkbook.from_path(path)
    name, visible = choose(workbook, wanted)
    sheet = workbook.get_sheet_by_name(name)
    marks = merged_below(sheet.merged_cell_ranges or ()) | silent_cells(path, name)
    left = (sheet.start or (0, 0))[1]
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    csv.writer(out, lineterminator="\n").writerows(written(sheet.iter_rows(), marks, left, mark))
    out.flush()
    sys.stderr.write(json.dumps({"sheet": name, "sheets": visible}))


def ensure_sound(path: str) -> None:
    """Unpacks every part once without keeping it: sizes and check sums are what the file says. Raises RefusedError."""
    try:
        with zipfile.ZipFile(path) as packed:
            if any(part.flag_bits & 1 for part in packed.infolist()):
                raise RefusedError("it is protected by a password; save it without one")
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise RefusedError("it is too large when unpacked; save the sheet as CSV UTF-8")
            if "xl/workbook.xml" not in packed.namelist():
                raise RefusedError("it is no XLSX workbook; save it as XLSX or CSV UTF-8")
            for part in packed.infolist():
                with packed.open(part) as stream:
                    while stream.read(BLOCK):
                        pass
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise RefusedError(f"the workbook is damaged: {error}") from error


def choose(workbook: CalamineWorkbook, wanted: str) -> tuple[str, list[str]]:
    """The name of the wanted sheet, by name or number, or else of the first visible one that is not empty; and the
    names of all that are visible. A hidden sheet is read when it is named. Raises RefusedError."""
    tables = [one for one in workbook.sheets_metadata if one.typ is SheetTypeEnum.WorkSheet]
    visible = [one.name for one in tables if one.visible is SheetVisibleEnum.Visible]
    if wanted:
        named = {one.name.casefold(): one.name for one in tables}
        name = named.get(wanted.casefold().strip())
        if name is None and wanted.isdecimal() and 1 <= int(wanted) <= len(visible):
            name = visible[int(wanted) - 1]
        if name is None:
            raise RefusedError(f"it has no sheet {wanted!r}; its sheets: {', '.join(visible)}")
        return name, visible
    full = next((name for name in visible if workbook.get_sheet_by_name(name).start is not None), None)
    if full is None:
        raise RefusedError("none of its visible sheets holds anything")
    return full, visible


def merged_below(ranges: Any) -> dict[tuple[int, int], str]:
    """The cells below the first one of cells merged over several rows: what they were meant to hold is not known.
    Raises RefusedError."""
    if sum(bottom - top for (top, _), (bottom, _) in ranges) > MERGED_MAX:
        raise RefusedError(
            f"more than {MERGED_MAX:,} of its cells are merged; unmerge them, or save the sheet as CSV UTF-8"
        )
    return {(row, left): MERGED for (top, left), (bottom, _) in ranges for row in range(top + 1, bottom + 1)}


def silent_cells(path: str, name: str) -> dict[tuple[int, int], str]:
    """What cells hold that the reader of workbooks leaves empty, by row and column from 0."""
    found: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(path) as packed, packed.open(part_of(packed, name)) as stream:
        rest = b""
        while block := stream.read(BLOCK):
            text = rest + block
            for cell in _SILENT.finditer(text):
                place = _PLACE.search((cell[1] or b"") + (cell[2] or b"") + (cell[4] or b""))
                if place is not None:
                    found[int(place[2]) - 1, column_number(place[1])] = (cell[3] or b"=").decode("utf-8", "replace")
            begun = text.rfind(b"<c ")
            rest = text[begun:] if begun >= 0 else b""
    return found


def part_of(packed: zipfile.ZipFile, name: str) -> str:
    """The part of the file in which a sheet lies."""
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))  # noqa: S314 - within our limits
    relations = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    sheet = next((one for one in book.iter(f"{_MAIN}sheet") if one.get("name") == name), None)
    target = targets.get(sheet.get(_RELATION), "") if sheet is not None else ""
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    if part not in packed.namelist():
        raise RefusedError("the workbook is damaged: a sheet is missing")
    return part


def column_number(letters: bytes) -> int:
    """A column's number from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def written(rows: Iterator[list[Any]], marks: Places, left: int, mark: str) -> Iterator[list[str]]:
    """Rows as texts."""
    marked: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in marks.items():
        marked.setdefault(row, []).append((column - left, text))
    for number, cells in enumerate(rows):
        texts = [cell if cell.__class__ is str else text_of(cell, mark) for cell in cells]
        for place, text in marked.get(number, ()):
            if 0 <= place < len(texts) and (text != MERGED or not texts[place]):
                texts[place] = text
        yield texts


def text_of(cell: Any, mark: str) -> str:
    """A cell as it would be written by hand: 1234.0 is 1234, a day 2026-03-02, a time 14:00."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() | int():
            return figure_of(cell, mark)
        case datetime():
            return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(timespec="seconds")
        case time():
            return cell.isoformat(timespec="seconds" if cell.second else "minutes")
        case timedelta():
            minutes = round(cell.total_seconds()) // 60
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def figure_of(cell: float, mark: str) -> str:
    """A number to the fifteen digits that a workbook keeps; one that was rounded is shown as rounded: 1.23457E+12."""
    kept = Decimal(f"{cell:.{DIGITS_KEPT}g}")
    digits = len(kept.normalize().as_tuple().digits)
    if abs(cell) >= 10**DIGITS_KEPT or (abs(cell) >= ROUNDED_FROM and digits <= DIGITS_SHOWN):
        return f"{cell:.{max(digits - 1, 0)}E}"
    plain = f"{kept:f}"
    whole = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return whole.replace(".", mark)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4])
    except RefusedError as refused:
        sys.stderr.write(str(refused))
        sys.exit(REFUSED)
    except (CalamineError, ElementTree.ParseError, KeyError, ValueError) as broken:
        sys.stderr.write(f"the workbook is damaged: {Path(sys.argv[1]).name}: {broken}"[:300])
        sys.exit(REFUSED)
