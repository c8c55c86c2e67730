"""`stockmesh orders`: place, show, list, credits, cancel, pause, resume, change, erase-contact, replay."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockmesh.cli.output import ASSUMED, AsCsv, AsJson, console, emit, emit_lines, one_of, table
from stockmesh.cli.running import running
from stockmesh.domain.kernel.words import count_of

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
    """Place orders. Each is answered on its own; the exit code is 0 when all were placed.

    Order numbers ascend, with gaps: each process takes them from a block of a thousand.
    """
    from stockmesh.cli.exits import EXITS
    from stockmesh.flows.place_orders import Refused, place_orders
    from stockmesh.gateways.order_files import UnknownField, UnreadableInput, read_orders

    with running() as context:
        read = read_orders(file, context.clock())
        unreadable = (UnreadableInput, UnknownField)
        placed = iter(place_orders(context, [one for one in read if not isinstance(one, unreadable)]))
        outcomes = [Refused(one.place, one) if isinstance(one, unreadable) else next(placed) for one in read]
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
        "penalty_minor": outcome.penalty_minor,
    }


def _show_outcomes(outcomes: "list[Outcome]", currency: str) -> None:
    from stockmesh.domain.kernel.money import Money
    from stockmesh.flows.place_orders import Placed, Refused

    placed = [one for one in outcomes if isinstance(one, Placed)]
    if placed:
        table(
            ["reference", "outcome", "order", "state", "cost", "penalty"],
            [
                (
                    one.reference,
                    "repeated" if one.repeated else "placed",
                    one.order_id,
                    one.state,
                    Money(one.cost_minor, currency),
                    Money(one.penalty_minor, currency) if one.penalty_minor else "",
                )
                for one in placed
            ],
            right=["order", "cost", "penalty"],
            spare=["penalty"],
        )
    if any(one.penalty_minor for one in placed):
        console.print("The penalty weighs units that no location sends; it decides between plans and nobody pays it.")
    for one in outcomes:
        if isinstance(one, Refused):
            console.print(f"{one.reference} refused: {one.refusal}  [{one.refusal.code}]", markup=False)


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
    country: Annotated[str, typer.Option(help="destination country, by code or name")] = "",
    location: Annotated[str, typer.Option(help="served from this location")] = "",
    channel: Annotated[str, typer.Option(help="placed through this channel")] = "",
    customer: Annotated[str, typer.Option(help="the customer's number")] = "",
    reference: Annotated[str, typer.Option(help="text in the reference")] = "",
    sort: Annotated[str, typer.Option(help="newest, oldest or dearest first")] = "newest",
    after: Annotated[str, typer.Option(help="mark of the next page, from the page before")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="how many")] = 50,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List orders. The cost is what a plan pays: freight, handling and waiting."""
    from stockmesh.domain.fulfilment.order_states import OrderState
    from stockmesh.flows.exports import export_orders
    from stockmesh.flows.order_views import OrderFilter, OrderSort, list_orders

    wanted = OrderFilter(
        state=one_of(OrderState, state, "--state") if state else None,
        country=country or None,
        location=location or None,
        channel=channel or None,
        customer=customer or None,
        reference=reference or None,
    )
    order = one_of(OrderSort, sort, "--sort")
    with running() as context:
        if as_csv:
            emit_lines(export_orders(context, wanted, order))
            return
        page = list_orders(context, wanted, sort=order, after=after, count=limit)
    emit(page, as_json, lambda: _show_rows(page))


def _show_rows(page: "Page[OrderRow]") -> None:
    if not page.rows:
        console.print("No orders match. `stockmesh orders place FILE` places some; `make demo` places a year of them.")
        return
    table(
        ["order", "reference", "placed", "to", "lines", "units", "short", "state", "from", "cost"],
        [
            (
                row.order_id,
                row.reference,
                f"{row.placed_at:%Y-%m-%d %H:%M}",
                f"{row.country} {row.area}{ASSUMED if row.assumed else ''}",
                row.lines,
                row.units,
                row.waiting + row.dropped or "",
                row.state,
                " ".join(row.locations),
                row.cost,
            )
            for row in page.rows
        ],
        right=["order", "lines", "units", "short", "cost"],
        spare=["lines", "order", "short", "units"],
    )
    if any(row.assumed for row in page.rows):
        console.print(f"{ASSUMED} the destination within the country is assumed; no source tells it.")
    if page.next:
        console.print(f"more: --after {page.next}")


@app.command("credits")
def credits_(
    *,
    kind: Annotated[str, typer.Option(help="cancellation or return")] = "",
    customer: Annotated[str, typer.Option(help="the customer's number")] = "",
    sku: Annotated[str, typer.Option(help="only this item")] = "",
    after: Annotated[str, typer.Option(help="mark of the next page, from the page before")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """List credit notes, newest first: cancellations and returns as the order file told them; no stock moved."""
    from stockmesh.flows.credit_views import CreditFilter, CreditKind, list_credits

    wanted = CreditFilter(
        kind=one_of(CreditKind, kind, "--kind") if kind else None, customer=customer or None, sku=sku or None
    )
    with running() as context:
        page = list_credits(context, wanted, after=after, count=limit)

    def render() -> None:
        table(
            ["credit", "credited", "kind", "customer", "sku", "title", "units", "unit price"],
            [
                (
                    row.reference,
                    f"{row.credited_at:%Y-%m-%d %H:%M}",
                    row.kind,
                    row.customer or "guest",
                    row.sku,
                    row.title,
                    row.quantity,
                    row.unit_price,
                )
                for row in page.rows
            ],
            right=["units", "unit price"],
            fold=["title"],
            spare=["title", "customer"],
        )
        if page.next:
            console.print(f"more: --after {page.next}")

    emit(page, as_json, render)


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
            f"{count_of(served.orders, 'waiting order')} could gain; {served.served:,} got "
            f"{count_of(served.units, 'unit')}."
        ),
    )


def _say_state(order_id: int, state: str, *, as_json: bool) -> None:
    emit({"order_id": order_id, "state": state}, as_json, lambda: console.print(f"Order {order_id} is {state} now."))
