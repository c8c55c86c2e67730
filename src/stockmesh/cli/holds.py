"""`stockmesh holds`: units kept for carts, shown and given up."""

from typing import Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running
from stockmesh.cli.stock_changes import given
from stockmesh.domain.kernel.words import count_of

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_holds(
    *,
    state: Annotated[str, typer.Option(help="open, released, expired, used, or all")] = "open",
    channel: Annotated[str, typer.Option(help="only this channel")] = "",
    customer: Annotated[str, typer.Option(help="only this customer's")] = "",
    after: Annotated[str, typer.Option(help="mark of the next page, from the page before")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="how many rows")] = 50,
    as_json: AsJson = False,
) -> None:
    """Cart holds, the newest first."""
    from stockmesh.flows.hold_views import STATES, list_holds

    if state not in (*STATES, "all"):
        raise typer.BadParameter(f"{state!r} is none of {', '.join(STATES)}, all", param_hint="--state")
    with running() as context:
        page = list_holds(
            context,
            state=None if state == "all" else state,
            channel=channel or None,
            customer=customer or None,
            after=after,
            count=limit,
        )

    def render() -> None:
        if not page.rows:
            console.print("No cart is held. `POST /v1/holds` holds one.")
            return
        rows = [
            (
                one.hold_id, one.state, one.channel, one.customer, f"{one.country} {one.area}",
                sum(line.held for line in one.lines), ", ".join(f"{line.sku} {line.held}" for line in one.lines),
                f"{one.expires_at:%Y-%m-%d %H:%M}",
            )
            for one in page.rows
        ]  # fmt: skip
        headings = ["hold", "state", "channel", "customer", "to", "units", "lines", "expires"]
        table(headings, rows, right=["hold", "units"], fold=["lines"], spare=["customer", "to"])
        if page.next:
            console.print(f"more: --after {page.next}")

    emit(page, as_json, render)


@app.command()
def release(
    hold: Annotated[int, typer.Argument(metavar="HOLD", help="the hold's number")], *, as_json: AsJson = False
) -> None:
    """Give up a cart hold: its units can be sold, and waiting orders are given them first."""
    from stockmesh.flows.hold_cart import release_hold
    from stockmesh.flows.hold_views import get_hold
    from stockmesh.flows.serve_waiting import serve_waiting

    with running() as context:
        items = release_hold(context, hold)
        served = serve_waiting(context, items=items)
        released = get_hold(context, hold)
    units = sum(line.held for line in released.lines)
    told = f"Hold {hold} is released: {count_of(units, 'unit')} given back{given(served)}."
    emit(released, as_json, lambda: console.print(told))
