"""`stockmesh stock`: show, availability, promise, holders, journal, incoming, count, move, receive, safety."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running

if TYPE_CHECKING:
    from stockmesh.flows.count_stock import Counting
    from stockmesh.flows.page_marks import Page
    from stockmesh.flows.serve_waiting import Served
    from stockmesh.flows.stock_levels import StockLevel
    from stockmesh.gateways.stock_counts import ReadCounts

app = typer.Typer(no_args_is_help=True)
Sku = Annotated[str, typer.Argument(metavar="SKU", help="the item")]
Place = Annotated[str, typer.Argument(metavar="LOCATION", help="the location's code")]
Owner = Annotated[str, typer.Option(help="whose item, where several owners have the SKU")]
At = Annotated[str, typer.Option(help="when it happened, with time zone: 2026-03-02T08:00+00:00; now unless said")]
Key = Annotated[str, typer.Option(help="the command's key: the same key and content does nothing twice")]


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
    as_json: AsJson = False,
) -> None:
    """Balances by item and location."""
    from stockmesh.flows.stock_levels import StockFilter, list_stock

    wanted = StockFilter(
        search=search or None,
        location=location or None,
        only_short=short,
        only_waiting=waiting,
        owner=owner or None,
    )
    with running() as context:
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
    table(["sku", "owner", "title", "location", *FIGURES], rows, right=FIGURES)
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

    def render() -> None:
        console.print(f"{found.sku}  {found.title}: {found.available:,} available, {found.waiting:,} waited for")
        figures = ["available", "withheld", "sellable", "incoming"]
        table(
            ["location", *figures, "next due"],
            [
                (one.location, one.available, one.withheld, one.sellable, one.incoming, one.next_due)
                for one in found.locations
            ],
            right=figures,
        )

    emit(found, as_json, render)


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
    emit(
        found,
        as_json,
        lambda: table(
            ["day", *figures],
            [(one.day, one.supply, one.demand, one.projected, one.promisable) for one in found.days],
            right=figures,
        ),
    )


@app.command()
def holders(sku: Sku, location: Place, *, owner: Owner = "", as_json: AsJson = False) -> None:
    """Who holds the committed units of an item at a location."""
    from stockmesh.flows.stock_journal import list_holders

    with running() as context:
        found = list_holders(context, sku, location, owner=owner)

    def render() -> None:
        console.print(f"{found.units:,} units of {sku} at {location} are held by {found.orders:,} orders.")
        table(
            ["order", "reference", "state", "units", "since"],
            [(one.order_id, one.reference, one.state, one.units, one.since) for one in found.holders],
            right=["order", "units"],
        )

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
        )
        if page.next:
            console.print(f"more: --after {page.next}")

    emit(page, as_json, render)


@app.command()
def count(
    file: Annotated[
        Path, typer.Argument(help="CSV with sku, location, quantity [, owner, kind, as_of]; - reads standard input")
    ],
    *,
    owner: Annotated[str, typer.Option(help="whose items, where the file does not say")] = "",
    kind: Annotated[str, typer.Option(help="what was counted: on_hand or available")] = "",
    as_of: Annotated[str, typer.Option(help="when, with time zone: 2026-03-02T08:00+00:00")] = "",
    reference: Annotated[str, typer.Option(help="the count's name; sent again it does nothing")] = "",
    as_json: AsJson = False,
) -> None:
    """Bring in absolute counts; what happened after their instant is netted."""
    from stockmesh.cli.exits import EXITS
    from stockmesh.flows.count_stock import RefusedCount, count_stock

    read = _read_counts(file, kind, as_of, owner)
    with running() as context:
        found = count_stock(context, read.counts, reference=reference)
    refusals = [*read.refusals, *(one.refusal for one in found.outcomes if isinstance(one, RefusedCount))]
    document = {
        "reference": found.reference,
        "outcomes": [one for one in found.outcomes if not isinstance(one, RefusedCount)],
        "refused": [{"code": one.code, "detail": str(one)} for one in refusals],
    }
    emit(document, as_json, lambda: _show_counting(found, [str(one) for one in refusals]))
    if refusals:
        raise typer.Exit(EXITS[refusals[0].code])


def _read_counts(file: Path, kind: str, as_of: str, owner: str) -> "ReadCounts":
    from stockmesh.domain.stock.cells import CountKind
    from stockmesh.gateways.order_files import UnreadableInput
    from stockmesh.gateways.stock_counts import read_counts

    if kind and kind not in set(CountKind):
        raise typer.BadParameter(f"{kind!r} is neither on_hand nor available", param_hint="--kind")
    instant = _instant(as_of, "--as-of")
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(place=str(file), problem=str(error)) from error
    return read_counts(
        text.splitlines(keepends=True), kind=CountKind(kind) if kind else None, as_of=instant, owner=owner
    )


def _instant(text: str, option: str) -> datetime | None:
    """What an option says, None when it says nothing; that an instant needs a time zone, the flow checks."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not an instant such as 2026-03-02T08:00+00:00", param_hint=option
        ) from error


def _show_counting(found: "Counting", refusals: list[str]) -> None:
    from stockmesh.flows.count_stock import Counted

    understood = [one for one in found.outcomes if isinstance(one, Counted)]
    table(
        ["row", "sku", "owner", "location", "result", "difference", "short"],
        [(one.row, one.sku, one.owner, one.location, one.result, one.difference, one.short) for one in understood],
        right=["row", "difference", "short"],
    )
    for refusal in refusals:
        console.print(refusal, markup=False)
    if found.gained:
        console.print("Some cells can give more: `stockmesh orders serve-waiting` lets waiting orders have it.")


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
    owner: Owner = "",
    to_location: Annotated[str, typer.Option(help="another location: a transfer")] = "",
    reason: Annotated[str, typer.Option(help="why")] = "",
    at: At = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Move units between states of a location, to another location, in from a supplier, or out as scrap.

    Waiting orders of the item are given at once what becomes available.
    """
    from stockmesh.domain.stock.moving import Move
    from stockmesh.domain.stock.states import StockState
    from stockmesh.flows.move_stock import move_stock
    from stockmesh.flows.serve_waiting import serve_gained

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
            occurred_at=_instant(at, "--at") or context.clock(),
            to_location=to_location,
            reason=reason,
            owner=owner,
        )
        moved = move_stock(context, [wanted], key=key)
        served = serve_gained(context, moved.gained)
    document = {"moved": moved, "served": served}
    emit(document, as_json, lambda: console.print(f"Moved {quantity:,} of {sku}{_given(served)}."))


def _given(served: "Served") -> str:
    """What waiting orders got of it, as the end of a sentence."""
    if not served.units:
        return "; no order waits for them"
    orders = "1 waiting order was" if served.served == 1 else f"{served.served:,} waiting orders were"
    units = "1 unit" if served.units == 1 else f"{served.units:,} units"
    return f"; {orders} given {units}"


@app.command()
def incoming(
    *,
    sku: Annotated[str, typer.Option(help="only this item")] = "",
    owner: Annotated[str, typer.Option(help="only this owner's items")] = "",
    location: Annotated[str, typer.Option(help="only this location")] = "",
    as_json: AsJson = False,
) -> None:
    """Supply on its way, by the day it is due."""
    from stockmesh.flows.stock_journal import list_incoming

    with running() as context:
        page = list_incoming(context, sku=sku or None, owner=owner or None, location=location or None)
    emit(
        page,
        as_json,
        lambda: table(
            ["due", "reference", "sku", "owner", "title", "location", "units", "received"],
            [
                (row.due_on, row.reference, row.sku, row.owner, row.title, row.location, row.quantity, row.received)
                for row in page.rows
            ],
            right=["units", "received"],
        ),
    )


@app.command()
def receive(
    reference: Annotated[str, typer.Argument(help="the incoming supply's reference")],
    sku: Sku,
    location: Place,
    quantity: Annotated[int, typer.Argument(min=1, help="how many units came")],
    *,
    owner: Owner = "",
    at: At = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Receive incoming supply; waiting orders are served from it at once."""
    from stockmesh.domain.stock.arrivals import Arrival
    from stockmesh.flows.receive_stock import receive_incoming
    from stockmesh.flows.serve_waiting import serve_gained

    with running() as context:
        arrival = Arrival(reference, sku, location, quantity, _instant(at, "--at") or context.clock(), owner)
        moved = receive_incoming(context, [arrival], key=key)
        served = serve_gained(context, moved.gained)
    document = {"moved": moved, "served": served}
    emit(document, as_json, lambda: console.print(f"Received {quantity:,} of {sku} at {location}{_given(served)}."))


@app.command()
def safety(
    sku: Sku,
    location: Place,
    units: Annotated[int, typer.Argument(min=0)],
    *,
    owner: Owner = "",
    as_json: AsJson = False,
) -> None:
    """Keep units of an item at a location back from every channel."""
    from stockmesh.domain.stock.arrivals import SafetyStock
    from stockmesh.flows.set_safety_stock import set_safety_stock

    with running() as context:
        set_safety_stock(context, [SafetyStock(sku, location, units, owner)])
    emit(
        {"sku": sku, "location": location, "safety_stock": units},
        as_json,
        lambda: console.print(f"{units:,} units of {sku} at {location} are kept back now."),
    )
