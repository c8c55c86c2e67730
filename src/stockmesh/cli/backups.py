"""`stockmesh backup`, `restore`: the books to one file and back."""

from pathlib import Path
from typing import Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, progress


def backup(
    file: Annotated[Path, typer.Argument(help="where to write it; a file of that name is replaced once it is whole")],
    *,
    as_json: AsJson = False,
) -> None:
    """Write all books to one file, as of one instant; orders may come in meanwhile."""
    from stockmesh.cli.running import running
    from stockmesh.flows.backing_up import back_up

    with running() as context, progress("Backing up tables", quiet=as_json) as moved:
        seal = back_up(context.database.url, file, moved)
    told = {"file": str(file), **_facts(seal)}
    emit(told, as_json, lambda: console.print(f"{file}: {seal.bytes:,} bytes, books of version {seal.schema_version}."))


def restore(
    file: Annotated[Path, typer.Argument(help="what `stockmesh backup` wrote")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="in place of the books that are there")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a backup back, bring it to today's schema and verify it; exit 1 and explain on any difference."""
    from stockmesh.app import start_database
    from stockmesh.cli.running import read_settings, running
    from stockmesh.cli.verify_text import show_verification
    from stockmesh.flows import backing_up
    from stockmesh.flows.verify_books import verify_books

    with progress("Restoring", quiet=as_json) as moved:
        seal = backing_up.restore(start_database(read_settings()), file, moved, replace=replace)
    with running() as context:
        verification = verify_books(context)
    told = {"file": str(file), **_facts(seal), "verification": verification}

    def render() -> None:
        console.print(f"Restored: the books as of {seal.taken_at:%Y-%m-%d %H:%M:%S} UTC.")
        show_verification(verification)

    emit(told, as_json, render)
    if verification.findings:
        raise typer.Exit(1)


def _facts(seal: object) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(seal)  # type: ignore[call-overload,no-any-return]
