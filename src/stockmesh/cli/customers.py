"""`stockmesh customers`: export, erase."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, emit_lines
from stockmesh.cli.running import running
from stockmesh.domain.kernel.words import count_of

if TYPE_CHECKING:
    from stockmesh.flows.customers import Erasure

app = typer.Typer(no_args_is_help=True)
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="the customer's name as orders give it, or an e-mail address")
]
Owner = Annotated[str, typer.Option(help="whose customer, where several owners have one of this name")]


@app.command()
def export(
    name: Name,
    *,
    owner: Owner = "",
    output: Annotated[Path | None, typer.Option(help="write to this file, which only you may read; else print")] = None,
) -> None:
    """All that the books hold of a customer, as JSON: orders with contact, lines and events, and credit notes."""
    from stockmesh.flows.customers import export_customer

    with running() as context:
        parts = export_customer(context, name, owner=owner)
        if output is None:
            emit_lines(parts)
            return
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(parts)
    console.print(f"Written to {output}.", markup=False)


@app.command()
def erase(
    name: Name,
    *,
    owner: Owner = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be erased, and erase nothing")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase for good who a customer is; orders and books stay whole."""
    from stockmesh.flows.customers import erase_customer

    with running() as context:
        found = erase_customer(context, name, owner=owner, dry_run=True)
        if not dry_run:
            if not yes and not typer.confirm(f"{_sentence(found)} Erase it for good?"):
                raise typer.Abort
            found = erase_customer(context, name, owner=owner)
    emit(found, as_json, lambda: console.print(_sentence(found), markup=False))


def _sentence(found: "Erasure") -> str:
    done = "would be erased" if found.dry_run else "is erased"
    parts = [
        count_of(found.contacts, "contact"),
        f"the name on {count_of(found.orders, 'order')} and {count_of(found.credits, 'credit line')}",
        f"reasons in {count_of(found.words, 'event')}",
        count_of(found.excerpts, "answer of webhook receivers", "answers of webhook receivers"),
    ]
    renamed = f" The orders go on under {found.pseudonym}." if found.pseudonym and not found.dry_run else ""
    others = f" They also went by {', '.join(found.also_named)}: erase that too." if found.also_named else ""
    return f"Of {found.owner}'s customer {done}: {', '.join(parts)}.{renamed}{others}"
