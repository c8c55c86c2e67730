"""What of a card or service may be published but is perhaps not meant: told beside it, and refused by nobody."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from stockmesh.domain.carriers.cards import RateCard, Service, ZoneRates
from stockmesh.domain.carriers.zones import (
    CountryRule,
    DistanceRule,
    ListRule,
    MatrixRule,
    PrefixRule,
    RangeRule,
    ZoneRule,
)

ONE_DAY = timedelta(days=1)


def service_notices(service: Service) -> tuple[str, ...]:
    """Days between two cards on which nothing is sent, and what there is to say of each card."""
    cards = sorted(service.cards, key=lambda card: card.valid_from)
    gaps = (
        f"no card from {before.valid_to + ONE_DAY} to {after.valid_from - ONE_DAY}: nothing is sent on these days"
        for before, after in pairwise(cards)
        if before.valid_to + ONE_DAY < after.valid_from
    )
    return (*gaps, *(f"{card.version}: {notice}" for card in cards for notice in card_notices(card)))


def card_notices(card: RateCard) -> tuple[str, ...]:
    """Zones without prices, rules that are never asked, prices that fall with the weight."""
    priced = {rates.zone for rates in card.rates}
    unpriced = (
        f"zone {zone!r} is reached but has no prices: nothing is sent there"
        for zone in card.scheme.zones()
        if zone not in priced
    )
    return (*unpriced, *_shadowed(card), *(notice for rates in card.rates for notice in _falling(rates)))


def _shadowed(card: RateCard) -> Iterator[str]:
    first: dict[tuple[str, ...], str] = {}
    whole = {country for rule in card.scheme.rules if isinstance(rule, CountryRule) for country in rule.countries}
    for rule in card.scheme.rules:
        others = [first.setdefault(place, rule.zone) for place in _places(rule)]
        if others and all(other != rule.zone for other in others):
            yield f"zone {rule.zone!r}: all that a rule names leads to {' and '.join(dict.fromkeys(others))} first"
        if isinstance(rule, DistanceRule) and rule.country in whole:
            yield f"zone {rule.zone!r}: all of {rule.country} has a zone, so its distances are never asked"


def _places(rule: ZoneRule) -> list[tuple[str, ...]]:
    """What a rule names, each with the kind of rule: of one kind the first that names it wins."""
    match rule:
        case ListRule():
            return [("list", rule.country, area) for area in rule.areas]
        case RangeRule():
            return [("range", rule.country, text) for text in rule.ranges]
        case PrefixRule():
            return [("prefix", rule.country, prefix) for prefix in rule.prefixes]
        case MatrixRule():
            return [("matrix", rule.country, to, rule.origin_country, of) for to in rule.to for of in rule.origins]
        case CountryRule():
            return [("country", country) for country in rule.countries]
        case DistanceRule():
            return [("distance", rule.country, str(rule.up_to_metres))]


def _falling(rates: ZoneRates) -> Iterator[str]:
    for lower, upper in pairwise(rates.breaks):
        if upper.price_minor < lower.price_minor:
            yield f"zone {rates.zone!r}: up to {upper.up_to} costs less than up to {lower.up_to}"
