"""Integer arrays go to PostgreSQL and come back as they were, without a Python object per element."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockmesh.store import vectors
from stockmesh.store.vectors import Vector

WIDE = st.integers(-(2**63), 2**63 - 1)


@pytest.fixture(scope="module")
def connection(server: Any) -> Iterator[psycopg.Connection[Any]]:
    """A connection that knows vectors."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        vectors.register(connection)
        yield connection


@given(values=st.lists(WIDE, max_size=50))
@settings(max_examples=100, deadline=None)
def test_a_vector_comes_back_as_it_was(connection: psycopg.Connection[Any], values: list[int]) -> None:
    """Round trip through PostgreSQL's own array: empty, negative, the edges of 64 bits."""
    row = connection.execute("SELECT %s::bigint[]", [Vector(np.array(values, dtype=np.int64))], binary=True).fetchone()
    assert row is not None
    assert row[0].dtype == np.int64
    assert row[0].tolist() == values


@given(values=st.lists(st.integers(-(2**31), 2**31 - 1), max_size=50))
@settings(max_examples=30, deadline=None)
def test_postgresql_sees_the_same_numbers(connection: psycopg.Connection[Any], values: list[int]) -> None:
    """What the server counts and sums is what was sent, also from arrays of 32 bits."""
    row = connection.execute(
        "SELECT count(v), coalesce(sum(v), 0)::bigint, coalesce(array_agg(v ORDER BY place)::text, '{}')"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS u (v, place)",
        [Vector(np.array(values, dtype=np.int32))],
    ).fetchone()
    assert row == (len(values), sum(values), "{" + ",".join(map(str, values)) + "}")


def test_strided_arrays_are_sent_in_their_own_order(connection: psycopg.Connection[Any]) -> None:
    """A reversed view or every second element is what arrives, not the memory behind it."""
    numbers = np.arange(10, dtype=np.int64)
    for view in (numbers[::-1], numbers[1::2], np.ones((3, 2), dtype=np.int64)[:, 1]):
        row = connection.execute("SELECT %s::bigint[]", [Vector(view)], binary=True).fetchone()
        assert row is not None
        assert row[0].tolist() == view.tolist()
