"""Looks after the service from beside it, every second: is the database there, is there room on the disk, who works?

What it finds is what readiness, the metrics and the console tell. While the database is away or the disk is nearly full
it closes the door for orders; an embedded server that died it starts again; connections that broke it has replaced.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Event as Signal
from threading import Lock
from typing import Any, Final

import structlog
from psycopg import Error

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.flows.figures import Figures, Lease, StockFigures, list_leases, read_figures, read_stock_figures
from stockmesh.service.batching import Batcher
from stockmesh.service.refusals import DatabaseAway, DiskNearlyFull, Stopping
from stockmesh.store.migrating import HEAD
from stockmesh.store.probing import Probe

BEAT_SECONDS: Final = 1.0
FIGURES_SECONDS: Final = 5.0
STOCK_SECONDS: Final = 60.0
STALE_SECONDS: Final = 5.0
RELAY_LATE_SECONDS: Final = 60.0
MEGABYTE: Final = 2**20
_log = structlog.get_logger()


@dataclass(frozen=True)
class Household:
    """What the caretaker needs to know of where it works. `revive` starts an embedded server again; `data` is the
    folder whose disk may fill up, None when the database is elsewhere; `backups` is where backups are written to."""

    data: Path | None = None
    disk_free_min_mb: int = 0
    revive: Callable[[], object] | None = None
    backups: Path | None = None


@dataclass(frozen=True)
class Check:
    """One thing that must be so for the service to be ready, and what is the case."""

    name: str
    ok: bool
    reason: str


@dataclass(frozen=True)
class Condition:
    """What was found at the last look. Figures stay what they were while the database is away."""

    looked_at: datetime
    database_problem: str = ""
    away_since: datetime | None = None
    disk_free_bytes: int | None = None
    figures: Figures | None = None
    stock: StockFigures | None = None
    leases: tuple[Lease, ...] = ()


@dataclass(eq=False)
class Caretaker:
    """Beats in a thread of its own; whoever asks when it does not has it look first."""

    context: Context
    placing: Batcher[Any, Any]
    household: Household = field(default_factory=Household)
    stopping: bool = False
    condition: Condition | None = None
    _probe: Probe | None = None
    _looked: float = float("-inf")
    _read: float = float("-inf")
    _read_stock: float = float("-inf")
    _reviving: str = ""
    _lock: Lock = field(default_factory=Lock)

    def keep_looking(self, stop: Signal) -> None:
        """Looks every second until told to stop."""
        while not stop.wait(BEAT_SECONDS):
            try:
                if self.look().database_problem:
                    self._revive()
            except Exception as bug:
                _log.exception("the caretaker failed", error=str(bug))
        self.let_go()

    @property
    def is_stale(self) -> bool:
        """Whether nobody looked lately."""
        return self.condition is None or time.monotonic() - self._looked > STALE_SECONDS

    def recent(self) -> Condition:
        """What was found a moment ago; found now when nobody looked lately."""
        return self.look() if self.condition is None or self.is_stale else self.condition

    def look(self) -> Condition:
        """What is found now."""
        with self._lock:
            before = self.condition or Condition(self.context.clock())
            found = replace(before, looked_at=self.context.clock(), disk_free_bytes=self._disk_free())
            found = self._look_at_database(found)
            self.condition = found
            self._looked = time.monotonic()
            self.placing.closed = self.find_reason(found)
            return found

    def let_go(self) -> None:
        """Gives its connection back."""
        if self._probe is not None:
            self._probe.close()

    def find_reason(self, found: Condition) -> Refusal | None:
        """Why no orders are taken; None when they are."""
        if self.stopping:
            return Stopping()
        if found.database_problem:
            return DatabaseAway()
        least, free = self.household.disk_free_min_mb, found.disk_free_bytes
        if free is not None and free < least * MEGABYTE:
            return DiskNearlyFull(free_mb=free // MEGABYTE, least_mb=least)
        return None

    def stop(self) -> None:
        """No more orders are taken."""
        self.stopping = True
        self.placing.closed = Stopping()

    def _disk_free(self) -> int | None:
        data = self.household.data
        return shutil.disk_usage(data).free if data is not None and data.exists() else None

    def _look_at_database(self, found: Condition) -> Condition:
        if self._probe is None:
            self._probe = Probe(self.context.database.url)
        try:
            found = self._read_figures(self._probe, found)
        except Error as fault:
            return self._miss(found, fault)
        if found.database_problem:
            _log.warning("the database is back", away_since=str(found.away_since))
            self.context.database.mend()
        return replace(found, database_problem="", away_since=None)

    def _revive(self) -> None:
        """Starts an embedded server that died; one that runs is left alone."""
        if self.household.revive is None:
            return
        try:
            self.household.revive()
        except Exception as failure:
            if str(failure) != self._reviving:
                _log.error("the embedded database does not start", error=str(failure))
            self._reviving = str(failure)

    def _read_figures(self, probe: Probe, found: Condition) -> Condition:
        now = time.monotonic()
        with probe.session() as session:
            found = replace(found, leases=list_leases(session))
            if now - self._read > FIGURES_SECONDS or found.database_problem:
                found = replace(found, figures=read_figures(session))
                self._read = now
            if now - self._read_stock > STOCK_SECONDS:
                self._read_stock = now
                found = replace(found, stock=read_stock_figures(session))
        return found

    def _miss(self, found: Condition, fault: Error) -> Condition:
        problem = str(fault).strip().split("\n", maxsplit=1)[0] or type(fault).__name__
        if not found.database_problem:
            _log.error("the database is away", error=problem)
        return replace(found, database_problem=problem, away_since=found.away_since or found.looked_at)


def check_readiness(caretaker: Caretaker) -> tuple[Check, ...]:
    """Everything that must be so, each with what is the case."""
    found = caretaker.recent()
    return (
        _database(found),
        _schema(found),
        _accepting(caretaker.find_reason(found)),
        _disk(found, caretaker.household.disk_free_min_mb),
        _relay(found),
        _world(found),
    )


def _database(found: Condition) -> Check:
    """Whoever asks may be anybody: what exactly it complains of is for the log and the console."""
    since = f"{found.away_since:%Y-%m-%d %H:%M:%S} UTC" if found.away_since else ""
    return Check("database", not found.database_problem, f"does not answer since {since}" if since else "answers")


def _accepting(reason: Refusal | None) -> Check:
    return Check("accepting", reason is None, "orders are taken" if reason is None else reason.code)


def _schema(found: Condition) -> Check:
    version = found.figures.schema_version if found.figures else "unknown"
    return Check("schema", version == HEAD, f"version {version}, this program's is {HEAD}")


def _disk(found: Condition, least_mb: int) -> Check:
    if found.disk_free_bytes is None:
        return Check("disk", True, "the database's disk is not ours to see")
    free = found.disk_free_bytes // MEGABYTE
    return Check("disk", free >= least_mb, f"{free:,} MB free, at least {least_mb:,} MB wanted")


def _relay(found: Condition) -> Check:
    seconds = found.figures.relay_seconds if found.figures else 0.0
    waiting = found.figures.relay_events if found.figures else 0
    told = f"{waiting:,} events wait, the oldest for {seconds:.0f} s" if waiting else "nothing waits"
    return Check("events", seconds < RELAY_LATE_SECONDS, told)


def _world(found: Condition) -> Check:
    """A service without a world answers, and says so; orders are refused with `empty_network`."""
    world = found.figures.world if found.figures else None
    return Check("world", True, "none published: orders are refused" if world is None else f"version {world}")
