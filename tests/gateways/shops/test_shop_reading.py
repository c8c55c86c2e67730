"""What shops' messages tell: the documented shapes, and whatever else somebody may send."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_messages import HOME, golden
from shop_stubs import KEYS, TOKEN, ShopifyStub, WooCommerceStub, running_stub
from stockmesh.domain.fulfilment.requests import OrderLine
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.network.refusals import UnknownPostcode
from stockmesh.gateways.shops.messages import (
    Gone,
    GoodsTold,
    LevelTold,
    Message,
    Nothing,
    OrderTold,
    ProductTold,
    Standing,
    VariantTold,
)
from stockmesh.gateways.shops.outbound import Level
from stockmesh.gateways.shops.reading import read_message
from stockmesh.gateways.shops.refusals import (
    BadAmount,
    ForeignCurrency,
    LineWithoutSku,
    NoAddress,
    UnreadableMessage,
)
from stockmesh.gateways.shops.settings import ShopSettings
from stockmesh.gateways.shops.shopify_outbound import ShopifyOutbound
from stockmesh.gateways.shops.signing import ShopKind, read_envelope
from stockmesh.gateways.shops.woocommerce_outbound import WooCommerceOutbound

EUROS = ShopSettings("EUR")
GOLDEN = {
    "shopify_order_create": "orders/create",
    "shopify_order_refunded": "orders/updated",
    "shopify_product_update": "products/update",
    "shopify_inventory_item_update": "inventory_items/update",
    "shopify_inventory_level_update": "inventory_levels/update",
    "shopify_order_edited": "orders/edited",
    "woocommerce_order_created": "order.created",
    "woocommerce_order_refunded": "pulled.order",
    "woocommerce_product_updated": "product.updated",
}


def read(topic: str, said: Any, shop: ShopSettings = EUROS) -> Message:
    kind = ShopKind.SHOPIFY if "/" in topic else ShopKind.WOOCOMMERCE
    return read_message(kind, topic, said if isinstance(said, bytes) else json.dumps(said).encode(), shop)


def order_of(said: Message) -> OrderTold:
    assert isinstance(said, OrderTold)
    return said


def test_a_shopify_order() -> None:
    """Units as they are now, prices in the shop's own currency less discounts, no gift cards, the area alone."""
    told = order_of(read("orders/create", golden("shopify_order_create")))
    assert (told.number, told.standing) == ("820982911946154508", Standing.OPEN)
    assert told.version.as_of == datetime(2026, 3, 2, 8, 41, 10, tzinfo=UTC)
    assert told.content is not None
    assert told.content.lines == (
        OrderLine("tent", 2, 18_905),
        OrderLine("lamp", 1, 2_990),
        OrderLine("lamp", 1, 2_990),
    )
    assert (told.content.reference, told.content.country, told.content.area) == ("#1001", "DE", "10115")
    assert told.contact is not None
    assert (told.contact.email, told.contact.postcode) == ("anna@example.com", "10115")
    assert "Anna" not in repr(told)


def test_a_woocommerce_order() -> None:
    """The unit price is the line's total through its units, half up: 23.92 through 3 is 7.97."""
    told = order_of(read("order.created", golden("woocommerce_order_created")))
    assert told.content is not None
    assert told.content.lines == (OrderLine("tent", 2, 19_900), OrderLine("lamp", 3, 797))
    assert (told.content.reference, told.content.country, told.content.area) == ("727", "NL", "1012")
    assert told.content.customer == "12"


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("pending", Standing.PAUSED),
        ("on-hold", Standing.PAUSED),
        ("processing", Standing.OPEN),
        ("completed", Standing.SHIPPING),
        ("cancelled", Standing.CANCELLED),
        ("refunded", Standing.CANCELLED),
        ("failed", Standing.CANCELLED),
        ("trash", Standing.CANCELLED),
        ("awaiting-print", Standing.PAUSED),
    ],
)
def test_statuses_of_woocommerce(status: str, standing: Standing) -> None:
    """A status of the merchant's own waits for a person."""
    assert order_of(read("order.updated", golden("woocommerce_order_created", status=status))).standing is standing


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({"financial_status": "pending"}, Standing.PAUSED),
        ({"financial_status": "voided"}, Standing.PAUSED),
        ({"financial_status": "authorized"}, Standing.OPEN),
        ({"financial_status": "partially_refunded"}, Standing.OPEN),
        ({"financial_status": "pending", "payment_gateway_names": ["Cash on Delivery (COD)"]}, Standing.OPEN),
        ({"financial_status": "pending", "payment_terms": {"payment_terms_type": "net"}}, Standing.OPEN),
        ({"financial_status": "pending", "fulfillment_status": "partial"}, Standing.SHIPPING),
        ({"financial_status": "refunded", "cancelled_at": "2026-03-02T10:00:00Z"}, Standing.CANCELLED),
    ],
)
def test_what_shopify_wants_of_an_order(changes: dict[str, Any], standing: Standing) -> None:
    """What is not paid waits, unless it is paid at the door or later by agreement."""
    assert order_of(read("orders/updated", golden("shopify_order_create", **changes))).standing is standing


def test_a_test_order_is_shipped_by_nobody() -> None:
    """Shopify marks the orders of its test gateway, and what it sends to try a subscription."""
    assert isinstance(read("orders/create", golden("shopify_order_create", test=True)), Nothing)


def test_refunds_take_units_away() -> None:
    """Shopify tells what is left of each line; WooCommerce is asked, where it answers. Sums without units take none."""
    refunded = order_of(read("orders/updated", golden("shopify_order_refunded")))
    assert refunded.content is not None
    assert refunded.content.lines[0] == OrderLine("tent", 1, 18_905)
    said = golden("woocommerce_order_refunded")
    looked_up = order_of(read("pulled.order", said))
    assert looked_up.content is not None
    assert looked_up.content.lines == (OrderLine("tent", 2, 19_900), OrderLine("lamp", 2, 797))
    told = order_of(read("order.updated", said["order"], ShopSettings("EUR", answers=True)))
    assert (told.content, told.to_look_up, told.version.rank < looked_up.version.rank) == (None, True, True)
    unasked = order_of(read("order.updated", said["order"]))
    assert unasked.content is not None
    assert (unasked.content.lines[1].quantity, unasked.to_look_up) == (3, False)


def test_a_product_of_which_only_some_variants_are_named() -> None:
    """Of more than a hundred variants a message names some, and the numbers of all."""
    said = golden("shopify_product_update")
    whole = read("products/update", said)
    part = read("products/update", said | {"variants": said["variants"][:1]})
    assert isinstance(whole, ProductTold)
    assert isinstance(part, ProductTold)
    assert (whole.complete, part.complete) == (True, False)


def test_deliveries_of_woocommerce_of_one_second_bear_one_number() -> None:
    """It is made of the webhook's number and the second: what is said tells them apart; repetitions are the same."""
    headers = {"x-wc-webhook-topic": "order.created", "x-wc-webhook-delivery-id": "36e520ebabc2fa725092ff4a47acedf2"}
    one, two, again = (read_envelope(ShopKind.WOOCOMMERCE, headers, body) for body in (b"1", b"2", b"1"))
    assert one == again
    assert one.delivery != two.delivery


def test_products_and_their_goods() -> None:
    """Variants by SKU; weight, code and origin come with the inventory item: 6.5 lb is 2,948,350.405 mg."""
    product = read("products/update", golden("shopify_product_update"))
    assert isinstance(product, ProductTold)
    assert product.variants[0] == VariantTold(
        "642667041472713922", "43729076", "TENT-GREEN", "Tent - Green", price_minor=19_900
    )
    assert product.variants[1].price_minor == 19_950
    goods = read("inventory_items/update", golden("shopify_inventory_item_update"))
    assert isinstance(goods, GoodsTold)
    assert (goods.weight_mg, goods.hs_code, goods.origin_country) == (2_948_350, "630622", "PT")
    assert (goods.managed, goods.shipped) == (True, True)
    variation = read("product.updated", golden("woocommerce_product_updated"), ShopSettings("EUR", "lbs", "in"))
    assert isinstance(variation, ProductTold)
    [one] = variation.variants
    assert (one.weight_mg, one.sides_um, one.price_minor) == (113_398, (762_000, 520_700, 50_800), 999)
    assert (one.variant, one.stock_number, one.managed) == ("733", "732", True)


@pytest.mark.parametrize(
    ("weight", "unit", "milligrams"), [(1, "g", 1_000), ("0.5", "kg", 500_000), (1, "oz", 28_350), (1, "lb", 453_592)]
)
def test_weights_of_older_versions(weight: Any, unit: str, milligrams: int) -> None:
    """Variants said their weight until 2024-07; nothing, or 0, is not known."""
    said = golden("shopify_product_update")
    said["variants"][0] |= {"weight": weight, "weight_unit": unit}
    said["variants"][1] |= {"weight": 0, "weight_unit": unit}
    product = read("products/update", said)
    assert isinstance(product, ProductTold)
    assert [one.weight_mg for one in product.variants] == [milligrams, None]


def test_what_is_told_otherwise() -> None:
    """Levels, removals, edits that are told again, and topics that nobody uses."""
    level = read("inventory_levels/update", golden("shopify_inventory_level_update"))
    assert isinstance(level, LevelTold)
    assert (level.location, level.available) == ("24826418", 74)
    assert read("products/delete", {"id": 5}) == Gone("product/5")
    assert read("order.restored", {"id": 7, "status": "processing"}) == Gone("order/7", restored=True)
    assert isinstance(read("orders/edited", golden("shopify_order_edited")), Nothing)
    assert isinstance(read("customers/create", {"id": 1}), Nothing)


def change_line(**changes: Any) -> dict[str, Any]:
    said = golden("shopify_order_create")
    said["line_items"][0] |= changes
    return said


REFUSED: dict[str, tuple[dict[str, Any], type[Refusal]]] = {
    "no SKU": (change_line(sku=None), LineWithoutSku),
    "picked up": (golden("shopify_order_create", shipping_address=None), NoAddress),
    "half a cent": (change_line(price_set={"shop_money": {"amount": "1.005", "currency_code": "EUR"}}), BadAmount),
    "less than nothing": (change_line(price_set={"shop_money": {"amount": "-1", "currency_code": "EUR"}}), BadAmount),
    "not a number": (change_line(price_set={"shop_money": {"amount": "NaN", "currency_code": "EUR"}}), BadAmount),
    "dollars": (change_line(price_set={"shop_money": {"amount": "1", "currency_code": "USD"}}), ForeignCurrency),
    "no number": (change_line(current_quantity="2"), UnreadableMessage),
    "NUL in a SKU": (change_line(sku="te\0nt"), UnreadableMessage),
    "no such postcode": (
        golden("shopify_order_create", shipping_address={"country_code": "DE", "zip": "ABC"}),
        UnknownPostcode,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_orders_that_cannot_be_sourced_as_told(name: str) -> None:
    """Each is refused for its own reason; a cancellation of the very same order is understood."""
    said, refusal = REFUSED[name]
    with pytest.raises(refusal):
        read("orders/create", said)
    cancelled = said | {"cancelled_at": "2026-03-02T10:00:00Z"}
    assert order_of(read("orders/cancelled", cancelled)).standing is Standing.CANCELLED


def test_money_of_currencies_without_a_minor_unit() -> None:
    """1200 yen are 1200; half a yen is none."""
    said = change_line(price_set={"shop_money": {"amount": "1200.00", "currency_code": "JPY"}}, discount_allocations=[])
    said["line_items"] = said["line_items"][:1]
    told = order_of(read("orders/create", said, ShopSettings("JPY")))
    assert told.content is not None
    assert told.content.lines[0].unit_price_minor == 1_200


HOSTILE = [
    b"", b"{", b"[]", b"null", b"12", b'"x"', b"\xff\xfe", b"\0", b"{}", b'{"id": null}', b'{"id": {}}',
    b"[" * 100_000, b'{"a":' * 50_000, b'{"id": 1e999999999}', b'{"id": ' + b"9" * 5_000 + b"}",
    b'{"id": "\\ud800", "updated_at": "2026-01-01T00:00:00Z"}', b'{"id": 1, "updated_at": "9999-12-31T23:59:59+14:00"}',
    b'{"id": 1, "updated_at": "0001-01-01T00:00:00+14:00"}',
]  # fmt: skip


@pytest.mark.parametrize("topic", [*GOLDEN.values(), "orders/cancelled", "order.deleted", "products/delete", ""])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_refused_or_mean_nothing(topic: str, body: bytes) -> None:
    """Never anything but an answer or a refusal."""
    for kind in ShopKind:
        with suppress(Refusal):
            read_message(kind, topic, body, EUROS)


def places(said: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all members."""
    found = [path] if path else []
    items = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    return found + [one for key, value in items for one in places(value, (*path, key))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("9" * 400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data(), name=st.sampled_from(sorted(GOLDEN)))
def test_any_member_may_be_anything(data: st.DataObject, name: str) -> None:
    """A golden message with some member replaced by any JSON is read or refused."""
    said = copy.deepcopy(golden(name))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(places(said)))
        at: Any = said
        for key in path:
            at = at[key]
        at[last] = data.draw(JSON)
    with suppress(Refusal):
        read(GOLDEN[name], said)


def level(variant: str, stock_number: str, quantity: int, before: int | None = None) -> Level:
    return Level(1, 1, variant, stock_number, "24826418", quantity, before)


def test_what_shopify_is_asked() -> None:
    """The documented input, under a key that is the same for the same request and no other."""
    levels = [level("1", "43729076", 8, 9), level("2", "43729077", 0)]
    with running_stub(ShopifyStub(stock={"43729076@24826418": 9})) as stub:
        shop = ShopifyOutbound(stub.url, TOKEN, HOME)
        assert [one.problem for one in shop.push(levels).outcomes] == ["", ""]
        shop.push([level("1", "43729076", 8, 8)])
    keys = [asked["variables"]["key"] for asked in stub.asked]
    assert len(set(keys)) == 2
    sent = stub.asked[0]["variables"]["input"]
    assert sent.pop("referenceDocumentUri") == f"stockmesh://levels/{keys[0]}"
    assert sent == golden("shopify_set_quantities")


def test_client_credentials_are_exchanged_once() -> None:
    """Apps of the Dev Dashboard have no lasting token; one is asked for anew when it is not accepted any more."""
    with running_stub(ShopifyStub()) as stub:
        shop = ShopifyOutbound(stub.url, "client:hush", HOME)
        for quantity in (1, 2):
            assert [one.problem for one in shop.push([level("1", "7", quantity)]).outcomes] == [""]
        assert stub.exchanged == [{"grant_type": "client_credentials", "client_id": "client", "client_secret": "hush"}]
        stub.ways.append((401, {}, b"{}"))
        assert shop.push([level("1", "7", 3)]).problem == "Answered 401."
        assert shop.push([level("1", "7", 4)]).problem == ""
        assert len(stub.exchanged) == 2


def test_what_is_not_stocked_at_a_location_is_stocked_there() -> None:
    """With its quantity; what has none needs no place. The others of the request are set as ever."""
    levels = [level("1", "7", 3), level("2", "8", 0), level("3", "9", 5)]
    with running_stub(ShopifyStub(unstocked={"7@24826418", "8@24826418"})) as stub:
        result = ShopifyOutbound(stub.url, TOKEN, HOME).push(levels)
    assert sorted((one.level.variant, one.problem) for one in result.outcomes) == [("1", ""), ("2", ""), ("3", "")]
    assert stub.stock == {"7@24826418": 3, "9@24826418": 5}


def test_an_attempt_after_an_answer_has_a_key_of_its_own() -> None:
    """Shopify answers a key the same for a day, whatever was put right meanwhile."""
    with running_stub(ShopifyStub(unknown={"7@24826418"})) as stub:
        shop = ShopifyOutbound(stub.url, TOKEN, HOME)
        shop.push([level("1", "7", 3)])
        stub.unknown.clear()
        shop.push([replace(level("1", "7", 3), attempt=1)])
    first, second = (asked["variables"]["key"] for asked in stub.asked)
    assert first != second


def test_what_woocommerce_is_asked() -> None:
    """The documented batches, products apart from the variations of each."""
    levels = [level("799", "", 5), level("733", "732", 7), level("735", "732", 0)]
    with running_stub(WooCommerceStub()) as stub:
        assert [one.problem for one in WooCommerceOutbound(stub.url, KEYS, HOME).push(levels).outcomes] == [""] * 3
    assert dict(stub.asked) == golden("woocommerce_batch")


def test_secrets_are_not_shown() -> None:
    """Whoever prints one who tells a shop prints no token."""
    makers: list[Callable[..., object]] = [ShopifyOutbound, WooCommerceOutbound]
    assert all("hush" not in repr(make("https://shop.example", "hush", HOME)) for make in makers)
