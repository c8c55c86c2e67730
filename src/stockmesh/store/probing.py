"""A connection of its own to ask how the database is, so that asking never waits behind the work."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from stockmesh.store.database import OPTIONS, WIRE, Session
from stockmesh.store.limits import Limits

WIRE_BRIEF: Final[dict[str, Any]] = WIRE | {"connect_timeout": 2, "tcp_user_timeout": 3_000}
PROBE_LIMITS: Final = Limits(statement_seconds=5, lock_seconds=1, idle_transaction_seconds=5)


class Probe:
    """Kept open between questions; opened anew after one that failed. For one thread."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: Session | None = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The connection, outside any transaction. Raises psycopg.OperationalError, in seconds, when there is none."""
        if self._session is None or self._session.closed:
            self._session = psycopg.connect(
                self.url,
                row_factory=dict_row,
                autocommit=True,
                options=OPTIONS + PROBE_LIMITS.options(),
                **WIRE_BRIEF,
            )
        try:
            yield self._session
        except psycopg.Error:
            self.close()
            raise

    def close(self) -> None:
        """Gives the connection back."""
        if self._session is not None:
            with suppress(psycopg.Error):
                self._session.close()
        self._session = None
