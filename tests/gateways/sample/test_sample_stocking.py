"""The stocking rule: levels spread as demand is, filled up by periodic review, now and then too late."""

from datetime import UTC, date, datetime, timedelta

import pytest

from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest
from stockmesh.domain.network.items import Item, Kit
from stockmesh.gateways.retailer import CreditLine, IncomingSupply, OpeningStock, Position, Retailer
from stockmesh.gateways.sample.generator import OWNER, sample_retailer
from stockmesh.gateways.sample.network import sample_network
from stockmesh.gateways.sample.stocking import LATE, LATE_ONE_IN, LEAD, Replenishment, replenishment, yearly_demand

NETWORK = sample_network()
CENTRAL = "GB-DAV"
MONDAY = date(2026, 3, 2)


def item(sku: str) -> Item:
    """An item of no special kind."""
    return Item(sku, sku, 100_000, 100_000, 100_000, 100_000, 295, "691200", "CN")


def shop(*lines: tuple[str, str, int], kits: tuple[Kit, ...] = (), credit: tuple[CreditLine, ...] = ()) -> Retailer:
    """A retailer of one-line orders of one week: country, SKU, units."""
    orders = tuple(
        OrderRequest(
            f"{n}",
            "shop",
            datetime(2026, 3, 2, tzinfo=UTC),
            Destination(country, ""),
            (OrderLine(sku, units),),
            customer="C",
        )
        for n, (country, sku, units) in enumerate(lines)
    )
    skus = {sku for _, sku, _ in lines} | {sku for kit in kits for sku, _ in kit.components}
    return Retailer(OWNER, (), tuple(item(sku) for sku in sorted(skus)), kits, orders, credit)


def levels_of(stock: Retailer) -> dict[str, int]:
    """The levels of a one-item retailer by site."""
    return {level.location: level.quantity for level in replenishment(stock, NETWORK).levels}


def test_a_level_covers_the_eight_busiest_weeks() -> None:
    """Twenty weeks of ten units with eight weeks of thirty among them: the level is 240."""
    weekly = [10] * 6 + [30] * 8 + [10] * 6
    start = datetime(2026, 3, 2, tzinfo=UTC)
    orders = tuple(
        OrderRequest(f"{week}", "shop", start + timedelta(weeks=week), Destination("GB", ""), (OrderLine("A", units),))
        for week, units in enumerate(weekly)
    )
    assert levels_of(Retailer(OWNER, (), (item("A"),), (), orders)) == {CENTRAL: 240}


def test_what_a_region_seldom_orders_lies_in_the_central_warehouse_alone() -> None:
    assert levels_of(shop(*[("FR", "A", 50)] * 5)).keys() == {CENTRAL}


def test_what_a_region_orders_often_lies_there() -> None:
    assert levels_of(shop(*[("FR", "A", 50)] * 6)) == {"FR-LYS": 300}


def test_a_country_without_a_site_is_served_by_its_neighbour_or_the_central_warehouse() -> None:
    assert levels_of(shop(*[("ES", "A", 50)] * 12))["FR-LYS"] == 600
    assert levels_of(shop(*[("AU", "A", 50)] * 12)) == {CENTRAL: 600}


def test_best_sellers_lie_at_every_site_at_home_and_the_store_holds_a_dozen() -> None:
    found = levels_of(shop(*[("GB", "A", 100)] * 250))
    assert found[CENTRAL] == 25_000
    assert found["GB-GLA"] == -(-25_000 * 60 // 218)
    assert found["GB-LON"] == 12


def test_kits_are_stocked_as_components() -> None:
    kit = Kit("K", (("A", 2), ("B", 1)))
    stock = shop(*[("GB", "K", 10)] * 3, kits=(kit,))
    assert {need.sku: need.busiest_weeks for need in yearly_demand(stock)} == {"A": 60, "B": 30}
    assert {level.sku for level in replenishment(stock, NETWORK).levels} == {"A", "B"}


def test_cancelled_units_are_not_planned_for() -> None:
    cancelled = CreditLine("C1", datetime(2026, 3, 2, 1, tzinfo=UTC), "C", "A", 80_000, 208, "cancellation")
    returned = CreditLine("C2", datetime(2026, 3, 9, tzinfo=UTC), "C", "A", 5, 208, "return")
    assert levels_of(shop(("GB", "A", 80_000), ("GB", "A", 10), credit=(cancelled, returned))) == {CENTRAL: 10}


@pytest.fixture
def rule() -> Replenishment:
    """A hundred items with a level of 100 in the central warehouse and in Lyon."""
    skus = [f"item {n}" for n in range(100)]
    return Replenishment(
        tuple(OpeningStock(sku, place, 100) for sku in skus for place in (CENTRAL, "FR-LYS")), CENTRAL, seed=1
    )


def test_every_item_comes_up_once_in_four_weeks(rule: Replenishment) -> None:
    turns = [rule.reviewed(MONDAY + timedelta(weeks=week)) for week in range(5)]
    assert sorted(one.sku for turn in turns[:4] for one in turn) == sorted(level.sku for level in rule.levels)
    assert turns[0] == turns[4]


def test_what_is_below_three_quarters_is_filled_up(rule: Replenishment) -> None:
    """Waiting units count as missing in the central warehouse; what stands at 75 is left."""
    sku = rule.reviewed(MONDAY)[0].sku
    positions = [Position(sku, CENTRAL, 74, 30), Position(sku, "FR-LYS", 75, 30)]
    bought = [line for line in rule.order(MONDAY, positions) if line.sku == sku]
    assert bought == [IncomingSupply(sku, CENTRAL, 56, MONDAY + LEAD, "PO-20260302")]


def test_a_cell_that_the_books_do_not_know_is_filled_whole(rule: Replenishment) -> None:
    assert {line.quantity for line in rule.order(MONDAY, [])} == {100}


def test_one_line_in_twenty_comes_two_weeks_late() -> None:
    lines = [IncomingSupply(f"item {n}", CENTRAL, 1, MONDAY, "PO-1") for n in range(4_000)]
    rule = Replenishment((), CENTRAL, seed=1)
    late = [line for line in lines if not rule.has_come(line, MONDAY)]
    assert 0.8 / LATE_ONE_IN < len(late) / len(lines) < 1.2 / LATE_ONE_IN
    assert all(rule.has_come(line, MONDAY + LATE) for line in lines)
    assert not any(rule.has_come(line, MONDAY - timedelta(days=1)) for line in lines)


def test_every_unit_and_every_kit_fits_the_parcels_of_every_full_service() -> None:
    """Two services take less: the small post, and the mainland carrier, which leaves cabinets to the post."""
    smaller = {"pennypost-small", "northroad-48"}
    services = [service for carrier in NETWORK.carriers for service in carrier.services if service.code not in smaller]
    for each in sample_retailer().items:
        for service in services:
            assert each.weight_mg <= service.parcel_weight_max_mg, (each.sku, service.code)
            assert each.volume_um3 <= service.parcel_volume_max_um3, (each.sku, service.code)
            assert max(each.length_um, each.width_um, each.height_um) <= service.parcel_side_max_um
