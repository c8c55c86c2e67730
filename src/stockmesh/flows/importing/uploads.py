"""Files brought over HTTP: kept in the database until a worker has checked and applied them, then shown for a while."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Any, Final

import msgspec

from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.sheets.problems import Problem
from stockmesh.flows.acting import SYSTEM, Actor, actor_now
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.importing.jobs import cancel_job
from stockmesh.flows.importing.refusals import NoRejects, UnknownUpload, UploadNotReady
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store.database import Session, execute, find_row, rows

# These change what all owners share.
OF_NETWORK: Final = (
    "locations",
    "calendars",
    "rate-cards",
    "transit",
    "departures",
    "carriers",
    "carrier-calendars",
    "on-time",
    "pickups",
    "carrier-capacity",
)
PART_BYTES: Final = 1 << 20
WAITING, CHECKING, CHECKED, UPLOAD_APPLYING = "waiting", "checking", "checked", "applying"
UPLOAD_DONE, FAILED, UPLOAD_CANCELLED = "done", "failed", "cancelled"
STATES: Final = (WAITING, CHECKING, CHECKED, UPLOAD_APPLYING, UPLOAD_DONE, FAILED, UPLOAD_CANCELLED)


@dataclass(frozen=True)
class Asked:
    """How a file is written and what is to be done with it; what is empty is found out. `counted` and `as_of` are of
    stock alone. `by`: who brought the file, or said last what is to be done; a worker acts in that name."""

    owner: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    counted: str = ""
    as_of: datetime | None = None
    dry_run: bool = False
    only_good: bool = False
    again: bool = False
    by: Actor = SYSTEM


@dataclass(frozen=True)
class Brought:
    """A file as it was brought."""

    kind: str
    file_name: str
    asked: Asked


@dataclass(frozen=True)
class HeadingIgnored:
    """A heading that is not used, and the column it may have meant, or ""."""

    heading: str
    perhaps: str


@dataclass(frozen=True)
class Changes:
    """What a file would change: entries by what would become of them."""

    created: int
    changed: int
    unchanged: int
    older: int
    refused: int


@dataclass(frozen=True)
class Report:
    """What checking a file found: how it is written, its rows, problems by reason. `would`: what a dry run would have
    changed; `before`: the very same file was imported before. `refusal`: why it could not be read at all, with the
    headings it has where they are what is wrong."""

    rows: int = 0
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[HeadingIgnored, ...] = ()
    problems: Mapping[str, int] = field(default_factory=dict)
    bad_rows: int = 0
    before: bool = False
    would: Changes | None = None
    refusal: str = ""
    detail: str = ""
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Applied:
    """How far an upload's job is, and what it changed."""

    job_id: int
    entries: int
    position: int
    created: int
    changed: int
    unchanged: int
    older: int
    refused: int
    left_out: int


@dataclass(frozen=True)
class Upload:
    """One file that was brought. `step` says what is being done just now, `step_done` of `step_total`."""

    upload_id: int
    kind: str
    file_name: str
    bytes: int
    asked: Asked
    state: str
    stop_wanted: bool
    step: str
    step_done: int
    step_total: int
    report: Report | None
    applied: Applied | None
    has_rejects: bool
    received_at: datetime
    checked_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class UploadFilter:
    """Which uploads; None asks for all."""

    kind: str | None = None
    state: str | None = None


def receive(context: Context, brought: Brought, body: IO[bytes], size: int) -> Upload:
    """The upload under its number: its bytes are kept, and a worker will find it."""

    def work(session: Session) -> int:
        body.seek(0)
        row = find_row(
            session,
            "uploads/receive",
            kind=brought.kind,
            file_name=brought.file_name,
            bytes=size,
            asked=_json(replace(brought.asked, by=actor_now())),
            received_at=context.clock(),
        )
        ensure(row is not None, "receiving a file answers its number")
        number = int(row["upload_id"]) if row else 0
        write_parts(session, number, body, is_reject=False)
        return number

    return get_upload(context, context.database.transact(work))


def kinds_within(reach: Reach) -> tuple[str, ...]:
    """The kinds of file that somebody may bring and see: all of them; those of an owner's own goods; or, for who is
    restricted to locations or channels, none, since a file says of neither which rows it will have."""
    if reach.is_everything:
        return tuple(SHEETS)
    if reach.locations is not None or reach.channels is not None:
        return ()
    return tuple(kind for kind in SHEETS if kind not in OF_NETWORK)


def get_upload(context: Context, upload_id: int, *, reach: Reach = EVERYTHING) -> Upload:
    """One upload as it stands. Raises UnknownUpload."""
    with context.database.session() as session:
        found = _listed(session, UploadFilter(), reach, upload_id=upload_id, count=1)
    if not found:
        raise UnknownUpload(upload=upload_id)
    return found[0]


def list_uploads(
    context: Context, wanted: UploadFilter, *, reach: Reach = EVERYTHING, after: str = "", count: int = 50
) -> Page[Upload]:
    """A page of uploads, the newest first. Raises BadCursor."""
    before = read_mark(after, int) if after else None
    with context.database.session() as session:
        found = _listed(session, wanted, reach, before=before, count=count + 1)
    shown = found[:count]
    return Page(tuple(shown), write_mark(shown[-1].upload_id) if len(found) > count else None)


def list_problems(
    context: Context,
    upload_id: int,
    reason: str | None = None,
    *,
    reach: Reach = EVERYTHING,
    after: str = "",
    count: int = 50,
) -> Page[Problem]:
    """A page of an upload's problems in the order of the file: the first hundred of every reason are kept. Raises
    UnknownUpload and BadCursor."""
    place = read_mark(after, int) if after else 0
    get_upload(context, upload_id, reach=reach)
    asked = {"upload_id": upload_id, "reason": reason, "after": place, "count": count + 1}
    with context.database.session() as session:
        found = rows(session, "uploads/problems", **asked)
    shown = [Problem(**{name: value for name, value in row.items() if name != "place"}) for row in found[:count]]
    return Page(tuple(shown), write_mark(found[count - 1]["place"]) if len(found) > count else None)


def apply_upload(context: Context, upload_id: int, *, only_good: bool = False, reach: Reach = EVERYTHING) -> Upload:
    """The upload, to be checked once more and applied. Raises UnknownUpload, and UploadNotReady for one that is under
    way or over, or has problems whose rows nobody said to leave out."""

    def work(session: Session) -> None:
        row = _lock(session, upload_id, reach)
        report = msgspec.json.decode(row["report"], type=Report) if row["report"] else None
        has_problems = report is not None and bool(report.problems) and not only_good
        if row["state"] != CHECKED or has_problems:
            raise UploadNotReady(upload=upload_id, state="checked, with problems" if has_problems else row["state"])
        asked = msgspec.json.decode(row["asked"], type=Asked)
        asked = replace(asked, dry_run=False, only_good=only_good, by=actor_now())
        execute(session, "uploads/apply", upload_id=upload_id, asked=_json(asked))

    context.database.transact(work)
    return get_upload(context, upload_id, reach=reach)


@dataclass(frozen=True)
class Written:
    """How a file is written after all; None leaves what was said."""

    mapping: Mapping[str, str] | None = None
    decimal: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


def check_upload(context: Context, upload_id: int, written: Written, *, reach: Reach = EVERYTHING) -> Upload:
    """The upload, to be checked anew as it is said to be written, and not to be applied before somebody says so.
    Raises UnknownUpload, and UploadNotReady for one that is under way or over."""

    def work(session: Session) -> None:
        row = _lock(session, upload_id, reach)
        if row["state"] not in (CHECKED, FAILED):
            raise UploadNotReady(upload=upload_id, state=row["state"])
        said = {name: value for name, value in vars(written).items() if value is not None}
        asked = replace(msgspec.json.decode(row["asked"], type=Asked), dry_run=True, by=actor_now(), **said)
        execute(session, "uploads/apply", upload_id=upload_id, asked=_json(asked))

    context.database.transact(work)
    return get_upload(context, upload_id, reach=reach)


def cancel_upload(context: Context, upload_id: int, *, reach: Reach = EVERYTHING) -> Upload:
    """The upload, given up: at once where nobody works on it, else as soon as its worker notices. What is in the books
    already stays. Raises UnknownUpload, and UploadNotReady for one that is over."""

    def work(session: Session) -> None:
        row = _lock(session, upload_id, reach)
        if row["state"] in (WAITING, CHECKED):
            end(session, context, upload_id, UPLOAD_CANCELLED)
        elif row["state"] in (CHECKING, UPLOAD_APPLYING):
            execute(session, "uploads/want_stop", upload_id=upload_id)
        else:
            raise UploadNotReady(upload=upload_id, state=row["state"])

    context.database.transact(work)
    return get_upload(context, upload_id, reach=reach)


def forget_upload(context: Context, upload_id: int, *, reach: Reach = EVERYTHING) -> None:
    """The upload is gone at once with its bytes, problems and rejected rows; what is in the books stays.

    Raises UnknownUpload, and UploadNotReady for one that is being worked on: cancel it first.
    """

    def work(session: Session) -> None:
        row = _lock(session, upload_id, reach)
        if row["state"] in (CHECKING, UPLOAD_APPLYING):
            raise UploadNotReady(upload=upload_id, state=row["state"])
        execute(session, "uploads/forget_one", upload_id=upload_id)
        owner = msgspec.json.decode(row["asked"], type=Asked).owner
        told = {name: row[name] for name in ("kind", "file_name", "state")}
        announce(session, context, "import_forgotten", row["owner_id"], {"owner": owner, "upload_id": upload_id} | told)

    context.database.transact(work)


def end(session: Session, context: Context, upload_id: int, state: str, *, job_id: int | None = None) -> None:
    """An upload is over: its bytes are not needed any more. A job that it leaves unfinished is given up."""
    if state == UPLOAD_CANCELLED and job_id is not None:
        cancel_job(session, context, job_id)
    execute(session, "uploads/finish", upload_id=upload_id, state=state, now=context.clock())
    execute(session, "uploads/clear_parts", upload_id=upload_id, is_reject=False)


def rejects_of(context: Context, upload_id: int, *, reach: Reach = EVERYTHING) -> Iterator[bytes]:
    """The file of an upload's bad rows, some bytes at a time. Raises UnknownUpload and NoRejects before the first."""
    if not get_upload(context, upload_id, reach=reach).has_rejects:
        raise NoRejects(upload=upload_id)
    return read_parts(context, upload_id, is_reject=True)


def read_parts(context: Context, upload_id: int, *, is_reject: bool) -> Iterator[bytes]:
    """The bytes of a file; no connection is held while somebody reads them."""
    number = 0
    while True:
        with context.database.session() as session:
            row = find_row(session, "uploads/part", upload_id=upload_id, is_reject=is_reject, part_no=number)
        if row is None:
            return
        yield bytes(row["body"])
        number += 1


def write_parts(session: Session, upload_id: int, body: IO[bytes], *, is_reject: bool) -> None:
    """Keeps the bytes of a file."""
    for number, part in enumerate(iter(lambda: body.read(PART_BYTES), b"")):
        execute(session, "uploads/add_part", upload_id=upload_id, is_reject=is_reject, part_no=number, body=part)


def _listed(
    session: Session,
    wanted: UploadFilter,
    reach: Reach,
    *,
    upload_id: int | None = None,
    before: int | None = None,
    count: int,
) -> list[Upload]:
    found = rows(
        session,
        "uploads/list",
        upload_id=upload_id,
        kind=wanted.kind,
        state=wanted.state,
        before=before,
        count=count,
        **_within(reach),
    )
    return [_upload(row) for row in found]


def _upload(row: dict[str, Any]) -> Upload:
    asked = msgspec.json.decode(row.pop("asked"), type=Asked)
    report = msgspec.json.decode(row.pop("report") or "null", type=Report | None)
    applied = {name: row.pop(name) for name in Applied.__dataclass_fields__}
    job = Applied(**applied) if applied["job_id"] is not None else None
    return Upload(**row, asked=asked, report=report, applied=job)


def _within(reach: Reach) -> dict[str, Any]:
    return {"kinds": list(kinds_within(reach)), "reach_owners": reach.parameters()["reach_owners"]}


def _lock(session: Session, upload_id: int, reach: Reach) -> dict[str, Any]:
    row = find_row(session, "uploads/lock", upload_id=upload_id, **_within(reach))
    if row is None:
        raise UnknownUpload(upload=upload_id)
    return row


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
