"""Why an order is sourced as it is, in words and amounts a clerk can follow; built from recorded facts alone."""

from dataclasses import dataclass

from stockmesh.domain.carriers.rating import ShipmentLine, ShipmentQuote, quote_shipment
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.money import MICRO_PER_MAJOR, Money, format_minor, micro_per_minor
from stockmesh.domain.kernel.words import count_of
from stockmesh.domain.sourcing.alternatives import weigh_alternatives
from stockmesh.domain.sourcing.arrays import UNSEEN
from stockmesh.domain.sourcing.case import Case, LineName
from stockmesh.domain.sourcing.plans import Piece, Plan, Shipment
from stockmesh.domain.sourcing.reasons import LocationReason, reason_for, say_difference


@dataclass(frozen=True)
class ChargeLine:
    """One amount of a carrier's bill for a shipment, in micro-units of the card's currency, all parcels together."""

    code: str
    amount_micro: int
    currency: str


@dataclass(frozen=True)
class UnitsSent:
    """Units of a line that a shipment carries; of a kit `parts` is what each is put together from (SKU, units)."""

    sku: str
    title: str
    quantity: int
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ShipmentBill:
    """What leaves one location, how, and what it costs in the book currency; `charges` is the carrier's own bill.

    `synthetic` when the card is made up rather than a carrier's published tariff; `crosses_sea` when a lorry must board
    a ferry or a train, so that the road distance is a guess.
    """

    location: str
    location_name: str
    carrier: str
    service: str
    service_name: str
    card_version: str
    card_source: str
    synthetic: bool
    zone: str
    parcels: int
    wait_days: int
    distance_km: int
    crosses_sea: bool
    units: tuple[UnitsSent, ...]
    charges: tuple[ChargeLine, ...]
    carrier_total: Money
    freight: Money
    handling: Money
    wait: Money
    cost: Money


@dataclass(frozen=True)
class Unserved:
    """Units no location sends, and the penalty the policy puts on them."""

    sku: str
    title: str
    quantity: int
    penalty: Money


@dataclass(frozen=True)
class Difference:
    """By how much a head of the bill (freight, handling, waiting, penalty) differs from the plan chosen."""

    head: str
    more: Money


@dataclass(frozen=True)
class OtherPlan:
    """A plan that was not chosen. `dearer` is what it costs more, its penalty included; `differences` add up to it."""

    sentence: str
    locations: tuple[str, ...]
    cost: Money
    penalty: Money
    dearer: Money
    differences: tuple[Difference, ...]
    more_parcels: int


@dataclass(frozen=True)
class Explanation:
    """The bill of the plan, the next best plans, and why not elsewhere.

    The shipments add up to `cost`, what is paid. `penalty` is what the policy puts on units left unserved: it decides
    between plans and is not paid.
    """

    proven: bool
    cost: Money
    penalty: Money
    shipments: tuple[ShipmentBill, ...]
    unserved: tuple[Unserved, ...]
    next_best: tuple[OtherPlan, ...]
    locations: tuple[LocationReason, ...]
    not_looked_at: int


def explain(case: Case) -> Explanation:
    """Everything about one decision. Recomputes the plan from the facts; costs some decisions per location."""
    found = weigh_alternatives(case.market.world, case.seen.demand, case.seen.supply)
    barred = case.seen.demand.barred[0]
    return Explanation(
        proven=found.chosen.proven,
        cost=case.money(found.chosen.paid_minor),
        penalty=case.money(found.chosen.unserved_minor),
        shipments=tuple(bill_shipment(case, found.chosen, shipment) for shipment in found.chosen.shipments),
        unserved=_unserved(case, found.chosen),
        next_best=tuple(_other_plan(case, found.chosen, plan) for plan in found.next_best),
        locations=tuple(reason_for(case, outcome) for outcome in found.outcomes if barred[outcome.location] != UNSEEN),
        not_looked_at=int((barred == UNSEEN).sum()),
    )


def bill_shipment(case: Case, plan: Plan, shipment: Shipment) -> ShipmentBill:
    """One shipment with the carrier's own bill, which must come to what the core paid."""
    facts = case.market.facts
    location = facts.locations[shipment.location]
    pieces = [piece for piece in plan.pieces if piece.location == shipment.location]
    quote = _quote(case, shipment, pieces)
    chosen = case.market.compiled.chosen[quote.service]
    return ShipmentBill(
        location=location.code,
        location_name=location.name,
        carrier=chosen.service.carrier,
        service=quote.service,
        service_name=chosen.service.name,
        card_version=quote.version,
        card_source=chosen.card.source,
        synthetic=chosen.card.synthetic,
        zone=quote.zone,
        parcels=shipment.parcels,
        wait_days=shipment.slot - int(case.seen.demand.first_slot[0, shipment.location]),
        distance_km=case.kilometres(shipment.location),
        crosses_sea=case.crosses_sea(shipment.location),
        units=tuple(_units_sent(case.names[piece.line], piece.quantity) for piece in pieces),
        charges=_charges(quote),
        carrier_total=Money(shipment.card_minor, quote.currency),
        freight=case.money(shipment.freight_minor),
        handling=case.money(shipment.handling_minor),
        wait=case.money(shipment.wait_minor),
        cost=case.money(shipment.cost_minor),
    )


def _units_sent(name: LineName, quantity: int) -> UnitsSent:
    return UnitsSent(name.sku, name.title, quantity, name.parts)


def _quote(case: Case, shipment: Shipment, pieces: list[Piece]) -> ShipmentQuote:
    market = case.market
    offer = market.offers[shipment.offer]
    chosen = market.compiled.chosen[offer.service]
    tariff = market.tariff_row(case.destination)[shipment.offer]
    zone = next(zone for (service, zone), at in market.compiled.tariff_of.items() if at == tariff)
    lines = [
        ShipmentLine(unit.weight_mg, unit.volume_um3, piece.quantity, unit.sides)
        for piece, unit in ((piece, case.unit_of(piece.line)) for piece in pieces)
    ]
    quote = quote_shipment(chosen.service, chosen.card, zone, lines)
    if not isinstance(quote, ShipmentQuote):
        raise TypeError(f"the chosen service does not take its own shipment: {quote.reason}")
    ensure(quote.total_minor == shipment.card_minor, "the rater's bill is what the core paid")
    return quote


def _charges(quote: ShipmentQuote) -> tuple[ChargeLine, ...]:
    """The carrier's amounts by code, in the order of the bill."""
    totals: dict[str, int] = {}
    for parcel in quote.parcels:
        for line in parcel.bill.lines:
            totals[line.code] = totals.get(line.code, 0) + line.amount_micro * parcel.count
    for line in quote.consignment.lines:
        totals[line.code] = totals.get(line.code, 0) + line.amount_micro
    return tuple(ChargeLine(code, micro, quote.currency) for code, micro in totals.items() if micro)


def _unserved(case: Case, plan: Plan) -> tuple[Unserved, ...]:
    demand = case.seen.demand
    left = demand.quantity.tolist()
    for piece in plan.pieces:
        left[piece.line] -= piece.quantity
    return tuple(
        Unserved(
            case.names[line].sku, case.names[line].title, units, case.money(units * int(demand.penalty_minor[line]))
        )
        for line, units in enumerate(left)
        if units > 0
    )


def _other_plan(case: Case, chosen: Plan, plan: Plan) -> OtherPlan:
    codes = tuple(case.market.facts.locations[location].code for location in plan.locations)
    dearer = case.money(plan.cost_minor - chosen.cost_minor)
    shipments = "one shipment" if len(codes) == 1 else f"{len(codes)} shipments"
    differences = _differences(case, chosen, plan)
    more_parcels = plan.parcels - chosen.parcels
    because = "; ".join(filter(None, (_heads(differences), _parcels(more_parcels))))
    return OtherPlan(
        sentence=f"{shipments} from {' and '.join(codes)}: {say_difference(dearer)}{because and f' ({because})'}",
        locations=codes,
        cost=case.money(plan.paid_minor),
        penalty=case.money(plan.unserved_minor),
        dearer=dearer,
        differences=differences,
        more_parcels=more_parcels,
    )


def _differences(case: Case, chosen: Plan, plan: Plan) -> tuple[Difference, ...]:
    """The heads of the bill that differ between two plans."""
    heads = {
        "freight": plan.freight_minor - chosen.freight_minor,
        "handling": plan.handling_minor - chosen.handling_minor,
        "waiting": plan.wait_minor - chosen.wait_minor,
        "penalty": plan.unserved_minor - chosen.unserved_minor,
    }
    return tuple(Difference(head, case.money(minor)) for head, minor in heads.items() if minor)


def _heads(differences: tuple[Difference, ...]) -> str:
    """`freight 6.83 more, handling 1.05 less`."""
    return ", ".join(
        f"{one.head} {format_minor(abs(one.more.minor), one.more.currency)} {'more' if one.more.minor > 0 else 'less'}"
        for one in differences
    )


def _parcels(more: int) -> str:
    if more == 0:
        return ""
    return f"{count_of(abs(more), 'parcel')} {'more' if more > 0 else 'fewer'}"


def charge_text(line: ChargeLine) -> str:
    """A carrier's amount with as many decimals as it needs, at least the currency's own."""
    unit = micro_per_minor(line.currency)
    if line.amount_micro % unit == 0:
        return str(Money(line.amount_micro // unit, line.currency))
    sign = "-" if line.amount_micro < 0 else ""
    whole, part = divmod(abs(line.amount_micro), MICRO_PER_MAJOR)
    return f"{sign}{whole}.{part:06d}".rstrip("0") + f" {line.currency}"
