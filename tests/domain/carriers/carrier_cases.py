"""Cards and shipments to test with: small hand-made ones, and fuzzed ones of both units."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st

from stockmesh.domain.carriers.boxes import UNLIMITED, exceeded, sort_sides
from stockmesh.domain.carriers.cards import (
    DimensionalRule,
    Measure,
    RateCard,
    Service,
    SizeClass,
    Step,
    WeightUnit,
    ZoneRates,
)
from stockmesh.domain.carriers.compilation import CompiledTariffs, compile_tariffs
from stockmesh.domain.carriers.limits import parcel_limits, volume_at, weight_at
from stockmesh.domain.carriers.parcels import Freight, Units, ship
from stockmesh.domain.carriers.rating import Parcel, ShipmentLine
from stockmesh.domain.carriers.surcharges import Basis, Break, Fuel, FuelBasis, Surcharge, Tax
from stockmesh.domain.carriers.tariffs import parcel_price
from stockmesh.domain.carriers.zones import CountryRule, ZoneScheme

DAY = date(2026, 3, 1)
CUBIC_CM = 10_000**3
CUBIC_INCH = 25_400**3


def card_of(*breaks: tuple[int, int], **changes: Any) -> RateCard:
    """A one-zone card in pounds sterling and kilograms for GB, with the given breaks (grams, pence)."""
    facts: dict[str, Any] = {
        "version": "test/1",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
        "currency": "GBP",
        "weight_unit": WeightUnit.KG,
        "scheme": ZoneScheme((CountryRule("home", ("GB",)),)),
        "rates": (ZoneRates("home", tuple(Break(*each) for each in breaks)),),
        "synthetic": True,
        "source": "made for a test",
    }
    return RateCard(**(facts | changes))


def service_of(*cards: RateCard, weight_max_kg: int = 30, volume_max_um3: int = 10**18, code: str = "post") -> Service:
    """A service from GB with the given cards."""
    return Service(code, code, "carrier", ("GB",), weight_max_kg * 1_000_000, volume_max_um3, 2_000_000, cards)


def compiled_of(service: Service) -> CompiledTariffs:
    """The service alone, compiled on the test day with every currency at par."""
    return compile_tariffs([service], DAY, {"GBP": 1_000_000, "USD": 1_000_000})


def price_of(compiled: CompiledTariffs, parcel: Parcel) -> int:
    """What the kernel asks for one parcel on the first tariff."""
    sides = np.array(parcel.inside, np.int32).reshape(-1, 3)
    exceeds = int(np.bitwise_or.reduce(exceeded(compiled.boxes, sides), initial=0))
    return parcel_price(compiled.tariffs, 0, exceeds, parcel.weight_mg, parcel.volume_um3)


def shipped(compiled: CompiledTariffs, lines: list[ShipmentLine], tariff: int = 0) -> Freight:
    """What the kernel makes of the lines on one tariff."""
    ordered = sorted(lines, key=lambda line: (-line.weight_mg, -line.volume_um3))
    units = Units(
        np.array([line.weight_mg for line in ordered], np.int64),
        np.array([line.volume_um3 for line in ordered], np.int64),
        np.array([line.quantity for line in ordered], np.int64),
        exceeded(compiled.boxes, np.array([line.sides for line in ordered], np.int32).reshape(-1, 3)),
    )
    return Freight(*ship(compiled.tariffs, tariff, units, np.arange(len(ordered), dtype=np.int64)))


@dataclass(frozen=True)
class Case:
    """A fuzzed service with one card of one zone."""

    service: Service
    card: RateCard

    @property
    def edges(self) -> tuple[list[int], list[int]]:
        """Weights (mg) and volumes (um3) on and beside every threshold of the card, inside the parcel limits."""
        rates = self.card.find_rates("home")
        limits = parcel_limits(self.service, self.card, rates)
        cubic = self.card.weight_unit.cubic_um3
        thresholds = [surcharge.volume_over for surcharge in self.card.surcharges if surcharge.volume_over is not None]
        thresholds += [rule.threshold_volume for rule in self.card.dimensional]
        marks = [each.up_to for one in rates for each in one.breaks]
        marks += [each.up_to for surcharge in self.card.surcharges for each in surcharge.table]
        marks += [surcharge.weight_over for surcharge in self.card.surcharges if surcharge.weight_over is not None]
        weights = [weight_at(self.card, each) for each in marks]
        volumes = [volume_at(self.card, each) for each in marks] + [each * cubic for each in thresholds]
        volumes += [size.volume_um3 for size in self.card.sizes]
        return _beside([*weights, limits.weight_mg], limits.weight_mg), _beside(
            [*volumes, limits.volume_um3], limits.volume_um3
        )


def _beside(marks: list[int], most: int) -> list[int]:
    return sorted({min(max(mark + offset, 1), most) for mark in marks for offset in (-1, 0, 1)})


OVER = st.none() | st.sampled_from([0, 500, 2_000, 12_000])
SIDE = st.none() | st.sampled_from([200_000, 558_800, 762_000])


@st.composite
def surcharges(draw: st.DrawFn, code: str, *, rising: bool) -> Surcharge:
    """One of any basis under any conditions, in a group or not."""
    basis = draw(st.sampled_from(Basis))
    amounts = draw(st.lists(st.integers(0, 2_500), min_size=2, max_size=2))
    condition: dict[str, Any] = {}
    if basis is not Basis.CONSIGNMENT:
        names = ("volume_over", "weight_over", "longest_over_um", "second_over_um", "girth_over_um")
        condition = {
            name: draw(SIDE if name.endswith("um") else OVER) for name in draw(st.sets(st.sampled_from(names)))
        }
    return Surcharge(
        code,
        basis,
        draw(st.integers(0, 300 if basis is Basis.WEIGHT else 2_500)),
        draw(st.integers(0, 1_700_000)) if basis is Basis.SHARE_OF_BASE else 0,
        is_fuelable=draw(st.booleans()),
        is_taxable=draw(st.booleans()),
        table=tuple(map(Break, (3_000, 9_000), sorted(amounts) if rising else amounts)) if basis is Basis.TABLE else (),
        group=draw(st.sampled_from(["", "", "handling"])),
        **condition,
    )


SIZES = (SizeClass("small", 450_000, 350_000, 160_000), SizeClass("large", 1_000_000, 700_000, 500_000, 2_600_000))


@st.composite
def cases(draw: st.DrawFn, *, rising: bool = False) -> Case:
    """Cards of kilograms and pounds, by weight or volume, with size classes, surcharges, fuel, tax, discount,
    minimum and steps; prices may fall."""
    step = draw(st.sampled_from([1, 250, 1_000]))
    sizes = draw(st.sampled_from([(), (), SIZES]))
    if rising:
        sizes = ()
    rates = tuple(
        ZoneRates("home", _ladder(draw, step, rising=rising), size=size)
        for size in ([size.name for size in sizes] or [""])
    )
    rates = tuple(sorted(rates, key=lambda one: one.breaks[-1].up_to))
    rates = tuple(replace(one, size=size.name) for one, size in zip(rates, sizes, strict=True)) if sizes else rates
    then = draw(st.none() | st.builds(Step, st.integers(1, 5).map(lambda steps: steps * 1_000), st.integers(0, 300)))
    rules = st.builds(DimensionalRule, st.sampled_from([139, 166, 4_000, 5_000]), st.integers(0, 3_000))
    card = card_of(
        currency=draw(st.sampled_from(["GBP", "USD"])),
        weight_unit=draw(st.sampled_from(WeightUnit)),
        weight_step=step,
        rates=(*rates[:-1], replace(rates[-1], then=then)),
        dimensional=tuple(draw(st.lists(rules, max_size=1))),
        surcharges=tuple(draw(surcharges(code, rising=rising)) for code in "abcd"[: draw(st.integers(0, 4))]),
        fuel=draw(st.builds(Fuel, st.sampled_from([0, 182_500, 3_464]), st.sampled_from(FuelBasis))),
        minimum_minor=draw(st.sampled_from([0, 0, 500])),
        discount_ppm=draw(st.sampled_from([0, 0, 123_456])),
        tax=draw(st.builds(Tax, st.sampled_from([0, 190_000]), st.booleans(), st.booleans())),
        measure=draw(st.sampled_from([Measure.WEIGHT, Measure.WEIGHT, Measure.VOLUME])),
        sizes=sizes,
    )
    by_weight = any(one.basis is Basis.WEIGHT for one in card.surcharges)
    most = 10**18 if not by_weight else 10**16 if card.measure is Measure.WEIGHT else 2 * 10**14
    service = replace(
        service_of(card, weight_max_kg=draw(st.integers(1, 40)), volume_max_um3=draw(st.integers(10**14, most))),
        parcel_girth_max_um=draw(st.sampled_from([2_500_000, UNLIMITED])),
    )
    return Case(service, card)


def _ladder(draw: st.DrawFn, step: int, *, rising: bool) -> tuple[Break, ...]:
    limits = draw(st.lists(st.integers(1, 40_000 // step), min_size=1, max_size=6, unique=True))
    prices = draw(st.lists(st.integers(0, 4_000), min_size=len(limits), max_size=len(limits)))
    return tuple(map(Break, (limit * step for limit in sorted(limits)), sorted(prices) if rising else prices))


# Sides on and beside what cards ask about; some fit no box of any.
MARKS = sorted(
    {mark + beside for mark in (160_000, 200_000, 450_000, 558_800, 762_000, 1_000_000) for beside in (0, 1)}
)
SIDES = st.builds(sort_sides, *[st.sampled_from([1, 50_000, *MARKS, 2_000_001])] * 3)
