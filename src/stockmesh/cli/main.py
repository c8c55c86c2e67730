"""The `stockmesh` command: nouns, then verbs; `--json` everywhere; errors say what to do next."""

import sys

import typer

from stockmesh.cli import books, demo, imports, locations, orders, stock
from stockmesh.cli.exits import explain_failure

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(orders.app, name="orders", help="Place orders, look at them, change them, ask why.")
app.add_typer(stock.app, name="stock", help="What lies where, who holds it, counts and moves.")
app.add_typer(locations.app, name="locations", help="Where stock lies.")
app.add_typer(imports.app, name="import", help="Bring in files.")
for command in (books.init, books.verify, books.warm, books.serve, demo.demo, demo.demo_reset, demo.summary):
    app.command()(command)


def run() -> None:
    """The program's entry: refusals and faults become a sentence and an exit code, never a traceback."""
    try:
        code = app(standalone_mode=False)
    except Exception as error:
        code = explain_failure(error)
    sys.exit(code if isinstance(code, int) else 0)
