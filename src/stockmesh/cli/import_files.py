"""`stockmesh import items FILE` and its like: any merchant's files, checked whole before anything is changed."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockmesh.cli.carriers import read_document
from stockmesh.cli.output import AsJson, emit
from stockmesh.cli.running import running

if TYPE_CHECKING:
    from stockmesh.flows.importing.jobs import Job
    from stockmesh.flows.importing.running import Imported, Wishes
    from stockmesh.gateways.sheets import Manner, SheetFile

File = Annotated[
    Path, typer.Argument(help="CSV, plain or packed with xz or gzip, XLSX, or JSON lines; - reads standard input")
]
Owner = Annotated[str, typer.Option(help="whose goods they are, where the books know several owners")]
Map = Annotated[list[str] | None, typer.Option(help='what a heading means: "Artikelnummer=sku"; several times')]
Decimal = Annotated[str, typer.Option(help='the decimal mark, "," or "."; found out where the file tells')]
Encoding = Annotated[str, typer.Option(help="utf-8, utf-16, cp1252, latin-1; found out unless said")]
Delimiter = Annotated[str, typer.Option(help="what separates cells: , ; | or tab; found out unless said")]
SheetName = Annotated[
    str, typer.Option(help="of a workbook: the sheet's name or number; the first visible unless said")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="check everything, change nothing")]
OnlyGood = Annotated[bool, typer.Option("--only-good", help="apply the good rows though others have problems")]
Rejects = Annotated[Path | None, typer.Option(help="write the rows with problems to this file, with the reason")]
Again = Annotated[bool, typer.Option("--again", help="though the very same file was imported before")]
JobNumber = Annotated[int, typer.Argument(metavar="JOB", help="the import's number; every open one unless said")]


def sheet_command(kind: str, about: str) -> Callable[..., None]:
    """The command that imports files of one kind."""

    def bring(
        file: File,
        *,
        owner: Owner = "",
        map: Map = None,  # noqa: A002 - the option's name
        decimal: Decimal = "",
        encoding: Encoding = "",
        delimiter: Delimiter = "",
        sheet: SheetName = "",
        dry_run: DryRun = False,
        only_good: OnlyGood = False,
        rejects: Rejects = None,
        again: Again = False,
        as_json: AsJson = False,
    ) -> None:
        from stockmesh.flows.importing.running import Wishes

        manner = _manner(map or [], decimal, encoding, delimiter, sheet=sheet)
        wishes = Wishes(owner=owner, dry_run=dry_run, only_good=only_good, again=again)
        import_sheet(kind, file, manner, wishes, rejects=rejects, as_json=as_json)

    bring.__doc__ = about
    return bring


def stock(
    file: File,
    *,
    kind: Annotated[str, typer.Option(help="what was counted: on_hand, available, or opening")] = "",
    as_of: Annotated[str, typer.Option(help="when, with time zone: 2026-03-02T06:00:00Z; or a column as_of")] = "",
    owner: Owner = "",
    map: Map = None,  # noqa: A002 - the option's name
    decimal: Decimal = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    sheet: SheetName = "",
    dry_run: DryRun = False,
    only_good: OnlyGood = False,
    rejects: Rejects = None,
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """Bring in what lies where: counts, or what the books open with."""
    from stockmesh.flows.importing.jobs import Said
    from stockmesh.flows.importing.refusals import CountKindNeeded
    from stockmesh.flows.importing.running import Wishes
    from stockmesh.flows.importing.stock_files import KINDS

    if kind not in KINDS:
        raise CountKindNeeded
    said = Said(kind=kind, as_of=_instant(as_of))
    manner = _manner(map or [], decimal, encoding, delimiter, sheet=sheet)
    wishes = Wishes(owner=owner, said=said, dry_run=dry_run, only_good=only_good, again=again)
    import_sheet("stock", file, manner, wishes, rejects=rejects, as_json=as_json)


def rate_cards(
    file: Annotated[Path, typer.Argument(help="CSV as above, or a carrier's card document: .toml or .json")],
    *,
    owner: Owner = "",
    map: Map = None,  # noqa: A002 - the option's name
    decimal: Decimal = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    sheet: SheetName = "",
    dry_run: DryRun = False,
    only_good: OnlyGood = False,
    rejects: Rejects = None,
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """Bring in prices of carriers: a flat table of zones and weights, or a card document."""
    from stockmesh.flows.importing.running import Wishes

    if file.suffix in (".toml", ".json"):
        _import_card_document(file, owner, dry_run=dry_run, as_json=as_json)
        return
    manner = _manner(map or [], decimal, encoding, delimiter, sheet=sheet)
    wishes = Wishes(owner=owner, dry_run=dry_run, only_good=only_good, again=again)
    import_sheet("rate-cards", file, manner, wishes, rejects=rejects, as_json=as_json)


def _import_card_document(file: Path, owner: str, *, dry_run: bool, as_json: bool) -> None:
    from stockmesh.cli.output import console
    from stockmesh.flows.importing.card_files import import_carrier
    from stockmesh.flows.importing.running import find_owner

    carrier = read_document(file)
    with running() as context:
        tally = import_carrier(context, find_owner(context, owner)["owner_id"], carrier, dry_run=dry_run)
    added = "would be added" if dry_run else "added"
    sentence = f"{carrier.code}: {tally.created} cards {added}, {tally.unchanged} were there already."
    emit({"carrier": carrier.code, **tally._asdict()}, as_json, lambda: console.print(sentence, markup=False))


def jobs(
    *,
    only_open: Annotated[bool, typer.Option("--open", help="only those that are not done")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="how many")] = 20,
    as_json: AsJson = False,
) -> None:
    """The latest imports, and how far each is."""
    from stockmesh.cli.import_text import show_jobs
    from stockmesh.flows.importing.jobs import list_jobs

    with running() as context:
        found = list_jobs(context, only_open=only_open, most=limit)
    emit(found, as_json, lambda: show_jobs(found))


def resume(job: JobNumber = 0, *, as_json: AsJson = False) -> None:
    """Go on with imports that were stopped."""
    from stockmesh.cli.import_text import reporting, show_jobs
    from stockmesh.flows.importing.jobs import list_jobs
    from stockmesh.flows.importing.running import resume as go_on

    with running() as context:
        numbers = [job] if job else [one.job_id for one in reversed(list_jobs(context, only_open=True, most=1_000))]
        done: list[Job] = []
        for number in numbers:
            with reporting(f"import {number}", quiet=as_json) as moved:
                done.append(go_on(context, number, moved))
    emit(done, as_json, lambda: show_jobs(done))


def template(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="items, kits, locations, stock, ...")],
    *,
    xlsx: Annotated[Path | None, typer.Option(help="write a workbook to this file instead")] = None,
) -> None:
    """Print a file to fill in: the headings of a kind and one row as an example."""
    from stockmesh.domain.fulfilment.sheets import SHEETS
    from stockmesh.gateways.sheets import template as written
    from stockmesh.gateways.sheets import write_template

    if kind not in SHEETS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(SHEETS)}", param_hint="KIND")
    if xlsx is not None:
        write_template(SHEETS[kind], xlsx)
    else:
        typer.echo(written(SHEETS[kind]), nl=False)


def import_sheet(
    kind: str, path: Path, manner: "Manner", wishes: "Wishes", *, rejects: Path | None, as_json: bool
) -> None:
    """Imports a file and says what came of it; leaves with BAD_INPUT when it has problems and nothing was applied."""
    from stockmesh.cli.exits import BAD_INPUT
    from stockmesh.cli.import_text import reporting, show_imported
    from stockmesh.domain.fulfilment.sheets import SHEETS
    from stockmesh.flows.importing.history import import_file
    from stockmesh.gateways.sheets import as_table, open_sheet, write_rejects
    from stockmesh.gateways.sheets.unpacking import local_copy

    with local_copy(path) as local, as_table(local, manner) as (table, told), running() as context:
        file = open_sheet(table, SHEETS[kind], told)
        with reporting(file.name, quiet=as_json) as moved:
            imported = import_file(context, file, wishes, moved)
        if rejects is not None and imported.findings.bad:
            write_rejects(file, imported.findings.reasons_by_row(), rejects)
    emit(_document(file, imported), as_json, lambda: show_imported(file, imported, wishes))
    if imported.problems and imported.job is None:
        raise typer.Exit(BAD_INPUT)


def _document(file: "SheetFile", imported: "Imported") -> dict[str, Any]:
    return {
        "file": file.name,
        "kind": file.sheet.kind,
        "written": file.written,
        "columns": {one.written: one.column.name for one in file.headings.found},
        "ignored": [{"heading": heading, "perhaps": meant} for heading, meant in file.headings.ignored],
        "rows": imported.rows,
        "problems": dict(imported.problems),
        "listed": [asdict(one) for one in imported.findings.sorted()],
        "before": imported.before,
        "job": imported.job,
    }


def _manner(mapping: list[str], decimal: str, encoding: str, delimiter: str, *, sheet: str) -> "Manner":
    from stockmesh.gateways.sheets import Manner

    if decimal not in ("", ",", "."):
        raise typer.BadParameter('say "," or "."', param_hint="--decimal")
    pairs = [one.rpartition("=") for one in mapping]
    for (heading, _, column), said in zip(pairs, mapping, strict=True):
        if not heading or not column:
            raise typer.BadParameter(f'{said!r} is not of the form "heading=column"', param_hint="--map")
    named = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(named) > 1:
        raise typer.BadParameter("is one sign, or the word tab", param_hint="--delimiter")
    return Manner(encoding, named, decimal, sheet, {heading.strip(): column.strip() for heading, _, column in pairs})


def _instant(text: str) -> datetime | None:
    from stockmesh.domain.kernel.sheets.columns import Unreadable
    from stockmesh.domain.kernel.sheets.problems import REASONS
    from stockmesh.domain.kernel.sheets.words import read_instant

    try:
        return read_instant(text) if text else None
    except Unreadable as problem:
        said = f"{text!r} {REASONS[problem.reason]}; {problem.suggestion}"
        raise typer.BadParameter(said, param_hint="--as-of") from problem
