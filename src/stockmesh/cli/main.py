"""The `stockmesh` command: nouns, then verbs; `--json` everywhere; errors say what to do next."""

import signal
import sys
from typing import Annotated

import typer

from stockmesh.cli import (
    audit,
    backups,
    books,
    carriers,
    customers,
    demo,
    events,
    holds,
    imports,
    keys,
    locations,
    orders,
    owners,
    policy,
    promises,
    secrets,
    shop_changes,
    shop_messages,
    shops,
    stock,
    stock_changes,
    users,
    webhooks,
)
from stockmesh.cli.exits import explain_failure
from stockmesh.cli.output import console
from stockmesh.cli.running import why

app = typer.Typer(
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=__doc__,
)


@app.callback()
def main(
    *,
    version: Annotated[bool, typer.Option("--version", help="print the release and the engine, then leave")] = False,
    reason: Annotated[str, typer.Option(help="why: told by the audit trail beside whatever the command changes")] = "",
) -> None:
    """Runs a distributed inventory: stock in many places, orders sourced and reserved in one act."""
    why.set(reason)
    if version:
        from stockmesh.gateways.engine import engine_version

        console.print(engine_version())
        raise typer.Exit


app.add_typer(orders.app, name="orders", help="Place orders, look at them, change them, ask why.")
app.add_typer(holds.app, name="holds", help="Units kept for carts.")
app.add_typer(stock.app, name="stock", help="What lies where, who holds it, counts and moves.")
stock.app.registered_commands += stock_changes.app.registered_commands
app.add_typer(locations.app, name="locations", help="Where stock lies.")
app.add_typer(carriers.app, name="carriers", help="Carriers, their rate cards, and what they ask for a shipment.")
app.add_typer(policy.app, name="policy", help="How orders are sourced: cost terms and limits.")
app.add_typer(events.app, name="events", help="What happened, in order.")
app.add_typer(webhooks.app, name="webhooks", help="Where events are sent, and how that went.")
app.add_typer(keys.app, name="keys", help="What lets programs use the API.")
app.add_typer(users.app, name="users", help="Who may sign in to the console.")
app.add_typer(customers.app, name="customers", help="Customers as persons: what is held of them, and erasing it.")
app.add_typer(secrets.app, name="secrets", help="The keys that secrets in the books are encrypted under.")
app.add_typer(shops.app, name="shops", help="Shops that send their orders here and are told of stock.")
shops.app.registered_commands += shop_changes.app.registered_commands
shops.app.registered_commands += shop_messages.app.registered_commands
app.add_typer(owners.app, name="owners", help="Whose goods the books hold.")
app.add_typer(imports.app, name="import", help="Bring in files.")
for command in (
    promises.promise,
    audit.audit,
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
