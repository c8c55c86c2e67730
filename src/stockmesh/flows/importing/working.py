"""Working on uploads, one after the other: checked, applied, gone on with where another worker stopped.

Whoever works holds the lease and says so on the upload. What checking found is written in the transaction that stages
the rows, and only by who still holds the upload, so that two workers never stage one file twice.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Signal
from threading import Thread
from typing import Any, Final

import msgspec
from psycopg import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.acting import working_as
from stockmesh.flows.context import Context
from stockmesh.flows.importing.history import as_json, headings_of, report_of, write_problems
from stockmesh.flows.importing.jobs import Said
from stockmesh.flows.importing.running import Imported, Wishes, resume, stage_file
from stockmesh.flows.importing.uploads import (
    CHECKED,
    FAILED,
    UPLOAD_APPLYING,
    UPLOAD_CANCELLED,
    UPLOAD_DONE,
    Asked,
    Report,
    end,
    read_parts,
    write_parts,
)
from stockmesh.flows.leases import may_take, take_lease
from stockmesh.gateways.sheets import Manner, SheetFile, as_table, open_sheet, write_rejects
from stockmesh.store.database import Session, execute, find_row

LEASE: Final = "imports"
RENEW_SECONDS: Final = 0.8
TELL_SECONDS: Final = 0.4


class _StoppedError(Exception):
    """Work ends in mid-file: somebody wants it stopped, or another holds it."""

    def __init__(self, *, wanted: bool) -> None:
        super().__init__("stopped")
        self.wanted = wanted


def something_due(context: Context) -> bool:
    """Whether any upload waits, for its turn or for a worker that is gone."""
    with context.database.session() as session:
        row = find_row(session, "uploads/something_due")
    return bool(row and row["due"])


def work_once(context: Context, holder: str, stop: Signal) -> bool:
    """Works on the upload that waits longest, to its end or until `stop`; False when another process works."""

    def claim(session: Session) -> dict[str, Any] | None:
        if not may_take(session, LEASE, holder) or not take_lease(session, LEASE, holder):
            return None
        due = find_row(session, "uploads/next_due")
        return due and find_row(session, "uploads/claim", upload_id=due["upload_id"], holder=holder)

    row = context.database.transact(claim)
    if row is None:
        return False
    with _held(context, holder) as lost:
        work = _Work(context, holder, row, (stop, lost))
        with working_as(context, work.asked.by):
            work.run()
    return True


def forget_old(context: Context, before: Any) -> None:
    """Uploads brought before an instant are forgotten, with their problems and rejected rows."""
    context.database.transact(lambda session: execute(session, "uploads/forget", before=before))


@contextmanager
def _held(context: Context, holder: str) -> Iterator[Signal]:
    """The lease is renewed while this is held; the signal says that it was lost."""
    lost, over = Signal(), Signal()

    def renew() -> None:
        while not over.wait(RENEW_SECONDS):
            try:
                if not context.database.transact(lambda session: take_lease(session, LEASE, holder)):
                    lost.set()
            except (OperationalError, InterfaceError, PoolTimeout):
                continue  # the database is away: whoever works notices too

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        over.set()
        thread.join()


@dataclass(eq=False)
class _Work:
    """One upload under way. `ends`: signals that end the work in mid-file."""

    context: Context
    holder: str
    row: dict[str, Any]
    ends: tuple[Signal, ...]
    told: float = 0.0

    @property
    def number(self) -> int:
        """The upload's."""
        return int(self.row["upload_id"])

    @property
    def asked(self) -> Asked:
        """What somebody wants done with the file."""
        return msgspec.json.decode(self.row["asked"], type=Asked)

    def run(self) -> None:
        """Checks the file unless that is done, and applies it where it may be."""
        job_id = self.row["job_id"] if self.row["state"] == UPLOAD_APPLYING else None
        try:
            if job_id is None:
                job_id = self._check()
            if job_id is not None:
                resume(self.context, job_id, self._tell)
                self._end(UPLOAD_DONE)
        except _StoppedError as stopped:
            if stopped.wanted:
                self._end(UPLOAD_CANCELLED, job_id)
        except (OperationalError, InterfaceError, PoolTimeout):
            raise  # the database is away: whoever finds it again goes on
        except Exception:
            # A file that we cannot cope with must not hold up those behind it.
            self._end(FAILED)
            raise

    def _end(self, state: str, job_id: int | None = None) -> None:
        self.context.database.transact(lambda session: end(session, self.context, self.number, state, job_id=job_id))

    def _tell(self, step: str, done: int, total: int) -> None:
        """Writes how far the work is, now and then. Raises _StoppedError."""
        if any(one.is_set() for one in self.ends):
            raise _StoppedError(wanted=False)
        if time.monotonic() - self.told < TELL_SECONDS:
            return
        self.told = time.monotonic()
        said = {"upload_id": self.number, "holder": self.holder, "step": step, "done": done, "total": total}
        row = self.context.database.transact(lambda session: find_row(session, "uploads/progress", **said))
        if row is None or row["stop_wanted"]:
            raise _StoppedError(wanted=row is not None)

    def _check(self) -> int | None:
        """The number of the job to apply; None when there is none to."""
        self._tell("Reading", 0, 0)
        with TemporaryDirectory(prefix="stockmesh-") as folder:
            path = Path(folder) / self.row["file_name"]
            with path.open("wb") as out:
                out.writelines(read_parts(self.context, self.number, is_reject=False))
            try:
                with as_table(path, manner_of(self.asked)) as (table, manner):
                    return self._stage(open_sheet(table, SHEETS[self.row["kind"]], manner))
            except Refusal as refusal:
                report = Report(refusal=refusal.code, detail=str(refusal), headings=headings_of(refusal))
                self._record(_Found(FAILED, report))
                return None

    def _stage(self, file: SheetFile) -> int | None:
        def staged(session: Session, imported: Imported) -> None:
            job_id = imported.job.job_id if imported.job else None
            self._write(session, _Found(UPLOAD_APPLYING, report_of(file, imported), file, imported, job_id))

        imported = stage_file(self.context, file, wishes_of(self.asked), self._tell, staged)
        if imported.job is None:
            self._record(_Found(CHECKED, report_of(file, imported), file, imported))
            return None
        return imported.job.job_id

    def _record(self, found: "_Found") -> None:
        self.context.database.transact(lambda session: self._write(session, found))

    def _write(self, session: Session, found: "_Found") -> None:
        """Writes what checking found, unless another holds the upload. Raises _StoppedError."""
        written = execute(
            session,
            "uploads/checked",
            upload_id=self.number,
            holder=self.holder,
            state=found.state,
            report=as_json(found.report),
            job_id=found.job_id,
            now=self.context.clock(),
        )
        if not written:
            raise _StoppedError(wanted=False)
        execute(session, "uploads/clear_problems", upload_id=self.number)
        execute(session, "uploads/clear_parts", upload_id=self.number, is_reject=True)
        if found.file is not None and found.imported is not None and found.imported.findings.bad:
            write_problems(session, self.number, found.imported)
            self._write_rejects(session, found.file, found.imported)

    def _write_rejects(self, session: Session, file: SheetFile, imported: Imported) -> None:
        with TemporaryDirectory(prefix="stockmesh-") as folder:
            target = Path(folder) / f"rejects{'.xlsx' if file.written.sheet else '.csv'}"
            write_rejects(file, imported.findings.reasons_by_row(), target)
            with target.open("rb") as body:
                write_parts(session, self.number, body, is_reject=True)


@dataclass(frozen=True, eq=False)
class _Found:
    """What checking came to; without a file when it could not be read."""

    state: str
    report: Report
    file: SheetFile | None = None
    imported: Imported | None = None
    job_id: int | None = None


def manner_of(asked: Asked) -> Manner:
    """How somebody says the file is written."""
    return Manner(asked.encoding, asked.delimiter, asked.decimal, asked.sheet, asked.mapping)


def wishes_of(asked: Asked) -> Wishes:
    """What somebody wants done with the file."""
    said = Said(kind=asked.counted, as_of=asked.as_of)
    return Wishes(asked.owner, said, dry_run=asked.dry_run, only_good=asked.only_good, again=asked.again)
