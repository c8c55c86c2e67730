"""How the sample's rate cards are written down: short tables of kilograms, zones and prices."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from stockmesh.domain.carriers.cards import ZoneRates
from stockmesh.domain.carriers.surcharges import Break
from stockmesh.domain.kernel.money import divide_half_up, share_ppm

FIRST_DAY: Final = date(2025, 1, 1)
LAST_DAY: Final = date(2027, 12, 31)

CUBIC_CM_UM3: Final = 10_000**3
CUBIC_INCH_UM3: Final = 25_400**3

EU: Final = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
EU_NEAR: Final = ("AT", "BE", "CZ", "DE", "DK", "ES", "FR", "IE", "IT", "LU", "NL", "PL", "PT")
EU_FAR: Final = tuple(country for country in EU if country not in EU_NEAR)
BRITISH_ISLES: Final = ("GB", "GG", "IM", "JE")
EUROPE_OUTSIDE: Final = (
    "AD", "AL", "BA", "CH", "FO", "GI", "GL", "IS", "LI", "MC", "MD", "ME", "MK", "NO", "RS", "SM", "UA", "VA", "XK",
)  # fmt: skip


def zone_table(up_to_grams: Sequence[int], prices: Mapping[str, Sequence[int]]) -> tuple[ZoneRates, ...]:
    """Rates of a card in kilograms: one row of minor units per zone, one column per inclusive limit in grams."""
    return tuple(
        ZoneRates(zone, tuple(Break(up_to, price) for up_to, price in zip(up_to_grams, row, strict=True)))
        for zone, row in prices.items()
    )


def scaled(rates: Sequence[ZoneRates], factor_ppm: int) -> tuple[ZoneRates, ...]:
    """The same table with every price at a share of it, each rounded half up: 1,040,000 ppm is 4 % dearer."""
    return tuple(
        ZoneRates(
            each.zone,
            tuple(Break(step.up_to, share_ppm(step.price_minor, factor_ppm)) for step in each.breaks),
            each.then,
        )
        for each in rates
    )


def interpolated(anchors: Sequence[tuple[int, int]]) -> tuple[Break, ...]:
    """A break for each whole unit between the anchors (unit, price), prices on straight lines, rounded half up."""
    breaks = [Break(anchors[0][0] * 1_000, anchors[0][1])]
    for (low, low_price), (high, high_price) in pairwise(anchors):
        rise, run = high_price - low_price, high - low
        breaks += [
            Break(unit * 1_000, low_price + divide_half_up((unit - low) * rise, run))
            for unit in range(low + 1, high + 1)
        ]
    return tuple(breaks)
