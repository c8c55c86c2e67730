"""`stockmesh stock`, what can be asked: show, availability, promise, holders, journal, incoming."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsCsv, AsJson, console, emit, emit_lines, table
from stockmesh.cli.running import running
from stockmesh.domain.kernel.words import count_of

if TYPE_CHECKING:
    from stockmesh.flows.page_marks import Page
    from stockmesh.flows.stock_levels import StockLevel

app = typer.Typer(no_args_is_help=True)
Sku = Annotated[str, typer.Argument(metavar="SKU", help="the item")]
Place = Annotated[str, typer.Argument(metavar="LOCATION", help="the location's code")]
Owner = Annotated[str, typer.Option(help="whose item, where several owners have the SKU")]


@app.command()
def show(
    search: Annotated[str, typer.Argument(help="beginning of a SKU or part of a title")] = "",
    *,
    owner: Annotated[str, typer.Option(help="only this owner's items")] = "",
    location: Annotated[str, typer.Option(help="only this location")] = "",
    short: Annotated[bool, typer.Option("--short", help="only cells with a shortfall")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="only items that orders wait for")] = False,
    after: Annotated[str, typer.Option(help="mark of the next page, from the page before")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="how many rows")] = 50,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Balances by item and location."""
    from stockmesh.flows.exports import export_stock
    from stockmesh.flows.stock_levels import StockFilter, list_stock

    wanted = StockFilter(
        search=search or None,
        location=location or None,
        only_short=short,
        only_waiting=waiting,
        owner=owner or None,
    )
    with running() as context:
        if as_csv:
            emit_lines(export_stock(context, wanted))
            return
        page = list_stock(context, wanted, after=after, count=limit)

    emit(page, as_json, lambda: _show_levels(page))


FIGURES = ("on hand", "sellable", "committed", "reserved", "available", "withheld", "incoming", "shortfall", "waiting")


def _show_levels(page: "Page[StockLevel]") -> None:
    if not page.rows:
        console.print("Nothing matches. `stockmesh stock count FILE` brings in counts; `make demo` a whole sample.")
        return
    rows = [
        (row.sku, row.owner, row.title, row.location, *(getattr(row, figure.replace(" ", "_")) for figure in FIGURES))
        for row in page.rows
    ]
    spare = ["owner", "reserved", "shortfall", "withheld", "title", "waiting", "sellable", "incoming"]
    table(["sku", "owner", "title", "location", *FIGURES], rows, right=FIGURES, fold=["title"], spare=spare)
    if page.next:
        console.print(f"more: --after {page.next}")


@app.command()
def availability(
    sku: Sku,
    *,
    owner: Owner = "",
    channel: Annotated[str, typer.Option(help="as this channel sees it")] = "",
    as_json: AsJson = False,
) -> None:
    """What every location could give of an item."""
    from stockmesh.flows.stock_levels import item_availability

    with running() as context:
        found = item_availability(context, sku, owner=owner, channel=channel or None)
        today = context.clock().date()

    def render() -> None:
        what = f"{found.title} (kit: counted in whole kits)" if found.is_kit else found.title
        console.print(f"{found.sku}  {what}: {found.available:,} available, {found.waiting:,} waited for", markup=False)
        figures = ["available", "withheld", "sellable", "incoming"]
        table(
            ["location", *figures, "next due"],
            [
                (one.location, one.available, one.withheld, one.sellable, one.incoming, _due(one.next_due, today))
                for one in found.locations
            ],
            right=figures,
        )

    emit(found, as_json, render)


def _due(day: date | None, today: date) -> str:
    """A day supply is due on, marked when it has passed."""
    return "" if day is None else f"{day} overdue" if day < today else str(day)


@app.command()
def promise(
    sku: Sku,
    *,
    owner: Owner = "",
    location: Annotated[str, typer.Option(help="only this location")] = "",
    days: Annotated[int, typer.Option(min=1, max=400, help="how many days ahead")] = 14,
    as_json: AsJson = False,
) -> None:
    """What can be promised day by day, with supply on its way."""
    from stockmesh.flows.stock_levels import promise_by_date

    with running() as context:
        found = promise_by_date(context, sku, owner=owner, location=location or None, days=days)
    figures = ["supply", "demand", "projected", "promisable"]

    def render() -> None:
        if found.overdue:
            console.print(f"{count_of(found.overdue, 'unit')} overdue: not counted on before they come")
        table(
            ["day", *figures],
            [(one.day, one.supply, one.demand, one.projected, one.promisable) for one in found.days],
            right=figures,
        )

    emit(found, as_json, render)


@app.command()
def holders(sku: Sku, location: Place, *, owner: Owner = "", as_json: AsJson = False) -> None:
    """Who holds units of an item at a location: orders and cart holds."""
    from stockmesh.flows.stock_journal import list_holders

    with running() as context:
        found = list_holders(context, sku, location, owner=owner)

    def render() -> None:
        console.print(
            f"{count_of(found.units, 'unit')} of {sku} at {location} held by {count_of(found.orders, 'order')} and "
            f"{count_of(found.holds, 'cart hold')}.",
            markup=False,
        )
        table(
            ["order", "hold", "reference", "state", "units", "since", "until"],
            [
                (
                    one.order_id,
                    one.hold_id,
                    one.reference,
                    one.state,
                    one.units,
                    _minute(one.since),
                    _minute(one.expires_at),
                )
                for one in found.holders
            ],
            right=["order", "hold", "units"],
            spare=["order", "until"],
        )
        if found.next:
            console.print("More hold units: --json shows the mark of the next page.")

    emit(found, as_json, render)


@app.command()
def journal(
    sku: Sku,
    *,
    owner: Owner = "",
    location: Annotated[str, typer.Option(help="only this location")] = "",
    after: Annotated[str, typer.Option(help="mark of the next page")] = "",
    as_json: AsJson = False,
) -> None:
    """The movements of an item, newest first."""
    from stockmesh.flows.stock_journal import list_movements

    with running() as context:
        page = list_movements(context, sku, owner=owner, location=location or None, after=after)

    def render() -> None:
        if not page.rows:
            console.print("No movements. A kit has none: it is stocked as its components.")
            return
        table(
            ["occurred", "units", "from", "to", "cause", "order", "reference"],
            [
                (
                    f"{row.occurred_at:%Y-%m-%d %H:%M:%S}",
                    row.quantity,
                    f"{row.from_location or ''} {row.from_state}",
                    f"{row.to_location or ''} {row.to_state}",
                    row.cause,
                    row.order_reference,
                    row.reference,
                )
                for row in page.rows
            ],
            right=["units"],
            spare=["cause", "order", "reference"],
        )
        if page.next:
            console.print(f"more: --after {page.next}")

    emit(page, as_json, render)


def _minute(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


@app.command()
def incoming(
    *,
    sku: Annotated[str, typer.Option(help="only this item")] = "",
    owner: Annotated[str, typer.Option(help="only this owner's items")] = "",
    location: Annotated[str, typer.Option(help="only this location")] = "",
    after: Annotated[str, typer.Option(help="mark of the next page, from the page before")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="how many rows")] = 100,
    as_json: AsJson = False,
) -> None:
    """Supply on its way, by the day it is due; what should have come by now is marked overdue."""
    from stockmesh.flows.stock_journal import IncomingFilter, list_incoming

    wanted = IncomingFilter(sku=sku or None, owner=owner or None, location=location or None)
    with running() as context:
        page = list_incoming(context, wanted, after=after, count=limit)

    def render() -> None:
        table(
            ["due", "overdue", "reference", "sku", "owner", "title", "location", "units", "received"],
            [
                (
                    row.due_on,
                    count_of(row.overdue_days, "day") if row.overdue_days else "",
                    row.reference,
                    row.sku,
                    row.owner,
                    row.title,
                    row.location,
                    row.quantity,
                    row.received,
                )
                for row in page.rows
            ],
            right=["overdue", "units", "received"],
            fold=["title"],
            spare=["owner", "title", "received"],
        )
        if page.next:
            console.print(f"more: --after {page.next}")

    emit(page, as_json, render)
