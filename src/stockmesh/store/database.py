"""Connections and transactions: the one place where a conflict between processes is tried again."""

import select
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, OperationalError, errors, sql
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from stockmesh.domain.kernel.checks import ensure
from stockmesh.store import copying, vectors
from stockmesh.store.copying import Rows
from stockmesh.store.named import query
from stockmesh.store.watching import Unwatched, Watch

T = TypeVar("T")
Session = Connection[DictRow]

ATTEMPTS_MAX: Final = 12
# Longer than any queue for a connection in good times, short enough for whoever waits while the database is down.
CONNECTION_SECONDS_MAX: Final = 5.0
# While the database is known to be away nobody waits for it.
AWAY_SECONDS_MAX: Final = 0.25
# The pool asks again from the start when somebody wants a connection, and not at growing distances for minutes.
RECONNECT_SECONDS_MAX: Final = 1.0
# A server whose machine is gone is found out in seconds: its silence would otherwise be waited out for a quarter hour.
WIRE: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# Pages lie in memory or on flash: a batch's few thousand rows are looked up, never found by reading a whole table.
OPTIONS: Final = "-c TimeZone=UTC -c random_page_cost=1.1 -c jit=off"
CONFLICTS: Final = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
USAGE: Final = {"open": "pool_size", "free": "pool_available", "wanted": "requests_waiting"}


class Database:
    """A pool of connections to one PostgreSQL. Close it when done.

    `options` are options of every connection, as in `-c lock_timeout=5000`.
    """

    def __init__(self, url: str, *, connections_max: int = 8, options: str = "") -> None:
        self.url = url
        self.watch: Watch = Unwatched()
        self._patience = CONNECTION_SECONDS_MAX
        self._pool: ConnectionPool[Session] = ConnectionPool(
            url,
            kwargs={"row_factory": dict_row, "autocommit": True, "options": OPTIONS + options, **WIRE},
            min_size=1,
            max_size=connections_max,
            configure=self._greet,
            reconnect_timeout=RECONNECT_SECONDS_MAX,
            reconnect_failed=self._lose_patience,
            open=False,
        )
        self._shared: ContextVar[Session | None] = ContextVar("shared", default=None)

    def open(self) -> "Database":
        """The same database, ready; raises psycopg.OperationalError when it cannot be reached."""
        self._pool.open(wait=True, timeout=30)
        return self

    def close(self) -> None:
        """Gives all connections back."""
        self._pool.close()

    def mend(self) -> None:
        """Connections that broke while the database was away are replaced."""
        self._pool.check()

    def usage(self) -> dict[str, int]:
        """Connections of the pool: how many there are, are free, and are waited for."""
        stats = self._pool.get_stats()
        return {name: stats.get(key, 0) for name, key in USAGE.items()}

    def _greet(self, connection: Session) -> None:
        self._patience = CONNECTION_SECONDS_MAX
        vectors.register(connection)

    def _lose_patience(self, _pool: object) -> None:
        self._patience = AWAY_SECONDS_MAX

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A connection outside any transaction, for reading; within `as_one` that of the transaction."""
        shared = self._shared.get()
        if shared is not None:
            yield shared
            return
        with self._pool.connection(self._patience) as connection:
            yield connection

    def transact(self, work: Callable[[Session], T]) -> T:
        """What `work` answers, committed; tried again from the start when another process was in the way.

        A unique key taken meanwhile counts as a conflict: on the next attempt the work sees the row and decides.
        Within `as_one` it is part of that transaction, which alone is committed and tried again.
        """
        shared = self._shared.get()
        if shared is not None:
            with shared.transaction():
                return work(shared)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                with self._pool.connection(self._patience) as connection:
                    with connection.transaction():
                        answer = work(connection)
                        worked = time.perf_counter()
                    self.watch.committed(time.perf_counter() - worked)
                    return answer
            except CONFLICTS as conflict:
                self.watch.conflicted(type(conflict).__name__)
                if attempt == ATTEMPTS_MAX:
                    raise
                time.sleep(0.002 * 2 ** min(attempt, 6))
        raise AssertionError("unreachable")

    @contextmanager
    def as_one(self, session: Session) -> Iterator[None]:
        """Whatever this thread or task asks of the database meanwhile is done in the session's transaction."""
        before = self._shared.set(session)
        try:
            yield
        finally:
            self._shared.reset(before)


def rows(session: Session, name: str, /, **parameters: Any) -> list[DictRow]:
    """All rows of a named query."""
    return session.execute(query(name), parameters).fetchall()


def find_row(session: Session, name: str, /, **parameters: Any) -> DictRow | None:
    """The first row of a named query, or None."""
    return session.execute(query(name), parameters).fetchone()


def execute(session: Session, name: str, /, **parameters: Any) -> int:
    """How many rows a named command touched."""
    return session.execute(query(name), parameters).rowcount


def copy_in(session: Session, table: str, columns: dict[str, copying.Column], count: int) -> None:
    """Writes `count` rows to a table; columns by name, in the table's own types."""
    copy_all(session, [Rows(table, columns, count)])


def copy_all(session: Session, sheets: Sequence[Rows]) -> None:
    """Writes rows of several tables, in their order, on one way to the server.

    It goes straight to libpq: the waits of a cursor's copy would cost a small batch more than its rows.
    """
    filled = [sheet for sheet in sheets if sheet.count]
    if not filled:
        return
    bodies = [copying.encode(list(sheet.columns.values()), sheet.count) for sheet in filled]
    wire = session.pgconn
    result: PGresult | None = wire.exec_(b";".join(_copy_statement(one.table, tuple(one.columns)) for one in filled))
    for body in bodies:
        if result is None or result.status != ExecStatus.COPY_IN:
            break
        wire.put_copy_data(body)
        wire.put_copy_end()
        result = _next_copy(wire)
    if result is not None:
        raise _error_of(wire, result)


def _next_copy(wire: PGconn) -> PGresult | None:
    """What follows a table's rows: the next table's beginning, an error, or nothing."""
    ended = _result(wire)
    return _result(wire) if ended is not None and ended.status == ExecStatus.COMMAND_OK else ended


def _result(wire: PGconn) -> PGresult | None:
    """The next result, once it is there. libpq's own waiting keeps every other thread of this process waiting too."""
    while wire.flush():
        _wait(wire, select.POLLIN | select.POLLOUT)
    while wire.is_busy():
        _wait(wire, select.POLLIN)
    return wire.get_result()


def _wait(wire: PGconn, for_what: int) -> None:
    """Returns when something can be read, or written where that is waited for too; what came is taken in."""
    waiting = select.poll()
    waiting.register(wire.socket, for_what)
    if any(happened & ~select.POLLOUT for _, happened in waiting.poll()):
        wire.consume_input()


def _error_of(wire: PGconn, result: PGresult) -> Exception:
    """The error that a result tells of, what comes after it read away."""
    while _result(wire) is not None:
        pass
    state = result.error_field(DiagnosticField.SQLSTATE)
    kind = errors.lookup(state.decode()) if state else OperationalError
    return kind(result.get_error_message())


@cache
def _copy_statement(table: str, columns: tuple[str, ...]) -> bytes:
    """Composing it anew would cost a small batch as much as encoding its rows."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table), names).as_bytes()


def arrays(session: Session, name: str, /, **parameters: Any) -> dict[str, NDArray[np.int64]]:
    """The single row of a named query whose columns are bigint arrays, as numpy arrays by column name."""
    row = session.execute(query(name), parameters, binary=True).fetchone()
    ensure(row is not None, "an aggregate always answers one row")
    return {key: np.zeros(0, dtype=np.int64) if value is None else value for key, value in (row or {}).items()}


def next_blocks(session: Session, sequence: str, blocks: int) -> list[int]:
    """The first ids of so many fresh blocks of the sequence's increment, ascending."""
    return [int(row["first"]) for row in rows(session, "ids/next_blocks", sequence=sequence, blocks=blocks)]


def column(values: Sequence[Any]) -> NDArray[np.int64]:
    """Python integers as an array column."""
    return np.fromiter(values, dtype=np.int64, count=len(values))
