"""PostgreSQL's binary COPY format, whole columns at a time: no Python per row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

SIGNATURE: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER: Final = b"\xff\xff"
POSTGRES_EPOCH_SECONDS: Final = 946_684_800
POSTGRES_EPOCH_DAY: Final = 10_957


@dataclass(frozen=True)
class Integers:
    """A column of integers of 1, 2, 4 or 8 bytes (1: boolean). A scalar stands for the same value in every row."""

    values: Any
    size: int


@dataclass(frozen=True)
class Label:
    """The same text, enum label or bytes in every row."""

    value: bytes


@dataclass(frozen=True)
class Missing:
    """NULL in every row."""


@dataclass(frozen=True)
class Texts:
    """One text or bytes value per row."""

    values: Sequence[bytes]


@dataclass(frozen=True)
class Slices:
    """One slice of a shared buffer per row: row r is buffer[start[r]:start[r + 1]]."""

    buffer: Bytes
    start: NDArray[np.int64]


Fixed = Integers | Label | Missing
Column = Fixed | Texts | Slices


@dataclass(frozen=True)
class Rows:
    """Rows for a table: columns by name, in the table's own types."""

    table: str
    columns: dict[str, Column]
    count: int


def instants(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Microseconds since 1970 as PostgreSQL's timestamptz, microseconds since 2000."""
    return values - POSTGRES_EPOCH_SECONDS * 1_000_000


def days(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days since 1970 as PostgreSQL's date, days since 2000."""
    return values - POSTGRES_EPOCH_DAY


def encode(columns: Sequence[Column], rows: int) -> bytes:
    """The COPY stream of `rows` rows with the given columns, signature and trailer included."""
    if rows == 0:
        return SIGNATURE + TRAILER
    segments = [_varied(part) if isinstance(part, Texts | Slices) else part for part in _segments(columns, rows)]
    if len(segments) == 1 and isinstance(segments[0], np.ndarray):
        return SIGNATURE + segments[0].tobytes() + TRAILER
    return SIGNATURE + _interleave(segments, rows) + TRAILER


def _segments(columns: Sequence[Column], rows: int) -> list[Any]:
    """Runs of fixed columns as byte matrices of one row each; columns of varied length as they are."""
    found: list[Any] = []
    run: list[Fixed] = []
    count: int | None = len(columns)
    for column in columns:
        if isinstance(column, Texts | Slices):
            if run or count is not None:
                found.append(_fixed(run, rows, count))
            run, count = [], None
            found.append(column)
        else:
            run.append(column)
    if run:
        found.append(_fixed(run, rows, count))
    return found


def _fixed(columns: Sequence[Fixed], rows: int, count: int | None) -> Bytes:
    table = np.empty(rows, dtype=_layout(count is not None, tuple(map(_kind, columns))))
    if count is not None:
        table["count"] = count
    for number, column in enumerate(columns):
        table[f"n{number}"] = _width(column)
        if isinstance(column, Integers):
            table[f"v{number}"] = column.values
        elif isinstance(column, Label) and column.value:
            table[f"v{number}"] = column.value
    return table.view(np.uint8).reshape(rows, table.dtype.itemsize)


def _width(column: Fixed) -> int:
    """The bytes of every value of a column; -1 for NULL."""
    match column:
        case Integers():
            return column.size
        case Label():
            return len(column.value)
        case Missing():
            return -1


def _kind(column: Fixed) -> str:
    """The numpy type of a column's values; empty when there are none."""
    width = _width(column)
    if isinstance(column, Integers):
        return f">i{width}" if width > 1 else "u1"
    return f"S{width}" if width > 0 else ""


@cache
def _layout(counted: bool, kinds: tuple[str, ...]) -> np.dtype[np.void]:
    """A row of fixed columns: the width before every value, and the count of columns before the first of a tuple."""
    layout = [("count", ">i2")] if counted else []
    for number, kind in enumerate(kinds):
        layout.append((f"n{number}", ">i4"))
        if kind:
            layout.append((f"v{number}", kind))
    return np.dtype(layout)


def _varied(column: Texts | Slices) -> Slices:
    if isinstance(column, Slices):
        return column
    lengths = np.fromiter(map(len, column.values), dtype=np.int64, count=len(column.values))
    start = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=start[1:])
    return Slices(np.frombuffer(b"".join(column.values), dtype=np.uint8), start)


def _interleave(segments: Sequence[Bytes | Slices], rows: int) -> bytes:
    """Rows of several segments: each segment is scattered to its place in every row."""
    widths = [
        np.full(rows, part.shape[1], dtype=np.int64) if isinstance(part, np.ndarray) else 4 + np.diff(part.start)
        for part in segments
    ]
    row_width = np.sum(widths, axis=0)
    place = np.cumsum(row_width) - row_width
    out = np.empty(int(row_width.sum()), dtype=np.uint8)
    for part, width in zip(segments, widths, strict=True):
        if isinstance(part, np.ndarray):
            out[place[:, None] + np.arange(part.shape[1])] = part
        else:
            lengths = width - 4
            prefix = lengths.astype(">i4").view(np.uint8).reshape(rows, 4)
            out[place[:, None] + np.arange(4)] = prefix
            source = part.buffer[part.start[0] : part.start[-1]]
            out[np.repeat(place + 4 - (part.start[:-1] - part.start[0]), lengths) + np.arange(len(source))] = source
        place = place + width
    return out.tobytes()
