"""What becomes of goods lines: orders, guest orders, cancellations, returns, items, instants, destinations."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from order_files import SALE, read

from stockmesh.domain.fulfilment.requests import OrderLine
from stockmesh.domain.network.postcodes import TABLED
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.online_retail.dates import shift_to_2026, uk_to_utc
from stockmesh.gateways.online_retail.destinations import Destinations


def credit(at: str, *, quantity: int = -2, customer: str = "17850", sku: str = "71053") -> str:
    """A credit note line beside SALE."""
    return f"C536400,{sku},WHITE METAL LANTERN,{quantity},{at},3.39,{customer},United Kingdom"


def test_an_order_keeps_its_lines_apart_and_its_stock_codes_in_capitals(tmp_path: Path) -> None:
    lower = SALE.replace("71053", "85123a")
    retailer = read(tmp_path, lower, lower.replace("85123a", "85123A"), SALE)
    (order,) = retailer.orders
    assert order.lines == (OrderLine("85123A", 6, 339), OrderLine("85123A", 6, 339), OrderLine("71053", 6, 339))
    assert [item.sku for item in retailer.items] == ["71053", "85123A"]
    assert (order.reference, order.customer, order.channel) == ("536365", "17850", "online")


def test_a_sale_without_a_customer_is_a_guest_order(tmp_path: Path) -> None:
    (order,) = read(tmp_path, SALE.replace("17850", "")).orders
    assert order.customer == ""


def test_an_item_has_its_most_frequent_title_and_price(tmp_path: Path) -> None:
    dear = SALE.replace("3.39", "6.77").replace("WHITE METAL LANTERN", "found")
    retailer = read(tmp_path, dear, SALE, SALE.replace("WHITE METAL LANTERN", "  WHITE  METAL LANTERN "))
    assert (retailer.items[0].title, retailer.items[0].unit_price_minor) == ("WHITE METAL LANTERN", 339)


def test_what_the_file_does_not_know_is_marked_as_assumed(tmp_path: Path) -> None:
    retailer = read(tmp_path, SALE)
    assert {"weight_mg", "hs_code", "origin_country", "length_um"} <= retailer.items[0].assumed
    assert retailer.orders[0].assumed == {"destination"}


@pytest.mark.parametrize(
    ("name", "codes", "is_assumed"),
    [
        ("EIRE", {"IE"}, False),
        ("RSA", {"ZA"}, False),
        ("USA", {"US"}, False),
        ("Channel Islands", {"JE", "GG"}, True),
        ("Unspecified", {"GB"}, True),
        ("European Community", {"DE"}, True),
    ],
)
def test_country_names_become_codes(tmp_path: Path, name: str, codes: set[str], is_assumed: bool) -> None:
    retailer = read(tmp_path, SALE.replace("United Kingdom", name))
    (order,) = retailer.orders
    assert order.destination.country in codes
    assert ("country" in order.assumed) == is_assumed
    assert any(f"Country assumed for 1 orders of {name!r}" in note for note in retailer.notes) == is_assumed


def test_credited_within_a_day_of_the_sale_is_a_cancellation(tmp_path: Path) -> None:
    retailer = read(tmp_path, SALE, credit("2010-12-02T08:26"))
    (line,) = retailer.credits
    assert (line.kind, line.quantity, line.unit_price_minor, line.reference) == ("cancellation", 2, 339, "C536400")


@pytest.mark.parametrize(
    "note",
    [
        credit("2010-12-02T08:27"),
        credit("2010-12-01T08:25"),
        credit("2010-12-01T09:00", customer="17851"),
        credit("2010-12-01T09:00", customer=""),
        credit("2010-12-01T09:00", sku="71054"),
    ],
)
def test_credited_later_or_without_a_sale_of_that_customer_is_a_return(tmp_path: Path, note: str) -> None:
    assert [line.kind for line in read(tmp_path, SALE, note).credits] == ["return"]


def test_guests_cannot_cancel_because_nobody_knows_them(tmp_path: Path) -> None:
    guest = SALE.replace("17850", "")
    assert [line.kind for line in read(tmp_path, guest, credit("2010-12-01T09:00", customer="")).credits] == ["return"]


def test_the_files_year_ends_on_20_november_2026_on_the_same_weekday(tmp_path: Path) -> None:
    retailer = read(tmp_path, SALE, SALE.replace("536365", "581587").replace("2010-12-01T08:26", "2011-12-09T12:50"))
    assert [order.placed_at for order in retailer.orders] == [
        datetime(2025, 11, 12, 8, 26, tzinfo=UTC),
        datetime(2026, 11, 20, 12, 50, tzinfo=UTC),
    ]
    assert any("15 x 52 weeks" in note for note in retailer.notes)


def test_summer_orders_are_an_hour_earlier_in_utc() -> None:
    assert uk_to_utc(datetime(2026, 7, 1, 12)) == datetime(2026, 7, 1, 11, tzinfo=UTC)  # noqa: DTZ001


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_dates_move_by_whole_52_weeks_as_late_into_2026_as_they_can(latest: date) -> None:
    moved = latest + shift_to_2026(latest)
    assert moved.year == 2026
    assert (moved + timedelta(weeks=52)).year == 2027
    assert moved.weekday() == latest.weekday()


def test_nothing_assumed_depends_on_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = [
        f"{536000 + n},{71000 + n % 7},MUG {n % 7},{n + 1},2010-12-01T08:{n:02d},{1 + n % 7}.25,{n % 5 or ''},Germany"
        for n in range(40)
    ]
    straight = read(tmp_path, *rows)
    random.Random(1).shuffle(rows)
    shuffled = read(tmp_path, *rows)
    assert shuffled.items == straight.items
    assert shuffled.orders == straight.orders


def test_a_customer_always_lives_in_the_same_place_and_guests_each_in_their_own(tmp_path: Path) -> None:
    again = SALE.replace("536365", "536366")
    guests = [SALE.replace("536365", str(537000 + n)).replace("17850", "") for n in range(30)]
    orders = read(tmp_path, SALE, again, *guests).orders
    assert orders[0].destination == orders[1].destination
    assert len({order.destination.postcode for order in orders[2:]}) > 15


def test_destinations_follow_the_population() -> None:
    destinations = Destinations(load_gazetteer(), 2026)
    towns = [destinations.assume(("GB",), f"customer {n}").city for n in range(3_000)]
    people = {town.name: town.population for town in load_gazetteer().cities("GB")}
    expected = 3_000 * people["London"] / sum(people.values())
    assert 0.85 * expected < towns.count("London") < 1.15 * expected


@pytest.mark.parametrize(
    "country", ["GB", "DE", "FR", "IE", "NL", "US", "JE", "GG", "PT", "MT", "CY", "AU", "HK", "GR"]
)
def test_every_destination_can_be_located_in_its_country(country: str) -> None:
    destinations = Destinations(load_gazetteer(), 2026)
    for number in range(50):
        place = destinations.assume((country,), f"customer {number}")
        fix = load_gazetteer().locate(place.country, place.postcode, place.city)
        assert (place.country, fix.country) == (country, country)
        assert fix.level in ({"exact"} if country in TABLED else {"city"})


def test_a_country_without_towns_is_a_destination_all_the_same() -> None:
    place = Destinations(load_gazetteer(), 2026).assume(("BV",), "customer")
    assert (place.country, place.postcode) == ("BV", "")
