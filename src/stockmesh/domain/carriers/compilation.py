"""Rate cards become arrays: one tariff per service and zone, every break a weight limit, a volume limit and a price.

Discount, surcharges, fuel, tax and rounding are folded into each break's price, so that pricing a parcel is one search
in integers that agrees with the reference rater to the minor unit. A tariff has a row for every combination of boxes
that its goods may exceed and for every volume that matters, see `tariffs`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import count, pairwise
from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.carriers.bills import WHOLE_UNIT, Traits, consignment_bill, is_due, parcel_bill
from stockmesh.domain.carriers.boxes import Box
from stockmesh.domain.carriers.cards import RateCard, Service, ZoneRates, card_of_day, card_on
from stockmesh.domain.carriers.limits import (
    EVERYTHING,
    ParcelLimits,
    class_box,
    class_volume,
    parcel_limits,
    volume_at,
    weight_at,
)
from stockmesh.domain.carriers.rating import Parcel, billable_thousandths
from stockmesh.domain.carriers.refusals import NoCard, NoExchangeRate, Reason, TooManyBoxes
from stockmesh.domain.carriers.surcharges import Basis
from stockmesh.domain.carriers.tariffs import ROW, Tariffs
from stockmesh.domain.carriers.validation import validate_service
from stockmesh.domain.carriers.zones import Trip, ZoneIndex, index_scheme, zone_of
from stockmesh.domain.kernel.compiled import I64

BOXES_MAX: Final = 62  # a unit's are the bits of one number
NO_MORE: Final = (1 << 63) - 1  # no volume is beyond it, however an estimate came by it


@dataclass(frozen=True)
class ChosenCard:
    """A service with its card as it is on the day, and its zones, ready to look up."""

    service: Service
    card: RateCard
    zones: ZoneIndex


@dataclass(frozen=True)
class CompiledTariffs:
    """The arrays, and how to find the tariff of a service and zone in them.

    `chosen` keeps the order the services were given in; `left_out` names those without a card on the day. `boxes` are
    those that parcels may exceed: of the sides of a unit nothing else matters. `limits` are those of every tariff.
    """

    tariffs: Tariffs
    chosen: Mapping[str, ChosenCard]
    tariff_of: Mapping[tuple[str, str], int]
    left_out: Mapping[str, Reason]
    boxes: tuple[Box, ...]
    limits: Mapping[int, ParcelLimits]

    def find_tariff(self, service: str, trip: Trip) -> int | Reason:
        """The tariff a service would carry a shipment under, or the reason why it does not."""
        if service not in self.chosen:
            return self.left_out.get(service, Reason.NO_CARD)
        zone = zone_of(self.chosen[service].zones, trip)
        if zone is None:
            return Reason.NO_ZONE
        return self.tariff_of.get((service, zone), Reason.NO_CARD_FOR_ZONE)


class PricedBreak(NamedTuple):
    """One break of one row: its limits and its whole price."""

    weight_max_mg: int
    volume_max_um3: int
    price_minor: int


class Terms(NamedTuple):
    """What holds for a row besides its breaks, named as in the rows."""

    weight_max_mg: int
    volume_max_um3: int
    bulk_over_um3: int
    heeds: int
    stride: int
    refuses: int
    consignment_minor: int
    fx_ppm: int


class Row(NamedTuple):
    """Parcels of one zone of one card that are alike in size, before they become a row of the arrays."""

    terms: Terms
    breaks: tuple[PricedBreak, ...]


@dataclass(frozen=True)
class Zone:
    """One zone of one card of a day, being compiled: rates by size class, smallest first."""

    card: RateCard
    rates: tuple[ZoneRates, ...]
    limits: ParcelLimits
    priced: dict[tuple[int, tuple[int, ...], int], int] = field(default_factory=dict)

    @property
    def asks_weight(self) -> bool:
        """Whether some surcharge depends on how much a parcel weighs."""
        return any(one.basis in (Basis.WEIGHT, Basis.TABLE) for one in self.card.surcharges)

    @property
    def name(self) -> str:
        """The zone's name on the card."""
        return self.rates[0].zone

    def heeded(self) -> tuple[Box, ...]:
        """The boxes that make a difference to the price of what the service takes."""
        surcharges = (one.beyond for one in self.card.surcharges if one.applies_in(self.name))
        boxes = (*(class_box(self.card, rates) for rates in self.rates[:-1]), *filter(None, surcharges))
        return tuple(dict.fromkeys(box for box in boxes if box not in (EVERYTHING, *self.limits.boxes)))

    def volumes(self) -> list[tuple[int, int]]:
        """Stretches of volume, each from above the first up to the second, between which the price may change."""
        cubic = self.card.weight_unit.cubic_um3
        over = (one.volume_over for one in self.card.surcharges if one.applies_in(self.name))
        marks = {class_volume(self.card, rates) for rates in self.rates[:-1]}
        marks |= {volume * cubic for volume in over if volume is not None}
        inside = sorted(mark for mark in marks if 0 < mark < self.limits.volume_um3)
        return list(pairwise([0, *inside, self.limits.volume_um3]))

    def cuts(self, low: int, high: int) -> list[int]:
        """Billable weights between two breaks at which the price changes, the higher break last.

        Whatever is billed is a multiple of the card's step: a mark between two of them counts from the lower one.
        """
        step = self.card.weight_step
        marks = {one.weight_over for one in self.card.surcharges} | {
            each.up_to for one in self.card.surcharges for each in one.table
        }
        if any(one.basis is Basis.WEIGHT and one.applies_in(self.name) for one in self.card.surcharges):
            marks |= set(range((low // WHOLE_UNIT + 1) * WHOLE_UNIT, high, WHOLE_UNIT))
        billed = {mark // step * step for mark in marks if mark is not None}
        return [*sorted(mark for mark in billed if low < mark < high), high]


def compile_tariffs(services: Iterable[Service], day: date, fx_ppm: Mapping[str, int]) -> CompiledTariffs:
    """The tariffs of all services with a card on the day, in the given order.

    `fx_ppm` is book minor units per card minor unit, times 10^6. Raises InvalidService, InvalidCard,
    OverlappingCards, NoExchangeRate and TooManyBoxes.
    """
    chosen: dict[str, ChosenCard] = {}
    left_out: dict[str, Reason] = {}
    for service in services:
        validate_service(service)
        try:
            card = card_of_day(card_on(service.cards, day), day)
        except NoCard:
            left_out[service.code] = Reason.NO_CARD
            continue
        chosen[service.code] = ChosenCard(service, card, index_scheme(card.scheme))
    zones = {(code, zone.name): zone for code, one in chosen.items() for zone in zones_of(one.service, one.card)}
    boxes = _list_boxes(zones.values())
    tariff_of: dict[tuple[str, str], int] = {}
    rows: list[Row] = []
    for key, zone in zones.items():
        tariff_of[key] = len(rows)
        rows += compile_zone(zone, boxes, _rate_of(zone.card, fx_ppm))
    limits = {tariff_of[key]: zone.limits for key, zone in zones.items()}
    return CompiledTariffs(_arrays(rows), chosen, tariff_of, left_out, boxes, limits)


def zones_of(service: Service, card: RateCard) -> Iterator[Zone]:
    """The zones that a card of a day has prices for, in its order."""
    for name in dict.fromkeys(rates.zone for rates in card.rates if rates.breaks):
        rates = card.find_rates(name)
        yield Zone(card, rates, parcel_limits(service, card, rates))


def compile_zone(zone: Zone, boxes: Sequence[Box], fx_ppm: int) -> list[Row]:
    """The rows of one tariff: for every combination of boxes that are exceeded, lowest bit first, all volumes."""
    number = {box: bit for bit, box in enumerate(boxes)}
    heeded = sorted(zone.heeded(), key=number.__getitem__)
    volumes = zone.volumes()
    refuses = sum(1 << number[box] for box in set(zone.limits.boxes) - {EVERYTHING})
    consignment = consignment_bill(zone.card, zone.name).total_minor
    rows = []
    for combination in range(1 << len(heeded)):
        exceeded = frozenset(box for at, box in enumerate(heeded) if combination >> at & 1)
        for above, up_to in volumes:
            terms = Terms(
                weight_max_mg=zone.limits.weight_mg,
                volume_max_um3=zone.limits.volume_um3,
                bulk_over_um3=NO_MORE if up_to == zone.limits.volume_um3 else up_to,
                heeds=sum(1 << number[box] for box in heeded),
                stride=len(volumes),
                refuses=refuses,
                consignment_minor=consignment,
                fx_ppm=fx_ppm,
            )
            rows.append(Row(terms, tuple(_breaks(zone, exceeded, above, up_to))))
    return rows


def _breaks(zone: Zone, exceeded: frozenset[Box], above: int, up_to: int) -> Iterator[PricedBreak]:
    """The breaks of parcels of more than a volume up to another that exceed the boxes."""
    card, limits = zone.card, zone.limits
    allowed = [
        rates
        for rates in zone.rates
        if rates is zone.rates[-1] or (class_box(card, rates) not in exceeded and class_volume(card, rates) >= up_to)
    ]
    most = billable_thousandths(card, Parcel(limits.weight_mg, up_to))
    volume = Fraction(above + 1, card.weight_unit.cubic_um3)
    low = 0
    for high, table_minor in table_prices(allowed):
        for cut in zone.cuts(low, min(high, most)):
            traits = Traits(zone.name, cut, volume, exceeded.__contains__)
            weight_max, volume_max = min(weight_at(card, cut), limits.weight_mg), min(volume_at(card, cut), up_to)
            yield PricedBreak(weight_max, volume_max, _price(zone, table_minor, traits))
        if high >= most:
            return
        low = high


def _price(zone: Zone, table_minor: int, traits: Traits) -> int:
    """The whole price of a parcel; worked out once for all that are alike to the card."""
    due = tuple(at for at, one in enumerate(zone.card.surcharges) if is_due(one, traits))
    key = (table_minor, due, traits.billable if zone.asks_weight else 0)
    if key not in zone.priced:
        zone.priced[key] = parcel_bill(zone.card, table_minor, traits).total_minor
    return zone.priced[key]


def table_prices(rates: Sequence[ZoneRates]) -> Iterator[tuple[int, int]]:
    """Billable weights with their table prices, ascending: of each class those beyond the classes before it."""
    low = 0
    for each in rates:
        for step in each.breaks:
            if step.up_to > low:
                yield step.up_to, step.price_minor
        low = max(low, each.breaks[-1].up_to)
    last = rates[-1]
    if last.then is not None:
        end = last.breaks[-1]
        for steps in count(1):
            yield end.up_to + steps * last.then.step, end.price_minor + steps * last.then.price_minor


def _list_boxes(zones: Iterable[Zone]) -> tuple[Box, ...]:
    """Every box that some parcel may exceed, in the order of the cards. Raises TooManyBoxes."""
    found = dict.fromkeys(box for zone in zones for box in (*zone.limits.boxes, *zone.heeded()) if box != EVERYTHING)
    if len(found) > BOXES_MAX:
        raise TooManyBoxes(count=len(found), most=BOXES_MAX)
    return tuple(found)


def _rate_of(card: RateCard, fx_ppm: Mapping[str, int]) -> int:
    if card.currency not in fx_ppm:
        raise NoExchangeRate(card.currency, card.version)
    return fx_ppm[card.currency]


def _arrays(rows: Sequence[Row]) -> Tariffs:
    ends = np.cumsum([len(row.breaks) for row in rows], dtype=np.int64)
    table = np.zeros(len(rows), ROW)
    table["end"] = ends
    table["start"][1:] = ends[:-1]
    for name, column in zip(Terms._fields, _columns([row.terms for row in rows], len(Terms._fields)), strict=True):
        table[name] = column
    return Tariffs(table, *_columns([step for row in rows for step in row.breaks], 3))


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[I64]:
    """One contiguous column per field, also when there is no row."""
    table = np.array(rows, np.int64).reshape(-1, width)
    return [np.ascontiguousarray(table[:, field]) for field in range(width)]
