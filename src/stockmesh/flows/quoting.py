"""What every carrier service would ask for a shipment, from every location, side by side; nothing is written.

The reference rater prices them: the same figures as the core's, with the carrier's own bill. Who does not take the
shipment stands below with the reason.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from stockmesh.domain.carriers.cards import RateCard, Service
from stockmesh.domain.carriers.compilation import ChosenCard
from stockmesh.domain.carriers.limits import parcel_limits
from stockmesh.domain.carriers.promising import Moment, Onward, begin, onward
from stockmesh.domain.carriers.rating import (
    Parcel,
    ParcelQuote,
    ShipmentLine,
    ShipmentQuote,
    Unavailable,
    find_misfit,
    measured,
    quote_parcels,
    quote_shipment,
)
from stockmesh.domain.carriers.refusals import Reason
from stockmesh.domain.carriers.routes import Route
from stockmesh.domain.fulfilment.refusals import BadQuantity, EmptyOrder, UnknownItem, UnknownLocation
from stockmesh.domain.fulfilment.requests import OrderLine
from stockmesh.domain.kernel.money import PPM, Money, divide_half_up, micro_per_minor
from stockmesh.domain.network.locations import Location
from stockmesh.domain.network.places import Fix
from stockmesh.domain.sourcing.fences import Fence
from stockmesh.domain.sourcing.market import Market, WorldFacts
from stockmesh.domain.sourcing.reasons import REASONS
from stockmesh.flows.catalogue import Catalogue
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import list_sites
from stockmesh.flows.quote_values import Quotation, Quote, QuotedParcel, Wish, WishedParcel
from stockmesh.flows.reach import EVERYTHING, Reach

UNITS_MAX: Final = 10_000  # of a whole shipment
FENCES: Final = {Fence.CLOSED: "the location is closed", Fence.NOT_SERVED: "the location does not ship there"}


@dataclass(frozen=True)
class _Shipment:
    """What is asked, worked out once."""

    market: Market
    place: Fix
    lines: tuple[ShipmentLine, ...]
    parcels: tuple[WishedParcel, ...]
    now: datetime
    priced: dict[tuple[str, str], ShipmentQuote | Unavailable] = field(default_factory=dict)

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines) or sum(parcel.count for parcel in self.parcels)


def quote(context: Context, wish: Wish, *, reach: Reach = EVERYTHING) -> Quotation:
    """The quotes of every service that picks up at the locations, within reach.

    Raises EmptyNetwork, EmptyOrder, UnknownItem, BadQuantity, UnknownLocation, UnknownCountry and UnknownPostcode.
    """
    _check(wish)
    now = context.clock()
    with context.database.session() as session:
        present = context.present(session)
    facts = present.facts
    within = {place.code for place in list_sites(context, reach=reach)}
    for code in wish.locations:
        if code not in within:
            raise UnknownLocation(location=code)
    shipment = _Shipment(
        market=context.market(present.world_id, facts, now.date()),
        place=context.locate(wish.destination),
        lines=_lines(wish.lines, present.catalogue, reach),
        parcels=wish.parcels,
        now=now,
    )
    asked = set(wish.locations) or within
    found = list(_quotes_from(shipment, asked))
    found.sort(key=lambda one: (one.cost is None, one.cost.minor if one.cost else 0))
    return Quotation(now, tuple(found))


def _lines(lines: Sequence[OrderLine], catalogue: Catalogue, reach: Reach) -> tuple[ShipmentLine, ...]:
    """The goods as the rater takes them. Raises UnknownItem."""
    owners = [items for owner, items in catalogue.items_of.items() if reach.owners is None or owner in reach.owners]
    found = []
    for number, line in enumerate(lines, start=1):
        item = next((items[line.sku] for items in owners if line.sku in items), None)
        if item is None:
            raise UnknownItem(sku=line.sku, line=number)
        unit = catalogue.unit_of(item)
        found.append(ShipmentLine(unit.weight_mg, unit.volume_um3, line.quantity, unit.sides))
    return tuple(found)


def _check(wish: Wish) -> None:
    """Nothing when there is something to quote, and not more than is worth packing one by one."""
    if not wish.lines and not wish.parcels:
        raise EmptyOrder(reference="quote")
    together = 0
    for quantities in ([line.quantity for line in wish.lines], [parcel.count for parcel in wish.parcels]):
        for number, quantity in enumerate(quantities, start=1):
            together += max(quantity, 0)
            if quantity < 1 or together > UNITS_MAX:
                raise BadQuantity(line=number, quantity=quantity, largest=UNITS_MAX)


def _quotes_from(shipment: _Shipment, codes: Collection[str]) -> Iterator[Quote]:
    """The quote of every offer of these locations."""
    market = shipment.market
    zones = {tariff: zone for (_, zone), tariff in market.compiled.tariff_of.items()}
    for offer, outcome in zip(market.offers, market.outcomes(shipment.place), strict=True):
        place = market.facts.locations[offer.location]
        if place.code in codes:
            zone = None if isinstance(outcome, Reason | Fence) else zones[outcome]
            yield _quote(shipment, place, offer.service, outcome, zone)


def _quote(
    shipment: _Shipment, place: Location, service: str, outcome: int | Reason | Fence, zone: str | None
) -> Quote:
    chosen = shipment.market.compiled.chosen.get(service)
    known = _service(shipment.market.facts, service) if chosen is None else chosen.service
    blank = Quote(
        location=place.code,
        carrier=known.carrier,
        service=service,
        service_name=known.name,
        card_version="" if chosen is None else chosen.card.version,
        synthetic=chosen is not None and chosen.card.synthetic,
        zone=zone or "",
        reason=None,
    )
    if chosen is None or zone is None:
        return _because(blank, outcome if isinstance(outcome, Reason | Fence) else Reason.NO_CARD)
    # The same card and zone ask the same from wherever it leaves.
    if (service, zone) not in shipment.priced:
        shipment.priced[service, zone] = _price(chosen, zone, shipment)
    priced = shipment.priced[service, zone]
    if isinstance(priced, Unavailable):
        return _because(blank, priced.reason)
    return _told(blank, shipment, place, chosen, priced)


def _because(blank: Quote, why: Reason | Fence) -> Quote:
    said = FENCES[why] if isinstance(why, Fence) else REASONS[why]
    return replace(blank, reason=said)


def _price(chosen: ChosenCard, zone: str, shipment: _Shipment) -> ShipmentQuote | Unavailable:
    """The bill of the goods packed by the rule of the core, or of the parcels as they are."""
    service, card = chosen.service, chosen.card
    if shipment.lines:
        return quote_shipment(service, card, zone, shipment.lines)
    parcels = [measured(card, one.sides, one.weight_mg) for one in shipment.parcels for _ in range(one.count)]
    reason = _misfit(service, card, zone, parcels)
    return Unavailable(service.code, reason) if reason else quote_parcels(service, card, zone, parcels)


def _misfit(service: Service, card: RateCard, zone: str, parcels: Sequence[Parcel]) -> Reason | None:
    limits = parcel_limits(service, card, card.find_rates(zone))
    return find_misfit(limits, [ShipmentLine(one.weight_mg, one.volume_um3, 1, *one.inside) for one in parcels])


def _told(blank: Quote, shipment: _Shipment, place: Location, chosen: ChosenCard, priced: ShipmentQuote) -> Quote:
    facts = shipment.market.facts
    freight = divide_half_up(priced.total_minor * facts.fx_ppm[priced.currency], PPM)
    lines = max(len(shipment.lines), 1)
    micro = place.handling_order_micro + place.handling_line_micro * lines + place.handling_unit_micro * shipment.units
    handling = divide_half_up(micro, micro_per_minor(facts.book_currency))
    way, record = _days(shipment, place, chosen)
    return replace(
        blank,
        parcels=tuple(_parcel(one, priced.currency) for one in priced.parcels),
        consignment=priced.consignment.lines,
        carrier_total=Money(priced.total_minor, priced.currency),
        tax=Money(priced.tax_minor, priced.currency),
        freight=Money(freight, facts.book_currency),
        handling=Money(handling, facts.book_currency),
        cost=Money(freight + handling, facts.book_currency),
        ships_on=way.ships_on if way else None,
        earliest=way.earliest if way else None,
        latest=way.latest if way else None,
        on_time_ppm=record,
    )


def _parcel(one: ParcelQuote, currency: str) -> QuotedParcel:
    return QuotedParcel(
        count=one.count,
        weight_mg=one.weight_mg,
        volume_um3=one.volume_um3,
        billable_thousandths=one.billable_thousandths,
        size=one.size,
        price=Money(one.bill.total_minor, currency),
        bill=one.bill.lines,
    )


def _days(shipment: _Shipment, place: Location, chosen: ChosenCard) -> tuple[Onward | None, int | None]:
    """When it would be delivered if it were ordered now, and the carrier's share of parcels in time there."""
    carrier = next(one for one in shipment.market.facts.carriers if one.code == chosen.service.carrier)
    route = Route(place, carrier, chosen.service, shipment.place.country, shipment.place.area)
    record = route.record.on_time_ppm if route.record and route.record.is_told else None
    begun = begin(route, Moment(shipment.now))
    return (None if begun is None else onward(route, begun.start)), record


def _service(facts: WorldFacts, code: str) -> Service:
    return next(one for carrier in facts.carriers for one in carrier.services if one.code == code)
