"""Carriers, cards and quotes as text for people."""

from collections.abc import Sequence

from stockmesh.cli.output import console, table
from stockmesh.domain.carriers.words import card_terms, surcharge_amount, surcharge_conditions, unit_text, zone_prices
from stockmesh.domain.sourcing.explanation import ChargeLine, charge_text
from stockmesh.flows.carrier_views import CardOfService, CardState, CarrierView
from stockmesh.flows.quote_values import Quotation, Quote


def show_carriers(carriers: Sequence[CarrierView]) -> None:
    """Every service on a line, then what to mind."""
    rows = []
    for carrier in carriers:
        for service in carrier.services:
            current = next((card for card in service.cards if card.state is CardState.CURRENT), None)
            told = (current.version, current.valid_to, current.currency) if current else ("none today", "", "")
            rows.append((carrier.code, service.code, *told, len(service.cards), len(service.locations)))
    headings = ["carrier", "service", "card today", "until", "currency", "cards", "picks up at"]
    table(headings, rows, right=["cards", "picks up at"], spare=["currency", "cards"])
    for carrier in carriers:
        for service in carrier.services:
            for notice in service.notices:
                console.print(f"{service.code}: {notice}", style="dim", markup=False)


def show_card(found: CardOfService) -> None:
    """The card's terms, its prices by zone, its surcharges."""
    card, service = found.card, found.service
    console.print(f"{card.version}  {service.name} ({found.carrier})", style="bold", markup=False)
    mark = ", synthetic" if card.synthetic else ""
    console.print(f"{card.valid_from} to {card.valid_to}, {found.state.value}{mark}. {card.source}", markup=False)
    for term in card_terms(card):
        console.print(f"  {term}", markup=False)
    rows = [(rates.zone, rates.size, zone_prices(card, rates)) for rates in card.rates]
    table(
        ["zone", "size", f"up to {unit_text(card)}: {card.currency}"],
        rows,
        fold=[f"up to {unit_text(card)}: {card.currency}"],
    )
    if card.surcharges:
        told = [(one.code, surcharge_amount(card, one), surcharge_conditions(card, one)) for one in card.surcharges]
        table(["surcharge", "amount", "where"], told, fold=["where"])
    versions = ", ".join(one.version for one in service.cards if one.version != card.version)
    if versions:
        console.print(f"Other cards: {versions}", style="dim", markup=False)


def show_quotes(found: Quotation, *, bills: bool) -> None:
    """Who takes the shipment, cheapest first; who does not, and why."""
    taking = [one for one in found.quotes if one.cost is not None]
    rows = [
        (
            one.location,
            one.service,
            sum(parcel.count for parcel in one.parcels),
            one.freight,
            one.handling,
            one.cost,
            _days(one),
        )
        for one in taking
    ]
    if rows:
        headings = ["from", "service", "parcels", "freight", "handling", "cost", "delivered"]
        table(headings, rows, right=["parcels", "freight", "handling", "cost"], spare=["handling", "parcels"])
    else:
        console.print("No service takes it.")
    if bills:
        for one in taking:
            _show_bill(one)
    losers = [(one.location, one.service, one.reason) for one in found.quotes if one.cost is None]
    if losers:
        console.print("\nNot taken", style="bold")
        table(["from", "service", "why"], losers, fold=["why"])


def _show_bill(one: Quote) -> None:
    console.print(f"\n{one.location} by {one.service}: {one.card_version}, zone {one.zone}", style="bold", markup=False)
    for parcel in one.parcels:
        size = f", {parcel.size}" if parcel.size else ""
        billed = f"{parcel.billable_thousandths / 1_000:g}"
        console.print(f"  {parcel.count:,} x {parcel.price}, {billed} billed{size}", markup=False)
        for line in parcel.bill:
            console.print(
                f"    {line.code:<24} {charge_text(ChargeLine(line.code, line.amount_micro, parcel.price.currency))}",
                markup=False,
            )
    for line in one.consignment:
        if one.carrier_total is not None and line.amount_micro:
            told = charge_text(ChargeLine(line.code, line.amount_micro, one.carrier_total.currency))
            console.print(f"  {line.code:<26} {told}", markup=False)
    console.print(f"  {'total':<26} {one.carrier_total}", markup=False)


def _days(one: Quote) -> str:
    if one.earliest is None or one.latest is None:
        return "no day known"
    return f"{one.earliest:%a %d %b}" + (f" - {one.latest:%a %d %b}" if one.latest != one.earliest else "")
