"""The reference rater: what a shipment costs, parcel by parcel, as a bill people can read and add up.

The order of work: eligibility, sides, volume, dimensional weight, billable weight, size class, break, and then the bill
(see `bills`). Everything is exact; each parcel is rounded half up once to the card's minor unit, and so are the
consignment's own surcharges. Cards are cards of a day (see `cards.card_of_day`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from typing import NamedTuple

from stockmesh.domain.carriers.bills import Bill, Traits, consignment_bill, parcel_bill, price_at
from stockmesh.domain.carriers.boxes import Box, Sides
from stockmesh.domain.carriers.cards import Measure, RateCard, Service, SideRounding, ZoneRates
from stockmesh.domain.carriers.limits import ParcelLimits, class_box, class_volume, parcel_limits
from stockmesh.domain.carriers.refusals import NoCardForZone, Reason
from stockmesh.domain.kernel.checks import ensure

UNKNOWN = Sides()


@dataclass(frozen=True)
class ShipmentLine:
    """Identical units of one shipment: unit weight (mg), unit volume (um3), how many, and their sides where known."""

    weight_mg: int
    volume_um3: int
    quantity: int
    sides: Sides = UNKNOWN


class Parcel(NamedTuple):
    """One parcel: milligrams, cubic micrometres, and the different sides of its units: it exceeds what any of them
    does."""

    weight_mg: int
    volume_um3: int
    inside: tuple[Sides, ...] = ()

    def fits(self, box: Box) -> bool:
        """Whether all that is in it goes into a box, one by one."""
        return all(box.takes(sides) for sides in self.inside)


@dataclass(frozen=True)
class ParcelQuote:
    """`count` identical parcels with the bill of one. Billable weight is in thousandths of the card's unit; `size` is
    the class it is priced in, where the card has classes."""

    count: int
    weight_mg: int
    volume_um3: int
    billable_thousandths: int
    bill: Bill
    size: str = ""


@dataclass(frozen=True)
class ShipmentQuote:
    """A whole shipment under one card version: its parcels and what the consignment pays once."""

    service: str
    version: str
    currency: str
    zone: str
    parcels: tuple[ParcelQuote, ...]
    consignment: Bill
    total_minor: int

    @property
    def parcel_count(self) -> int:
        """How many parcels leave."""
        return sum(parcel.count for parcel in self.parcels)

    @property
    def tax_minor(self) -> int:
        """The tax on the invoice, whether it is a cost or not."""
        return self.consignment.tax_minor + sum(parcel.count * parcel.bill.tax_minor for parcel in self.parcels)


@dataclass(frozen=True)
class Unavailable:
    """Why a service does not take the shipment."""

    service: str
    reason: Reason


def quote_shipment(
    service: Service, card: RateCard, zone: str | None, lines: Sequence[ShipmentLine]
) -> ShipmentQuote | Unavailable:
    """The bill of a shipment to a zone of the card, or the reason why the service is not available."""
    ensure(any(line.quantity > 0 for line in lines), "a shipment has at least one unit")
    if zone is None:
        return Unavailable(service.code, Reason.NO_ZONE)
    rates = card.find_rates(zone)
    if not rates:
        return Unavailable(service.code, Reason.NO_CARD_FOR_ZONE)
    limits = parcel_limits(service, card, rates)
    reason = find_misfit(limits, lines)
    if reason is not None:
        return Unavailable(service.code, reason)
    return quote_parcels(service, card, zone, form_parcels(limits, lines))


def quote_parcels(service: Service, card: RateCard, zone: str, parcels: Iterable[Parcel]) -> ShipmentQuote:
    """The bill of parcels that the service takes, in their order. Raises NoCardForZone."""
    quoted = tuple(price_parcel(card, zone, parcel, count) for parcel, count in _runs(parcels))
    consignment = consignment_bill(card, zone)
    total = consignment.total_minor + sum(parcel.count * parcel.bill.total_minor for parcel in quoted)
    return ShipmentQuote(service.code, card.version, card.currency, zone, quoted, consignment, total)


def form_parcels(limits: ParcelLimits, lines: Iterable[ShipmentLine]) -> list[Parcel]:
    """The parcels, unit by unit, heaviest first, then bulkiest, by next fit."""
    parcels: list[Parcel] = []
    weight = volume = 0
    inside: dict[Sides, None] = {}
    for line in sorted(lines, key=lambda line: (-line.weight_mg, -line.volume_um3)):
        unit_weight, unit_volume = max(line.weight_mg, 1), max(line.volume_um3, 1)
        for _ in range(line.quantity):
            if weight and (weight + unit_weight > limits.weight_mg or volume + unit_volume > limits.volume_um3):
                parcels.append(Parcel(weight, volume, tuple(inside)))
                weight, volume, inside = 0, 0, {}
            weight += unit_weight
            volume += unit_volume
            if line.sides != UNKNOWN:
                inside[line.sides] = None
    return [*parcels, Parcel(weight, volume, tuple(inside))]


def price_parcel(card: RateCard, zone: str, parcel: Parcel, count: int = 1) -> ParcelQuote:
    """The bill of one parcel. Raises NoCardForZone when the card has no prices for the zone, or none for its size."""
    billable = billable_thousandths(card, parcel)
    rates = choose_rates(card, zone, parcel, billable)
    volume = Fraction(parcel.volume_um3, card.weight_unit.cubic_um3)
    traits = Traits(zone, billable, volume, lambda box: not parcel.fits(box))
    bill = parcel_bill(card, base_price(rates, billable), traits)
    return ParcelQuote(count, parcel.weight_mg, parcel.volume_um3, billable, bill, rates.size)


def choose_rates(card: RateCard, zone: str, parcel: Parcel, billable: int) -> ZoneRates:
    """The prices of the smallest class that takes the parcel by its sides, its volume and its billable weight."""
    for rates in card.find_rates(zone):
        fits = parcel.fits(class_box(card, rates)) and parcel.volume_um3 <= class_volume(card, rates)
        if fits and (rates.then is not None or billable <= rates.breaks[-1].up_to):
            return rates
    raise NoCardForZone(card.version, zone)


def measured(card: RateCard, sides: Sides, weight_mg: int) -> Parcel:
    """A parcel whose sides are told: they are rounded as the card's rule says before they make its volume."""
    rule, unit = card.rule, card.weight_unit.side_um
    if rule is None or rule.sides is SideRounding.NONE:
        return Parcel(weight_mg, sides.volume_um3, (sides,))
    up = rule.sides is SideRounding.UP
    whole = Sides(
        *((ceil(Fraction(side, unit)) if up else floor(Fraction(side, unit) + Fraction(1, 2))) * unit for side in sides)
    )
    return Parcel(weight_mg, whole.volume_um3, (whole,))


def billable_thousandths(card: RateCard, parcel: Parcel) -> int:
    """The larger of actual and volumetric weight, each rounded up to the card's step; or the volume, where it bills by
    that."""
    if card.measure is Measure.VOLUME:
        return _round_up(Fraction(parcel.volume_um3 * 1_000, card.weight_unit.cubic_um3), card.weight_step)
    actual = parcel.weight_mg / card.weight_unit.thousandth_mg
    volumetric = _volumetric(card, parcel.volume_um3)
    return max(_round_up(actual, card.weight_step), _round_up(volumetric, card.weight_step))


def base_price(rates: ZoneRates, billable: int) -> int:
    """The first break that reaches the billable weight, both inclusive, or the last break plus its started steps."""
    last, then = rates.breaks[-1], rates.then
    if then is None or billable <= last.up_to:
        ensure(billable <= last.up_to, "a parcel within its limits has a price")
        return price_at(rates.breaks, billable)
    return last.price_minor + ceil(Fraction(billable - last.up_to, then.step)) * then.price_minor


def find_misfit(limits: ParcelLimits, lines: Iterable[ShipmentLine]) -> Reason | None:
    """Why a unit goes into no parcel, None where all do."""
    wanted = [line for line in lines if line.quantity > 0]
    if any(line.weight_mg > limits.weight_mg for line in wanted):
        return Reason.TOO_HEAVY
    if any(line.volume_um3 > limits.volume_um3 for line in wanted):
        return Reason.TOO_BULKY
    if any(not Box(longest_um=box.longest_um).takes(line.sides) for box in limits.boxes for line in wanted):
        return Reason.TOO_LONG
    if any(not box.takes(line.sides) for box in limits.boxes for line in wanted):
        return Reason.TOO_LARGE
    return None


def _volumetric(card: RateCard, volume_um3: int) -> Fraction:
    rule = card.rule
    if rule is None:
        return Fraction(0)
    volume = Fraction(volume_um3, card.weight_unit.cubic_um3)
    if volume <= rule.threshold_volume:
        return Fraction(0)
    return volume * 1_000 / rule.divisor


def _runs(parcels: Iterable[Parcel]) -> list[tuple[Parcel, int]]:
    return [(parcel, len(list(equal))) for parcel, equal in groupby(parcels)]


def _round_up(thousandths: Fraction, step: int) -> int:
    return ceil(thousandths / step) * step
