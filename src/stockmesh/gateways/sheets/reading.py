"""From a file to stretches of rows: the headings found, columns taken apart, what is no row reported."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO, Final

from stockmesh.domain.kernel.sheets.checking import Stretch
from stockmesh.domain.kernel.sheets.columns import Sheet
from stockmesh.domain.kernel.sheets.figures import find_mark
from stockmesh.domain.kernel.sheets.headings import Headings, find_column, read_headings
from stockmesh.domain.kernel.sheets.problems import Findings, Problem, shown
from stockmesh.gateways.sheets.cells import plain_cell
from stockmesh.gateways.sheets.refusals import UnreadableSheet
from stockmesh.gateways.sheets.unpacking import Contents, look_through, unpacked

DELIMITERS: Final = (",", ";", "\t", "|")
STRETCH_ROWS: Final = 20_000
HEADINGS_WITHIN: Final = 12  # rows above the headings that hold a title, a date, nothing
HEADINGS_MAX: Final = 1_000  # each is compared with every name that a column has
CELLS_MAX: Final = 16_384  # of a row, as in a workbook
PIECE_ROWS: Final = 20  # held before their cells are counted: a line of a mebibyte may be a million of them
Record = list[str]


@dataclass(frozen=True)
class Manner:
    """How somebody says the file is written; what is empty is found out. `sheet`: of a workbook, by name or number."""

    encoding: str = ""
    delimiter: str = ""
    mark: str = ""
    sheet: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """How a file is written. `guessed`: the encoding is a guess. `mark`: "" while no figure tells the decimal mark.
    `sheet`: of a workbook."""

    encoding: str
    guessed: bool
    delimiter: str
    mark: str
    sheet: str = ""


@dataclass(frozen=True)
class SheetFile:
    """A file of rows whose headings were understood. `headings_row` is the row they stand in, from 1."""

    path: Path
    name: str
    sheet: Sheet
    contents: Contents
    written: Written
    headings: Headings
    headings_row: int

    def stretches(self, findings: Findings) -> Iterator[tuple[Stretch, int]]:
        """The rows, some thousand at a time, with the bytes read so far; what is no row goes to the findings."""
        with unpacked(self.path) as stream:
            table = read_records(stream, self.written)
            heading = next(islice(table, self.headings_row - 1, None))
            first = self.headings_row + 1
            while batch := _take(self.path, table, first, findings):
                yield self._stretch(range(first, first + len(batch)), batch, heading, findings), stream.tell()
                first += len(batch)

    def _stretch(self, rows: Sequence[int], records: list[Record], heading: Record, findings: Findings) -> Stretch:
        if set(map(len, records)) != {self.headings.width} or not all(map(any, records)) or heading in records:
            rows, records = self._straightened(zip(rows, records, strict=True), heading, findings)
        columns: list[Sequence[str]] = list(zip(*records, strict=True)) if records else [()] * self.headings.width
        if self.contents.quotes:
            columns = [[plain_cell(cell) for cell in one] for one in columns]
        return Stretch(rows, [columns[one.place] for one in self.headings.found])

    def _straightened(
        self, batch: Iterable[tuple[int, Record]], heading: Record, findings: Findings
    ) -> tuple[list[int], list[Record]]:
        """Rows of one width: empty ones are left out, short ones filled up; those too long or that repeat the headings
        are problems."""
        width, kept = self.headings.width, []
        for number, record in batch:
            if not any(cell.strip() for cell in record):
                continue
            beyond = [cell for cell in record[width:] if cell.strip()]
            if beyond:
                hint = "is a decimal comma or a delimiter not within quotation marks?"
                findings.add(Problem(number, "row", shown(beyond[0]), "cells_beyond_headings", hint))
            elif record == heading:
                findings.add(Problem(number, "row", shown(record[0]), "headings_again", "leave the row out"))
            else:
                kept.append((number, record[:width] + [""] * (width - len(record))))
        return [number for number, _ in kept], [record for _, record in kept]


def open_sheet(path: Path, sheet: Sheet, manner: Manner) -> SheetFile:
    """The file, its headings understood. Raises UnreadableSheet and what read_headings raises."""
    contents = look_through(path, manner.encoding)
    begins = _beginning(path, contents.encoding)
    delimiter = manner.delimiter or max(DELIMITERS, key=begins.count)
    written = Written(contents.encoding, contents.guessed, delimiter, manner.mark, manner.sheet)
    with unpacked(path) as stream:
        first = _take(path, read_records(stream, written), 1, Findings(), most=HEADINGS_WITHIN)
    if not first:
        raise UnreadableSheet(file=path.name, problem="it is no table; save it as CSV UTF-8")
    if max(sum(map(bool, one)) for one in first) > HEADINGS_MAX:
        raise UnreadableSheet(file=path.name, problem=f"it has more than {HEADINGS_MAX:,} columns; leave some out")
    row = _headings_row(sheet, first, manner.mapping)
    headings = read_headings(sheet, first[row - 1], manner.mapping)
    file = SheetFile(path, path.name, sheet, contents, written, headings, row)
    if manner.mark:
        return file
    return replace(file, written=replace(written, mark=_mark(file)))


def read_records(stream: IO[bytes], written: Written) -> Iterator[Record]:
    """The records of a table, one for each row of a spreadsheet."""
    text = io.TextIOWrapper(stream, encoding=written.encoding, errors="replace", newline="")
    return csv.reader(text, delimiter=written.delimiter)


def _take(
    path: Path, table: Iterator[Record], first: int, findings: Findings, *, most: int = STRETCH_ROWS
) -> list[Record]:
    """The next records; those before one that cannot be read, with which the file ends. Raises UnreadableSheet."""
    batch: list[Record] = []
    try:
        while len(batch) < most:
            before = len(batch)
            # Not appended one by one: a million small steps are a second.
            batch.extend(islice(table, min(PIECE_ROWS, most - before)))
            if len(batch) == before:
                break
            if max(map(len, batch[before:])) > CELLS_MAX:
                raise UnreadableSheet(file=path.name, problem=f"a row of it has more than {CELLS_MAX:,} cells")
    except csv.Error as error:
        findings.add(
            Problem(first + len(batch), "row", shown(str(error)), "quote_open", "the rows after it are not read")
        )
    return batch


def _beginning(path: Path, encoding: str) -> str:
    """The first lines as text: enough to see what separates the cells."""
    with unpacked(path) as stream:
        text = stream.read(65_536).decode(encoding, "replace")
    lines = [line for line in text.splitlines()[: HEADINGS_WITHIN * 2] if line.strip()]
    if not lines:
        raise UnreadableSheet(file=path.name, problem="it is empty")
    return "\n".join(lines)


def _headings_row(sheet: Sheet, first: Sequence[Record], mapping: Mapping[str, str]) -> int:
    """The row in which most headings are known, or the first that is not empty."""
    known = [sum(_is_known(sheet, cell.strip(), mapping) for cell in one) for one in first]
    if max(known, default=0) > 0:
        return known.index(max(known)) + 1
    return next((number for number, one in enumerate(first, start=1) if any(one)), 1)


def _is_known(sheet: Sheet, cell: str, mapping: Mapping[str, str]) -> bool:
    return bool(cell) and (cell in mapping or find_column(sheet, cell) is not None)


def _mark(file: SheetFile) -> str:
    """The decimal mark that the first rows give away."""
    stretch = next(file.stretches(Findings()), None)
    if stretch is None:
        return ""
    cells = zip(file.headings.found, stretch[0].cells, strict=True)
    return find_mark([one for heading, one in cells if heading.column.unit.is_figure])
