"""The measure itself, on lists whose figures can be counted by hand."""

import tomllib
from datetime import date, timedelta

from real_year import needs_the_real_file, real_year

from stockmesh.gateways.online_retail.dates import shift_to_2026
from stockmesh.gateways.sample.calibration import as_toml, load_calibration
from stockmesh.gateways.sample.generator import generate_sample
from stockmesh.gateways.sample.measuring import match_credits, measure, shares, spread


def test_a_spread_gives_equal_values_one_share() -> None:
    assert spread([3, 1, 1, 1]) == ((1, 750_000), (3, 250_000))


def test_a_spread_of_nothing_is_one() -> None:
    assert spread([]) == ((1, 1_000_000),)


def test_shares_add_up_to_a_million() -> None:
    assert shares([1, 2, 2]) == ((1, 333_333), (2, 666_667))


def test_a_table_reads_back_as_it_was_written() -> None:
    calibration = load_calibration("consumer")
    assert tomllib.loads(as_toml(calibration))["orders"] == calibration.orders
    assert tomllib.loads(as_toml(calibration))["countries"][1] == list(calibration.countries[1])


def test_credits_are_matched_to_the_last_sale_before_them() -> None:
    retailer = generate_sample("consumer", orders=3_000, weeks=20, items=200)
    matched = match_credits([order for order in retailer.orders if order.customer], retailer.credits)
    assert len(matched) == len(retailer.credits)
    assert all(timedelta(0) < credit.after and 0 < credit.part <= 1_000_000 for credit in matched)


def test_weeks_are_those_before_dates_were_moved() -> None:
    retailer = generate_sample("wholesale", orders=300, weeks=1, items=50)
    assert measure(retailer, "").iso_weeks == ((47, 1_000_000),)
    assert measure(retailer, "", moved_by=timedelta(weeks=10)).iso_weeks == ((37, 1_000_000),)


@needs_the_real_file
def test_the_shipped_figures_are_those_of_the_real_file() -> None:
    shipped = load_calibration("wholesale")
    assert measure(real_year(), shipped.source, moved_by=shift_to_2026(date(2011, 12, 9))) == shipped
