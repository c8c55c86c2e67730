"""Counts from a CSV file: sku, location, quantity, and owner, kind and as_of by row where the whole file does not say
them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount

REQUIRED: Final = ("sku", "location", "quantity")
OPTIONAL: Final = ("owner", "kind", "as_of")
DELIMITERS: Final = (",", ";", "\t")
DIGITS_MAX: Final = 18


@dataclass(eq=False)
class CountColumnsMissing(Refusal):
    columns: tuple[str, ...]
    found: tuple[str, ...]
    code = "count_columns_missing"
    text = (
        "The count file's first line must name the columns sku, location and quantity; kind and as_of too, unless they "
        "are given for the whole file; owner may follow. Missing: {columns}; found: {found}."
    )


@dataclass(eq=False)
class BadCountRow(Refusal):
    row: int
    field: str
    value: str
    reason: str
    code = "bad_count_row"
    text = "Row {row}, {field}: {value!r} {reason}."


@dataclass(frozen=True)
class _OfFile:
    """What holds for the rows of a file that do not say it themselves."""

    kind: CountKind | None
    as_of: datetime | None
    owner: str


@dataclass(frozen=True)
class ReadCounts:
    """The rows that could be read, and why the others could not. Row 1 is the first after the column names."""

    counts: tuple[StockCount, ...]
    refusals: tuple[BadCountRow, ...]


def read_counts(
    lines: Iterable[str], *, kind: CountKind | None = None, as_of: datetime | None = None, owner: str = ""
) -> ReadCounts:
    """The counts of a CSV file with a line of column names; separated by comma, semicolon or tab.

    `kind`, `as_of` and `owner` hold for rows that do not say their own. An instant needs a time zone. Raises
    CountColumnsMissing.
    """
    of_file = _OfFile(kind, as_of, owner)
    counts, refusals = [], []
    for row, fields in enumerate(_rows(lines), start=1):
        if fields is not None and not any(fields.values()):
            continue
        try:
            counts.append(_count(row, fields, of_file))
        except BadCountRow as refusal:
            refusals.append(refusal)
    return ReadCounts(tuple(counts), tuple(refusals))


def _rows(lines: Iterable[str]) -> Iterator[dict[str, str] | None]:
    """The fields of every row by column name, without surrounding blanks; None for a row that is no CSV."""
    rest = iter(lines)
    head = next(rest, "").lstrip("\ufeff")
    delimiter = max(DELIMITERS, key=head.count)
    # A zero byte would end the reader with an error of its own; no field that holds one can be right.
    safe = (line.replace("\0", "\ufffd") for line in rest)
    reader = csv.reader(chain([head], safe), delimiter=delimiter)
    columns = [name.strip().lower() for name in next(reader, [])]
    missing = tuple(name for name in REQUIRED if name not in columns)
    if missing:
        raise CountColumnsMissing(columns=missing, found=tuple(columns))
    wanted = REQUIRED + OPTIONAL
    while True:
        try:
            found = dict(zip(columns, next(reader), strict=False))
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        yield {name: found.get(name, "").strip() for name in wanted}


def _count(row: int, fields: dict[str, str] | None, of_file: _OfFile) -> StockCount:
    if fields is None:
        raise BadCountRow(row=row, field="row", value="", reason="cannot be read; is a quotation mark open")
    for name in ("sku", "location"):
        if not fields[name]:
            raise BadCountRow(row=row, field=name, value="", reason="is empty")
    return StockCount(
        sku=fields["sku"],
        location=fields["location"],
        quantity=_quantity(row, fields["quantity"]),
        kind=_kind(row, fields["kind"], of_file.kind),
        as_of=_as_of(row, fields["as_of"], of_file.as_of),
        row=row,
        owner=fields["owner"] or of_file.owner,
    )


def _quantity(row: int, text: str) -> int:
    digits = text.removeprefix("-").removeprefix("+")
    if not digits.isascii() or not digits.isdecimal():
        raise BadCountRow(row=row, field="quantity", value=text, reason="is not a whole number of units")
    if len(digits) > DIGITS_MAX:
        raise BadCountRow(row=row, field="quantity", value=text[:40], reason="is more than anybody can count")
    return int(text)


def _kind(row: int, text: str, of_file: CountKind | None) -> CountKind:
    if not text and of_file is not None:
        return of_file
    if not text:
        reason = "is not said; add the column, or say it for the whole file (--kind)"
        raise BadCountRow(row=row, field="kind", value="", reason=reason)
    if text.lower() not in [each.value for each in CountKind]:
        raise BadCountRow(row=row, field="kind", value=text, reason="must be on_hand or available")
    return CountKind(text.lower())


def _as_of(row: int, text: str, of_file: datetime | None) -> datetime:
    if not text and of_file is not None:
        return of_file
    if not text:
        reason = "is not said; add the column, or say it for the whole file (--as-of)"
        raise BadCountRow(row=row, field="as_of", value="", reason=reason)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        reason = "is not an instant; write it as 2026-03-02T18:00:00Z"
        raise BadCountRow(row=row, field="as_of", value=text, reason=reason) from None
    if instant.tzinfo is None:
        reason = "has no time zone; write it as 2026-03-02T18:00:00Z"
        raise BadCountRow(row=row, field="as_of", value=text, reason=reason)
    return instant.astimezone(UTC)
