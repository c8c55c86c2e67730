"""Opening stock and incoming supply by their rule: spread as demand is, sometimes too little."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import cache

from real_year import needs_the_real_file, real_year

from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest
from stockmesh.domain.network.items import Item, Kit
from stockmesh.gateways.retailer import CreditLine, Retailer
from stockmesh.gateways.sample.generator import OWNER, sample_retailer
from stockmesh.gateways.sample.network import sample_network
from stockmesh.gateways.sample.stocking import coverage_percent, incoming_supply, opening_stock, yearly_demand

NETWORK = sample_network()
CENTRAL = "GB-DAV"


@cache
def retailer() -> Retailer:
    """The demonstration's retailer, a quarter of it."""
    return sample_retailer(scale=0.25)


def item(sku: str) -> Item:
    """An item of no special kind."""
    return Item(sku, sku, 100_000, 100_000, 100_000, 100_000, 295, "691200", "CN")


def shop(*lines: tuple[str, str, int], kits: tuple[Kit, ...] = (), credit: tuple[CreditLine, ...] = ()) -> Retailer:
    """A retailer of one-line orders: country, SKU, units."""
    orders = tuple(
        OrderRequest(
            f"{n}",
            "shop",
            datetime(2026, 3, 1, tzinfo=UTC),
            Destination(country, ""),
            (OrderLine(sku, units),),
            customer="C",
        )
        for n, (country, sku, units) in enumerate(lines)
    )
    skus = {sku for _, sku, _ in lines} | {sku for kit in kits for sku, _ in kit.components}
    return Retailer(OWNER, (), tuple(item(sku) for sku in sorted(skus)), kits, orders, credit)


def units_at(stock: Retailer) -> dict[str, int]:
    """Opening units of a one-item retailer by site."""
    return {entry.location: entry.quantity for entry in opening_stock(stock, NETWORK)}


def short_lines(stock: Retailer) -> float:
    """The share of lines that find too little, when all sites are one and every line takes what is left."""
    left: Counter[str] = Counter()
    for entry in opening_stock(stock, NETWORK):
        left[entry.sku] += entry.quantity
    due = list(incoming_supply(stock, NETWORK))
    recipes = {kit.sku: kit.components for kit in stock.kits}
    short = lines = 0
    for order in stock.orders:
        while due and due[0].due_on <= order.placed_at.date():
            left[due[0].sku] += due[0].quantity
            due.pop(0)
        for line in order.lines:
            needs = recipes.get(line.sku, ((line.sku, 1),))
            taken = min(line.quantity, *(left[sku] // each for sku, each in needs))
            left.subtract({sku: taken * each for sku, each in needs})
            short += taken < line.quantity
            lines += 1
    return short / lines


def test_two_to_five_lines_in_a_hundred_come_too_late() -> None:
    assert 0.02 <= short_lines(retailer()) <= 0.05


@needs_the_real_file
def test_two_to_five_lines_in_a_hundred_of_the_real_year_come_too_late() -> None:
    assert 0.02 <= short_lines(real_year()) <= 0.05


def test_stock_of_an_item_is_its_demand_times_its_coverage() -> None:
    held: Counter[str] = Counter()
    for entry in opening_stock(retailer(), NETWORK):
        assert entry.quantity > 0
        held[entry.sku] += entry.quantity
    for need in yearly_demand(retailer()):
        assert held[need.sku] == -(-need.units * coverage_percent(need.sku, seed=2026) // 100)


def test_one_item_in_five_is_bought_short() -> None:
    drawn = [coverage_percent(f"item {n}", seed=1) for n in range(4_000)]
    assert 0.18 < sum(percent < 100 for percent in drawn) / 4_000 < 0.22
    assert {min(drawn), max(drawn)} == {70, 140}


def test_a_slow_item_lies_in_the_central_warehouse_alone() -> None:
    assert units_at(shop(*[("FR", "A", 50)] * 11)).keys() == {CENTRAL}


def test_a_fast_item_lies_where_it_is_wanted() -> None:
    found = units_at(shop(*[("FR", "A", 50)] * 12))
    assert found.keys() <= {CENTRAL, "FR-LYS"}
    assert found["FR-LYS"] >= 0.99 * sum(found.values())


def test_a_country_without_a_site_is_served_by_its_neighbour_or_the_central_warehouse() -> None:
    assert units_at(shop(*[("ES", "A", 50)] * 12))["FR-LYS"] > 0
    assert units_at(shop(*[("AU", "A", 50)] * 12)).keys() == {CENTRAL}


def test_sites_of_one_country_share_by_what_they_can_start_a_day_and_the_store_holds_a_dozen() -> None:
    found = units_at(shop(*[("GB", "A", 100)] * 20))
    assert found["GB-LON"] == 12
    assert 60 / 218 * sum(found.values()) - 1 <= found["GB-GLA"] <= 60 / 218 * sum(found.values())


def test_kits_are_stocked_as_components() -> None:
    kit = Kit("K", (("A", 2), ("B", 1)))
    stock = shop(*[("GB", "K", 10)] * 3, kits=(kit,))
    assert {need.sku: need.units for need in yearly_demand(stock)} == {"A": 60, "B": 30}
    assert {entry.sku for entry in opening_stock(stock, NETWORK)} == {"A", "B"}


def test_cancelled_units_are_not_bought() -> None:
    cancelled = CreditLine("C1", datetime(2026, 3, 1, 1, tzinfo=UTC), "C", "A", 80_000, 208, "cancellation")
    returned = CreditLine("C2", datetime(2026, 3, 9, tzinfo=UTC), "C", "A", 5, 208, "return")
    stock = shop(("GB", "A", 80_000), ("GB", "A", 10), credit=(cancelled, returned))
    assert [need.units for need in yearly_demand(stock)] == [10]


def test_supply_comes_on_weekdays_of_the_second_half_for_items_bought_short() -> None:
    supply = incoming_supply(retailer(), NETWORK)
    first, last = retailer().orders[0].placed_at.date(), retailer().orders[-1].placed_at.date()
    assert 10 < len(supply) < 0.15 * len(retailer().items)
    assert len({(entry.reference, entry.sku) for entry in supply}) == len(supply)
    assert list(supply) == sorted(supply, key=lambda entry: (entry.due_on, entry.sku))
    for entry in supply:
        assert coverage_percent(entry.sku, seed=2026) < 100
        assert (entry.location, entry.reference) == (CENTRAL, f"PO-{entry.due_on:%Y%m%d}")
        assert entry.quantity > 0
        assert entry.due_on.isoweekday() <= 5
        assert (entry.due_on - first) * 2 >= (last - first) * 0.98


def test_stock_and_supply_are_the_same_for_the_same_seed() -> None:
    assert opening_stock(retailer(), NETWORK, seed=5) == opening_stock(retailer(), NETWORK, seed=5)
    by_seed = defaultdict(set)
    for seed in (5, 6):
        by_seed[seed] = {(entry.sku, entry.quantity) for entry in incoming_supply(retailer(), NETWORK, seed=seed)}
    assert by_seed[5] != by_seed[6]


def test_every_unit_and_every_kit_fits_the_parcels_of_every_full_service() -> None:
    services = [
        service for carrier in NETWORK.carriers for service in carrier.services if service.code != "pennypost-small"
    ]
    for each in sample_retailer().items:
        for service in services:
            assert each.weight_mg <= service.parcel_weight_max_mg, (each.sku, service.code)
            assert each.volume_um3 <= service.parcel_volume_max_um3, (each.sku, service.code)
            assert max(each.length_um, each.width_um, each.height_um) <= service.parcel_side_max_um
