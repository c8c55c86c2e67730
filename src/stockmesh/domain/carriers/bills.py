"""What one parcel or consignment is charged: amounts that add up exactly, rounded half up once.

The order of work: table price, discount, minimum, surcharges (the dearest of each group), fuel on its basis, tax. Lines
are micro-units, and the rounding has a line of its own, so a bill adds up.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from stockmesh.domain.carriers.boxes import Box
from stockmesh.domain.carriers.cards import RateCard
from stockmesh.domain.carriers.surcharges import Basis, Break, Surcharge
from stockmesh.domain.kernel.money import PPM, divide_half_up, micro_per_minor

BASE: Final = "base"
DISCOUNT: Final = "discount"
MINIMUM: Final = "minimum"
FUEL: Final = "fuel"
TAX: Final = "tax"
ROUNDING: Final = "rounding"
WHOLE_UNIT: Final = 1_000  # thousandths


@dataclass(frozen=True)
class BillLine:
    """One amount of a bill in micro-units of the card's currency; `code` is a surcharge's or one of the words above."""

    code: str
    amount_micro: int


@dataclass(frozen=True)
class Bill:
    """Amounts that add up exactly to the total, in minor units of the card's currency: what it costs.

    Tax that is got back is no cost; `tax_minor` says what the invoice shows of it, rounded half up.
    """

    lines: tuple[BillLine, ...]
    total_minor: int
    tax_minor: int = 0


@dataclass(frozen=True)
class Traits:
    """What surcharges ask of a parcel: where it goes, billable thousandths, volume in the card's cubic unit, and
    whether it exceeds a box."""

    zone: str
    billable: int
    volume: Fraction
    exceeds: Callable[[Box], bool]


def parcel_bill(card: RateCard, table_minor: int, traits: Traits) -> Bill:
    """The bill of a parcel whose table price is given, on the card of a day."""
    due = [one for one in card.surcharges if one.basis is not Basis.CONSIGNMENT and is_due(one, traits)]
    base = max(Fraction(table_minor * (PPM - card.discount_ppm), PPM), Fraction(card.minimum_minor))
    own = [(BASE, Fraction(table_minor)), (DISCOUNT, Fraction(-table_minor * card.discount_ppm, PPM))]
    own.append((MINIMUM, base - sum(amount for _, amount in own)))
    amounts = [(surcharge, _amount(surcharge, base, traits.billable)) for surcharge in due]
    return _bill(card, own, _dearest_of_groups(amounts))


def consignment_bill(card: RateCard, zone: str) -> Bill:
    """What a shipment to the zone pays once, however many parcels it has."""
    due = [one for one in card.surcharges if one.basis is Basis.CONSIGNMENT and one.applies_in(zone)]
    return _bill(card, [], _dearest_of_groups([(one, Fraction(one.amount_minor)) for one in due]))


def is_due(surcharge: Surcharge, traits: Traits) -> bool:
    """Whether a parcel meets all conditions of a surcharge."""
    return (
        surcharge.applies_in(traits.zone)
        and (surcharge.volume_over is None or traits.volume > surcharge.volume_over)
        and (surcharge.weight_over is None or traits.billable > surcharge.weight_over)
        and (surcharge.beyond is None or traits.exceeds(surcharge.beyond))
    )


def price_at(table: Sequence[Break], billable: int) -> int:
    """The price of the first break that reaches the billable weight, of the last one beyond it."""
    return next((each.price_minor for each in table if billable <= each.up_to), table[-1].price_minor)


def _amount(surcharge: Surcharge, base: Fraction, billable: int) -> Fraction:
    match surcharge.basis:
        case Basis.SHARE_OF_BASE:
            return max(base * surcharge.share_ppm / PPM, Fraction(surcharge.amount_minor))
        case Basis.WEIGHT:
            return Fraction(ceil(Fraction(billable, WHOLE_UNIT)) * surcharge.amount_minor)
        case Basis.TABLE:
            return Fraction(price_at(surcharge.table, billable))
        case _:
            return Fraction(surcharge.amount_minor)


def _dearest_of_groups(amounts: Sequence[tuple[Surcharge, Fraction]]) -> list[tuple[Surcharge, Fraction]]:
    """Of each exclusive group the dearest, the first among equals; whatever is in no group as it is."""
    dearest: dict[str, tuple[Surcharge, Fraction]] = {}
    for surcharge, amount in amounts:
        if surcharge.group and (surcharge.group not in dearest or amount > dearest[surcharge.group][1]):
            dearest[surcharge.group] = (surcharge, amount)
    return [(one, amount) for one, amount in amounts if not one.group or dearest[one.group][0] is one]


def _bill(
    card: RateCard, own: Iterable[tuple[str, Fraction]], surcharges: Sequence[tuple[Surcharge, Fraction]]
) -> Bill:
    amounts = list(own)
    base = sum((amount for _, amount in amounts), Fraction(0))
    fuelled = base + sum(amount for surcharge, amount in surcharges if card.fuel.covers(surcharge))
    fuel = fuelled * card.fuel.rate_ppm / PPM
    amounts += [(surcharge.code, amount) for surcharge, amount in surcharges]
    amounts.append((FUEL, fuel))
    tax = _tax(card, base + fuel + sum(amount for surcharge, amount in surcharges if surcharge.is_taxable))
    if card.tax.is_included == card.tax.is_reclaimed:
        amounts.append((TAX, -tax if card.tax.is_included else tax))
    return _rounded(card, amounts, tax)


def _tax(card: RateCard, taxable: Fraction) -> Fraction:
    """The tax on an amount, or within it where prices include it."""
    whole = PPM + card.tax.rate_ppm if card.tax.is_included else PPM
    return taxable * card.tax.rate_ppm / whole


def _rounded(card: RateCard, amounts: Sequence[tuple[str, Fraction]], tax: Fraction) -> Bill:
    total = half_up(sum((amount for _, amount in amounts), Fraction(0)))
    micro = micro_per_minor(card.currency)
    lines = [BillLine(code, half_up(amount * micro)) for code, amount in amounts if amount or code == BASE]
    difference = total * micro - sum(line.amount_micro for line in lines)
    if difference:
        lines.append(BillLine(ROUNDING, difference))
    return Bill(tuple(lines), total, half_up(tax))


def half_up(amount: Fraction) -> int:
    """The nearest whole number, halves up."""
    return divide_half_up(amount.numerator, amount.denominator)
