"""The condition of the service for people: what is checked, what waits, who works, the last import and backup."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from psycopg import Error
from psycopg_pool import PoolTimeout

from stockmesh.flows.backing_up import LatestBackup, find_latest
from stockmesh.flows.figures import Figures, Lease, StockFigures
from stockmesh.flows.importing.jobs import Job, list_jobs
from stockmesh.service.answers.health import Readiness, readiness
from stockmesh.service.caretaker import Caretaker


@dataclass(frozen=True)
class LatestImport:
    """The import begun last."""

    job_id: int
    kind: str
    file_name: str
    state: str
    entries: int
    position: int
    started_at: datetime


@dataclass(frozen=True)
class Service:
    """This process: orders that wait to be part of a batch, streams open, connections of its pool."""

    host: str
    orders_queued: int
    event_streams: int
    connections: dict[str, int]
    disk_free_bytes: int | None


@dataclass(frozen=True)
class Situation:
    """Everything known now. `figures` and `stock` are what was read last before a database that is away went."""

    readiness: Readiness
    service: Service
    away_since: datetime | None
    database_problem: str
    figures: Figures | None
    stock: StockFigures | None
    leases: tuple[Lease, ...]
    last_import: LatestImport | None
    last_backup: LatestBackup | None
    backups_known: bool


def situation(caretaker: Caretaker, name: str, streams: int) -> Situation:
    """How everything stands. Answers in seconds whatever the database does."""
    ready = readiness(caretaker, all_told=True)
    found = caretaker.recent()
    folder = caretaker.household.backups
    return Situation(
        readiness=ready,
        service=Service(
            name, caretaker.placing.waiting, streams, caretaker.context.database.usage(), found.disk_free_bytes
        ),
        away_since=found.away_since,
        database_problem=found.database_problem,
        figures=found.figures,
        stock=found.stock,
        leases=found.leases,
        last_import=None if found.database_problem else _last_import(caretaker),
        last_backup=find_latest(folder) if folder else None,
        backups_known=folder is not None,
    )


def _last_import(caretaker: Caretaker) -> LatestImport | None:
    with suppress(Error, PoolTimeout):
        return next((_told(job) for job in list_jobs(caretaker.context, most=1)), None)
    return None


def _told(job: Job) -> LatestImport:
    return LatestImport(job.job_id, job.kind, job.file_name, job.state, job.entries, job.position, job.started_at)
