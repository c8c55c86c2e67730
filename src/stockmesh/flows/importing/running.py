"""An import from the file to the books: checked and staged at once, then applied batch by batch; may be run again."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import msgspec

from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.money import MICRO_PER_MAJOR, micro_per_minor
from stockmesh.domain.kernel.sheets.checking import Checker
from stockmesh.domain.kernel.sheets.problems import Findings
from stockmesh.domain.stock.refusals import UnknownOwner
from stockmesh.flows.announcing import announce
from stockmesh.flows.commands import digest
from stockmesh.flows.context import Context
from stockmesh.flows.importing.calendar_files import CALENDAR_FILES
from stockmesh.flows.importing.card_files import CARD_FILES
from stockmesh.flows.importing.carrier_files import CARRIER_CALENDAR_FILES, CARRIER_FILES, ON_TIME_FILES
from stockmesh.flows.importing.incoming_files import INCOMING_FILES
from stockmesh.flows.importing.item_files import ITEM_FILES
from stockmesh.flows.importing.jobs import (
    APPLYING,
    CANCELLED,
    DONE,
    Batch,
    Job,
    Said,
    Tally,
    advance,
    lock_job,
)
from stockmesh.flows.importing.kit_files import KIT_FILES
from stockmesh.flows.importing.location_files import LOCATION_FILES
from stockmesh.flows.importing.order_files import ORDER_FILES
from stockmesh.flows.importing.pickup_files import CARRIER_CAPACITY_FILES, PICKUP_FILES
from stockmesh.flows.importing.refusals import NoOwner, OwnerNeeded
from stockmesh.flows.importing.staging import Kind, Staging
from stockmesh.flows.importing.stock_files import STOCK_FILES
from stockmesh.flows.importing.transit_files import DEPARTURE_FILES, TRANSIT_FILES
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.gateways.sheets import SheetFile
from stockmesh.store.database import Session, column, execute, find_row, rows
from stockmesh.store.vectors import Vector

EVERY: Final = (
    ITEM_FILES,
    KIT_FILES,
    LOCATION_FILES,
    CALENDAR_FILES,
    STOCK_FILES,
    INCOMING_FILES,
    CARD_FILES,
    TRANSIT_FILES,
    DEPARTURE_FILES,
    CARRIER_FILES,
    CARRIER_CALENDAR_FILES,
    ON_TIME_FILES,
    PICKUP_FILES,
    CARRIER_CAPACITY_FILES,
    ORDER_FILES,
)
KINDS: Final = {kind.sheet.kind: kind for kind in EVERY}
Progress = Callable[[str, int, int], None]
Staged = Callable[[Session, "Imported"], None]


@dataclass(frozen=True)
class Wishes:
    """How a file is to be imported. `only_good`: its good rows are applied though others have problems. `again`: though
    the very same file was imported before."""

    owner: str = ""
    said: Said = field(default_factory=Said)
    dry_run: bool = False
    only_good: bool = False
    again: bool = False


@dataclass(frozen=True)
class Imported:
    """What an import came to. `job` is None when nothing was staged: a dry run, or a file with problems. `rows` is 0
    for a file that has a job already: it was not read. `before`: the file was imported before, and nothing was done.
    `would`: what a dry run would have changed."""

    rows: int
    findings: Findings
    job: Job | None
    before: bool = False
    would: Tally | None = None

    @property
    def problems(self) -> Counter[str]:
        """How many problems of each reason."""
        return self.findings.totals


@dataclass(eq=False)
class _Dropped(Exception):
    """Staging ends without a job: everything staged is forgotten, what was found is not."""

    imported: Imported


def stage_file(
    context: Context,
    file: SheetFile,
    wishes: Wishes,
    progress: Progress = lambda *_: None,
    staged: Staged = lambda *_: None,
) -> Imported:
    """Checks a file and stages it as a job, of which nothing is applied yet; `staged` is called in the transaction
    that does, and only where there is a job. Raises NoOwner, OwnerNeeded,
    UnknownOwner and what the kind of file needs to be told."""
    owner = find_owner(context, wishes.owner)
    said = replace(wishes.said, minor=MICRO_PER_MAJOR // micro_per_minor(owner["book_currency"]))
    begin = _Begin(file, replace(wishes, owner=owner["code"], said=said), owner["owner_id"], progress)

    def work(session: Session) -> Imported:
        imported = begin.stage(session, context)
        staged(session, imported)
        return imported

    try:
        return context.database.transact(work)
    except _Dropped as dropped:
        return dropped.imported


def resume(context: Context, job_id: int, progress: Progress = lambda *_: None) -> Job:
    """The job, applied to its end unless it is cancelled: in small transactions, each of which moves it on. Raises
    UnknownJob."""
    while True:
        job = context.database.transact(partial(_apply_batch, context=context, job_id=job_id))
        progress("Applying", job.position, job.entries)
        if job.state != APPLYING:
            return job


def _apply_batch(session: Session, *, context: Context, job_id: int) -> Job:
    job = lock_job(session, job_id)
    if job.state != APPLYING:
        return job
    kind = KINDS[job.kind]
    if job.position == job.entries:
        kind.finish(session, context, job)
        execute(session, "imports/finish_job", job_id=job_id, finished_at=context.clock())
        execute(session, "uploads/finish_of_job", job_id=job_id, now=context.clock())
        announce(session, context, "import_applied", job.owner_id, _summary(job))
    else:
        # A batch that a crash of the server takes back takes the position back too, and is applied again; whatever is
        # committed after it, the end of the job and every order among it, keeps it.
        execute(session, "imports/commit_later")
        batch = Batch(job.position, min(job.position + kind.batch, job.entries))
        advance(session, job, batch, kind.apply(session, context, job, batch))
    return lock_job(session, job_id)


def _summary(job: Job) -> dict[str, Any]:
    names = ("job_id", "kind", "file_name", "entries", *Tally._fields, "left_out")
    return {name: getattr(job, name) for name in names}


def find_owner(context: Context, code: str, *, reach: Reach = EVERYTHING) -> dict[str, Any]:
    """The owner of this code with number and currency; the only one within reach where none is said."""
    with context.database.session() as session:
        found = rows(session, "imports/owners")
    owners = {row["code"]: row for row in found if reach.owners is None or row["owner_id"] in reach.owners}
    if not owners:
        raise NoOwner
    if code and code not in owners:
        raise UnknownOwner(owner=code, owners=tuple(owners))
    if not code and len(owners) > 1:
        raise OwnerNeeded(owners=tuple(owners))
    return owners[code or next(iter(owners))]


@dataclass(frozen=True)
class _Begin:
    """A file about to be staged."""

    file: SheetFile
    wishes: Wishes
    owner_id: int
    progress: Progress

    def stage(self, session: Session, context: Context) -> Imported:
        """The staged job, or the one that did this file before. Raises _Dropped when there is to be none."""
        wishes = self.wishes
        known = None if wishes.dry_run else find_row(session, "imports/find_job", digest=self._digest())
        if known is not None and known["state"] != CANCELLED and not (known["state"] == DONE and wishes.again):
            job = lock_job(session, known["job_id"])
            return Imported(0, Findings(), job, before=job.state == DONE)
        job_id = self._begin_job(session, context)
        written = {one.column.name: one.written for one in self.file.headings.found}
        staging = Staging(session, context, self.file.sheet, job_id, self.owner_id, wishes.said, Findings(), written)
        rows_read = self._read(staging)
        if staging.entries == 0 or (len(staging.findings) and not wishes.only_good):
            raise _Dropped(Imported(rows_read, staging.findings, None))
        left_out = len(staging.findings.bad)
        execute(session, "imports/stage_job", job_id=job_id, entries=staging.entries, left_out=left_out)
        if wishes.dry_run:
            would = self._preview(session, context, lock_job(session, job_id))
            raise _Dropped(Imported(rows_read, staging.findings, None, would=would))
        return Imported(rows_read, staging.findings, lock_job(session, job_id))

    def _preview(self, session: Session, context: Context, job: Job) -> Tally:
        """What applying the job would change: every batch is applied and taken back at once, which frees its locks."""
        kind, tally = KINDS[job.kind], Tally()
        for after in range(0, job.entries, min(kind.batch, max(job.entries, 1))):
            batch = Batch(after, min(after + kind.batch, job.entries))
            with session.transaction(force_rollback=True):
                of_batch = kind.apply(session, context, job, batch)
            tally = Tally(*map(sum, zip(tally, of_batch, strict=True)))
            self.progress("Trying", batch.upto, job.entries)
        return tally

    def _digest(self) -> bytes:
        file, wishes = self.file, self.wishes
        columns = [(one.place, one.column.name, str(one.factor)) for one in file.headings.found]
        said = (file.contents.digest, file.sheet.kind, self.owner_id, wishes.said, columns)
        return digest(*said, file.written, wishes.dry_run)

    def _begin_job(self, session: Session, context: Context) -> int:
        row = find_row(
            session,
            "imports/begin_job",
            kind=self.file.sheet.kind,
            owner_id=self.owner_id,
            digest=self._digest(),
            file_name=self.file.name,
            said=msgspec.json.encode(self.wishes.said).decode(),
            started_at=context.clock(),
        )
        ensure(row is not None, "beginning a job answers its number")
        return int(row["job_id"]) if row else 0

    def _read(self, staging: Staging) -> int:
        """How many rows the file has; the good ones are staged, the others are among the findings."""
        file, kind, count = self.file, KINDS[self.file.sheet.kind], 0
        checker = Checker(file.headings, file.written.mark, staging.said.minor, staging.findings)
        no_rows = 0
        for stretch, read in file.stretches(staging.findings):
            count += len(stretch.rows) + len(staging.findings.bad) - no_rows
            if stretch.rows:
                kind.stage(staging, checker.check(stretch))
            no_rows = len(staging.findings.bad)
            self.progress("Checking", read, file.contents.size)
        kind.check(staging)
        self._leave_out(staging, kind)
        return count

    def _leave_out(self, staging: Staging, kind: Kind) -> None:
        """Takes staged rows away that turned out bad."""
        bad = staging.findings.bad
        if bad and self.wishes.only_good:
            execute(
                staging.session, f"imports/clear_{kind.table}", job_id=staging.job_id, rows=Vector(column(sorted(bad)))
            )
