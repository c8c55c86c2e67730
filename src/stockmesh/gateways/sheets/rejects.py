"""The rows of a file that were not taken, as a file of their own: with the reason, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from stockmesh.gateways.sheets.cells import plain_cell, safe_cell
from stockmesh.gateways.sheets.reading import Record, SheetFile, read_records
from stockmesh.gateways.sheets.unpacking import unpacked


def write_rejects(file: SheetFile, reasons: Mapping[int, str], target: Path) -> int:
    """How many rows were written: the file's headings, its bad rows as they were, and a last column `reason`."""
    written = 0
    with unpacked(file.path) as stream, target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=file.written.delimiter)
        records = read_records(stream, file.written)
        heading = next(islice(records, file.headings_row - 1, None))
        writer.writerow([*_safe(heading), "reason"])
        for number, record in enumerate(_readable(records), start=file.headings_row + 1):
            if number in reasons:
                filled = record + [""] * (len(heading) - len(record))
                writer.writerow([*_safe(filled), safe_cell(reasons[number])])
                written += 1
    return written


def _safe(record: Record) -> list[str]:
    """Cells as they were meant, written so that they are read back as that: a file of rejects is corrected and comes
    again."""
    return [safe_cell(plain_cell(cell)) for cell in record]


def _readable(records: Iterator[Record]) -> Iterator[Record]:
    while True:
        try:
            yield next(records)
        except (StopIteration, csv.Error):
            return
