"""What makes a card fit to be published: every problem is found at once, in words a clerk can act on."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from stockmesh.domain.carriers.bills import Traits, parcel_bill
from stockmesh.domain.carriers.boxes import UNLIMITED
from stockmesh.domain.carriers.cards import RateCard, Service, ZoneRates, card_of_day, check_dates
from stockmesh.domain.carriers.limits import class_box, parcel_limits
from stockmesh.domain.carriers.rating import Parcel, base_price, billable_thousandths
from stockmesh.domain.carriers.refusals import InvalidCard, InvalidService
from stockmesh.domain.carriers.surcharge_checks import (
    AMOUNT_MAX_MINOR,
    RATE_MAX_PPM,
    span_problems,
    surcharge_problems,
    within,
)
from stockmesh.domain.carriers.surcharges import Basis
from stockmesh.domain.carriers.tariffs import WEIGHT_CAP_MG
from stockmesh.domain.carriers.transit_checks import transit_problems
from stockmesh.domain.carriers.zones import CountryRule, DistanceRule, MatrixRule, RangeRule, ZoneRule, read_range
from stockmesh.domain.kernel.money import EXPONENTS, PPM

PARCEL_MAX_MG: Final = WEIGHT_CAP_MG
STEP_MIN: Final = 10
WEIGHED_MAX: Final = 2_000 * 1_000  # thousandths: a surcharge for each unit of weight makes a price of each
HEEDED_MAX: Final = 6  # each doubles the prices of a zone


def validate_service(service: Service) -> None:
    """Nothing when the service can be sold. Raises InvalidService, InvalidCard, or OverlappingCards for shared days."""
    problems = (*_limits(service), *transit_problems(service.transit))
    if problems:
        raise InvalidService(service.code, problems)
    for card in service.cards:
        validate_card(card)
        unfit = tuple(problem for day in days_of_change(card) for problem in _in_use(service, card_of_day(card, day)))
        if unfit:
            raise InvalidCard(card.version, tuple(dict.fromkeys(unfit)))
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
        *_dimensional(card),
        *_fuel(card),
        *_sizes(card),
        *(problem for rule in card.scheme.rules for problem in _rule(rule)),
        *_zones(card),
        *(problem for rates in card.rates for problem in _breaks(card, rates)),
        *_classes(card),
        *surcharge_problems(card),
    )


def days_of_change(card: RateCard) -> tuple[date, ...]:
    """The first day of the card, and every later one on which something of it begins."""
    begins = [rule.valid_from for rule in card.dimensional]
    begins += [one.valid_from for one in card.surcharges]
    begins += [week.from_day for week in card.fuel.weeks]
    inside = {day for day in begins if day is not None and card.valid_from < day <= card.valid_to}
    return (card.valid_from, *sorted(inside))


def _limits(service: Service) -> Iterator[str]:
    if not 0 < service.parcel_weight_max_mg <= PARCEL_MAX_MG:
        yield f"a parcel weighs more than nothing and at most {PARCEL_MAX_MG} mg"
    if service.parcel_volume_max_um3 <= 0 or service.parcel_side_max_um <= 0 or service.parcel_girth_max_um <= 0:
        yield "the limits on volume, side and girth of a parcel must be positive"
    if not service.origin_countries:
        yield "it picks up in no country"


def _in_use(service: Service, card: RateCard) -> Iterator[str]:
    """What is wrong with the card of a day in the hands of the service: whether a parcel as large as it takes may cost
    too much, steps, surcharges and fuel included; whether too much is told apart."""
    for zone in dict.fromkeys(rates.zone for rates in card.rates):
        rates = card.find_rates(zone)
        limits = parcel_limits(service, card, rates)
        billable = billable_thousandths(card, Parcel(limits.weight_mg, limits.volume_um3))
        dearest = max(each.price_minor for one in rates for each in one.breaks)
        if rates[-1].then is not None or billable <= rates[-1].breaks[-1].up_to:
            dearest = max(dearest, base_price(rates[-1], billable))
        volume = Fraction(limits.volume_um3, card.weight_unit.cubic_um3)
        traits = Traits(zone, billable, volume, lambda _: True)
        yield from within(
            f"zone {zone!r}: the dearest parcel", parcel_bill(card, dearest, traits).total_minor, AMOUNT_MAX_MINOR
        )
        by_weight = any(one.basis is Basis.WEIGHT and one.applies_in(zone) for one in card.surcharges)
        if by_weight and billable > WEIGHED_MAX:
            yield f"zone {zone!r}: a surcharge by weight needs a parcel of at most {WEIGHED_MAX // 1_000} units"
        boxes = {class_box(card, one) for one in rates[:-1]} | {one.beyond for one in card.surcharges}
        if len(boxes - {None}) > HEEDED_MAX:
            yield f"zone {zone!r}: more than {HEEDED_MAX} sizes of parcels are told apart"


def _terms(card: RateCard) -> Iterator[str]:
    if card.valid_to < card.valid_from:
        yield f"it ends on {card.valid_to}, before it begins on {card.valid_from}"
    if card.currency not in EXPONENTS:
        yield f"currency {card.currency!r} is unknown"
    if card.weight_step < 1:
        yield "the weight step must be at least a thousandth of the unit"
    yield from within("the minimum charge", card.minimum_minor, AMOUNT_MAX_MINOR)
    yield from within("the discount", card.discount_ppm, PPM)
    yield from within("the tax rate", card.tax.rate_ppm, PPM)
    if not card.source:
        yield "the source of the figures is missing"


def _dimensional(card: RateCard) -> Iterator[str]:
    for rule in card.dimensional:
        if rule.divisor < 1:
            yield "the dimensional divisor must be positive"
        if rule.threshold_volume < 0:
            yield "the dimensional threshold is negative"
        yield from span_problems(card, "the dimensional rule", rule.valid_from, rule.valid_to)
    for first, second in pairwise(card.dimensional):
        if (first.valid_to or card.valid_to) >= (second.valid_from or card.valid_from):
            yield "dimensional rules share days: let each begin after the one before it ends"


def _fuel(card: RateCard) -> Iterator[str]:
    yield from within("the fuel rate", card.fuel.rate_ppm, RATE_MAX_PPM)
    for week in card.fuel.weeks:
        yield from within(f"the fuel rate from {week.from_day}", week.rate_ppm, RATE_MAX_PPM)
    for first, second in pairwise(card.fuel.weeks):
        if second.from_day <= first.from_day:
            yield f"the fuel rate from {second.from_day} stands behind that from {first.from_day}"


def _sizes(card: RateCard) -> Iterator[str]:
    for name, times in Counter(size.name for size in card.sizes).items():
        if times > 1 or not name:
            yield f"size class {name!r} stands {times} times" if name else "a size class has no name"
    for size in card.sizes:
        sides = (size.longest_um, size.second_um, size.shortest_um)
        if not (UNLIMITED > sides[0] >= sides[1] >= sides[2] > 0 and size.girth_um > 0):
            yield f"size class {size.name!r}: give its sides longest first, each more than nothing"
    for smaller, larger in pairwise(card.sizes):
        if not smaller.box.lies_within(larger.box):
            yield f"size class {smaller.name!r} does not lie within {larger.name!r}, which stands behind it"


def _rule(rule: ZoneRule) -> Iterator[str]:
    countries = rule.countries if isinstance(rule, CountryRule) else (rule.country,)
    if isinstance(rule, MatrixRule):
        countries = (rule.country, rule.origin_country)
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
    for (zone, size), times in Counter((rates.zone, rates.size) for rates in card.rates).items():
        label = f"zone {zone!r}" + (f", size {size!r}" if size else "")
        if times > 1:
            yield f"{label} is priced {times} times"
        if size and card.find_size(size) is None:
            yield f"{label}: there is no such size class"
        if card.sizes and not size:
            yield f"{label}: name the size class of its prices"
    for zone in dict.fromkeys(rates.zone for rates in card.rates):
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
        yield from within(f"zone {zone!r}: the price up to {each.up_to}", each.price_minor, AMOUNT_MAX_MINOR)
        if each.up_to % step:
            yield f"zone {zone!r}: break {each.up_to} does not lie on the weight step {step}"
    if rates.then is not None:
        yield from within(f"zone {zone!r}: the price of a step", rates.then.price_minor, AMOUNT_MAX_MINOR)
        if rates.then.step < STEP_MIN or rates.then.step % step:
            yield f"zone {zone!r}: step {rates.then.step} must be a multiple of {step}, at least {STEP_MIN}"


def _classes(card: RateCard) -> Iterator[str]:
    """A larger class goes at least as far as a smaller one, and only the largest goes on by steps."""
    if not card.sizes:
        return
    for zone in dict.fromkeys(rates.zone for rates in card.rates):
        for smaller, larger in pairwise(card.find_rates(zone)):
            if smaller.then is not None:
                yield f"zone {zone!r}, size {smaller.size!r}: only the largest class may go on by steps"
            if larger.then is None and larger.breaks[-1].up_to < smaller.breaks[-1].up_to:
                yield f"zone {zone!r}: size {larger.size!r} ends below {smaller.size!r}, which is smaller"
