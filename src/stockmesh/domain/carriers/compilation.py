"""Rate cards become arrays: one tariff per service and zone, every break a weight limit, a volume limit and a price.

Surcharges, fuel and rounding are folded into each break's price, so that pricing a parcel is one search in integers
that agrees with the reference rater to the minor unit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from stockmesh.domain.carriers.cards import RateCard, Service, ZoneRates, card_on
from stockmesh.domain.carriers.limits import parcel_limits, volume_at, weight_at
from stockmesh.domain.carriers.rating import consignment_bill, parcel_bill
from stockmesh.domain.carriers.refusals import NoCard, NoExchangeRate, Reason
from stockmesh.domain.carriers.tariffs import VOLUME_CAP_UM3, Tariffs
from stockmesh.domain.carriers.validation import validate_service
from stockmesh.domain.carriers.zones import ZoneIndex, index_scheme, zone_of
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.compiled import I64


@dataclass(frozen=True)
class ChosenCard:
    """A service with the card valid on the day and its zones, ready to look up."""

    service: Service
    card: RateCard
    zones: ZoneIndex


@dataclass(frozen=True)
class CompiledTariffs:
    """The arrays, and how to find the tariff of a service and zone in them.

    `chosen` keeps the order the services were given in; `left_out` names those without a card on the day.
    """

    tariffs: Tariffs
    chosen: Mapping[str, ChosenCard]
    tariff_of: Mapping[tuple[str, str], int]
    left_out: Mapping[str, Reason]

    def find_tariff(self, service: str, country: str, area: str, distance_metres: int) -> int | Reason:
        """The tariff a service would carry a shipment to the destination under, or the reason why it does not."""
        if service not in self.chosen:
            return self.left_out.get(service, Reason.NO_CARD)
        zone = zone_of(self.chosen[service].zones, country, area, distance_metres)
        if zone is None:
            return Reason.NO_ZONE
        return self.tariff_of.get((service, zone), Reason.NO_CARD_FOR_ZONE)


class PricedBreak(NamedTuple):
    """One break of one tariff: its limits, its whole price, and what a parcel over the oversize volume adds."""

    weight_max_mg: int
    volume_max_um3: int
    price_minor: int
    oversize_minor: int


class Terms(NamedTuple):
    """What holds for a whole tariff: parcel limits, where oversize begins, the consignment's own price, exchange."""

    weight_max_mg: int
    volume_max_um3: int
    oversize_volume_um3: int
    consignment_minor: int
    fx_ppm: int


class Tariff(NamedTuple):
    """One zone of one card, before it becomes a row of the arrays."""

    terms: Terms
    breaks: tuple[PricedBreak, ...]


def compile_tariffs(services: Iterable[Service], day: date, fx_ppm: Mapping[str, int]) -> CompiledTariffs:
    """The tariffs of all services with a card on the day, in the given order.

    `fx_ppm` is book minor units per card minor unit, times 10^6. Raises InvalidService, InvalidCard,
    OverlappingCards and NoExchangeRate.
    """
    chosen: dict[str, ChosenCard] = {}
    left_out: dict[str, Reason] = {}
    tariff_of: dict[tuple[str, str], int] = {}
    tariffs: list[Tariff] = []
    for service in services:
        validate_service(service)
        try:
            card = card_on(service.cards, day)
        except NoCard:
            left_out[service.code] = Reason.NO_CARD
            continue
        chosen[service.code] = ChosenCard(service, card, index_scheme(card.scheme))
        for rates in card.rates:
            if rates.breaks:
                tariff_of[service.code, rates.zone] = len(tariffs)
                tariffs.append(compile_zone(service, card, rates, _rate_of(card, fx_ppm)))
    return CompiledTariffs(_arrays(tariffs), chosen, tariff_of, left_out)


def compile_zone(service: Service, card: RateCard, rates: ZoneRates, fx_ppm: int) -> Tariff:
    """One tariff: the zone's breaks up to the parcel limits, with everything a parcel pays in each break's price."""
    limits = parcel_limits(service, card, rates)
    threshold = _oversize_threshold(card, rates.zone)
    breaks: list[PricedBreak] = []
    for up_to, base_minor in _break_prices(rates):
        weight_max = min(weight_at(card, up_to), limits.weight_mg)
        volume_max = min(volume_at(card, up_to), limits.volume_um3)
        base = max(base_minor, card.minimum_minor)
        price = parcel_bill(card, rates.zone, base, Fraction(0)).total_minor
        oversize = parcel_bill(card, rates.zone, base, Fraction(threshold + 1)).total_minor - price
        breaks.append(PricedBreak(weight_max, volume_max, price, oversize))
        if (weight_max, volume_max) == (limits.weight_mg, limits.volume_um3):
            break
    terms = Terms(
        weight_max_mg=limits.weight_mg,
        volume_max_um3=limits.volume_um3,
        oversize_volume_um3=min(threshold * card.weight_unit.cubic_um3, VOLUME_CAP_UM3),
        consignment_minor=consignment_bill(card, rates.zone).total_minor,
        fx_ppm=fx_ppm,
    )
    return Tariff(terms, tuple(breaks))


def _break_prices(rates: ZoneRates) -> Iterator[tuple[int, int]]:
    for step in rates.breaks:
        yield step.up_to, step.price_minor
    if rates.then is not None:
        up_to, price = rates.breaks[-1].up_to, rates.breaks[-1].price_minor
        while True:
            up_to += rates.then.step
            price += rates.then.price_minor
            yield up_to, price


def _oversize_threshold(card: RateCard, zone: str) -> int:
    thresholds = {
        surcharge.volume_over
        for surcharge in card.surcharges
        if surcharge.volume_over is not None and surcharge.applies_in(zone)
    }
    ensure(len(thresholds) <= 1, "a published card has at most one volume threshold in a zone")
    return min(thresholds, default=VOLUME_CAP_UM3)


def _rate_of(card: RateCard, fx_ppm: Mapping[str, int]) -> int:
    if card.currency not in fx_ppm:
        raise NoExchangeRate(card.currency, card.version)
    return fx_ppm[card.currency]


def _arrays(tariffs: Sequence[Tariff]) -> Tariffs:
    starts = np.zeros(len(tariffs) + 1, np.int64)
    np.cumsum([len(tariff.breaks) for tariff in tariffs], out=starts[1:])
    weight_max, volume_max, price, oversize = _columns([step for tariff in tariffs for step in tariff.breaks], 4)
    parcel_weight, parcel_volume, oversize_volume, consignment, fx = _columns([tariff.terms for tariff in tariffs], 5)
    return Tariffs(
        break_start=starts,
        break_weight_max_mg=weight_max,
        break_volume_max_um3=volume_max,
        break_price_minor=price,
        parcel_weight_max_mg=parcel_weight,
        parcel_volume_max_um3=parcel_volume,
        oversize_volume_um3=oversize_volume,
        break_oversize_minor=oversize,
        consignment_minor=consignment,
        fx_ppm=fx,
    )


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[I64]:
    """One contiguous column per field, also when there is no row."""
    table = np.array(rows, np.int64).reshape(-1, width)
    return [np.ascontiguousarray(table[:, field]) for field in range(width)]
