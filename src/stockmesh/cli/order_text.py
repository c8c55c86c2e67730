"""One order as text: what it is, and why it is sourced as it is."""

from stockmesh.cli.output import console, table
from stockmesh.domain.fulfilment.requests import Contact
from stockmesh.domain.sourcing.explanation import ShipmentBill, charge_text
from stockmesh.flows.explaining import OrderExplanation
from stockmesh.flows.order_detail import OrderDetail

LINES_SHOWN = 20


def show_detail(order: OrderDetail) -> None:
    """The order, its lines and its fulfilments."""
    assumed = " (assumed)" if order.destination.assumed else ""
    console.print(
        f"[bold]Order {order.order_id}[/bold]  {order.reference}  {order.state}"
        f"{f' ({order.pause_reason})' if order.pause_reason else ''}, wish {order.wish}"
    )
    console.print(
        f"placed {order.placed_at:%Y-%m-%d %H:%M} through {order.channel} by {order.customer or 'a guest'} "
        f"to {order.destination.country} {order.destination.area}{assumed}"
    )
    shown = order.lines[:LINES_SHOWN]
    table(
        ["line", "sku", "title", "units", "waiting", "dropped"],
        [(line.line_no, line.sku, line.title, line.quantity, line.waiting, line.dropped) for line in shown],
        right=["line", "units", "waiting", "dropped"],
    )
    if len(order.lines) > LINES_SHOWN:
        console.print(f"... and {len(order.lines) - LINES_SHOWN} more lines (--json shows all)")
    table(
        ["from", "service", "parcels", "starts", "freight", "handling", "state"],
        [
            (one.location, one.service, one.parcels, one.starts_on, one.freight, one.handling, one.state)
            for one in order.fulfilments
        ],
        right=["parcels", "freight", "handling"],
    )
    console.print(
        f"cost {order.decision.plan_cost}{', proven optimal' if order.decision.proven else ''}; "
        f"`stockmesh orders show {order.order_id} --why` explains it"
    )


def show_contact(order_id: int, contact: Contact | None) -> None:
    """Who receives the order, line by line as on a letter."""
    if contact is None:
        console.print(f"Nobody is known to receive order {order_id}.")
        return
    town = f"{contact.postcode} {contact.city}".strip()
    for said in (contact.name, contact.street, town, contact.email, contact.phone):
        if said:
            console.print(said, markup=False)


def show_explanation(found: OrderExplanation) -> None:
    """The bill, the next best plans, and why not elsewhere."""
    why = found.why
    console.print(
        f"[bold]Order {found.order_id}[/bold], decision {found.round}: {why.cost}"
        f"{', proven optimal' if why.proven else ''}, to {found.destination.country} {found.destination.area}"
    )
    for shipment in why.shipments:
        _show_bill(shipment)
    for left in why.unserved:
        console.print(f"\nunserved: {left.quantity:,} of {left.sku}, penalty {left.penalty}")
    console.print("\n[bold]Next best[/bold]")
    for plan in why.next_best:
        console.print(f"  {plan.sentence}")
    if not why.next_best:
        console.print("  no other plan")
    console.print("\n[bold]Every location[/bold]")
    table(
        ["location", "km", "outcome", "why"],
        [(one.location, one.distance_km, one.verdict.replace("_", " "), one.sentence) for one in why.locations],
        right=["km"],
    )
    if why.not_looked_at:
        console.print(f"  and {why.not_looked_at:,} locations that are dearer to ship from were not looked at")
    console.print(
        f"\ndecided {found.decided_at:%Y-%m-%d %H:%M:%S} by policy {found.policy}, engine {found.engine}, "
        f"world {found.world_id}; replay {'agrees' if found.replays else 'DIFFERS'}"
    )


def _show_bill(shipment: ShipmentBill) -> None:
    parcels = "1 parcel" if shipment.parcels == 1 else f"{shipment.parcels} parcels"
    console.print(
        f"\n[bold]{shipment.location}[/bold] {shipment.location_name}: {parcels} by {shipment.service_name}, "
        f"zone {shipment.zone}, {shipment.distance_km} km, card {shipment.card_version}"
    )
    units = [f"{one.quantity:,} x {one.sku}" for one in shipment.units[:LINES_SHOWN]]
    more = len(shipment.units) - len(units)
    console.print("  " + ", ".join(units) + (f" and {more} more lines" if more else ""))
    rows = [(line.code.replace("_", " "), charge_text(line)) for line in shipment.charges]
    rows += [("carrier's bill", str(shipment.carrier_total)), ("freight", str(shipment.freight))]
    rows += [("handling", str(shipment.handling))]
    if shipment.wait.minor:
        rows.append((f"waiting {shipment.wait_days} days", str(shipment.wait)))
    table(
        ["", "amount"],
        [(f"  {name}", amount) for name, amount in [*rows, ("together", shipment.cost)]],
        right=["amount"],
    )
