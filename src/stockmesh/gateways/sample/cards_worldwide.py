"""Synthetic carriers beyond Europe: a United States ground service by distance, and a parcel network for the world."""

from collections.abc import Mapping, Sequence
from typing import Final

from stockmesh.domain.carriers.cards import Carrier, DimensionalRule, RateCard, Service, Step, WeightUnit, ZoneRates
from stockmesh.domain.carriers.surcharges import Basis, Break, Fuel, FuelBasis, Surcharge
from stockmesh.domain.carriers.zones import CountryRule, DistanceRule, RangeRule, ZoneRule, ZoneScheme
from stockmesh.domain.kernel.money import divide_half_up
from stockmesh.gateways.sample.cards_tables import (
    BRITISH_ISLES,
    CUBIC_CM_UM3,
    CUBIC_INCH_UM3,
    EU_FAR,
    EU_NEAR,
    EUROPE_OUTSIDE,
    FIRST_DAY,
    LAST_DAY,
    interpolated,
    zone_table,
)

GROUND_SOURCE: Final = (
    "USPS Ground Advantage commercial of 2025-10-05 at 1, 10, 20 lb (zone 5 also 21 lb), dimensional divisor 166 above "
    "1,728 cubic inches, 18.00 above 3,456; pounds between on a straight line, above 21 lb by the 10-20 lb slope; "
    "zones by distance in the published miles; carrier and everything else synthetic"
)
WORLD_SOURCE: Final = "synthetic: every price is assumed; half-kilogram first break and divisor 5,000 follow the trade"

METRES_PER_MILE: Final = 1_609
_MILES: Final = {"1": 50, "2": 150, "3": 300, "4": 600, "5": 1_000, "6": 1_400, "7": 1_800, "8": 4_000}
_ONE_POUND: Final = (710, 720, 745, 761, 841, 950, 977, 1037, 1037)
_TEN_POUNDS: Final = (1148, 1180, 1265, 1382, 1549, 1854, 2013, 2316, 2316)
_TWENTY_POUNDS: Final = (1599, 1655, 1744, 1895, 2238, 2648, 3012, 3522, 3522)
_ZONE_5: Final = 4
_ZONE_5_POUND_21: Final = 174  # 24.12 - 22.38

_GULF_AND_LEVANT: Final = ("AE", "BH", "IL", "JO", "KW", "LB", "OM", "QA", "SA", "TR")
_ASIA_PACIFIC: Final = ("AU", "CN", "HK", "IN", "JP", "KR", "MO", "MY", "NZ", "PH", "SG", "TH", "TW", "VN")
_AMERICAS: Final = ("CA", "MX", "PR", "US")
_WORLD_RULES: Final[tuple[ZoneRule, ...]] = (
    CountryRule("near", (*EU_NEAR, *BRITISH_ISLES)),
    CountryRule("far", (*EU_FAR, *EUROPE_OUTSIDE)),
    CountryRule("america", _AMERICAS),
    CountryRule("gulf", _GULF_AND_LEVANT),
    CountryRule("asia", _ASIA_PACIFIC),
)
_WORLD_GRAMS: Final = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000)


def prairie() -> Carrier:
    """Ground parcels in the United States, in pounds, by distance, with steps up to 69 lb."""
    card = RateCard(
        version="prairie-ground/2025",
        valid_from=FIRST_DAY,
        valid_to=LAST_DAY,
        currency="USD",
        weight_unit=WeightUnit.LB,
        scheme=ZoneScheme(
            (
                RangeRule("9", "US", ("006-009", "967-969", "995-999")),
                *(DistanceRule(zone, "US", miles * METRES_PER_MILE) for zone, miles in _MILES.items()),
                CountryRule("9", ("PR", "VI", "GU")),
            )
        ),
        rates=tuple(_ground_zone(index) for index in range(9)),
        dimensional=(DimensionalRule(divisor=166, threshold_volume=1_728),),
        surcharges=(Surcharge("over-2-cubic-feet", Basis.PARCEL, 1800, volume_over=3_456, is_fuelable=False),),
        weight_step=1_000,
        synthetic=True,
        source=GROUND_SOURCE,
    )
    service = Service(
        code="prairie-ground",
        name="Prairie Ground",
        carrier="prairie",
        origin_countries=("US",),
        parcel_weight_max_mg=31_297_873,
        parcel_volume_max_um3=10_000 * CUBIC_INCH_UM3,
        parcel_side_max_um=130 * 25_400,
        cards=(card,),
    )
    return Carrier("prairie", "Prairie Ground", "USD", (service,))


def meridian() -> Carrier:
    """Parcels to every country: economy and express from Europe in euro, economy from the United States in dollars."""
    europe = ("GB", "IE", "FR", "DE", "NL", "BE")
    economy = _world_service("economy", europe, _world_card("economy", "EUR", _ECONOMY_EUROPE, Fuel(120_000)))
    express = _world_service(
        "express",
        europe,
        _world_card("express", "EUR", _EXPRESS_EUROPE, Fuel(182_500, FuelBasis.BASE_AND_SURCHARGES)),
    )
    america = _world_service("economy-us", ("US",), _world_card("economy-us", "USD", _ECONOMY_AMERICA, Fuel(140_000)))
    return Carrier("meridian", "Meridian Worldwide", "EUR", (economy, express, america))


_ECONOMY_EUROPE: Final = {
    "near": (1090, 1240, 1440, 1890, 2590, 3790, 4990),
    "far": (1390, 1590, 1890, 2490, 3490, 5290, 7090),
    "america": (1890, 2390, 3390, 6190, 10490, 18990, 27490),
    "gulf": (2090, 2690, 3890, 7290, 12490, 22490, 32490),
    "asia": (2190, 2890, 4290, 8190, 14190, 25990, 37790),
    "world": (2390, 3190, 4790, 9190, 16190, 29990, 43790),
}
_EXPRESS_EUROPE: Final = {
    "near": (2290, 2590, 3090, 4290, 5990, 8990, 11990),
    "far": (2890, 3290, 3990, 5690, 8190, 12990, 17790),
    "america": (3690, 4390, 5790, 9790, 15990, 27990, 39990),
    "gulf": (3990, 4890, 6590, 11490, 18990, 33490, 47990),
    "asia": (4190, 5190, 7090, 12590, 20990, 37490, 53990),
    "world": (4590, 5690, 7890, 14190, 23990, 43490, 62990),
}
_ECONOMY_AMERICA: Final = {
    "america": (1590, 1890, 2490, 3990, 6290, 10590, 14890),
    "near": (2190, 2790, 3990, 7290, 12390, 22490, 32590),
    "far": (2490, 3190, 4590, 8390, 14290, 25990, 37690),
    "gulf": (2590, 3390, 4990, 9390, 16290, 29990, 43690),
    "asia": (2490, 3290, 4790, 8990, 15490, 28490, 41490),
    "world": (2690, 3590, 5390, 10390, 18290, 33990, 49690),
}


def _ground_zone(index: int) -> ZoneRates:
    anchors = ((1, _ONE_POUND[index]), (10, _TEN_POUNDS[index]), (20, _TWENTY_POUNDS[index]))
    twenty = _TWENTY_POUNDS[index]
    pound_21 = twenty + divide_half_up(_ZONE_5_POUND_21 * twenty, _TWENTY_POUNDS[_ZONE_5])
    slope = divide_half_up(twenty - _TEN_POUNDS[index], 10)
    return ZoneRates(str(index + 1), (*interpolated(anchors), Break(21_000, pound_21)), Step(1_000, slope))


def _world_card(code: str, currency: str, prices: Mapping[str, Sequence[int]], fuel: Fuel) -> RateCard:
    return RateCard(
        version=f"meridian-{code}/2025",
        valid_from=FIRST_DAY,
        valid_to=LAST_DAY,
        currency=currency,
        weight_unit=WeightUnit.KG,
        scheme=ZoneScheme(_WORLD_RULES, rest_of_world="world"),
        rates=zone_table(_WORLD_GRAMS, prices),
        dimensional=(DimensionalRule(5_000),),
        surcharges=(Surcharge("demand", Basis.PARCEL, 75, zones=("america", "gulf", "asia", "world")),),
        fuel=fuel,
        synthetic=True,
        source=WORLD_SOURCE,
    )


def _world_service(code: str, origins: tuple[str, ...], card: RateCard) -> Service:
    return Service(
        code=f"meridian-{code}",
        name=f"Meridian {code}",
        carrier="meridian",
        origin_countries=origins,
        parcel_weight_max_mg=30_000_000,
        parcel_volume_max_um3=150_000 * CUBIC_CM_UM3,
        parcel_side_max_um=1_200_000,
        cards=(card,),
    )
