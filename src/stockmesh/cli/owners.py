"""`stockmesh owners`: whose goods the books hold."""

from typing import Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit
from stockmesh.cli.running import running

app = typer.Typer(no_args_is_help=True)


@app.callback()
def owners() -> None:
    """Whose goods the books hold."""


@app.command()
def add(
    code: Annotated[str, typer.Argument(metavar="CODE", help="a short name for commands and files")],
    *,
    currency: Annotated[str, typer.Option(help="currency of the books, such as EUR")],
    name: Annotated[str, typer.Option(help="the merchant's name; the code unless said")] = "",
    channel: Annotated[list[str] | None, typer.Option(help="a way of selling; may be said several times")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a merchant with the channels it sells through; saved again, name and channels change."""
    from stockmesh.domain.kernel.money import micro_per_minor
    from stockmesh.domain.network.channels import Channel, Owner
    from stockmesh.flows.set_up import save_merchant

    micro_per_minor(currency)
    channels = [Channel(one, one) for one in channel or ["web"]]
    with running() as context:
        save_merchant(context, Owner(code, name or code, currency), channels)
    told = ", ".join(one.code for one in channels)
    emit(
        {"owner": code, "currency": currency, "channels": [one.code for one in channels]},
        as_json,
        lambda: console.print(f"{code} keeps books in {currency} and sells through {told}.", markup=False),
    )
