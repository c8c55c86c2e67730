"""`stockmesh orders`: place, show, list, cancel, pause, resume, change, erase-contact, replay."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running

if TYPE_CHECKING:
    from stockmesh.flows.order_views import OrderRow
    from stockmesh.flows.page_marks import Page
    from stockmesh.flows.place_orders import Outcome

app = typer.Typer(no_args_is_help=True)
OrderName = Annotated[str, typer.Argument(metavar="ORDER", help="the order's number or its reference")]
Channel = Annotated[str, typer.Option(help="the channel of the reference, where several used it")]


@app.command()
def place(
    file: Annotated[Path, typer.Argument(help="orders as JSON: one, a list, or one per line; - reads standard input")],
    *,
    as_json: AsJson = False,
) -> None:
    """Place orders. Each is answered on its own; the exit code is 0 when all were placed."""
    from stockmesh.cli.exits import EXITS
    from stockmesh.flows.place_orders import Refused, place_orders
    from stockmesh.gateways.order_files import UnreadableInput, read_orders

    with running() as context:
        read = read_orders(file, context.clock())
        placed = iter(place_orders(context, [one for one in read if not isinstance(one, UnreadableInput)]))
        outcomes = [Refused(one.place, one) if isinstance(one, UnreadableInput) else next(placed) for one in read]
        currency = _currency(context)
    emit([outcome_document(outcome) for outcome in outcomes], as_json, lambda: _show_outcomes(outcomes, currency))
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    if refused:
        raise typer.Exit(EXITS[refused[0].refusal.code])


def outcome_document(outcome: "Outcome") -> dict[str, Any]:
    """One outcome as plain values."""
    from stockmesh.flows.place_orders import Refused

    if isinstance(outcome, Refused):
        refusal = outcome.refusal
        facts = {"code": refusal.code, "detail": str(refusal), **refusal.facts()}
        return {"reference": outcome.reference, "outcome": "refused", "refusal": facts}
    return {
        "reference": outcome.reference,
        "outcome": "repeated" if outcome.repeated else "placed",
        "order_id": outcome.order_id,
        "state": outcome.state,
        "cost_minor": outcome.cost_minor,
    }


def _show_outcomes(outcomes: "list[Outcome]", currency: str) -> None:
    from stockmesh.domain.kernel.money import Money
    from stockmesh.flows.place_orders import Refused

    rows = [
        (one.reference, "refused", "", "", f"{one.refusal} [{one.refusal.code}]")
        if isinstance(one, Refused)
        else (
            one.reference,
            "repeated" if one.repeated else "placed",
            one.order_id,
            Money(one.cost_minor, currency),
            one.state,
        )
        for one in outcomes
    ]
    table(["reference", "outcome", "order", "cost", "state"], rows, right=["order", "cost"])


def _currency(context: Any) -> str:
    with context.database.session() as session:
        return str(context.present(session).facts.book_currency)


@app.command()
def show(
    order: OrderName,
    *,
    channel: Channel = "",
    contact: Annotated[bool, typer.Option("--contact", help="who receives it, and nothing else")] = False,
    why: Annotated[bool, typer.Option("--why", help="the bill, the next best plans, and why not elsewhere")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one order; with --why, why it is sourced as it is."""
    from stockmesh.cli.order_text import show_contact, show_detail, show_explanation
    from stockmesh.flows.explaining import explain_order
    from stockmesh.flows.order_contacts import find_contact
    from stockmesh.flows.order_detail import get_order
    from stockmesh.flows.order_life import find_order

    with running() as context:
        order_id = find_order(context, order, channel=channel)
        if contact:
            found = find_contact(context, order_id)
            emit(found, as_json, lambda: show_contact(order_id, found))
        elif why:
            explanation = explain_order(context, order_id)
            emit(explanation, as_json, lambda: show_explanation(explanation))
        else:
            detail = get_order(context, order_id)
            emit(detail, as_json, lambda: show_detail(detail))


@app.command("list")
def list_(
    *,
    state: Annotated[str, typer.Option(help="open, waiting, paused or cancelled")] = "",
    country: Annotated[str, typer.Option(help="destination country")] = "",
    location: Annotated[str, typer.Option(help="served from this location")] = "",
    customer: Annotated[str, typer.Option(help="the customer's number")] = "",
    reference: Annotated[str, typer.Option(help="text in the reference")] = "",
    after: Annotated[str, typer.Option(help="mark of the next page, from the page before")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """List orders, newest first."""
    from stockmesh.domain.fulfilment.order_states import OrderState
    from stockmesh.flows.order_views import OrderFilter, list_orders

    if state and state not in set(OrderState):
        raise typer.BadParameter(f"{state!r} is not a state; use {', '.join(OrderState)}", param_hint="--state")
    wanted = OrderFilter(
        state=OrderState(state) if state else None,
        country=country.upper() or None,
        location=location or None,
        customer=customer or None,
        reference=reference or None,
    )
    with running() as context:
        page = list_orders(context, wanted, after=after, count=limit)
    emit(page, as_json, lambda: _show_rows(page))


def _show_rows(page: "Page[OrderRow]") -> None:
    if not page.rows:
        console.print("No orders match. `stockmesh orders place FILE` places some; `make demo` places a year of them.")
        return
    table(
        ["order", "reference", "placed", "to", "lines", "units", "state", "from", "cost"],
        [
            (
                row.order_id,
                row.reference,
                f"{row.placed_at:%Y-%m-%d %H:%M}",
                f"{row.country} {row.area}",
                row.lines,
                row.units,
                row.state,
                " ".join(row.locations),
                row.cost,
            )
            for row in page.rows
        ],
        right=["order", "lines", "units", "cost"],
    )
    if page.next:
        console.print(f"more: --after {page.next}")


@app.command()
def cancel(
    order: OrderName,
    *,
    channel: Channel = "",
    reason: Annotated[str, typer.Option(help="why")] = "",
    as_json: AsJson = False,
) -> None:
    """Cancel an order that is not released: its units and capacity are given back."""
    from stockmesh.flows.order_life import cancel_order, find_order

    with running() as context:
        order_id = find_order(context, order, channel=channel)
        _say_state(order_id, cancel_order(context, order_id, reason), as_json=as_json)


@app.command()
def pause(
    order: OrderName,
    *,
    channel: Channel = "",
    reason: Annotated[str, typer.Option(help="payment, fraud check, ...")],
    as_json: AsJson = False,
) -> None:
    """Hold an order back; it keeps its units."""
    from stockmesh.flows.order_life import find_order, pause_order

    with running() as context:
        order_id = find_order(context, order, channel=channel)
        _say_state(order_id, pause_order(context, order_id, reason), as_json=as_json)


@app.command()
def resume(order: OrderName, *, channel: Channel = "", as_json: AsJson = False) -> None:
    """Let a paused order go on."""
    from stockmesh.flows.order_life import find_order, resume_order

    with running() as context:
        order_id = find_order(context, order, channel=channel)
        _say_state(order_id, resume_order(context, order_id), as_json=as_json)


@app.command()
def change(
    order: OrderName,
    *,
    channel: Channel = "",
    country: Annotated[str, typer.Option(help="the new destination's country")] = "",
    postcode: Annotated[str, typer.Option(help="the new destination's postcode")] = "",
    line: Annotated[list[str] | None, typer.Option(help="SKU=QUANTITY, once per line; 0 removes the line")] = None,
    as_json: AsJson = False,
) -> None:
    """Change the address or quantities of an order before its release; it is decided again in the same act."""
    from stockmesh.cli.order_changes import read_change
    from stockmesh.flows.order_life import change_order, find_order

    with running() as context:
        order_id = find_order(context, order, channel=channel)
        wanted = read_change(context, order_id, country=country, postcode=postcode, lines=line or [])
        _say_state(order_id, change_order(context, order_id, wanted), as_json=as_json)


@app.command("erase-contact")
def erase_contact_(order: OrderName, *, channel: Channel = "", as_json: AsJson = False) -> None:
    """Erase for good who receives an order; the order and the books stay whole."""
    from stockmesh.flows.order_contacts import erase_contact
    from stockmesh.flows.order_life import find_order

    with running() as context:
        order_id = find_order(context, order, channel=channel)
        erased = erase_contact(context, order_id)
    said = "is erased" if erased else "was not known"
    emit(
        {"order_id": order_id, "erased": erased},
        as_json,
        lambda: console.print(f"The contact of order {order_id} {said}."),
    )


@app.command()
def replay(order: OrderName, *, channel: Channel = "", as_json: AsJson = False) -> None:
    """Decide an order again from the recorded facts; the result must agree byte for byte."""
    from stockmesh.flows.order_life import find_order
    from stockmesh.flows.replaying import replay_order

    with running() as context:
        replays = replay_order(context, find_order(context, order, channel=channel))

    def render() -> None:
        for one in replays:
            console.print(f"round {one.round}: " + ("agrees byte for byte" if one.agrees else "DIFFERS"))
            if one.engine_then != one.engine_now:
                console.print(f"  decided by engine {one.engine_then}, replayed by {one.engine_now}")

    emit(replays, as_json, render)
    if not all(one.agrees for one in replays):
        raise typer.Exit(1)


@app.command("serve-waiting")
def serve_waiting_(*, as_json: AsJson = False) -> None:
    """Give waiting orders what has become available, oldest first."""
    from stockmesh.flows.serve_waiting import serve_waiting

    with running() as context:
        served = serve_waiting(context)
    emit(
        served,
        as_json,
        lambda: console.print(
            f"{served.orders} waiting orders could gain; {served.served} were given {served.units} units."
        ),
    )


def _say_state(order_id: int, state: str, *, as_json: bool) -> None:
    emit({"order_id": order_id, "state": state}, as_json, lambda: console.print(f"Order {order_id} is {state} now."))
