"""Shops are asked for their catalogues page by page, as documented; whatever they answer is a page."""

import json
from typing import Any

import pytest

from shop_messages import HOME, golden
from shop_stubs import KEYS, TOKEN, ShopifyStub, ShopStub, WooCommerceStub, as_json, running_stub, throttled, too_many
from stockmesh.gateways.shops.inbound import InboundShop, PulledMessage, PullPage
from stockmesh.gateways.shops.messages import ProductTold, VariantTold
from stockmesh.gateways.shops.reading import read_message
from stockmesh.gateways.shops.settings import ShopSettings
from stockmesh.gateways.shops.shopify_inbound import ShopifyInbound
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.shops.woocommerce_inbound import WooCommerceInbound

EUROS = ShopSettings("EUR")
NODES = golden("shopify_catalogue")["data"]["productVariants"]["nodes"]


def variant(number: int) -> dict[str, Any]:
    said: dict[str, Any] = NODES[0]
    return said | {"id": f"gid://shopify/ProductVariant/{number}", "sku": f"SKU-{number}", "barcode": None}


def product(number: int, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = golden("woocommerce_product_updated", id=number, sku=f"SKU-{number}", type="simple")
    return said | {"parent_id": 0, "name": f"Thing {number}"} | changes


def pull_all(shop: InboundShop) -> list[PullPage]:
    pages = [shop.pull_catalogue("", careful=False)]
    while pages[-1].position:
        pages.append(shop.pull_catalogue(pages[-1].position, careful=False))
    assert [page.problem for page in pages] == [""] * len(pages)
    return pages


def told(kind: ShopKind, message: PulledMessage) -> VariantTold:
    said = read_message(kind, message.topic, message.body, EUROS)
    assert isinstance(said, ProductTold)
    [one] = said.variants
    return one


def test_what_shopify_answers_is_read_as_its_messages_are() -> None:
    """One variant a message, with weight, code and origin; one that is never shipped, and not counted, says so."""
    with running_stub(ShopifyStub(ways=[as_json(200, golden("shopify_catalogue"))])) as stub:
        page = ShopifyInbound(stub.url, TOKEN, HOME).pull_catalogue("", careful=False)
    assert (page.position, page.read, page.expected) == ("", 2, 2)
    tent, voucher = (told(ShopKind.SHOPIFY, one) for one in page.found)
    assert tent == VariantTold(
        "642667041472713922",
        "43729076",
        "TENT-GREEN",
        "Tent - Green",
        managed=True,
        shipped=True,
        price_minor=19_900,
        weight_mg=2_948_350,
        hs_code="630622",
        origin_country="PT",
    )
    assert (voucher.title, voucher.managed, voucher.shipped, voucher.weight_mg) == ("Voucher", False, False, None)


def test_a_catalogue_of_shopify_is_read_page_by_page() -> None:
    """Every variant once, within what a query may cost; by fewer after a failure."""
    with running_stub(ShopifyStub(catalogue=[variant(number) for number in range(1, 251)])) as stub:
        shop = ShopifyInbound(stub.url, TOKEN, HOME)
        pages = pull_all(shop)
        assert shop.pull_catalogue("", careful=True).read == 20
    assert [page.read for page in pages] == [100, 100, 50]
    assert len({one.key for page in pages for one in page.found}) == 250


def test_a_catalogue_of_woocommerce_is_read_with_its_variations() -> None:
    """Products by number, then the variations of each that has any, which tell of their parent as messages do."""
    tents = product(70, type="variable", name="Tent", sku="")
    variations = [
        product(700 + number, type="variation", parent_id=70, attributes=[{"id": 6, "name": "Color", "option": "Red"}])
        for number in range(120)
    ]
    catalogue = [*(product(number) for number in range(1, 61)), tents, *variations, product(999)]
    with running_stub(WooCommerceStub(catalogue=catalogue)) as stub:
        pages = pull_all(WooCommerceInbound(stub.url, KEYS, HOME))
    found = [one for page in pages for one in page.found]
    assert [int(one.key) for one in found] == [*range(1, 61), 70, 999, *range(700, 820)]
    assert sum(page.read for page in pages) == 62
    assert pages[0].expected == 62
    red = told(ShopKind.WOOCOMMERCE, found[-1])
    assert (red.stock_number, red.title, red.managed) == ("70", "Tent - Red", True)


def test_products_deleted_while_they_are_read_hide_no_others() -> None:
    """Those behind move up: the pull goes back by as many."""
    catalogue = [product(number) for number in range(1, 121)]
    with running_stub(WooCommerceStub(catalogue=catalogue)) as stub:
        shop = WooCommerceInbound(stub.url, KEYS, HOME)
        pages = [shop.pull_catalogue("", careful=False)]
        del catalogue[:10]
        while pages[-1].position:
            pages.append(shop.pull_catalogue(pages[-1].position, careful=False))
    assert {int(one.key) for page in pages for one in page.found} == set(range(1, 121))


ANSWERS: dict[str, tuple[Any, str, int]] = {
    "pause": (too_many(30), "Answered 429.", 30),
    "down": ((503, {}, b""), "Answered 503.", 0),
    "no access": ((403, {}, b"{}"), "Answered 403.", 0),
    "no JSON": ((200, {}, b"<html>"), "cannot be read", 0),
    "no list": (as_json(200, {"products": []}), "", 0),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("kind", ShopKind)
def test_answers_that_are_none(kind: ShopKind, name: str) -> None:
    """Each is a page without anything and says why."""
    way, problem, rest = ANSWERS[name]
    stub: ShopStub = ShopifyStub(ways=[way]) if kind is ShopKind.SHOPIFY else WooCommerceStub(ways=[way])
    with running_stub(stub):
        shop = ShopifyInbound(stub.url, TOKEN, HOME) if kind is ShopKind.SHOPIFY else None
        page = (shop or WooCommerceInbound(stub.url, KEYS, HOME)).pull_catalogue("", careful=False)
    assert page.problem
    assert (problem in page.problem, page.rest_seconds, page.found) == (True, rest, ())


def test_an_empty_bucket_is_waited_for() -> None:
    """Shopify says with status 200 that it was asked for too much."""
    with running_stub(ShopifyStub(ways=[throttled()])) as stub:
        page = ShopifyInbound(stub.url, TOKEN, HOME).pull_catalogue("", careful=False)
    assert page.problem
    assert page.rest_seconds >= 2


def test_an_order_is_looked_up_with_its_refunds() -> None:
    """As two questions; one that the shop does not know any more is no message."""
    said = golden("woocommerce_order_refunded")
    with running_stub(WooCommerceStub(orders={"727": said["order"]}, refunds={"727": said["refunds"]})) as stub:
        shop = WooCommerceInbound(stub.url, KEYS, HOME)
        [found] = shop.look_up_order("727").found
        assert shop.look_up_order("728") == PullPage()
    looked_up = json.loads(found.body)
    assert looked_up["order"] == said["order"]
    assert sorted(one["id"] for one in looked_up["refunds"]) == [741, 742]
