"""The `stockmesh` command: nouns, then verbs; `--json` everywhere; errors say what to do next."""

import signal
import sys
from typing import Annotated

import typer

from stockmesh.cli import (
    backups,
    books,
    demo,
    events,
    imports,
    locations,
    orders,
    owners,
    stock,
    stock_changes,
    webhooks,
)
from stockmesh.cli.exits import explain_failure
from stockmesh.cli.output import console

app = typer.Typer(
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=__doc__,
)


@app.callback()
def main(
    *, version: Annotated[bool, typer.Option("--version", help="print the release and the engine, then leave")] = False
) -> None:
    """Runs a distributed inventory: stock in many places, orders sourced and reserved in one act."""
    if version:
        from stockmesh.gateways.engine import engine_version

        console.print(engine_version())
        raise typer.Exit


app.add_typer(orders.app, name="orders", help="Place orders, look at them, change them, ask why.")
app.add_typer(stock.app, name="stock", help="What lies where, who holds it, counts and moves.")
stock.app.registered_commands += stock_changes.app.registered_commands
app.add_typer(locations.app, name="locations", help="Where stock lies.")
app.add_typer(events.app, name="events", help="What happened, in order.")
app.add_typer(webhooks.app, name="webhooks", help="Where events are sent, and how that went.")
app.add_typer(owners.app, name="owners", help="Whose goods the books hold.")
app.add_typer(imports.app, name="import", help="Bring in files.")
for command in (
    books.init,
    books.verify,
    backups.backup,
    backups.restore,
    books.warm,
    books.serve,
    demo.demo,
    demo.demo_reset,
    demo.summary,
):
    app.command()(command)


def run() -> None:
    """The program's entry: refusals and faults become a sentence and an exit code, never a traceback."""
    # A terminated program still stops the embedded server that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        code = app(standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:
        code = explain_failure(error)
    sys.exit(code if isinstance(code, int) else 0)
