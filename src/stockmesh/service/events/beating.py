"""What every timer keeps to: beat after beat in a thread of its own, and a lease that is free afterwards."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event as Signal
from typing import Final, Protocol

import structlog
from psycopg import Error
from psycopg_pool import PoolTimeout

from stockmesh.flows.context import Context
from stockmesh.flows.leases import release_lease

POLL_SECONDS: Final = 0.05
ANOTHERS_SECONDS: Final = 0.5
AFTER_FAULT_SECONDS: Final = 1.0
PRUNE_SECONDS: Final = 60.0
_log = structlog.get_logger()


class Timer(Protocol):
    """Work done beat by beat."""

    def beat(self) -> float:
        """Does what is due; answers how many seconds to wait for the next beat."""

    def hurry(self) -> None:
        """Told before the end: what takes long ends where it can be gone on with."""

    def let_go(self) -> None:
        """Finishes what is under way and frees the lease."""


def keep_beating(beat: Callable[[], float], stop: Signal) -> None:
    """Beat after beat until told to stop; what goes wrong is logged and tried again."""
    pause = 0.0
    while not stop.wait(pause):
        try:
            pause = beat()
        except Exception as fault:
            _log.exception("a timer failed", error=str(fault))
            pause = AFTER_FAULT_SECONDS


def free_lease(context: Context, lease: str, owner: str) -> None:
    """Frees a lease; when the database is away it runs out instead."""
    with suppress(Error, PoolTimeout):
        context.database.transact(lambda session: release_lease(session, lease, owner))
