"""Synthetic continental and Irish carriers: cheap at home, dearer to near and far countries of the Union and beyond."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from stockmesh.domain.carriers.cards import Carrier, DimensionalRule, RateCard, Service, WeightUnit, ZoneRates
from stockmesh.domain.carriers.surcharges import Basis, Fuel, FuelBasis, Surcharge
from stockmesh.domain.carriers.zones import CountryRule, PrefixRule, RangeRule, ZoneRule, ZoneScheme
from stockmesh.gateways.sample.cards_tables import (
    BRITISH_ISLES,
    CUBIC_CM_UM3,
    EU_FAR,
    EU_NEAR,
    EUROPE_OUTSIDE,
    FIRST_DAY,
    LAST_DAY,
    scaled,
    zone_table,
)

SOURCE: Final = (
    "synthetic: weight classes, divisors (4,000 as DPD Baltics, 5,000 elsewhere) and the 31.5 kg limit follow "
    "carriers' published terms; every price is assumed"
)
LIMITS_GRAMS: Final = (1_000, 2_000, 5_000, 10_000, 20_000, 31_500)
_CUSTOMS: Final = Surcharge("customs-entry", Basis.CONSIGNMENT, 350, zones=("britain", "europe"))


@dataclass(frozen=True)
class HomeMarket:
    """What tells one national carrier from the next. Prices in euro cents, one column per limit."""

    code: str
    name: str
    origin_countries: tuple[str, ...]
    home_rules: tuple[ZoneRule, ...]
    prices: Mapping[str, Sequence[int]]
    divisor: int
    fuel: Fuel
    surcharges: tuple[Surcharge, ...] = ()
    superseded_on: date | None = None


COLIBRI: Final = HomeMarket(
    code="colibri",
    name="Colibri Colis (France)",
    origin_countries=("FR",),
    home_rules=(PrefixRule("corsica", "FR", ("20",)), PrefixRule("overseas", "FR", ("97", "98"))),
    prices={
        "home": (510, 590, 740, 990, 1440, 1980),
        "corsica": (660, 790, 1090, 1540, 2440, 3380),
        "near": (940, 1080, 1340, 1790, 2590, 3490),
        "far": (1290, 1490, 1890, 2590, 3890, 5290),
        "britain": (1190, 1390, 1790, 2490, 3690, 4990),
        "europe": (1590, 1890, 2490, 3590, 5490, 7490),
        "overseas": (1690, 2390, 4490, 7990, 14990, 22990),
    },
    divisor=5_000,
    fuel=Fuel(118_000),
)

KRANICH: Final = HomeMarket(
    code="kranich",
    name="Kranich Paket (Germany)",
    origin_countries=("DE",),
    home_rules=(
        RangeRule("islands", "DE", ("18565-18565", "25846-25849", "25859-25869", "25929-25999", "26465-26579")),
    ),
    prices={
        "home": (420, 480, 590, 790, 1190, 1690),
        "islands": (420, 480, 590, 790, 1190, 1690),
        "near": (890, 990, 1240, 1690, 2390, 3190),
        "far": (1190, 1390, 1790, 2390, 3590, 4890),
        "britain": (1190, 1390, 1840, 2540, 3740, 5090),
        "europe": (1490, 1790, 2390, 3390, 5190, 7090),
    },
    divisor=5_000,
    fuel=Fuel(95_000, FuelBasis.BASE_AND_SURCHARGES),
    surcharges=(Surcharge("island", Basis.PARCEL, 1150, zones=("islands",)),),
    superseded_on=date(2026, 7, 1),
)

POLDER: Final = HomeMarket(
    code="polder",
    name="Polder Pakket (Benelux)",
    origin_countries=("NL", "BE"),
    home_rules=(CountryRule("home", ("NL", "BE", "LU")),),
    prices={
        "home": (450, 520, 640, 840, 1240, 1740),
        "near": (860, 960, 1190, 1640, 2340, 3140),
        "far": (1240, 1440, 1840, 2440, 3690, 4990),
        "britain": (1140, 1340, 1740, 2440, 3590, 4890),
        "europe": (1490, 1790, 2390, 3390, 5190, 7090),
    },
    divisor=4_000,
    fuel=Fuel(182_500),
)

CURLEW: Final = HomeMarket(
    code="curlew",
    name="Curlew Couriers (Ireland)",
    origin_countries=("IE",),
    home_rules=(PrefixRule("home", "GB", ("BT",)),),
    prices={
        "home": (590, 650, 780, 990, 1390, 1890),
        "near": (1190, 1390, 1790, 2490, 3790, 5190),
        "far": (1490, 1790, 2290, 3190, 4890, 6690),
        "britain": (990, 1140, 1440, 1940, 2840, 3840),
        "europe": (1790, 2090, 2790, 3990, 6190, 8490),
    },
    divisor=5_000,
    fuel=Fuel(135_000),
)

HOME_MARKETS: Final = (COLIBRI, KRANICH, POLDER, CURLEW)


def european_carriers() -> tuple[Carrier, ...]:
    """One carrier per home market, each with one parcel service to 31.5 kg."""
    return tuple(_carrier(market) for market in HOME_MARKETS)


def _carrier(market: HomeMarket) -> Carrier:
    service = Service(
        code=f"{market.code}-parcel",
        name=market.name,
        carrier=market.code,
        origin_countries=market.origin_countries,
        parcel_weight_max_mg=31_500_000,
        parcel_volume_max_um3=180_000 * CUBIC_CM_UM3,
        parcel_side_max_um=1_750_000,
        cards=_cards(market),
    )
    return Carrier(market.code, market.name, "EUR", (service,))


def _cards(market: HomeMarket) -> tuple[RateCard, ...]:
    rates = zone_table(LIMITS_GRAMS, market.prices)
    if market.superseded_on is None:
        return (_card(market, "2025", (FIRST_DAY, LAST_DAY), rates),)
    last = date.fromordinal(market.superseded_on.toordinal() - 1)
    return (
        _card(market, "2025", (FIRST_DAY, last), rates),
        _card(market, "2026", (market.superseded_on, LAST_DAY), scaled(rates, 1_039_000)),
    )


def _card(market: HomeMarket, edition: str, days: tuple[date, date], rates: tuple[ZoneRates, ...]) -> RateCard:
    rules = (
        *market.home_rules,
        CountryRule("home", market.origin_countries),
        CountryRule("near", EU_NEAR),
        CountryRule("far", EU_FAR),
        CountryRule("britain", BRITISH_ISLES),
        CountryRule("europe", EUROPE_OUTSIDE),
    )
    return RateCard(
        version=f"{market.code}-parcel/{edition}",
        valid_from=days[0],
        valid_to=days[1],
        currency="EUR",
        weight_unit=WeightUnit.KG,
        scheme=ZoneScheme(rules),
        rates=rates,
        dimensional=(DimensionalRule(market.divisor),),
        surcharges=(*market.surcharges, _CUSTOMS),
        fuel=market.fuel,
        synthetic=True,
        source=SOURCE,
    )
