"""A shop that has sold for years goes live: its catalogue is pulled, its counts taken over, its refunds looked up."""

from collections.abc import Iterator
from typing import Any

import pytest

from conftest import HandClock
from shop_messages import HOME, connect, golden, send, settle
from shop_stubs import KEYS, TOKEN, ShopifyStub, ShopStub, WooCommerceStub, running_stub, too_many
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import find_order
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.shops.changing import ShopChange, change_shop
from stockmesh.flows.shops.connections import CataloguePull, get_shop
from stockmesh.flows.shops.levels import push_all, push_due
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.flows.shops.pulling import begin_pull, claim_pulls, pull_page, something_to_ask
from stockmesh.flows.shops.refusals import ShopClosed, UnknownShop
from stockmesh.flows.stock_levels import item_availability
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.shops.signing import ShopKind
from worlds import SmallWorld, put_in_books

STOCK = {("LEJ", "tent"): 9, ("LEJ", "lamp"): 20}
NODES = golden("shopify_catalogue")["data"]["productVariants"]["nodes"]


def variant(number: int, sku: str = "", **product: Any) -> dict[str, Any]:
    """A variant of a product of its own, its stock kept under the same number."""
    said: dict[str, Any] = NODES[0]
    return said | {
        "id": f"gid://shopify/ProductVariant/{number}",
        "sku": sku or f"SKU-{number}",
        "product": said["product"] | {"id": f"gid://shopify/Product/{number}"} | product,
        "inventoryItem": said["inventoryItem"] | {"id": f"gid://shopify/InventoryItem/{number}"},
    }


def ask(context: Context, owner: str = "asker") -> int:
    """Asks what is due, once; how many shops were asked."""
    pulls = claim_pulls(context, owner)
    assert pulls is not None
    for pull in pulls:
        pull_page(context, pull, HOME)
    return len(pulls)


def ask_all(context: Context) -> None:
    while ask(context):
        settle(context)


def pulled(context: Context) -> CataloguePull:
    pull = get_shop(context, "berlin").pull
    assert pull is not None
    return pull


def variants(context: Context) -> dict[str, tuple[str, bool, bool]]:
    """SKU, counted, shipped of each variant that is known."""
    with context.database.session() as session:
        found = session.execute("SELECT variant, sku, managed, shipped FROM shop_variant").fetchall()
    return {row["variant"]: (row["sku"], row["managed"], row["shipped"]) for row in found}


@pytest.fixture
def shopify(context: Context) -> Iterator[ShopStub]:
    put_in_books(context, SmallWorld(), STOCK)
    with running_stub(ShopifyStub()) as stub:
        connect(context, url=stub.url, token=TOKEN, locations={"LEJ": "1"})
        yield stub


@pytest.fixture
def woocommerce(context: Context) -> Iterator[ShopStub]:
    put_in_books(context, SmallWorld(), STOCK)
    with running_stub(WooCommerceStub()) as stub:
        connect(context, ShopKind.WOOCOMMERCE, url=stub.url, token=KEYS)
        yield stub


def test_a_shop_goes_live_with_what_it_sold_before(context: Context, shopify: ShopStub) -> None:
    """Every product becomes an item and is told its level; a second pull changes nothing and is told nothing."""
    shopify.catalogue = [variant(number) for number in range(1, 250)] + [variant(250, "tent")]
    for _ in range(2):
        begin_pull(context, "berlin")
        ask_all(context)
        pull = pulled(context)
        assert (pull.read, pull.expected, pull.problem, pull.ended_at is not None) == (250, 250, "", True)
        assert len(variants(context)) == 250
    assert list_messages(context, MessageFilter(state="failed")).rows == ()
    assert not something_to_ask(context)
    relay_all(context, "relay", low=2)
    while (pushed := push_due(context, "pusher", HOME)) is not None and pushed.more:
        pass
    assert (len(shopify.stock), shopify.stock["250@1"], shopify.stock["1@1"]) == (250, 9, 0)
    assert verify_books(context).ok


def test_a_pull_that_was_broken_off_goes_on(context: Context, shopify: ShopStub) -> None:
    """A page and where the next begins are one transaction; a page stored twice is stored once."""
    shopify.catalogue = [variant(number) for number in range(1, 151)]
    begin_pull(context, "berlin")
    pulls = claim_pulls(context, "asker")
    assert pulls
    pull_page(context, pulls[0], HOME)
    pull_page(context, pulls[0], HOME)
    assert pulled(context).read == 100
    begin_pull(context, "berlin")
    ask_all(context)
    settle(context)
    assert (pulled(context).read, len(variants(context))) == (150, 150)
    assert [asked["variables"]["after"] is None for asked in shopify.asked] == [True, True, False]


def test_one_process_asks_for_all(context: Context, shopify: ShopStub) -> None:
    """While it holds the lease, another does nothing."""
    shopify.catalogue = [variant(1)]
    begin_pull(context, "berlin")
    assert claim_pulls(context, "asker")
    assert claim_pulls(context, "another") is None


def test_a_shop_that_does_not_answer_is_asked_later(context: Context, clock: HandClock, shopify: ShopStub) -> None:
    """Later and later, for less at once; a pause it asks for is given."""
    shopify.catalogue = [variant(number) for number in range(1, 51)]
    shopify.ways += [(503, {}, b""), too_many(60)]
    begin_pull(context, "berlin")
    assert (ask(context), pulled(context).problem, pulled(context).failures) == (1, "Answered 503.", 1)
    assert ask(context) == 0
    clock.advance(seconds=6)
    assert (ask(context), pulled(context).problem) == (1, "Answered 429.")
    clock.advance(seconds=59)
    assert ask(context) == 0
    clock.advance(seconds=2)
    ask_all(context)
    settle(context)
    assert (pulled(context).read, pulled(context).problem) == (50, "")
    assert [asked["variables"]["first"] for asked in shopify.asked] == [20, 100]


def test_a_shop_is_asked_for_no_more_than_can_be_applied(
    context: Context, shopify: ShopStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While very many of its messages wait, its catalogue waits."""
    monkeypatch.setattr("stockmesh.flows.shops.pulling.WAITING_MAX", 100)
    shopify.catalogue = [variant(number) for number in range(1, 201)]
    begin_pull(context, "berlin")
    assert (ask(context), ask(context)) == (1, 0)
    settle(context)
    assert ask(context) == 1


def test_who_cannot_be_asked(context: Context) -> None:
    """A shop without a token, and one that nobody knows."""
    put_in_books(context, SmallWorld(), STOCK)
    connect(context)
    with pytest.raises(ShopClosed):
        begin_pull(context, "berlin")
    with pytest.raises(ShopClosed):
        push_all(context, "pusher", "berlin", HOME)
    with pytest.raises(UnknownShop):
        begin_pull(context, "rome")


def test_a_message_newer_than_what_was_pulled_has_the_say(context: Context, shopify: ShopStub) -> None:
    """A product renamed or taken away after the shop answered does not come back as it was."""
    shopify.catalogue = [variant(1, "tent"), variant(2, "lamp")]
    renamed = {"id": 1, "title": "Tent", "updated_at": "2026-03-02T10:00:00Z"}
    send(context, "products/update", renamed | {"variants": [{"id": 1, "sku": "mug", "inventory_item_id": 1}]})
    send(context, "products/delete", {"id": 2})
    begin_pull(context, "berlin")
    ask_all(context)
    settle(context)
    assert {number: one[0] for number, one in variants(context).items()} == {"1": "mug"}


@pytest.mark.parametrize("goods_first", [True, False])
def test_what_is_not_counted_is_not_told(context: Context, shopify: ShopStub, goods_first: bool) -> None:
    """The goods say so, before or after the product that they are behind."""
    said = [
        ("products/create", golden("shopify_product_update")),
        ("inventory_items/create", golden("shopify_inventory_item_update", tracked=False)),
    ]
    for topic, one in reversed(said) if goods_first else said:
        send(context, topic, one)
        settle(context)
    send(context, "products/update", golden("shopify_product_update", updated_at="2026-03-02T11:00:00Z"))
    settle(context)
    assert variants(context) == {"642667041472713922": ("TENT-GREEN", False, True)}
    push_due(context, "pusher", HOME)
    assert shopify.stock == {}


def test_variations_go_with_their_product(context: Context, woocommerce: ShopStub) -> None:
    """WooCommerce tells of the product alone when it is put in the trash."""
    send(context, "product.created", golden("woocommerce_product_updated"))
    settle(context)
    assert set(variants(context)) == {"733"}
    send(context, "product.deleted", {"id": 732})
    settle(context)
    assert variants(context) == {}


def lamps(context: Context) -> int:
    order = get_order(context, find_order(context, "727"))
    return sum(line.quantity for line in order.lines if line.sku == "lamp")


def test_units_refunded_by_woocommerce_are_given_back(
    context: Context, clock: HandClock, woocommerce: ShopStub
) -> None:
    """The shop is asked which they are; until it answers the order stays as it was."""
    said = golden("woocommerce_order_refunded")
    send(context, "order.created", golden("woocommerce_order_created"))
    settle(context)
    assert lamps(context) == 3
    send(context, "order.updated", said["order"])
    settle(context)
    assert (lamps(context), get_shop(context, "berlin").looked_up) == (3, 1)
    woocommerce.ways.append((500, {}, b""))
    woocommerce.orders["727"], woocommerce.refunds["727"] = said["order"], said["refunds"]
    assert ask(context) == 1
    clock.advance(seconds=6)
    assert ask(context) == 1
    settle(context)
    assert (lamps(context), get_shop(context, "berlin").looked_up, ask(context)) == (2, 0, 0)
    assert {one.state for one in list_messages(context, MessageFilter()).rows} == {"applied"}
    assert verify_books(context).ok


def test_an_order_first_heard_of_with_a_refund(context: Context, woocommerce: ShopStub) -> None:
    """It is placed when the shop has answered, with what is left of it."""
    said = golden("woocommerce_order_refunded")
    woocommerce.orders["727"], woocommerce.refunds["727"] = said["order"], said["refunds"]
    send(context, "order.updated", said["order"])
    settle(context)
    [message] = list_messages(context, MessageFilter()).rows
    assert "asked" in message.reason
    ask(context)
    settle(context)
    assert lamps(context) == 2


def test_a_shop_that_is_taken_over_is_told_nothing(context: Context) -> None:
    """It would hear its own numbers back as counts. Once that is over it is told, and its echo counts for nothing."""
    put_in_books(context, SmallWorld(), STOCK)
    with running_stub(ShopifyStub()) as stub:
        connect(context, url=stub.url, token=TOKEN, locations={"LEJ": "1"}, takes_counts=True)
        send(
            context,
            "products/create",
            {**golden("shopify_product_update"), "variants": [{"id": 1, "sku": "tent", "inventory_item_id": 7}]},
        )
        level = {"inventory_item_id": 7, "location_id": 1, "available": 30, "updated_at": "2026-03-02T08:00:00Z"}
        send(context, "inventory_levels/update", level)
        settle(context)
        relay_all(context, "relay", low=2)
        push_due(context, "pusher", HOME)
        assert (stub.stock, item_availability(context, "tent").available) == ({}, 30)
        with pytest.raises(ShopClosed):
            push_all(context, "pusher", "berlin", HOME)
        change_shop(context, "berlin", ShopChange(takes_counts=False), permitted=HOME)
        push_due(context, "pusher", HOME)
        assert stub.stock == {"7@1": 30}
        send(context, "inventory_levels/update", level | {"available": 12, "updated_at": "2026-03-02T09:30:00Z"})
        settle(context)
        assert item_availability(context, "tent").available == 30
