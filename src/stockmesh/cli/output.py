"""What commands print: a table for people, JSON for programs, from the same value."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar

import msgspec
import typer
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

AsCsv = Annotated[bool, typer.Option("--csv", help="print all of it as CSV, whatever the limit")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON instead of text")]
Choice = TypeVar("Choice", bound=StrEnum)
ASSUMED: Final = "~"  # beside what no source told us
GAP: Final = 2
FOLDED_MIN: Final = 16
console = Console(highlight=False, soft_wrap=True)


def one_of(kind: type[Choice], text: str, option: str) -> Choice:
    """The value of an enumeration that an option names; raises typer.BadParameter with what is possible."""
    if text not in list(kind):
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(kind)}", param_hint=option)
    return kind(text)


def emit(value: Any, as_json: bool, render: Callable[[], None]) -> None:
    """Prints the value as JSON, or as `render` shows it."""
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode() + "\n")
    else:
        render()


def emit_lines(lines: Iterable[str]) -> None:
    """Prints text as it comes."""
    for line in lines:
        sys.stdout.write(line)


@dataclass(frozen=True)
class Column:
    """A column of a table: how wide it is by nature, whether it holds figures, whether its texts may be folded."""

    width: int
    is_figure: bool
    folds: bool

    @property
    def least(self) -> int:
        """How narrow it may be made: codes and figures are never broken."""
        return min(self.width, FOLDED_MIN) if self.folds else self.width


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Iterable[str] = (),
    fold: Iterable[str] = (),
    spare: Sequence[str] = (),
) -> None:
    """A plain table: figures named in `right`, texts that may take several lines in `fold`.

    Nothing else is ever broken or cut. On a terminal too narrow for all columns those in `spare` are left out, the
    first first, and a line says so; what is piped is complete.
    """
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    columns = _columns(headings, cells, figures=set(right), folding=set(fold))
    room = console.width if console.is_terminal else None
    kept = fitting(columns, spare, room=room)
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading, column in kept.items():
        side: JustifyMethod = "right" if column.is_figure else "left"
        grid.add_column(heading, justify=side, no_wrap=not column.folds, overflow="fold")
    for row in cells:
        grid.add_row(*(Text(cell) for heading, cell in zip(headings, row, strict=True) if heading in kept))
    # Rich never draws wider than its console, so the console is made as wide as the table needs.
    needed = width_of(kept.values(), at_least=room is not None)
    Console(highlight=False, width=max(needed, room or 0)).print(grid)
    if left_out := [heading for heading in headings if heading not in kept]:
        console.print(
            f"Not shown at this width: {', '.join(left_out)}. Pipe into `less -S`, or use --json.", style="dim"
        )


def _columns(
    headings: Sequence[str], cells: Sequence[Sequence[str]], *, figures: set[str], folding: set[str]
) -> dict[str, Column]:
    """Every column as wide as its longest cell."""
    widths = [max(map(cell_len, texts)) for texts in zip(headings, *cells, strict=True)]
    return {
        heading: Column(width, heading in figures, heading in folding)
        for heading, width in zip(headings, widths, strict=True)
    }


def fitting(columns: dict[str, Column], spare: Sequence[str], *, room: int | None) -> dict[str, Column]:
    """The columns that fit into so many characters (None: any number): the spare ones are left out until they do."""
    kept = dict(columns)
    for heading in spare:
        if room is None or width_of(kept.values(), at_least=True) <= room:
            break
        del kept[heading]
    return kept


def width_of(columns: Iterable[Column], *, at_least: bool) -> int:
    """How wide columns are side by side, or how narrow they may be made."""
    return sum((column.least if at_least else column.width) + GAP for column in columns) - GAP


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A callback (done, total) that moves a bar on standard error."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
