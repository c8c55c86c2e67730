"""Integer arrays as query parameters, sent in binary without a Python object per element."""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format

INT8_OID = 20
INT8_ARRAY_OID = 1016
TIMESTAMPTZ_ARRAY_OID = 1185
POSTGRES_EPOCH_US = 946_684_800_000_000
EMPTY_BYTES = 12
HEADER_BYTES = 20
CELL = np.dtype([("length", ">i4"), ("value", ">i8")])


@dataclass(frozen=True)
class Vector:
    """A one-dimensional bigint[] parameter."""

    values: NDArray[np.integer[Any]]


class VectorDumper(Dumper):
    """PostgreSQL's binary array format, built from the whole array at once."""

    format = Format.BINARY
    oid = INT8_ARRAY_OID

    def dump(self, obj: Vector) -> bytes:
        return dump_vector(obj.values)


def dump_vector(values: NDArray[np.integer[Any]]) -> bytes:
    """A bigint[] in PostgreSQL's binary format."""
    size = len(values)
    if size == 0:
        return struct.pack(">3i", 0, 0, INT8_OID)
    cells = np.empty(size, dtype=CELL)
    cells["length"] = 8
    cells["value"] = values
    return struct.pack(">5i", 1, 0, INT8_OID, size, 1) + cells.tobytes()


class VectorLoader(Loader):
    """A bigint[] without NULLs as one numpy array."""

    format = Format.BINARY

    def load(self, data: Buffer) -> NDArray[np.int64]:
        raw = bytes(data)
        if len(raw) <= EMPTY_BYTES:
            return np.zeros(0, dtype=np.int64)
        cells = np.frombuffer(raw, dtype=CELL, offset=HEADER_BYTES)
        return cells["value"].astype(np.int64)


class InstantsLoader(VectorLoader):
    """A timestamptz[] without NULLs as microseconds since 1970."""

    def load(self, data: Buffer) -> NDArray[np.int64]:
        return super().load(data) + POSTGRES_EPOCH_US


def register(connection: Connection[Any]) -> None:
    """Teaches a connection to send Vectors, and to answer bigint[] and timestamptz[] as arrays in binary results."""
    connection.adapters.register_dumper(Vector, VectorDumper)
    connection.adapters.register_loader(INT8_ARRAY_OID, VectorLoader)
    connection.adapters.register_loader(TIMESTAMPTZ_ARRAY_OID, InstantsLoader)
