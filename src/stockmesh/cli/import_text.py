"""What imports say to people: how the file was read, its problems, what changed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from stockmesh.cli.output import console, table
from stockmesh.domain.kernel.sheets.problems import REASONS

if TYPE_CHECKING:
    from stockmesh.flows.importing.jobs import Job
    from stockmesh.flows.importing.running import Imported, Wishes
    from stockmesh.gateways.sheets import SheetFile

SHOWN_MAX: Final = 40
DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MARKS: Final = {",": "decimal comma", ".": "decimal point"}


@contextmanager
def reporting(name: str, *, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A callback (what, done, total) that moves one bar on standard error per thing done."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )
    tasks: dict[str, object] = {}

    def moved(what: str, done: int, total: int) -> None:
        task = tasks.setdefault(what, None)
        if task is None:
            task = tasks[what] = bar.add_task(f"{what} {name}")
        bar.update(task, completed=done, total=total)  # type: ignore[arg-type] # the bar's own number

    with bar:
        yield moved


def show_imported(file: "SheetFile", imported: "Imported", wishes: "Wishes") -> None:
    """How the file was understood, what is wrong with it, what it changed."""
    _say(_reading(file, imported.rows))
    for heading, meant in file.headings.ignored:
        _say(f"  {heading!r} is not used" + (f'; --map "{heading}={meant}" if it means {meant}' if meant else ""))
    _show_problems(imported)
    if imported.before and imported.job is not None:
        _say(f"This very file was imported before (import {imported.job.job_id}); nothing was done. --again does it.")
    elif imported.job is not None:
        show_jobs([imported.job])
    elif wishes.dry_run:
        _say("Nothing was changed: a dry run.")
    elif imported.problems:
        _say("Nothing was changed. --only-good applies the other rows, --rejects FILE sets these apart.")
    else:
        _say("The file has no rows. Nothing was changed.")


def _reading(file: "SheetFile", rows: int) -> str:
    written = file.written
    if written.sheet:
        return f"{file.name}: {rows:,} rows of sheet {written.sheet!r}."
    guess = " (a guess: --encoding says it)" if written.guessed else ""
    mark = f", {MARKS[written.mark]}" if written.mark else ""
    cells = DELIMITERS.get(written.delimiter, repr(written.delimiter))
    return f"{file.name}: {rows:,} rows, {written.encoding}{guess}, separated by {cells}{mark}."


def _show_problems(imported: "Imported") -> None:
    listed = imported.findings.sorted()
    for problem in listed[:SHOWN_MAX]:
        _say(f"  {problem}")
    if len(imported.findings) > SHOWN_MAX:
        _say(f"  ... {len(imported.findings) - SHOWN_MAX:,} more")
    for reason, times in imported.problems.most_common():
        _say(f"{times:,} x {reason}: {REASONS[reason]}")


def show_jobs(found: "Sequence[Job]") -> None:
    """Imports as a table."""
    figures = ["job", "applied", "created", "changed", "unchanged", "older", "refused", "left out"]
    table(
        ["job", "kind", "owner", "file", "state", *figures[1:]],
        [
            (
                one.job_id,
                one.kind,
                one.owner,
                one.file_name,
                one.state,
                f"{one.position:,} of {one.entries:,}",
                *(f"{each:,}" for each in (one.created, one.changed, one.unchanged, one.older, one.refused)),
                f"{one.left_out:,}",
            )
            for one in found
        ],
        right=figures,
    )


def _say(sentence: str) -> None:
    console.print(sentence, markup=False)
