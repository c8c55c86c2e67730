"""What the history of imports tells of a file, whichever way it came: what checking found, and its problems."""

from dataclasses import replace

import msgspec

from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.kernel.sheets.headings import Headings
from stockmesh.flows.acting import actor_now
from stockmesh.flows.context import Context
from stockmesh.flows.importing.running import Imported, Progress, Wishes, resume, stage_file
from stockmesh.flows.importing.uploads import Asked, Changes, HeadingIgnored, Report
from stockmesh.gateways.sheets import SheetFile
from stockmesh.store.database import Session, execute, find_row


def import_file(context: Context, file: SheetFile, wishes: Wishes, progress: Progress = lambda *_: None) -> Imported:
    """Checks a file and, where it has no problems or only its good rows are wanted, brings it into the books.

    Killed at any instant, the same call goes on where it stopped; so does a service, which finds the file in the
    history of imports. Raises NoOwner, OwnerNeeded, UnknownOwner and what the kind of file needs to be told.
    """

    def staged(session: Session, imported: Imported) -> None:
        if imported.job is not None and imported.rows:
            said = imported.job.said
            owned = Asked(imported.job.owner, counted=said.kind, as_of=said.as_of, only_good=wishes.only_good)
            _record(session, context, file, imported, replace(owned, again=wishes.again, by=actor_now()))

    imported = stage_file(context, file, wishes, progress, staged)
    if imported.job is None or imported.before:
        return imported
    return replace(imported, job=resume(context, imported.job.job_id, progress))


def _record(session: Session, context: Context, file: SheetFile, imported: Imported, asked: Asked) -> None:
    row = find_row(
        session,
        "uploads/record",
        kind=file.sheet.kind,
        file_name=file.name,
        bytes=file.contents.size,
        asked=as_json(asked),
        report=as_json(report_of(file, imported)),
        job_id=imported.job.job_id if imported.job else None,
        now=context.clock(),
    )
    ensure(row is not None, "recording a file answers its number")
    write_problems(session, int(row["upload_id"]) if row else 0, imported)


def write_problems(session: Session, upload_id: int, imported: Imported) -> None:
    """Keeps the problems that were found, as many of each reason as are listed."""
    listed = [
        {"place": place, **msgspec.to_builtins(one)} for place, one in enumerate(imported.findings.sorted(), start=1)
    ]
    if listed:
        execute(session, "uploads/add_problems", upload_id=upload_id, problems=as_json(listed))


def as_json(told: object) -> str:
    """What was found as JSON. A file may hold NUL, which the database keeps nowhere: its sign stands for it."""
    return msgspec.json.encode(told).decode().replace("\\u0000", "\\u2400")


def report_of(file: SheetFile, imported: Imported) -> Report:
    """How a file is written and what checking it found."""
    written, headings = file.written, file.headings
    return Report(
        rows=imported.rows,
        encoding=written.encoding,
        delimiter="" if written.sheet else written.delimiter,
        decimal=written.mark,
        sheet=written.sheet,
        columns={one.written: one.column.name for one in headings.found},
        ignored=_ignored(headings),
        problems=dict(imported.problems),
        bad_rows=len(imported.findings.bad),
        before=imported.before,
        would=Changes(*imported.would) if imported.would is not None else None,
    )


def headings_of(refusal: Refusal) -> tuple[str, ...]:
    """The headings of the file that a refusal names: somebody may say what they mean."""
    facts = refusal.facts()
    found = facts.get("found", facts.get("headings", (facts["heading"],) if "heading" in facts else ()))
    return tuple(map(str, found)) if isinstance(found, tuple | list) else ()


def _ignored(headings: Headings) -> tuple[HeadingIgnored, ...]:
    return tuple(HeadingIgnored(heading, perhaps) for heading, perhaps in headings.ignored)
