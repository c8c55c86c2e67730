"""The sample's sites: where they say they are, open by a calendar that exists, served by carriers that pick up."""

from datetime import date
from zoneinfo import ZoneInfo

import holidays
import pytest

from stockmesh.domain.network.distance import straight_metres
from stockmesh.domain.network.locations import Location, LocationKind
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.sample.network import sample_network

NETWORK = sample_network()


def test_eight_sites_in_six_countries_by_their_own_codes() -> None:
    assert len({location.code for location in NETWORK.locations}) == len(NETWORK.locations) == 8
    assert {location.country for location in NETWORK.locations} == {"GB", "FR", "DE", "NL", "IE", "US"}


@pytest.mark.parametrize("location", NETWORK.locations, ids=lambda location: location.code)
def test_a_site_lies_where_its_postcode_is(location: Location) -> None:
    fix = load_gazetteer().locate(location.country, location.postcode)
    assert fix.level == "exact"
    assert straight_metres(fix, location) < 6_000


@pytest.mark.parametrize("location", NETWORK.locations, ids=lambda location: location.code)
def test_a_site_has_a_calendar_a_time_zone_and_a_carrier_that_picks_up(location: Location) -> None:
    country, _, part = location.calendar.partition("-")
    assert country == location.country
    assert date(2026, 12, 25) in holidays.country_holidays(country, subdiv=part or None)
    assert ZoneInfo(location.timezone).key == location.timezone
    carriers = {carrier.code: carrier for carrier in NETWORK.carriers}
    assert location.carriers
    for code in location.carriers:
        assert any(service.picks_up_in(location.country) for service in carriers[code].services)
    assert all(cost > 0 for cost in (location.handling_order_micro, location.handling_line_micro))


def test_the_store_serves_its_own_country_only() -> None:
    (store,) = [location for location in NETWORK.locations if location.kind is LocationKind.STORE]
    assert store.serves == ("GB",)


def test_every_currency_of_a_card_has_a_rate() -> None:
    assert {carrier.currency for carrier in NETWORK.carriers} <= NETWORK.fx_ppm.keys()


def test_capacity_scales_with_the_year_and_never_vanishes() -> None:
    for percent in (1, 100, 1_000):
        scaled = sample_network(capacity_percent=percent).locations
        pairs = zip(scaled, NETWORK.locations, strict=True)
        assert all(one.daily_orders_max == max(full.daily_orders_max * percent // 100, 1) for one, full in pairs)
