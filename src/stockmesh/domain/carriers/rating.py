"""The reference rater: what a shipment costs, parcel by parcel, as a bill people can read and add up.

The order of work: eligibility, volume, dimensional weight, billable weight, break, minimum charge, surcharges, fuel on
its declared basis. Everything is exact; each parcel is rounded half up once to the card's minor unit, and so are the
consignment's own surcharges. Bill lines are micro-units, and the rounding has a line of its own, so a bill adds up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import Final

from stockmesh.domain.carriers.cards import RateCard, Service, ZoneRates
from stockmesh.domain.carriers.limits import ParcelLimits, parcel_limits
from stockmesh.domain.carriers.refusals import NoCardForZone, Reason
from stockmesh.domain.carriers.surcharges import Basis, Surcharge
from stockmesh.domain.kernel.checks import Bug, ensure
from stockmesh.domain.kernel.money import PPM, divide_half_up, micro_per_minor

BASE: Final = "base"
FUEL: Final = "fuel"
ROUNDING: Final = "rounding"


@dataclass(frozen=True)
class ShipmentLine:
    """Identical units of one shipment: unit weight (mg), unit volume (um3), how many, longest side (um, 0 unknown)."""

    weight_mg: int
    volume_um3: int
    quantity: int
    longest_side_um: int = 0


@dataclass(frozen=True)
class BillLine:
    """One amount of a bill in micro-units of the card's currency. `code` is base, fuel, rounding or a surcharge's."""

    code: str
    amount_micro: int


@dataclass(frozen=True)
class Bill:
    """Amounts that add up exactly to the total, in minor units of the card's currency."""

    lines: tuple[BillLine, ...]
    total_minor: int


@dataclass(frozen=True)
class ParcelQuote:
    """`count` identical parcels with the bill of one. Billable weight is in thousandths of the card's unit."""

    count: int
    weight_mg: int
    volume_um3: int
    billable_thousandths: int
    bill: Bill


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
    if rates is None:
        return Unavailable(service.code, Reason.NO_CARD_FOR_ZONE)
    limits = parcel_limits(service, card, rates)
    reason = _misfit(service, limits, lines)
    if reason is not None:
        return Unavailable(service.code, reason)
    parcels = tuple(
        price_parcel(card, zone, weight_mg=weight, volume_um3=volume, count=count)
        for count, weight, volume in form_parcels(limits, lines)
    )
    consignment = consignment_bill(card, zone)
    total = consignment.total_minor + sum(parcel.count * parcel.bill.total_minor for parcel in parcels)
    return ShipmentQuote(service.code, card.version, card.currency, zone, parcels, consignment, total)


def form_parcels(limits: ParcelLimits, lines: Iterable[ShipmentLine]) -> list[tuple[int, int, int]]:
    """Runs of equal parcels as (count, weight, volume): unit by unit, heaviest first, then bulkiest, by next fit."""
    parcels: list[tuple[int, int]] = []
    weight = volume = 0
    for line in sorted(lines, key=lambda line: (-line.weight_mg, -line.volume_um3)):
        unit_weight, unit_volume = max(line.weight_mg, 1), max(line.volume_um3, 1)
        for _ in range(line.quantity):
            if weight and (weight + unit_weight > limits.weight_mg or volume + unit_volume > limits.volume_um3):
                parcels.append((weight, volume))
                weight = volume = 0
            weight += unit_weight
            volume += unit_volume
    return _runs([*parcels, (weight, volume)])


def price_parcel(card: RateCard, zone: str, *, weight_mg: int, volume_um3: int, count: int = 1) -> ParcelQuote:
    """The bill of one parcel. Raises NoCardForZone when the card has no prices for the zone."""
    rates = card.find_rates(zone)
    if rates is None:
        raise NoCardForZone(card.version, zone)
    billable = billable_thousandths(card, weight_mg, volume_um3)
    base_minor = max(base_price(rates, billable), card.minimum_minor)
    volume = Fraction(volume_um3, card.weight_unit.cubic_um3)
    return ParcelQuote(count, weight_mg, volume_um3, billable, parcel_bill(card, zone, base_minor, volume))


def billable_thousandths(card: RateCard, weight_mg: int, volume_um3: int) -> int:
    """The larger of actual and volumetric weight, each rounded up to the card's step."""
    actual = weight_mg / card.weight_unit.thousandth_mg
    return max(_round_up(actual, card.weight_step), _round_up(_volumetric(card, volume_um3), card.weight_step))


def base_price(rates: ZoneRates, billable: int) -> int:
    """The first break that reaches the billable weight, both inclusive, or the last break plus its started steps."""
    for step in rates.breaks:
        if billable <= step.up_to:
            return step.price_minor
    last, then = rates.breaks[-1], rates.then
    if then is None:
        raise Bug("a parcel within its limits has a price")
    return last.price_minor + ceil(Fraction(billable - last.up_to, then.step)) * then.price_minor


def parcel_bill(card: RateCard, zone: str, base_minor: int, volume: Fraction) -> Bill:
    """Base, the parcel's surcharges and fuel, rounded half up once. The volume is in the card's cubic unit."""
    due = [
        surcharge
        for surcharge in card.surcharges
        if surcharge.basis is not Basis.CONSIGNMENT
        and surcharge.applies_in(zone)
        and (surcharge.volume_over is None or volume > surcharge.volume_over)
    ]
    amounts = [(surcharge, _amount(surcharge, base_minor)) for surcharge in due]
    return _bill(card, Fraction(base_minor), amounts)


def consignment_bill(card: RateCard, zone: str) -> Bill:
    """What a shipment to the zone pays once, however many parcels it has, rounded half up once."""
    due = [
        (surcharge, Fraction(surcharge.amount_minor))
        for surcharge in card.surcharges
        if surcharge.basis is Basis.CONSIGNMENT and surcharge.applies_in(zone)
    ]
    return _bill(card, None, due)


def _bill(card: RateCard, base: Fraction | None, surcharges: list[tuple[Surcharge, Fraction]]) -> Bill:
    fuelled = (base or Fraction(0)) + sum(amount for surcharge, amount in surcharges if card.fuel.covers(surcharge))
    amounts = [(surcharge.code, amount) for surcharge, amount in surcharges]
    amounts.append((FUEL, fuelled * card.fuel.rate_ppm / PPM))
    if base is not None:
        amounts.insert(0, (BASE, base))
    exact = sum((amount for _, amount in amounts), Fraction(0))
    total = _half_up(exact)
    micro = micro_per_minor(card.currency)
    lines = [BillLine(code, _half_up(amount * micro)) for code, amount in amounts if amount or code == BASE]
    difference = total * micro - sum(line.amount_micro for line in lines)
    if difference:
        lines.append(BillLine(ROUNDING, difference))
    return Bill(tuple(lines), total)


def _amount(surcharge: Surcharge, base_minor: int) -> Fraction:
    if surcharge.basis is Basis.SHARE_OF_BASE:
        return max(Fraction(base_minor * surcharge.share_ppm, PPM), Fraction(surcharge.amount_minor))
    return Fraction(surcharge.amount_minor)


def _volumetric(card: RateCard, volume_um3: int) -> Fraction:
    if card.dimensional is None:
        return Fraction(0)
    volume = Fraction(volume_um3, card.weight_unit.cubic_um3)
    if volume <= card.dimensional.threshold_volume:
        return Fraction(0)
    return volume * 1_000 / card.dimensional.divisor


def _misfit(service: Service, limits: ParcelLimits, lines: Sequence[ShipmentLine]) -> Reason | None:
    wanted = [line for line in lines if line.quantity > 0]
    if any(line.weight_mg > limits.weight_mg for line in wanted):
        return Reason.TOO_HEAVY
    if any(line.volume_um3 > limits.volume_um3 for line in wanted):
        return Reason.TOO_BULKY
    if any(line.longest_side_um > service.parcel_side_max_um for line in wanted):
        return Reason.TOO_LONG
    return None


def _runs(parcels: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    return [(len(list(equal)), weight, volume) for (weight, volume), equal in groupby(parcels)]


def _round_up(thousandths: Fraction, step: int) -> int:
    return ceil(thousandths / step) * step


def _half_up(amount: Fraction) -> int:
    return divide_half_up(amount.numerator, amount.denominator)
