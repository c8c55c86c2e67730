"""What makes a card fit to be published: every problem is found at once, in words a clerk can act on."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

from stockmesh.domain.carriers.cards import RateCard, Service, ZoneRates, check_dates
from stockmesh.domain.carriers.limits import parcel_limits
from stockmesh.domain.carriers.rating import base_price, billable_thousandths, parcel_bill
from stockmesh.domain.carriers.refusals import InvalidCard, InvalidService
from stockmesh.domain.carriers.surcharges import Basis, Surcharge
from stockmesh.domain.carriers.transit_checks import transit_problems
from stockmesh.domain.carriers.zones import CountryRule, DistanceRule, RangeRule, ZoneRule, read_range
from stockmesh.domain.kernel.money import EXPONENTS, PPM

# Amounts, rates and limits stay far inside 64 bits, whatever is multiplied later: the solver adds up the parcels of
# two thousand million units.
AMOUNT_MAX_MINOR: Final = 10**9
RATE_MAX_PPM: Final = 100 * PPM
PARCEL_MAX_MG: Final = 10**9
STEP_MIN: Final = 10


def validate_service(service: Service) -> None:
    """Nothing when the service can be sold. Raises InvalidService, InvalidCard, or OverlappingCards for shared days."""
    problems = (*_limits(service), *transit_problems(service.transit))
    if problems:
        raise InvalidService(service.code, problems)
    for card in service.cards:
        validate_card(card)
        dear = tuple(_dearest(service, card))
        if dear:
            raise InvalidCard(card.version, dear)
    check_dates(service.cards)


def validate_card(card: RateCard) -> None:
    """Nothing when the card can be published; InvalidCard with every problem otherwise."""
    problems = card_problems(card)
    if problems:
        raise InvalidCard(card.version, problems)


def card_problems(card: RateCard) -> tuple[str, ...]:
    """Every reason not to publish the card, in the order of the card."""
    return (
        *_terms(card),
        *(problem for rule in card.scheme.rules for problem in _rule(rule)),
        *_zones(card),
        *(problem for rates in card.rates for problem in _breaks(card, rates)),
        *_surcharges(card),
    )


def _limits(service: Service) -> Iterator[str]:
    if not 0 < service.parcel_weight_max_mg <= PARCEL_MAX_MG:
        yield f"a parcel weighs more than nothing and at most {PARCEL_MAX_MG} mg"
    if service.parcel_volume_max_um3 <= 0 or service.parcel_side_max_um <= 0:
        yield "the limits on volume and side of a parcel must be positive"
    if not service.origin_countries:
        yield "it picks up in no country"


def _dearest(service: Service, card: RateCard) -> Iterator[str]:
    """Whether a parcel as large as the service takes may cost too much, steps, surcharges and fuel included."""
    for rates in card.rates:
        limits = parcel_limits(service, card, rates)
        billable = billable_thousandths(card, limits.weight_mg, limits.volume_um3)
        base = max(base_price(rates, billable), card.minimum_minor, *(each.price_minor for each in rates.breaks))
        volume = Fraction(limits.volume_um3, card.weight_unit.cubic_um3)
        parcel = parcel_bill(card, rates.zone, base, volume).total_minor
        yield from _within(f"zone {rates.zone!r}: the dearest parcel", parcel, AMOUNT_MAX_MINOR)


def _terms(card: RateCard) -> Iterator[str]:
    if card.valid_to < card.valid_from:
        yield f"it ends on {card.valid_to}, before it begins on {card.valid_from}"
    if card.currency not in EXPONENTS:
        yield f"currency {card.currency!r} is unknown"
    if card.weight_step < 1:
        yield "the weight step must be at least a thousandth of the unit"
    yield from _within("the minimum charge", card.minimum_minor, AMOUNT_MAX_MINOR)
    yield from _within("the fuel rate", card.fuel.rate_ppm, RATE_MAX_PPM)
    if card.dimensional is not None and card.dimensional.divisor < 1:
        yield "the dimensional divisor must be positive"
    if card.dimensional is not None and card.dimensional.threshold_volume < 0:
        yield "the dimensional threshold is negative"
    if not card.source:
        yield "the source of the figures is missing"


def _rule(rule: ZoneRule) -> Iterator[str]:
    countries = rule.countries if isinstance(rule, CountryRule) else (rule.country,)
    for country in countries:
        if not (len(country) == 2 and country.isalpha() and country.isupper()):
            yield f"zone {rule.zone!r}: {country!r} is not a country code"
    if isinstance(rule, DistanceRule) and rule.up_to_metres < 0:
        yield f"zone {rule.zone!r}: the distance is negative"
    if isinstance(rule, RangeRule):
        for text in rule.ranges:
            try:
                read_range(text, rule.zone)
            except ValueError:
                yield f"zone {rule.zone!r}: the range {text!r} cannot be read (write IV1-63 or 967-968)"


def _zones(card: RateCard) -> Iterator[str]:
    if not card.rates:
        yield "it has no prices"
    reached = card.scheme.zones()
    for zone, times in Counter(rates.zone for rates in card.rates).items():
        if times > 1:
            yield f"zone {zone!r} is priced {times} times"
        if zone not in reached:
            yield f"zone {zone!r} has prices but no rule leads to it"


def _breaks(card: RateCard, rates: ZoneRates) -> Iterator[str]:
    zone, step = rates.zone, max(card.weight_step, 1)
    if not rates.breaks:
        yield f"zone {zone!r} has no breaks"
    limits = [0, *(each.up_to for each in rates.breaks)]
    for lower, upper in pairwise(limits):
        if upper <= lower:
            yield f"zone {zone!r}: break {upper} does not lie above {lower}"
    for each in rates.breaks:
        yield from _within(f"zone {zone!r}: the price up to {each.up_to}", each.price_minor, AMOUNT_MAX_MINOR)
        if each.up_to % step:
            yield f"zone {zone!r}: break {each.up_to} does not lie on the weight step {step}"
    if rates.then is not None:
        yield from _within(f"zone {zone!r}: the price of a step", rates.then.price_minor, AMOUNT_MAX_MINOR)
        if rates.then.step < STEP_MIN or rates.then.step % step:
            yield f"zone {zone!r}: step {rates.then.step} must be a multiple of {step}, at least {STEP_MIN}"


def _surcharges(card: RateCard) -> Iterator[str]:
    priced = {rates.zone for rates in card.rates}
    for code, times in Counter(surcharge.code for surcharge in card.surcharges).items():
        if times > 1:
            yield f"surcharge {code!r} stands {times} times"
    for surcharge in card.surcharges:
        yield from _surcharge(surcharge)
        for zone in surcharge.zones:
            if zone not in priced:
                yield f"surcharge {surcharge.code!r}: zone {zone!r} has no prices"
    for zone in sorted(priced):
        thresholds = {
            surcharge.volume_over
            for surcharge in card.surcharges
            if surcharge.volume_over is not None and surcharge.applies_in(zone)
        }
        if len(thresholds) > 1:
            yield f"zone {zone!r}: surcharges by volume begin at different volumes"


def _surcharge(surcharge: Surcharge) -> Iterator[str]:
    yield from _within(f"surcharge {surcharge.code!r}", surcharge.amount_minor, AMOUNT_MAX_MINOR)
    yield from _within(f"surcharge {surcharge.code!r}: the share", surcharge.share_ppm, RATE_MAX_PPM)
    if surcharge.volume_over is not None and surcharge.volume_over < 0:
        yield f"surcharge {surcharge.code!r}: the volume is negative"
    if surcharge.basis is Basis.CONSIGNMENT and surcharge.volume_over is not None:
        yield f"surcharge {surcharge.code!r}: a volume belongs to a parcel, not to the consignment"
    if surcharge.basis is not Basis.SHARE_OF_BASE and surcharge.share_ppm:
        yield f"surcharge {surcharge.code!r}: a flat amount has no share"


def _within(label: str, value: int, most: int) -> Iterator[str]:
    if value < 0:
        yield f"{label} is negative"
    if value > most:
        yield f"{label} is {value}, beyond {most}"
