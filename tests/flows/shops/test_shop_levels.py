"""Shops are told of stock: only what differs, the last value, again when it failed; never too often."""

from collections.abc import Iterator
from typing import Any

import pytest

from conftest import HandClock
from shop_messages import HOME, connect, send, settle
from shop_stubs import KEYS, TOKEN, Answer, ShopifyStub, ShopStub, WooCommerceStub, running_stub, throttled, too_many
from stockmesh.domain.network.channels import Channel
from stockmesh.flows.context import Context
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.shops.connections import get_shop
from stockmesh.flows.shops.levels import Pushed, list_differences, push_all, push_due, something_due
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.webhooks import sending
from worlds import SmallWorld, order, put_in_books

STOCK = {("LEJ", "tent"): 9, ("AMS", "tent"): 5, ("LEJ", "lamp"): 20}
WORLD = SmallWorld(channels=(Channel("web", "Web", buffer_units=1),))


def product(number: int, **skus: int) -> dict[str, Any]:
    """A Shopify product: variants by SKU, each with its inventory item's number."""
    variants = [{"id": 10 * one, "sku": sku, "inventory_item_id": one} for sku, one in skus.items()]
    return {"id": number, "title": "A thing", "updated_at": "2026-03-02T09:00:00Z", "variants": variants}


def beat(context: Context) -> Pushed:
    """Events get their positions, and shops are told."""
    relay_all(context, "relay", low=2)
    pushed = push_due(context, "pusher", HOME)
    assert pushed is not None
    return pushed


def beat_until_still(context: Context) -> None:
    while beat(context).more:
        pass


@pytest.fixture
def shopify(context: Context) -> Iterator[ShopStub]:
    """A Shopify shop that sells tents and lamps, told by location."""
    put_in_books(context, WORLD, STOCK)
    with running_stub(ShopifyStub()) as stub:
        connect(context, url=stub.url, token=TOKEN, locations={"LEJ": "1", "AMS": "2"})
        send(context, "products/create", product(5, tent=11, lamp=12))
        settle(context)
        yield stub


@pytest.fixture
def woocommerce(context: Context) -> Iterator[ShopStub]:
    """A WooCommerce shop that sells tents, and lamps as a variation of product 40."""
    put_in_books(context, WORLD, STOCK)
    with running_stub(WooCommerceStub()) as stub:
        connect(context, ShopKind.WOOCOMMERCE, url=stub.url, token=KEYS)
        for said in (
            {"id": 31, "sku": "tent", "type": "simple", "manage_stock": True, "name": "Tent"},
            {"id": 41, "sku": "lamp", "type": "variation", "parent_id": 40, "manage_stock": True, "name": "Lamp"},
            {"id": 51, "sku": "mug", "type": "simple", "manage_stock": False, "name": "Mug"},
        ):
            send(context, "product.created", said | {"date_modified_gmt": "2026-03-02T09:00:00"})
        settle(context)
        yield stub


def test_a_shop_is_told_by_its_own_locations(context: Context, shopify: ShopStub) -> None:
    """What each location may sell after the channel's buffer; once told, nothing more is said."""
    beat_until_still(context)
    assert shopify.stock == {"11@1": 8, "11@2": 4, "12@1": 19, "12@2": 0}
    asked = len(shopify.asked)
    beat_until_still(context)
    assert len(shopify.asked) == asked
    assert not something_due(context)


def test_what_orders_take_is_told_once_with_its_last_value(context: Context, shopify: ShopStub) -> None:
    """Three orders and a cancellation are one number; the shop's own is compared with what it was told."""
    beat_until_still(context)
    shopify.asked.clear()
    placed = place_orders(context, [order(f"O{number}", {"tent": 1}) for number in range(3)])
    assert isinstance(placed[0], Placed)
    cancel_order(context, placed[0].order_id)
    beat_until_still(context)
    [asked] = shopify.asked
    [quantity] = asked["variables"]["input"]["quantities"]
    assert (quantity["quantity"], quantity["changeFromQuantity"]) == (6, 8)
    assert shopify.stock["11@1"] == 6


def test_a_number_that_the_shop_changed_itself_is_set_a_little_later(
    context: Context, clock: HandClock, shopify: ShopStub
) -> None:
    """It may have sold what we do not know of yet: the order is given time to come in."""
    beat_until_still(context)
    shopify.stock["11@1"] = 7
    place_orders(context, [order("O1", {"tent": 2})])
    beat_until_still(context)
    assert shopify.stock["11@1"] == 7
    clock.advance(seconds=6)
    beat_until_still(context)
    assert shopify.stock["11@1"] == 6


def test_what_the_shop_refuses_does_not_hold_up_the_rest(context: Context, clock: HandClock, shopify: ShopStub) -> None:
    """Shopify takes all of a request or none: the wrong one is left out, and tried again later and later."""
    shopify.unknown.add("11@2")
    beat_until_still(context)
    assert shopify.stock == {"11@1": 8, "12@1": 19, "12@2": 0}
    assert get_shop(context, "berlin").due == 1
    asked = len(shopify.asked)
    clock.advance(seconds=11)
    beat_until_still(context)
    assert len(shopify.asked) == asked + 1
    shopify.unknown.clear()
    clock.advance(seconds=21)
    beat_until_still(context)
    assert shopify.stock["11@2"] == 4
    assert get_shop(context, "berlin").due == 0


WAYS: dict[str, Answer | float] = {
    "429": too_many(7),
    "throttled": throttled(),
    "500": (500, {}, b"it broke"),
    "html": (200, {}, b"<html>maintenance</html>"),
    "timeout": 0.8,
    "401": (401, {}, b"{}"),
    "redirect": (302, {"Location": "http://169.254.169.254/"}, b""),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_shop_that_does_not_take_it_is_left_alone_for_a_while(
    context: Context, clock: HandClock, shopify: ShopStub, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, nothing is hammered; it is told when it answers again."""
    monkeypatch.setattr(sending, "SECONDS_MAX", 0.4)
    shopify.ways.append(WAYS[way])
    assert beat(context).told == 0
    beat_until_still(context)
    assert shopify.asked == []
    assert get_shop(context, "berlin").problem != ""
    clock.advance(seconds=8)
    beat_until_still(context)
    assert shopify.stock["11@1"] == 8
    assert get_shop(context, "berlin").problem == ""


def test_woocommerce_is_told_of_products_and_variations(
    context: Context, clock: HandClock, woocommerce: ShopStub
) -> None:
    """One number for all locations; what it does not count is not told; a product it lost harms no other."""
    woocommerce.unknown.add("31")
    beat_until_still(context)
    assert woocommerce.stock == {"41": 19}
    assert sorted(path for path, _ in woocommerce.asked) == [
        "/wp-json/wc/v3/products/40/variations/batch",
        "/wp-json/wc/v3/products/batch",
    ]
    woocommerce.unknown.clear()
    clock.advance(seconds=11)
    beat_until_still(context)
    assert woocommerce.stock == {"31": 12, "41": 19}


def test_a_full_push_tells_everything_anew(context: Context, shopify: ShopStub) -> None:
    """A dry run says what differs and tells nothing; the push sets what the shop made of it meanwhile."""
    assert {one.sku: one.available for one in list_differences(context, "berlin") if one.place == "1"} == {
        "tent": 8,
        "lamp": 19,
    }
    assert shopify.asked == []
    beat_until_still(context)
    assert list_differences(context, "berlin") == ()
    shopify.stock["12@1"] = 3
    pushed = push_all(context, "pusher", "berlin", HOME)
    assert pushed is not None
    assert pushed.told == 4
    assert shopify.stock["12@1"] == 19
