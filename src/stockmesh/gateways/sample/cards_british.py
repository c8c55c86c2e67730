"""Synthetic British carriers: a tracked post around counter prices, and a parcel carrier with remote zones."""

from datetime import date, timedelta
from typing import Final

from stockmesh.domain.carriers.cards import Carrier, DimensionalRule, RateCard, Service, WeightUnit, ZoneRates
from stockmesh.domain.carriers.surcharges import Basis, Fuel, FuelBasis, Surcharge
from stockmesh.domain.carriers.zones import CountryRule, ListRule, RangeRule, ZoneScheme
from stockmesh.gateways.sample.cards_tables import (
    BRITISH_ISLES,
    CUBIC_CM_UM3,
    FIRST_DAY,
    LAST_DAY,
    scaled,
    zone_table,
)

COUNTER_PRICES_FROM: Final = date(2026, 4, 6)
COUNTER_SOURCE: Final = (
    "Post Office counter prices of 2026-04-06 (third-party transcription: Tracked 48 small and medium); "
    "carrier, card before that date (4 % lower) and limits are synthetic"
)
EXPRESS_SOURCE: Final = (
    "45 % of Parcelforce express48 counter prices of 2026-04-06 as an assumed contract; zonal surcharges 120 % and "
    "165 % with minima as published; remote outcodes as DPD UK lists them; fuel is assumed"
)

# DPD UK's list, the Channel Islands and the Isle of Man apart.
HIGHLANDS: Final = ("AB31-38", "AB41-56", "FK17-21", "IV1-63", "KW0-17", "PA20-78", "PH15-50")
ISLES_AND_ULSTER: Final = ("HS1-9", "ZE1-3", "BT1-94")

_SMALL: Final = zone_table((2_000,), {"uk": (445,)})
_MEDIUM: Final = zone_table((2_000, 10_000, 20_000), {"uk": (725, 905, 1365)})
_EXPRESS: Final = zone_table(
    (5_000, 10_000, 20_000, 30_000),
    {"mainland": (1360, 1570, 1885, 2200), "zone-2": (1360, 1570, 1885, 2200), "zone-3": (1360, 1570, 1885, 2200)},
)


def pennypost() -> Carrier:
    """A tracked post in two size classes, to 2 kg and to 20 kg; no volumetric weight, no fuel."""
    small = Service(
        code="pennypost-small",
        name="Pennypost Tracked 48 small",
        carrier="pennypost",
        origin_countries=("GB",),
        parcel_weight_max_mg=2_000_000,
        parcel_volume_max_um3=45 * 35 * 16 * CUBIC_CM_UM3,
        parcel_side_max_um=450_000,
        cards=_post_cards("small", _SMALL),
    )
    medium = Service(
        code="pennypost-medium",
        name="Pennypost Tracked 48 medium",
        carrier="pennypost",
        origin_countries=("GB",),
        parcel_weight_max_mg=20_000_000,
        parcel_volume_max_um3=61 * 46 * 46 * CUBIC_CM_UM3,
        parcel_side_max_um=610_000,
        cards=_post_cards("medium", _MEDIUM),
    )
    return Carrier("pennypost", "Pennypost", "GBP", (small, medium))


def northroad() -> Carrier:
    """A parcel carrier to 30 kg whose remote zones pay max(share of base, minimum)."""
    scheme = ZoneScheme(
        rules=(
            RangeRule("zone-3", "GB", ISLES_AND_ULSTER),
            RangeRule("zone-2", "GB", HIGHLANDS),
            ListRule("zone-3", "GB", ("TR21", "TR22", "TR23", "TR24", "TR25")),
            CountryRule("mainland", ("GB",)),
            CountryRule("zone-3", ("IM", "JE", "GG")),
        )
    )
    card = RateCard(
        version="northroad-48/2025",
        valid_from=FIRST_DAY,
        valid_to=LAST_DAY,
        currency="GBP",
        weight_unit=WeightUnit.KG,
        scheme=scheme,
        rates=scaled(_EXPRESS, 450_000),
        dimensional=(DimensionalRule(divisor=5_000),),
        surcharges=(
            Surcharge("zonal-2", Basis.SHARE_OF_BASE, 775, 1_200_000, zones=("zone-2",), is_fuelable=False),
            Surcharge("zonal-3", Basis.SHARE_OF_BASE, 1325, 1_650_000, zones=("zone-3",), is_fuelable=False),
        ),
        fuel=Fuel(62_500, FuelBasis.BASE_AND_SURCHARGES),
        synthetic=True,
        source=EXPRESS_SOURCE,
    )
    service = Service(
        code="northroad-48",
        name="Northroad 48",
        carrier="northroad",
        origin_countries=("GB",),
        parcel_weight_max_mg=30_000_000,
        # Volumetric weight reaches the 20 kg break here: a fuller parcel is priced at 30 kg.
        parcel_volume_max_um3=100_000 * CUBIC_CM_UM3,
        parcel_side_max_um=1_500_000,
        cards=(card,),
    )
    return Carrier("northroad", "Northroad Parcels", "GBP", (service,))


def _post_cards(size: str, rates: tuple[ZoneRates, ...]) -> tuple[RateCard, ...]:
    return (
        _post_card(
            f"pennypost-{size}/2025", (FIRST_DAY, COUNTER_PRICES_FROM - timedelta(days=1)), scaled(rates, 960_000)
        ),
        _post_card(f"pennypost-{size}/2026", (COUNTER_PRICES_FROM, LAST_DAY), rates),
    )


def _post_card(version: str, days: tuple[date, date], rates: tuple[ZoneRates, ...]) -> RateCard:
    return RateCard(
        version=version,
        valid_from=days[0],
        valid_to=days[1],
        currency="GBP",
        weight_unit=WeightUnit.KG,
        scheme=ZoneScheme((CountryRule("uk", BRITISH_ISLES),)),
        rates=rates,
        synthetic=True,
        source=COUNTER_SOURCE,
    )
