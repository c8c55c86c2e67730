"""One order as text: what it is, and why it is sourced as it is."""

from stockmesh.cli.output import ASSUMED, console, table
from stockmesh.domain.fulfilment.requests import Contact
from stockmesh.domain.kernel.words import count_of
from stockmesh.domain.sourcing.alternatives import VERDICT_WORDS, Verdict
from stockmesh.domain.sourcing.explanation import Explanation, ShipmentBill, UnitsSent, charge_text
from stockmesh.flows.explaining import OrderExplanation
from stockmesh.flows.order_detail import OrderDetail, OrderLineView

LINES_SHOWN = 20
SEA = " sea"
# What a clerk calls the facts of an item.
ITEM_FACTS = {
    "weight_mg": "weight",
    "length_um": "size",
    "width_um": "size",
    "height_um": "size",
    "hs_code": "HS code",
    "origin_country": "origin",
}


def show_detail(order: OrderDetail) -> None:
    """The order, its lines and its fulfilments."""
    console.print(
        f"[bold]Order {order.order_id}[/bold]  {order.reference}  {order.state}"
        f"{f' ({order.pause_reason})' if order.pause_reason else ''}, wish {order.wish}"
    )
    console.print(
        f"placed {order.placed_at:%Y-%m-%d %H:%M} through {order.channel} by {order.customer or 'a guest'} "
        f"to {order.destination.country} {order.destination.area}{_assumed(order.destination.assumed)}"
    )
    _show_lines(order.lines)
    _show_fulfilments(order)
    penalty = order.decision.unserved
    console.print(
        f"cost {order.decision.plan_cost}{_proven(order.decision.proven)}"
        f"{f'; penalty for units unserved {penalty}, weighed and not paid' if penalty.minor else ''}; "
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


def _show_lines(lines: tuple[OrderLineView, ...]) -> None:
    table(
        ["line", "sku", "title", "units", "waiting", "dropped", "unit weight"],
        [
            (
                line.line_no,
                line.sku,
                f"{line.title} (kit)" if line.is_kit else line.title,
                line.quantity,
                line.waiting or "",
                line.dropped or "",
                f"{line.weight_mg / 1_000:,.0f} g{ASSUMED if line.assumed else ''}",
            )
            for line in lines[:LINES_SHOWN]
        ],
        right=["line", "units", "waiting", "dropped", "unit weight"],
        fold=["title"],
        spare=["unit weight", "line"],
    )
    if len(lines) > LINES_SHOWN:
        console.print(f"... and {count_of(len(lines) - LINES_SHOWN, 'more line')} (--json shows all)")
    if facts := sorted({ITEM_FACTS.get(fact, fact) for line in lines for fact in line.assumed}):
        console.print(f"{ASSUMED} assumed, no source tells it: {', '.join(facts)}")


def _assumed(is_assumed: bool) -> str:
    return " (assumed)" if is_assumed else ""


def _proven(is_proven: bool) -> str:
    return ", proven optimal" if is_proven else ""


def _show_fulfilments(order: OrderDetail) -> None:
    """The plan in force first, then what belonged to earlier ones."""
    if not order.fulfilments:
        console.print("No location sends anything yet.")
        return
    waits = any(one.wait.minor for one in order.fulfilments)
    table(
        ["from", "service", "parcels", "starts", "freight", "handling", *(["waiting"] if waits else []), "state"],
        [
            (
                one.location,
                one.service,
                one.parcels,
                one.starts_on,
                one.freight,
                one.handling,
                *([one.wait] if waits else []),
                one.state,
            )
            for one in sorted(order.fulfilments, key=lambda one: one.state != "planned")
        ],
        right=["parcels", "freight", "handling", "waiting"],
        spare=["starts", "service"],
    )


def show_explanation(found: OrderExplanation) -> None:
    """The bill, the next best plans, and why not elsewhere."""
    why = found.why
    console.print(
        f"[bold]Order {found.order_id}[/bold], decision {found.round}: cost {why.cost}"
        f"{f' and penalty {why.penalty}' if why.penalty.minor else ''}{_proven(why.proven)}, "
        f"to {found.destination.country} {found.destination.area}{_assumed(found.assumed)}"
    )
    for shipment in why.shipments:
        _show_bill(shipment)
    for left in why.unserved:
        console.print(f"\nunserved: {left.quantity:,} of {left.sku}, penalty {left.penalty} (weighed, not paid)")
    console.print("\n[bold]Next best[/bold]")
    for plan in why.next_best:
        console.print(f"  {plan.sentence}")
    if not why.next_best:
        console.print("  no other plan")
    _show_locations(why)
    console.print(
        f"\ndecided {found.decided_at:%Y-%m-%d %H:%M:%S} by policy {found.policy}, engine {found.engine}, "
        f"world {found.world_id}; replay {'agrees' if found.replays else 'DIFFERS'}"
    )


def _show_locations(why: Explanation) -> None:
    console.print("\n[bold]Every location[/bold]")
    table(
        ["location", "km", "outcome", "why"],
        [
            (
                one.location,
                f"{one.distance_km:,}{SEA if one.crosses_sea else ''}",
                VERDICT_WORDS[Verdict(one.verdict)],
                one.sentence,
            )
            for one in why.locations
        ],
        right=["km"],
        fold=["why"],
    )
    if any(one.crosses_sea for one in why.locations):
        console.print(f"{SEA.strip()}: water lies between, which the estimated road distance is blind to")
    if why.not_looked_at:
        places = count_of(why.not_looked_at, "location")
        console.print(f"{places} not looked at: dearer to ship from, without all the goods, or not for the channel")


def _units_text(units: UnitsSent) -> str:
    """`2 x KIT01 (each 1 x lamp and 2 x mug)`."""
    made_of = " and ".join(f"{each:,} x {sku}" for sku, each in units.parts)
    return f"{units.quantity:,} x {units.sku}" + (f" (each {made_of})" if made_of else "")


def _show_bill(shipment: ShipmentBill) -> None:
    console.print(
        f"\n[bold]{shipment.location}[/bold] {shipment.location_name}: {count_of(shipment.parcels, 'parcel')} by "
        f"{shipment.service_name}, zone {shipment.zone}, {shipment.distance_km:,} km"
        f"{', across the sea' if shipment.crosses_sea else ''}, "
        f"{'synthetic card' if shipment.synthetic else 'card'} {shipment.card_version}"
    )
    units = [_units_text(one) for one in shipment.units[:LINES_SHOWN]]
    more = len(shipment.units) - len(units)
    console.print("  " + ", ".join(units) + (f" and {count_of(more, 'more line')}" if more else ""))
    rows = [(line.code.replace("_", " "), charge_text(line)) for line in shipment.charges]
    rows += [("carrier's bill", str(shipment.carrier_total)), ("freight", str(shipment.freight))]
    rows += [("handling", str(shipment.handling))]
    if shipment.wait.minor:
        rows.append((f"waiting {count_of(shipment.wait_days, 'working day')}", str(shipment.wait)))
    table(
        ["", "amount"],
        [(f"  {name}", amount) for name, amount in [*rows, ("together", shipment.cost)]],
        right=["amount"],
    )
