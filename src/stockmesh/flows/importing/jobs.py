"""Imports as jobs: what a file was, how far it is applied, what it changed."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from stockmesh.flows.context import Context
from stockmesh.flows.importing.refusals import UnknownJob
from stockmesh.store.database import Session, execute, find_row, rows

APPLYING, DONE, CANCELLED = "applying", "done", "cancelled"
LISTED_MAX: Final = 1_000


@dataclass(frozen=True)
class Said:
    """What holds for a whole file. `kind` of a stock file: on_hand, available or opening. `minor`: one of the book
    currency in minor units."""

    kind: str = ""
    as_of: datetime | None = None
    minor: int = 100


@dataclass(frozen=True)
class Job:
    """One file on its way into the books. `entries` were staged, `position` of them are applied: what they created,
    changed, left as it was, found counted anew (`older`), or could not be any more (`refused`). `left_out` rows had
    problems and were never staged."""

    job_id: int
    kind: str
    owner_id: int
    owner: str
    file_name: str
    said: Said
    state: str
    entries: int
    position: int
    created: int
    changed: int
    unchanged: int
    older: int
    refused: int
    left_out: int
    started_at: datetime
    finished_at: datetime | None

    @property
    def reference(self) -> str:
        """What the journal says its movements come from."""
        return f"import {self.job_id} {self.file_name}"[:120]


class Tally(NamedTuple):
    """What became of a batch."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    refused: int = 0


class Batch(NamedTuple):
    """Staged entries with a place beyond `after`, up to and with `upto`."""

    after: int
    upto: int


def list_jobs(context: Context, *, only_open: bool = False, most: int = 50) -> list[Job]:
    """The latest jobs, newest first."""
    state = APPLYING if only_open else None
    with context.database.session() as session:
        found = rows(session, "imports/jobs", state=state, job_id=None, most=min(most, LISTED_MAX))
    return [_job(row) for row in found]


def lock_job(session: Session, job_id: int) -> Job:
    """One job, nobody else's until the transaction ends. Raises UnknownJob."""
    row = find_row(session, "imports/lock_job", job_id=job_id)
    if row is None:
        raise UnknownJob(job=job_id)
    return _job(row)


def cancel_job(session: Session, context: Context, job_id: int) -> None:
    """The job is given up where it stands: what is in the books stays, the rest will not come."""
    execute(session, "imports/cancel_job", job_id=job_id, finished_at=context.clock())
    for table in ("item", "stock", "document"):
        execute(session, f"imports/clear_{table}", job_id=job_id, rows=None)


def advance(session: Session, job: Job, batch: Batch, tally: Tally) -> None:
    """Records that a batch is in the books."""
    execute(session, "imports/advance_job", job_id=job.job_id, position=batch.upto, **tally._asdict())


def _job(row: dict[str, Any]) -> Job:
    said = msgspec.json.decode(row["said"], type=Said)
    return Job(**{one.name: row[one.name] for one in fields(Job) if one.name != "said"}, said=said)
