"""The real file, when ONLINE_RETAIL_FILE says where it is: every line accounted for, the known totals met."""

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from order_files import accounted, aside

from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.online_retail import read_online_retail
from stockmesh.gateways.retailer import Retailer

PATH = os.environ.get("ONLINE_RETAIL_FILE", "")

pytestmark = pytest.mark.skipif(not PATH, reason="ONLINE_RETAIL_FILE does not name the real file")


@pytest.fixture(scope="module")
def retailer() -> Retailer:
    return read_online_retail(Path(PATH), load_gazetteer())


def test_every_line_is_kept_or_set_aside(retailer: Retailer) -> None:
    assert retailer.lines_read == 541_909
    assert accounted(retailer) == 541_909
    assert sum(len(order.lines) for order in retailer.orders) == 527_758


def test_the_reasons_are_these(retailer: Retailer) -> None:
    assert aside(retailer) == {
        "postage and carriage": 2_015,
        "stock write-off: negative quantity outside a credit note": 1_336,
        "zero price": 1_161,
        "credit note without goods": 514,
        "manual entry": 364,
        "gift voucher": 34,
        "bank charges": 12,
        "sundry without a stock code of its own": 4,
        "bad debt adjustment": 3,
        "marketplace fee": 2,
        "samples": 2,
    }


def test_orders_guests_and_the_largest_order_are_there(retailer: Retailer) -> None:
    assert len(retailer.orders) == 19_773
    assert sum(not order.customer for order in retailer.orders) == 1_371
    largest = max(retailer.orders, key=lambda order: len(order.lines))
    assert (len(largest.lines), largest.customer) == (1_112, "")


def test_two_thirds_of_the_credited_units_are_cancellations(retailer: Retailer) -> None:
    units: Counter[str] = Counter()
    for credit in retailer.credits:
        units[credit.kind] += credit.quantity if credit.customer else 0
    assert units == {"cancellation": 183_227, "return": 86_257}
    assert "414 credit notes hold no goods" in retailer.notes[-1]


def test_the_year_ends_on_20_november_2026_and_every_order_can_be_located(retailer: Retailer) -> None:
    assert retailer.orders[-1].placed_at == datetime(2026, 11, 20, 12, 50, tzinfo=UTC)
    places = {order.destination for order in retailer.orders}
    fixes = [load_gazetteer().locate(place.country, place.postcode, place.city) for place in places]
    assert {fix.level for fix in fixes} <= {"exact", "city"}


def test_every_line_names_an_item_of_the_catalogue(retailer: Retailer) -> None:
    skus = {item.sku for item in retailer.items}
    assert {line.sku for order in retailer.orders for line in order.lines} <= skus
    assert {credit.sku for credit in retailer.credits} <= skus
