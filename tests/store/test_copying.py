"""The COPY stream says to PostgreSQL exactly what was meant, whatever the columns and their order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockmesh.store.copying import Column, Integers, Label, Missing, Rows, Slices, Texts, days, encode, instants
from stockmesh.store.database import copy_all

NO_NUL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """A column of a type with its COPY form and the values PostgreSQL should answer."""

    kind: str
    column: Column
    expected: list[Any]


def integers(size: int, kind: str, rows: int) -> st.SearchStrategy[Sample]:
    edge = 2 ** (8 * size - 1)
    values = st.lists(st.integers(-edge, edge - 1), min_size=rows, max_size=rows)
    return values.map(lambda found: Sample(kind, Integers(np.array(found, dtype=np.int64), size), found))


def scalars(rows: int) -> st.SearchStrategy[Sample]:
    return st.integers(-(2**63), 2**63 - 1).map(lambda value: Sample("bigint", Integers(value, 8), [value] * rows))


def booleans(rows: int) -> st.SearchStrategy[Sample]:
    values = st.lists(st.booleans(), min_size=rows, max_size=rows)
    return values.map(lambda found: Sample("boolean", Integers(np.array(found, dtype=np.bool_), 1), found))


def moments(rows: int) -> st.SearchStrategy[Sample]:
    values = st.lists(st.integers(-(2**50), 2**51), min_size=rows, max_size=rows)
    return values.map(
        lambda found: Sample(
            "timestamptz",
            Integers(instants(np.array(found, dtype=np.int64)), 8),
            [EPOCH + timedelta(microseconds=value) for value in found],
        )
    )


def dates(rows: int) -> st.SearchStrategy[Sample]:
    values = st.lists(st.integers(-20_000, 40_000), min_size=rows, max_size=rows)
    return values.map(
        lambda found: Sample(
            "date",
            Integers(days(np.array(found, dtype=np.int64)), 4),
            [EPOCH.date() + timedelta(days=value) for value in found],
        )
    )


def labels(rows: int) -> st.SearchStrategy[Sample]:
    return NO_NUL.map(lambda text: Sample("text", Label(text.encode()), [text] * rows))


def texts(rows: int) -> st.SearchStrategy[Sample]:
    values = st.lists(NO_NUL, min_size=rows, max_size=rows)
    return values.map(lambda found: Sample("text", Texts([text.encode() for text in found]), found))


def slices(rows: int) -> st.SearchStrategy[Sample]:
    values = st.lists(st.binary(max_size=9), min_size=rows, max_size=rows)

    def sample(found: list[bytes]) -> Sample:
        start = np.cumsum([0, *map(len, found)], dtype=np.int64)
        return Sample("bytea", Slices(np.frombuffer(b"".join(found), dtype=np.uint8), start), found)

    return values.map(sample)


def samples(rows: int) -> st.SearchStrategy[Sample]:
    missing = st.just(Sample("text", Missing(), [None] * rows))
    widths = [integers(2, "smallint", rows), integers(4, "integer", rows), integers(8, "bigint", rows)]
    return st.one_of(
        *widths,
        scalars(rows),
        booleans(rows),
        moments(rows),
        dates(rows),
        labels(rows),
        texts(rows),
        slices(rows),
        missing,
    )


@pytest.fixture(scope="module")
def connection(server: Any) -> Any:
    """One connection to the test server, for temporary tables."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        yield connection


@given(table=st.integers(0, 40).flatmap(lambda rows: st.lists(samples(rows), min_size=1, max_size=7)))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_encoded_is_what_postgresql_reads(connection: Any, table: list[Sample]) -> None:
    """Any mixture of column types, in any order, for none to forty rows, comes back as the values that went in."""
    rows = len(table[0].expected)
    declared = ", ".join(f"c{number} {sample.kind}" for number, sample in enumerate(table))
    connection.execute(f"DROP TABLE IF EXISTS copied; CREATE TEMP TABLE copied (row_no integer, {declared})")
    stream = encode([Integers(np.arange(rows), 4), *(sample.column for sample in table)], rows)
    with connection.cursor() as cursor, cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(stream)
    found = connection.execute("SELECT * FROM copied ORDER BY row_no").fetchall()
    assert [row[1:] for row in found] == list(zip(*(sample.expected for sample in table), strict=True))[:rows]


def test_an_empty_label_is_an_empty_text_and_not_missing(connection: Any) -> None:
    """Nothing said and said to be nothing are different things."""
    connection.execute("DROP TABLE IF EXISTS copied; CREATE TEMP TABLE copied (a text, b text, c text)")
    with connection.cursor() as cursor, cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(encode([Label(b""), Missing(), Texts([b"", b"x"])], 2))
    assert connection.execute("SELECT * FROM copied ORDER BY c").fetchall() == [("", None, ""), ("", None, "x")]


def test_enum_labels_are_checked_by_the_database(connection: Any) -> None:
    """A label that is none of the enumeration is refused by PostgreSQL, not stored."""
    connection.execute("DROP TABLE IF EXISTS copied; DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('calm')")
    connection.execute("CREATE TEMP TABLE copied (a mood)")
    with connection.cursor() as cursor:
        with pytest.raises(psycopg.DataError), cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(encode([Label(b"angry")], 1))
        with cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(encode([Label(b"calm")], 1))
    assert connection.execute("SELECT a::text FROM copied").fetchall() == [("calm",)]


def numbers(table: str, values: list[int]) -> Rows:
    """Rows of one integer each."""
    return Rows(table, {"a": Integers(np.array(values, dtype=np.int64), 4)}, len(values))


def test_rows_of_several_tables_go_together(connection: Any) -> None:
    """Each table gets its own rows; one without rows is left out."""
    connection.execute(
        "DROP TABLE IF EXISTS one, two; CREATE TEMP TABLE one (a integer); CREATE TEMP TABLE two (a int)"
    )
    copy_all(connection, [numbers("one", [1, 2]), numbers("two", []), numbers("two", [3])])
    copy_all(connection, [])
    assert connection.execute("SELECT a FROM one ORDER BY a").fetchall() == [(1,), (2,)]
    assert connection.execute("SELECT a FROM two").fetchall() == [(3,)]


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_one_table_that_is_refused_takes_the_others_with_it(connection: Any, bad: int) -> None:
    """Whichever it is, the error is the database's own, nothing is written, and the connection goes on."""
    connection.execute("DROP TABLE IF EXISTS t0, t1, t2")
    for number in range(3):
        connection.execute(f"CREATE TEMP TABLE t{number} (a integer CHECK (a > 0))")
    sheets = [numbers(f"t{number}", [-1 if number == bad else 1]) for number in range(3)]
    with pytest.raises(psycopg.errors.CheckViolation, match="violates check constraint"):
        copy_all(connection, sheets)
    assert [connection.execute(f"SELECT count(*) FROM t{number}").fetchone() for number in range(3)] == [(0,)] * 3
    copy_all(connection, [numbers("t0", [5])])
    assert connection.execute("SELECT a FROM t0").fetchall() == [(5,)]


def test_a_table_that_is_not_there_is_told(connection: Any) -> None:
    """The first of several is missing: nothing waits for its rows."""
    with pytest.raises(psycopg.errors.UndefinedTable):
        copy_all(connection, [numbers("nowhere", [1]), numbers("nowhere", [2])])
    assert connection.execute("SELECT 1").fetchone() == (1,)
