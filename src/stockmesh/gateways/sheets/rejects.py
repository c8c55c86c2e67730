"""The rows of a file that were not taken, as a file of their own: with the reason, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from stockmesh.gateways.sheets.cells import plain_cell, safe_cell
from stockmesh.gateways.sheets.reading import Record, SheetFile, read_records
from stockmesh.gateways.sheets.unpacking import unpacked


def write_rejects(file: SheetFile, reasons: Mapping[int, str], target: Path) -> int:
    """How many rows were written: the file's headings, its bad rows as they were, and a last column `reason`.

    A target named .xlsx becomes a workbook, any other CSV.
    """
    with unpacked(file.path) as stream:
        rejects = _rejects(file, reasons, read_records(stream, file.written))
        if target.suffix.lower() == ".xlsx":
            return write_workbook(target, rejects) - 1
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, delimiter=file.written.delimiter)
            count = -1  # the headings are no row
            for record in rejects:
                writer.writerow(map(_safe, record))
                count += 1
            return count


def write_workbook(target: Path, records: Iterable[Record]) -> int:
    """How many rows a new workbook of one sheet got. Every cell is a text: zeros stay, and nothing runs."""
    count = 0
    with Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for count, record in enumerate(records, start=1):
            for place, cell in enumerate(record):
                sheet.write_string(count - 1, place, cell)
    return count


def _rejects(file: SheetFile, reasons: Mapping[int, str], records: Iterator[Record]) -> Iterator[Record]:
    heading = next(islice(records, file.headings_row - 1, None))
    yield [*heading, "reason"]
    for number, record in enumerate(_readable(records), start=file.headings_row + 1):
        if number in reasons:
            yield [*record, *[""] * (len(heading) - len(record)), reasons[number]]


def _safe(cell: str) -> str:
    """A cell as it was meant, written so that it is read back as that: rejects are corrected and come again."""
    return safe_cell(plain_cell(cell))


def _readable(records: Iterator[Record]) -> Iterator[Record]:
    while True:
        try:
            yield next(records)
        except (StopIteration, csv.Error):
            return
