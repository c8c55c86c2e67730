"""`stockmesh stock`: show, availability, promise, holders, journal, incoming, count, move, receive, safety."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running
from stockmesh.domain.kernel.words import count_of

if TYPE_CHECKING:
    from stockmesh.flows.count_stock import Counting
    from stockmesh.flows.page_marks import Page
    from stockmesh.flows.stock_levels import StockLevel
    from stockmesh.gateways.stock_counts import ReadCounts

app = typer.Typer(no_args_is_help=True)
Sku = Annotated[str, typer.Argument(metavar="SKU", help="the item")]
Place = Annotated[str, typer.Argument(metavar="LOCATION", help="the location's code")]
Key = Annotated[str, typer.Option(help="the command's key: the same key and content does nothing twice")]


@app.command()
def show(
    search: Annotated[str, typer.Argument(help="beginning of a SKU or part of a title")] = "",
    *,
    location: Annotated[str, typer.Option(help="only this location")] = "",
    short: Annotated[bool, typer.Option("--short", help="only cells with a shortfall")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="only items that orders wait for")] = False,
    after: Annotated[str, typer.Option(help="mark of the next page, from the page before")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="how many rows")] = 50,
    as_json: AsJson = False,
) -> None:
    """Balances by item and location."""
    from stockmesh.flows.stock_levels import StockFilter, list_stock

    wanted = StockFilter(search=search or None, location=location or None, only_short=short, only_waiting=waiting)
    with running() as context:
        page = list_stock(context, wanted, after=after, count=limit)

    emit(page, as_json, lambda: _show_levels(page))


FIGURES = ("on hand", "sellable", "committed", "reserved", "available", "withheld", "incoming", "shortfall", "waiting")


def _show_levels(page: "Page[StockLevel]") -> None:
    if not page.rows:
        console.print("Nothing matches. `stockmesh stock count FILE` brings in counts; `make demo` a whole sample.")
        return
    rows = [
        (row.sku, row.title, row.location, *(getattr(row, figure.replace(" ", "_")) for figure in FIGURES))
        for row in page.rows
    ]
    spare = ["reserved", "shortfall", "withheld", "title", "waiting", "sellable", "incoming"]
    table(["sku", "title", "location", *FIGURES], rows, right=FIGURES, fold=["title"], spare=spare)
    if page.next:
        console.print(f"more: --after {page.next}")


@app.command()
def availability(
    sku: Sku, *, channel: Annotated[str, typer.Option(help="as this channel sees it")] = "", as_json: AsJson = False
) -> None:
    """What every location could give of an item."""
    from stockmesh.flows.stock_levels import item_availability

    with running() as context:
        found = item_availability(context, sku, channel=channel or None)
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
    location: Annotated[str, typer.Option(help="only this location")] = "",
    days: Annotated[int, typer.Option(min=1, max=400, help="how many days ahead")] = 14,
    as_json: AsJson = False,
) -> None:
    """What can be promised day by day, with supply on its way."""
    from stockmesh.flows.stock_levels import promise_by_date

    with running() as context:
        found = promise_by_date(context, sku, location=location or None, days=days)
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
def holders(sku: Sku, location: Place, *, as_json: AsJson = False) -> None:
    """Who holds the committed units of an item at a location."""
    from stockmesh.flows.stock_journal import list_holders

    with running() as context:
        found = list_holders(context, sku, location)

    def render() -> None:
        console.print(
            f"{count_of(found.units, 'unit')} of {sku} at {location} held by {count_of(found.orders, 'order')}.",
            markup=False,
        )
        table(
            ["order", "reference", "state", "units", "since"],
            [(one.order_id, one.reference, one.state, one.units, _instant(one.since)) for one in found.holders],
            right=["order", "units"],
            spare=["order"],
        )
        if found.next:
            console.print("More hold units: --json shows the mark of the next page.")

    emit(found, as_json, render)


@app.command()
def journal(
    sku: Sku,
    *,
    location: Annotated[str, typer.Option(help="only this location")] = "",
    after: Annotated[str, typer.Option(help="mark of the next page")] = "",
    as_json: AsJson = False,
) -> None:
    """The movements of an item, newest first."""
    from stockmesh.flows.stock_journal import list_movements

    with running() as context:
        page = list_movements(context, sku, location=location or None, after=after)

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


def _instant(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


@app.command()
def count(
    file: Annotated[Path, typer.Argument(help="CSV: sku, location, quantity, kind and as_of; - reads standard input")],
    *,
    kind: Annotated[str, typer.Option(help="on_hand or available, for rows that do not say it")] = "",
    as_of: Annotated[str, typer.Option(help="when, for rows that do not say it: 2026-03-02T08:00+00:00")] = "",
    reference: Annotated[str, typer.Option(help="the count's name; sent again it does nothing")] = "",
    as_json: AsJson = False,
) -> None:
    """Bring in absolute counts; what happened after their instant is netted."""
    from stockmesh.cli.exits import EXITS
    from stockmesh.flows.count_stock import RefusedCount, count_stock

    read = _read_counts(file, kind, as_of)
    with running() as context:
        found = count_stock(context, read.counts, reference=reference)
    refusals = [*read.refusals, *(one.refusal for one in found.outcomes if isinstance(one, RefusedCount))]
    document = {
        "reference": found.reference,
        "outcomes": [one for one in found.outcomes if not isinstance(one, RefusedCount)],
        "refused": [{"code": one.code, "detail": str(one)} for one in refusals],
    }
    emit(document, as_json, lambda: _show_counting(found, [f"{one}  [{one.code}]" for one in refusals]))
    if refusals:
        raise typer.Exit(EXITS[refusals[0].code])


def _read_counts(file: Path, kind: str, as_of: str) -> "ReadCounts":
    from stockmesh.domain.stock.cells import CountKind
    from stockmesh.gateways.order_files import UnreadableInput
    from stockmesh.gateways.stock_counts import read_counts

    if kind and kind not in set(CountKind):
        raise typer.BadParameter(f"{kind!r} is neither on_hand nor available", param_hint="--kind")
    try:
        instant = datetime.fromisoformat(as_of) if as_of else None
    except ValueError as error:
        raise typer.BadParameter(
            f"{as_of!r} is not an instant such as 2026-03-02T08:00+00:00", param_hint="--as-of"
        ) from error
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(place=str(file), problem=str(error)) from error
    return read_counts(text.splitlines(keepends=True), kind=CountKind(kind) if kind else None, as_of=instant)


def _show_counting(found: "Counting", refusals: list[str]) -> None:
    from stockmesh.flows.count_stock import Counted

    understood = [one for one in found.outcomes if isinstance(one, Counted)]
    table(
        ["row", "sku", "location", "result", "difference", "short"],
        [(one.row, one.sku, one.location, one.result, one.difference, one.short) for one in understood],
        right=["row", "difference", "short"],
    )
    for refusal in refusals:
        console.print(refusal, markup=False)
    if found.gained:
        console.print(
            f"{count_of(len(found.gained), 'cell')} gained units: "
            "`stockmesh orders serve-waiting` gives them to waiting orders."
        )


@app.command()
def move(
    sku: Sku,
    quantity: Annotated[int, typer.Argument(min=1, help="how many units")],
    location: Place,
    from_state: Annotated[
        str, typer.Argument(help="sellable, quality_control, damaged, refurbish, supplier, adjustment")
    ],
    to_state: Annotated[str, typer.Argument(help="where the units go: a state as above, or scrap")],
    *,
    to_location: Annotated[str, typer.Option(help="another location: a transfer")] = "",
    reason: Annotated[str, typer.Option(help="why")] = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Move units between states of a location, to another location, in from a supplier, or out as scrap."""
    from stockmesh.domain.stock.moving import Move
    from stockmesh.domain.stock.states import StockState
    from stockmesh.flows.move_stock import move_stock

    for state in (from_state, to_state):
        if state not in set(StockState):
            raise typer.BadParameter(f"{state!r} is not a state; use one of {', '.join(StockState)}")
    with running() as context:
        wanted = Move(
            sku=sku,
            quantity=quantity,
            location=location,
            from_state=StockState(from_state),
            to_state=StockState(to_state),
            occurred_at=context.clock(),
            to_location=to_location,
            reason=reason,
        )
        moved = move_stock(context, [wanted], key=key)
    emit(
        moved, as_json, lambda: console.print(f"Moved {quantity:,} of {sku} ({count_of(moved.movements, 'movement')}).")
    )


@app.command()
def incoming(
    *,
    sku: Annotated[str, typer.Option(help="only this item")] = "",
    location: Annotated[str, typer.Option(help="only this location")] = "",
    after: Annotated[str, typer.Option(help="mark of the next page, from the page before")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="how many rows")] = 100,
    as_json: AsJson = False,
) -> None:
    """Supply on its way, by the day it is due; what should have come by now is marked overdue."""
    from stockmesh.flows.stock_journal import list_incoming

    with running() as context:
        page = list_incoming(context, sku=sku or None, location=location or None, after=after, count=limit)

    def render() -> None:
        table(
            ["due", "overdue", "reference", "sku", "title", "location", "units", "received"],
            [
                (
                    row.due_on,
                    count_of(row.overdue_days, "day") if row.overdue_days else "",
                    row.reference,
                    row.sku,
                    row.title,
                    row.location,
                    row.quantity,
                    row.received,
                )
                for row in page.rows
            ],
            right=["overdue", "units", "received"],
            fold=["title"],
            spare=["title", "received"],
        )
        if page.next:
            console.print(f"more: --after {page.next}")

    emit(page, as_json, render)


@app.command()
def receive(
    reference: Annotated[str, typer.Argument(help="the incoming supply's reference")],
    sku: Sku,
    location: Place,
    quantity: Annotated[int, typer.Argument(min=1, help="how many units came")],
    *,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Receive incoming supply; waiting orders are served from it at once."""
    from stockmesh.domain.stock.arrivals import Arrival
    from stockmesh.flows.receive_stock import receive_incoming
    from stockmesh.flows.serve_waiting import serve_waiting

    with running() as context:
        arrival = Arrival(reference, sku, location, quantity, context.clock())
        receive_incoming(context, [arrival], key=key)
        served = serve_waiting(context)
    emit(
        served,
        as_json,
        lambda: console.print(
            f"Received {quantity:,} of {sku} at {location}; "
            f"{count_of(served.served, 'waiting order')} got {count_of(served.units, 'unit')}."
        ),
    )


@app.command()
def safety(sku: Sku, location: Place, units: Annotated[int, typer.Argument(min=0)], *, as_json: AsJson = False) -> None:
    """Keep units of an item at a location back from every channel."""
    from stockmesh.domain.stock.arrivals import SafetyStock
    from stockmesh.flows.set_safety_stock import set_safety_stock

    with running() as context:
        set_safety_stock(context, [SafetyStock(sku, location, units)])
    emit(
        {"sku": sku, "location": location, "safety_stock": units},
        as_json,
        lambda: console.print(f"Kept back now: {count_of(units, 'unit')} of {sku} at {location}."),
    )
