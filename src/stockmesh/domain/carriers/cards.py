"""Who carries parcels and what it costs: carriers, their services, and dated rate cards.

A published card is never edited, only superseded by a card with later dates. Thresholds stay in the card's own unit:
24 x 12 x 12 inches is exactly 3,456 cubic inches, which whole millimetres would wrongly exceed.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from stockmesh.domain.carriers.boxes import UNLIMITED, Box, Sides
from stockmesh.domain.carriers.refusals import NoCard, OverlappingCards
from stockmesh.domain.carriers.surcharges import NO_FUEL, NO_TAX, Break, Fuel, Surcharge, Tax
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
    def side_um(self) -> int:
        """Micrometres in the unit of sides that goes with the weight unit: a centimetre or an inch."""
        return 10_000 if self is WeightUnit.KG else 25_400

    @property
    def cubic_um3(self) -> int:
        """Cubic micrometres in the cubic unit that goes with the weight unit."""
        return self.side_um**3


class SideRounding(StrEnum):
    """What becomes of the sides of a parcel, in whole cm or in, before they make a volume."""

    NONE = "none"
    HALF_UP = "half_up"
    UP = "up"


class Measure(StrEnum):
    """What a card bills by: weight, or volume alone (cubic tiers)."""

    WEIGHT = "weight"
    VOLUME = "volume"


@dataclass(frozen=True)
class DimensionalRule:
    """Volumetric weight is volume / divisor (cm3 per kg, or in3 per lb); none up to and including the threshold.

    Carriers change these: a rule holds from one day to another, both inclusive, within the days of its card. `sides`
    are rounded where the sides of a parcel are told; of units that are laid together only volumes are known.
    """

    divisor: int
    threshold_volume: int = 0
    sides: SideRounding = SideRounding.NONE
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether volume counts by this rule on a day of the card."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class SizeClass:
    """Parcels that fit a box have prices of their own. Classes stand smallest first; each lies within the next."""

    name: str
    longest_um: int
    second_um: int
    shortest_um: int
    girth_um: int = UNLIMITED

    @property
    def box(self) -> Box:
        """What a parcel of the class must fit."""
        sides = Sides(self.longest_um, self.second_um, self.shortest_um)
        return Box(*sides, min(self.girth_um, sides.girth_um))

    @property
    def volume_um3(self) -> int:
        """The most that goods of a parcel of the class may take up, cubic micrometres."""
        return self.longest_um * self.second_um * self.shortest_um


@dataclass(frozen=True)
class Step:
    """Beyond the last break, each started step (thousandths of the card's unit) adds its price."""

    step: int
    price_minor: int


@dataclass(frozen=True)
class ZoneRates:
    """The prices of one zone: breaks in ascending order, then steps up to the parcel limit if the card has them.

    On a card with size classes a zone has prices for each class that it takes, named by `size`.
    """

    zone: str
    breaks: tuple[Break, ...]
    then: Step | None = None
    size: str = ""


@dataclass(frozen=True)
class RateCard:
    """The prices of a service between two days, both inclusive.

    `weight_step` is what billable weight is rounded up to, in thousandths of the unit; breaks lie on it. A card that
    bills by volume has thousandths of the cubic unit in place of weights. `discount_ppm` is what the carrier takes off
    the table for this merchant, `minimum_minor` the least base price of a parcel after it. `source` says where the
    figures come from; a card that is not a carrier's complete published tariff is `synthetic`.
    """

    version: str
    valid_from: date
    valid_to: date
    currency: str
    weight_unit: WeightUnit
    scheme: ZoneScheme
    rates: tuple[ZoneRates, ...]
    dimensional: tuple[DimensionalRule, ...] = ()
    surcharges: tuple[Surcharge, ...] = ()
    fuel: Fuel = NO_FUEL
    minimum_minor: int = 0
    weight_step: int = 1
    synthetic: bool = False
    source: str = ""
    sizes: tuple[SizeClass, ...] = ()
    discount_ppm: int = 0
    measure: Measure = Measure.WEIGHT
    tax: Tax = NO_TAX

    def find_rates(self, zone: str) -> tuple[ZoneRates, ...]:
        """The prices of a zone, smallest class first; none when the card has none (or an empty table) for it."""
        places = {size.name: place for place, size in enumerate(self.sizes)}
        found = [rates for rates in self.rates if rates.zone == zone and rates.breaks]
        return tuple(sorted(found, key=lambda rates: places.get(rates.size, 0)))

    def find_size(self, name: str) -> SizeClass | None:
        """The class of that name; None for prices that take parcels of any size."""
        return next((size for size in self.sizes if size.name == name), None)

    @property
    def rule(self) -> DimensionalRule | None:
        """How volume counts, on a card as it is on a day (see `card_of_day`)."""
        return self.dimensional[0] if self.dimensional else None


@dataclass(frozen=True)
class Service:
    """One way a carrier takes parcels, with the limits of a single parcel (milligrams, micrometres, cubic micrometres).

    `code` is unique among all carriers; `origin_countries` is where parcels are picked up. `parcel_girth_max_um` is the
    most of the longest side and once around.
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
    parcel_girth_max_um: int = UNLIMITED

    @property
    def box(self) -> Box:
        """What a parcel must fit, whatever card prices it."""
        return Box(longest_um=self.parcel_side_max_um, girth_um=self.parcel_girth_max_um)

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


def card_of_day(card: RateCard, day: date) -> RateCard:
    """The card as it is on one of its days: the rule, the surcharges and the fuel rate that hold then, and no others.

    Whatever prices parcels is given a card of a day.
    """
    return replace(
        card,
        dimensional=tuple(rule for rule in card.dimensional if rule.holds_on(day))[:1],
        surcharges=tuple(surcharge for surcharge in card.surcharges if surcharge.is_due_on(day)),
        fuel=replace(card.fuel, rate_ppm=card.fuel.rate_on(day), weeks=()),
    )


def state_on(card: RateCard, day: date) -> tuple[object, ...]:
    """What of a card changes from day to day: two days with equal answers have equal prices."""
    of_day = card_of_day(card, day)
    return (card.version, of_day.dimensional, of_day.fuel.rate_ppm, tuple(one.code for one in of_day.surcharges))


def check_dates(cards: tuple[RateCard, ...]) -> None:
    """Nothing when no two cards share a day; OverlappingCards with both versions and the shared days otherwise."""
    for first, second in combinations(cards, 2):
        from_day = max(first.valid_from, second.valid_from)
        to_day = min(first.valid_to, second.valid_to)
        if from_day <= to_day:
            raise OverlappingCards(first.version, second.version, from_day, to_day)
