"""The sample's carriers: synthetic and honest about it, valid, and everywhere a way to every customer."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from stockmesh.domain.carriers.cards import Service
from stockmesh.domain.carriers.compilation import compile_tariffs
from stockmesh.domain.carriers.rating import ShipmentLine, ShipmentQuote, quote_shipment
from stockmesh.domain.carriers.validation import validate_service
from stockmesh.domain.carriers.zones import Trip, zone_of
from stockmesh.domain.kernel.money import divide_half_up
from stockmesh.gateways.sample.cards import SAMPLE_FX_PPM, sample_carriers

CARRIERS = sample_carriers()
SERVICES = {service.code: service for carrier in CARRIERS for service in carrier.services}
TODAY = date(2026, 6, 1)
COMPILED = compile_tariffs(SERVICES.values(), TODAY, SAMPLE_FX_PPM)
ORIGINS = ("GB", "FR", "DE", "NL", "IE", "US")
DESTINATIONS = {
    "GB": "SW1A", "FR": "75001", "DE": "10115", "NL": "1012", "IE": "D02", "US": "60601", "BE": "1000", "PL": "00950",
    "CH": "8001", "JE": "JE2", "AU": "2000", "JP": "", "HK": "", "SG": "", "AE": "", "ZA": "", "LB": "", "BR": "",
    "BH": "", "SA": "", "IL": "", "KP": "",
}  # fmt: skip


def cheapest(origin: str, country: str, weight_grams: int, distance_km: int = 500) -> int:
    """Pence of the cheapest service for one unit of a litre per kilogram."""
    line = ShipmentLine(weight_grams * 1_000, weight_grams * 10**12, 1)
    prices = []
    for code, chosen in COMPILED.chosen.items():
        zone = zone_of(chosen.zones, Trip(country, DESTINATIONS[country], distance_km * 1_000))
        quote = quote_shipment(SERVICES[code], chosen.card, zone, [line])
        if chosen.service.picks_up_in(origin) and isinstance(quote, ShipmentQuote):
            prices.append(divide_half_up(quote.total_minor * SAMPLE_FX_PPM[quote.currency], 1_000_000))
    return min(prices)


def test_eight_carriers_with_codes_of_their_own() -> None:
    assert [carrier.code for carrier in CARRIERS] == [
        "colibri", "curlew", "kranich", "meridian", "northroad", "pennypost", "polder", "prairie",
    ]  # fmt: skip
    assert len(SERVICES) == sum(len(carrier.services) for carrier in CARRIERS)
    assert all(service.carrier == carrier.code for carrier in CARRIERS for service in carrier.services)


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_cards_are_valid_synthetic_sourced_and_cover_2025_to_2027_without_a_gap(service: Service) -> None:
    validate_service(service)
    cards = sorted(service.cards, key=lambda card: card.valid_from)
    assert (cards[0].valid_from, cards[-1].valid_to) == (date(2025, 1, 1), date(2027, 12, 31))
    assert all(later.valid_from - earlier.valid_to == timedelta(days=1) for earlier, later in pairwise(cards))
    assert all(card.synthetic and card.source for card in cards)
    assert all(card.find_rates(zone) for card in cards for zone in card.scheme.zones())


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_parcel_limits_lie_between_20_and_32_kilograms_but_for_the_small_letterbox_class(service: Service) -> None:
    assert service.parcel_weight_max_mg == 2_000_000 or 20_000_000 <= service.parcel_weight_max_mg <= 31_500_000


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("destination", DESTINATIONS)
def test_every_site_reaches_every_country(origin: str, destination: str) -> None:
    assert 0 < cheapest(origin, destination, 1_500) < 10_000


@pytest.mark.parametrize("country", ORIGINS)
@pytest.mark.parametrize("weight_grams", [400, 1_500, 8_000, 19_000])
def test_the_nearest_site_is_the_cheapest(country: str, weight_grams: int) -> None:
    at_home = cheapest(country, country, weight_grams)
    assert all(at_home < cheapest(origin, country, weight_grams) for origin in ORIGINS if origin != country)


def test_a_large_country_costs_more_the_farther_it_is_crossed() -> None:
    prices = [
        cheapest("US", "US", 8_000, miles * 1_609 // 1_000) for miles in (40, 140, 290, 590, 990, 1390, 1790, 2500)
    ]
    assert prices == sorted(set(prices))
