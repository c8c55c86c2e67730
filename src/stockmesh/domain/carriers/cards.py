"""Who carries parcels and what it costs: carriers, their services, and dated rate cards.

A published card is never edited, only superseded by a card with later dates. Thresholds stay in the card's own unit:
24 x 12 x 12 inches is exactly 3,456 cubic inches, which whole millimetres would wrongly exceed.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from stockmesh.domain.carriers.refusals import NoCard, OverlappingCards
from stockmesh.domain.carriers.surcharges import NO_FUEL, Fuel, Surcharge
from stockmesh.domain.carriers.transit import NO_TRANSIT, USUAL, Running, Transit
from stockmesh.domain.carriers.zones import ZoneScheme


class WeightUnit(StrEnum):
    """The unit a card bills in; sizes come with it: cubic centimetres with kg, cubic inches with lb."""

    KG = "kg"
    LB = "lb"

    @property
    def thousandth_mg(self) -> Fraction:
        """Milligrams in a thousandth of the unit, exact: a pound is 453,592.37 mg."""
        return Fraction(1_000) if self is WeightUnit.KG else Fraction(45_359_237, 100_000)

    @property
    def cubic_um3(self) -> int:
        """Cubic micrometres in the cubic unit that goes with the weight unit."""
        return 10_000**3 if self is WeightUnit.KG else 25_400**3


@dataclass(frozen=True)
class DimensionalRule:
    """Volumetric weight is volume / divisor (cm3 per kg, or in3 per lb); none up to and including the threshold."""

    divisor: int
    threshold_volume: int = 0


@dataclass(frozen=True)
class Break:
    """A parcel up to this billable weight, inclusive, in thousandths of the card's unit, costs the price."""

    up_to: int
    price_minor: int


@dataclass(frozen=True)
class Step:
    """Beyond the last break, each started step (thousandths of the card's unit) adds its price."""

    step: int
    price_minor: int


@dataclass(frozen=True)
class ZoneRates:
    """The prices of one zone: breaks in ascending order, then steps up to the parcel limit if the card has them."""

    zone: str
    breaks: tuple[Break, ...]
    then: Step | None = None


@dataclass(frozen=True)
class RateCard:
    """The prices of a service between two days, both inclusive.

    `weight_step` is what billable weight is rounded up to, in thousandths of the unit; breaks lie on it.
    `minimum_minor` is the least base price of a parcel. `source` says where the figures come from; a card that is not
    a carrier's complete published tariff is `synthetic`.
    """

    version: str
    valid_from: date
    valid_to: date
    currency: str
    weight_unit: WeightUnit
    scheme: ZoneScheme
    rates: tuple[ZoneRates, ...]
    dimensional: DimensionalRule | None = None
    surcharges: tuple[Surcharge, ...] = ()
    fuel: Fuel = NO_FUEL
    minimum_minor: int = 0
    weight_step: int = 1
    synthetic: bool = False
    source: str = ""

    def find_rates(self, zone: str) -> ZoneRates | None:
        """The prices of a zone, or None when the card has none (or an empty table) for it."""
        return next((rates for rates in self.rates if rates.zone == zone and rates.breaks), None)


@dataclass(frozen=True)
class Service:
    """One way a carrier takes parcels, with the limits of a single parcel (milligrams, micrometres, cubic micrometres).

    `code` is unique among all carriers; `origin_countries` is where parcels are picked up.
    """

    code: str
    name: str
    carrier: str
    origin_countries: tuple[str, ...]
    parcel_weight_max_mg: int
    parcel_volume_max_um3: int
    parcel_side_max_um: int
    cards: tuple[RateCard, ...]
    transit: Transit = NO_TRANSIT

    def picks_up_in(self, country: str) -> bool:
        """Whether parcels may start in the country."""
        return country in self.origin_countries


@dataclass(frozen=True)
class Carrier:
    """A company that moves parcels, with the currency it bills in."""

    code: str
    name: str
    currency: str
    services: tuple[Service, ...]
    running: Running = USUAL


def card_on(cards: tuple[RateCard, ...], day: date) -> RateCard:
    """The one card valid on the day. Raises OverlappingCards when any two share a day, NoCard when none is valid."""
    check_dates(cards)
    for card in cards:
        if card.valid_from <= day <= card.valid_to:
            return card
    raise NoCard(day=day, versions=tuple(card.version for card in cards))


def check_dates(cards: tuple[RateCard, ...]) -> None:
    """Nothing when no two cards share a day; OverlappingCards with both versions and the shared days otherwise."""
    for first, second in combinations(cards, 2):
        from_day = max(first.valid_from, second.valid_from)
        to_day = min(first.valid_to, second.valid_to)
        if from_day <= to_day:
            raise OverlappingCards(first.version, second.version, from_day, to_day)
