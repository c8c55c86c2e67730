"""`stockmesh stock`, what changes it: count, move, receive, safety."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running
from stockmesh.cli.stock import Owner, Place, Sku
from stockmesh.domain.kernel.words import count_of

if TYPE_CHECKING:
    from stockmesh.flows.count_stock import Counting
    from stockmesh.flows.serve_waiting import Served
    from stockmesh.gateways.stock_counts import ReadCounts

app = typer.Typer()
At = Annotated[str, typer.Option(help="when it happened, with time zone: 2026-03-02T08:00+00:00; now unless said")]
Key = Annotated[str, typer.Option(help="the command's key: the same key and content does nothing twice")]


@app.command()
def count(
    file: Annotated[
        Path, typer.Argument(help="CSV: sku, location, quantity, kind, as_of [, owner]; - reads standard input")
    ],
    *,
    owner: Annotated[str, typer.Option(help="whose items, for rows that do not say it")] = "",
    kind: Annotated[str, typer.Option(help="on_hand or available, for rows that do not say it")] = "",
    as_of: Annotated[str, typer.Option(help="when, for rows that do not say it: 2026-03-02T08:00+00:00")] = "",
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
    emit(document, as_json, lambda: _show_counting(found, [f"{one}  [{one.code}]" for one in refusals]))
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
    emit(document, as_json, lambda: console.print(f"Moved {quantity:,} of {sku}{given(served)}."))


def given(served: "Served") -> str:
    """What waiting orders got of it, as the end of a sentence."""
    if not served.units:
        return "; no order waits for them"
    return f"; {count_of(served.served, 'waiting order')} got {count_of(served.units, 'unit')}"


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
    emit(document, as_json, lambda: console.print(f"Received {quantity:,} of {sku} at {location}{given(served)}."))


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
        lambda: console.print(f"Kept back now: {count_of(units, 'unit')} of {sku} at {location}."),
    )
