"""Cards and shipments to test with: small hand-made ones, and fuzzed ones of both units."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st

from stockmesh.domain.carriers.cards import (
    Break,
    DimensionalRule,
    RateCard,
    Service,
    Step,
    WeightUnit,
    ZoneRates,
)
from stockmesh.domain.carriers.compilation import compile_tariffs
from stockmesh.domain.carriers.limits import parcel_limits, volume_at, weight_at
from stockmesh.domain.carriers.parcels import Freight, Units, ship
from stockmesh.domain.carriers.rating import ShipmentLine
from stockmesh.domain.carriers.surcharges import Basis, Fuel, FuelBasis, Surcharge
from stockmesh.domain.carriers.tariffs import Tariffs
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


def tariffs_of(service: Service) -> Tariffs:
    """The service alone, compiled on the test day with every currency at par."""
    return compile_tariffs([service], DAY, {"GBP": 1_000_000, "USD": 1_000_000}).tariffs


def shipped(tariffs: Tariffs, lines: list[ShipmentLine], tariff: int = 0) -> Freight:
    """What the kernel makes of the lines on one tariff."""
    ordered = sorted(lines, key=lambda line: (-line.weight_mg, -line.volume_um3))
    units = Units(
        np.array([line.weight_mg for line in ordered], np.int64),
        np.array([line.volume_um3 for line in ordered], np.int64),
        np.array([line.quantity for line in ordered], np.int64),
    )
    return Freight(*ship(tariffs, tariff, units, np.arange(len(ordered), dtype=np.int64)))


@dataclass(frozen=True)
class Case:
    """A fuzzed service with one card of one zone."""

    service: Service
    card: RateCard

    @property
    def edges(self) -> tuple[list[int], list[int]]:
        """Weights (mg) and volumes (um3) on and beside every threshold of the card, inside the parcel limits."""
        rates = self.card.rates[0]
        limits = parcel_limits(self.service, self.card, rates)
        cubic = self.card.weight_unit.cubic_um3
        thresholds = [surcharge.volume_over for surcharge in self.card.surcharges if surcharge.volume_over is not None]
        if self.card.dimensional is not None:
            thresholds.append(self.card.dimensional.threshold_volume)
        weights = [weight_at(self.card, each.up_to) for each in rates.breaks]
        volumes = [volume_at(self.card, each.up_to) for each in rates.breaks] + [each * cubic for each in thresholds]
        return _beside([*weights, limits.weight_mg], limits.weight_mg), _beside(
            [*volumes, limits.volume_um3], limits.volume_um3
        )


def _beside(marks: list[int], most: int) -> list[int]:
    return sorted({min(max(mark + offset, 1), most) for mark in marks for offset in (-1, 0, 1)})


SURCHARGES = st.lists(
    st.builds(
        lambda code, kind, amount, share, over, is_fuelable: Surcharge(
            code,
            kind,
            amount,
            share if kind is Basis.SHARE_OF_BASE else 0,
            volume_over=2_000 if over and kind is not Basis.CONSIGNMENT else None,
            is_fuelable=is_fuelable,
        ),
        code=st.sampled_from("abcd"),
        kind=st.sampled_from(Basis),
        amount=st.integers(0, 2_500),
        share=st.integers(0, 1_700_000),
        over=st.booleans(),
        is_fuelable=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda surcharge: surcharge.code,
)


@st.composite
def cases(draw: st.DrawFn, *, rising: bool = False) -> Case:
    """Cards of kilograms and pounds, with thresholds, surcharges, fuel, minimum and steps; prices may fall."""
    unit = draw(st.sampled_from(WeightUnit))
    step = draw(st.sampled_from([1, 250, 1_000]))
    limits = draw(st.lists(st.integers(1, 40_000 // step), min_size=1, max_size=6, unique=True))
    prices = draw(st.lists(st.integers(0, 4_000), min_size=len(limits), max_size=len(limits)))
    breaks = zip(sorted(limits), sorted(prices) if rising else prices, strict=True)
    then = draw(st.none() | st.builds(Step, st.integers(1, 5).map(lambda steps: steps * 1_000), st.integers(0, 300)))
    card = card_of(
        currency=draw(st.sampled_from(["GBP", "USD"])),
        weight_unit=unit,
        weight_step=step,
        rates=(ZoneRates("home", tuple(Break(limit * step, price) for limit, price in breaks), then),),
        dimensional=draw(
            st.none() | st.builds(DimensionalRule, st.sampled_from([139, 166, 4_000, 5_000]), st.integers(0, 3_000))
        ),
        surcharges=tuple(draw(SURCHARGES)),
        fuel=draw(st.builds(Fuel, st.sampled_from([0, 182_500, 3_464]), st.sampled_from(FuelBasis))),
        minimum_minor=draw(st.sampled_from([0, 0, 500])),
    )
    service = service_of(
        card,
        weight_max_kg=draw(st.integers(1, 40)),
        volume_max_um3=draw(st.integers(10**14, 10**18)),
    )
    return Case(service, card)
