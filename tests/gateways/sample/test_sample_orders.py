"""The generated year against the figures it is calibrated on, and what must hold for any seed."""

from collections import Counter
from datetime import date
from functools import cache

import pytest

from stockmesh.domain.fulfilment.requests import Wish
from stockmesh.gateways.online_retail.dates import UK
from stockmesh.gateways.retailer import Retailer
from stockmesh.gateways.sample.calibration import STREAMS, Calibration, Spread, Stream, as_toml, load_calibration
from stockmesh.gateways.sample.generator import generate_sample, sample_retailer
from stockmesh.gateways.sample.measuring import measure

ORDERS = 6_000


@cache
def year_of(stream: Stream) -> Retailer:
    """A whole year of a stream, smaller than the real one."""
    return generate_sample(stream, orders=ORDERS, items=2_000)


@cache
def figures_of(stream: Stream) -> Calibration:
    """What the generated year measures."""
    return measure(year_of(stream), "generated")


def mean(spread: Spread) -> float:
    """The mean of a spread."""
    return sum(value * share for value, share in spread) / 1_000_000


def median(spread: Spread) -> int:
    """The value at half of the shares."""
    reached = 0
    for value, share in spread:
        reached += share
        if reached >= 500_000:
            return value
    raise AssertionError("shares add up to a million")


def furthest(one: tuple[tuple[object, int], ...], other: tuple[tuple[object, int], ...]) -> int:
    """The largest difference between two tables of shares, in parts per million."""
    left, right = dict(one), dict(other)
    return max(abs(left.get(key, 0) - right.get(key, 0)) for key in left.keys() | right.keys())


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("name", ["lines_per_order", "lines_per_guest_order", "orders_per_customer"])
def test_order_sizes_and_repeat_customers_are_those_of_the_calibration(stream: Stream, name: str) -> None:
    wanted, found = getattr(load_calibration(stream), name), getattr(figures_of(stream), name)
    assert mean(found) == pytest.approx(mean(wanted), rel=0.10)
    assert abs(median(found) - median(wanted)) <= max(median(wanted) * 0.15, 1)


@pytest.mark.parametrize("stream", STREAMS)
def test_units_per_line_fall_with_the_price_as_calibrated(stream: Stream) -> None:
    wanted, found = load_calibration(stream), figures_of(stream)
    for band, spread in enumerate(wanted.quantity_by_price):
        assert mean(found.quantity_by_price[band]) == pytest.approx(mean(spread), rel=0.30)
    assert mean(found.quantity_of_guests) == pytest.approx(mean(wanted.quantity_of_guests), rel=0.10)
    by_band = [mean(spread) for spread in found.quantity_by_price]
    assert by_band == sorted(by_band, reverse=True)


def test_lines_and_units_of_a_year_are_those_of_the_real_one_in_proportion() -> None:
    wanted, found = load_calibration("wholesale"), figures_of("wholesale")
    assert found.lines / found.orders == pytest.approx(wanted.lines / wanted.orders, rel=0.05)
    assert found.units / found.lines == pytest.approx(wanted.units / wanted.lines, rel=0.15)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize(
    ("name", "tolerance"), [("iso_weeks", 8_000), ("weekdays", 20_000), ("hours", 20_000), ("countries", 20_000)]
)
def test_seasons_weekdays_hours_and_countries_are_those_of_the_calibration(
    stream: Stream, name: str, tolerance: int
) -> None:
    assert furthest(getattr(figures_of(stream), name), getattr(load_calibration(stream), name)) <= tolerance


def test_the_trade_never_orders_on_a_saturday_and_households_do() -> None:
    assert 6 not in dict(figures_of("wholesale").weekdays)
    assert dict(figures_of("consumer").weekdays)[6] > 100_000


@pytest.mark.parametrize("stream", STREAMS)
def test_prices_are_those_of_the_calibration(stream: Stream) -> None:
    wanted, found = load_calibration("wholesale"), figures_of(stream)
    assert mean(found.item_price_minor) == pytest.approx(mean(wanted.item_price_minor), rel=0.10)
    assert median(found.item_price_minor) == pytest.approx(median(wanted.item_price_minor), rel=0.10)


def test_best_sellers_take_the_share_of_lines_they_take_in_the_real_year() -> None:
    best, taken = dict(load_calibration("wholesale").popularity), dict(figures_of("wholesale").popularity)
    assert all(abs(taken[rank] - best[rank]) < 40_000 for rank in best)


@pytest.mark.parametrize("stream", STREAMS)
def test_guests_cancellations_and_returns_have_their_shares(stream: Stream) -> None:
    wanted, found = load_calibration(stream), figures_of(stream)
    assert abs(found.guest_orders - wanted.guest_orders) < 15_000
    assert found.cancelled_lines == pytest.approx(wanted.cancelled_lines, rel=0.25)
    # Returns that would come after the last order are left out, so there are a little fewer.
    assert found.returned_lines == pytest.approx(wanted.returned_lines, rel=0.20)
    assert mean(found.credited_part) == pytest.approx(mean(wanted.credited_part), abs=150_000)
    assert median(found.returned_after_days) == pytest.approx(median(wanted.returned_after_days), abs=3)


@pytest.mark.parametrize("stream", STREAMS)
def test_credits_give_back_what_was_sold_to_the_same_customer(stream: Stream) -> None:
    retailer = year_of(stream)
    sold: Counter[tuple[str, str]] = Counter()
    for order in retailer.orders:
        sold.update({(order.customer, line.sku): 0 for line in order.lines})
        for line in order.lines:
            sold[order.customer, line.sku] += line.quantity
    assert all(0 < credit.quantity <= sold[credit.customer, credit.sku] for credit in retailer.credits)
    assert all(credit.credited_at <= retailer.orders[-1].placed_at for credit in retailer.credits)


def test_consumers_order_one_to_four_lines_and_more_often_from_abroad() -> None:
    lines = {len(order.lines) for order in year_of("consumer").orders}
    assert lines == {1, 2, 3, 4}
    assert dict(figures_of("consumer").countries)["GB"] < 500_000 < dict(figures_of("wholesale").countries)["GB"]


def test_households_differ_in_what_they_want_when_stock_is_short_and_the_trade_waits() -> None:
    assert {order.wish for order in year_of("wholesale").orders} == {Wish.BACKORDER}
    wishes = Counter(order.wish for order in year_of("consumer").orders)
    assert 0.75 < wishes[Wish.BACKORDER] / ORDERS < 0.85
    assert 0 < wishes[Wish.REFUSE] < wishes[Wish.PART]


def test_the_weeks_end_on_22_november_2026() -> None:
    for weeks in (1, 4, 52):
        days = [
            order.placed_at.astimezone(UK).date()
            for order in generate_sample("consumer", orders=900, weeks=weeks).orders
        ]
        assert max(days) == date(2026, 11, 22)
        assert (date(2026, 11, 22) - min(days)).days < 7 * weeks


def test_the_same_seed_is_the_same_retailer_and_another_seed_another() -> None:
    assert sample_retailer(seed=7, scale=0.01) == sample_retailer(seed=7, scale=0.01)
    assert sample_retailer(seed=7, scale=0.01).orders != sample_retailer(seed=8, scale=0.01).orders


@pytest.mark.parametrize("scale", [0.0001, 0.01, 0.1])
def test_the_demonstration_mixes_both_streams_over_one_range(scale: float) -> None:
    retailer = sample_retailer(scale=scale)
    assert [channel.code for channel in retailer.channels] == ["wholesale", "consumer"]
    assert {order.channel for order in retailer.orders} == {"wholesale", "consumer"}
    assert len({(order.channel, order.reference) for order in retailer.orders}) == len(retailer.orders)
    assert list(retailer.orders) == sorted(retailer.orders, key=lambda order: (order.placed_at, order.reference))
    skus = {item.sku for item in retailer.items}
    assert {line.sku for order in retailer.orders for line in order.lines} <= skus
    assert {sku for kit in retailer.kits for sku, _ in kit.components} <= skus
    assert len({item.title for item in retailer.items}) == len(retailer.items)


def test_kits_are_sold_and_made_of_two_or_three_items_that_are_not_kits() -> None:
    retailer = sample_retailer(scale=0.1)
    kits = {kit.sku: kit for kit in retailer.kits}
    weights = {item.sku: item.weight_mg for item in retailer.items}
    sold = {line.sku for order in retailer.orders for line in order.lines}
    assert len(kits) == 8
    assert kits.keys() & sold
    for kit in kits.values():
        assert 2 <= len(dict(kit.components)) == len(kit.components) <= 3
        assert not kits.keys() & dict(kit.components).keys()
        assert weights[kit.sku] == sum(weights[sku] * units for sku, units in kit.components)


@pytest.mark.parametrize("stream", STREAMS)
def test_every_table_of_shares_adds_up_and_survives_its_own_format(stream: Stream) -> None:
    calibration = load_calibration(stream)
    for name, value in vars(calibration).items():
        tables = value if name == "quantity_by_price" else (value,)
        for table in tables:
            if isinstance(table, tuple) and isinstance(table[0], tuple) and name != "popularity":
                assert sum(share for _, share in table) == 1_000_000, name
    assert calibration.popularity[-1] == (1_000_000, 1_000_000)
    assert as_toml(calibration).startswith('source = "')


def test_the_wholesale_figures_name_their_source() -> None:
    source = load_calibration("wholesale").source
    assert all(part in source for part in ("Chen (2015)", "10.24432/C5BW33", "CC BY 4.0"))
