"""The table's file format: columns of integers as differences in byte planes, and lists of text, in one LZMA stream.

A file is LZMA over: the length of the heading (8 bytes, little endian), the heading (JSON: columns and texts with
their sizes, in order), then the columns, then the texts. The same content always gives the same bytes.
"""

import json
import lzma
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I64

_LENGTH_BYTES: Final = 8
_WIDTHS: Final = (1, 2, 4, 8)


@dataclass(frozen=True)
class Packed:
    """What a file holds, by name: integer columns and lists of text without line breaks."""

    columns: dict[str, I64]
    texts: dict[str, list[str]]


def pack(content: Packed) -> bytes:
    """The file of the given columns and texts."""
    planes = {name: _planes(column) for name, column in content.columns.items()}
    texts = {name: "\n".join(lines).encode() for name, lines in content.texts.items()}
    heading = {
        "columns": [[name, *plane.shape] for name, plane in planes.items()],
        "texts": [[name, len(text), len(content.texts[name])] for name, text in texts.items()],
    }
    head = json.dumps(heading, separators=(",", ":")).encode()
    body = [plane.tobytes() for plane in planes.values()]
    plain = b"".join([len(head).to_bytes(_LENGTH_BYTES, "little"), head, *body, *texts.values()])
    return lzma.compress(plain, preset=9 | lzma.PRESET_EXTREME)


def unpack(packed: bytes) -> Packed:
    """The columns (64-bit) and texts of a file made by `pack`."""
    plain = lzma.decompress(packed)
    at = _LENGTH_BYTES + int.from_bytes(plain[:_LENGTH_BYTES], "little")
    heading = json.loads(plain[_LENGTH_BYTES:at])
    columns: dict[str, I64] = {}
    for name, width, rows in heading["columns"]:
        planes = np.frombuffer(plain, dtype=np.uint8, count=width * rows, offset=at).reshape(width, rows)
        columns[name] = _column(planes)
        at += width * rows
    texts: dict[str, list[str]] = {}
    for name, size, lines in heading["texts"]:
        texts[name] = plain[at : at + size].decode().split("\n") if lines else []
        at += size
    return Packed(columns, texts)


def _planes(column: I64) -> NDArray[np.uint8]:
    """The differences of a column, zigzag so that small ones are small either way, as one row per byte."""
    steps = np.diff(column, prepend=np.int64(0))
    zigzag = ((steps << 1) ^ (steps >> 63)).astype("<u8")
    largest = int(zigzag.max(initial=0))
    width = next(width for width in _WIDTHS if largest < 256**width)
    return np.ascontiguousarray(zigzag.view(np.uint8).reshape(-1, 8)[:, :width].T)


def _column(planes: NDArray[np.uint8]) -> I64:
    width, rows = planes.shape
    wide = np.zeros((rows, 8), dtype=np.uint8)
    wide[:, :width] = planes.T
    zigzag = wide.view("<u8").reshape(rows)
    steps = (zigzag >> np.uint64(1)).astype(np.int64) ^ -(zigzag & np.uint64(1)).astype(np.int64)
    column: I64 = np.cumsum(steps, dtype=np.int64)
    return column
