"""Goods of shops: items added and corrected, never spoilt; levels heard while going live; connections that work."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import HandClock
from shop_messages import HOME, SECRET, connect, golden, headers_of, send, settle
from shop_stubs import TOKEN
from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.flows.event_log import list_events
from stockmesh.flows.keeping_secrets import rotate
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.shops.changing import ShopChange, change_shop, rotate_shop_secret
from stockmesh.flows.shops.connections import NewShop, add_shop, list_shops, remove_shop
from stockmesh.flows.shops.inbox import receive_message
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.flows.shops.refusals import ShopTaken, UnknownShop
from stockmesh.flows.stock_levels import item_availability
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.shops.refusals import BadShop, BadSignature
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.webhooks.refusals import ForbiddenAddress
from worlds import SmallWorld, put_in_books


@pytest.fixture
def books(context: Context) -> Context:
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 9})
    return context


def item(context: Context, sku: str) -> dict[str, Any]:
    with context.database.session() as session:
        row = session.execute(
            "SELECT title, weight_mg, length_um, unit_price_minor, hs_code, origin_country, assumed FROM item "
            "WHERE sku = %s",
            [sku],
        ).fetchone()
    assert row is not None
    return dict(row)


@pytest.mark.parametrize("product_first", [True, False])
def test_an_item_is_made_of_what_product_and_goods_tell(books: Context, product_first: bool) -> None:
    """Whichever comes first; what neither tells is assumed and marked."""
    connect(books)
    said = [
        ("products/create", golden("shopify_product_update")),
        ("inventory_items/create", golden("shopify_inventory_item_update")),
    ]
    for topic, message in said if product_first else reversed(said):
        send(books, topic, message)
        settle(books)
    assert item(books, "TENT-GREEN") == {
        "title": "Tent - Green",
        "weight_mg": 2_948_350,
        "length_um": 200_000,
        "unit_price_minor": 19_900,
        "hs_code": "630622",
        "origin_country": "PT",
        "assumed": ["length_um", "width_um", "height_um"],
    }


def test_what_a_shop_does_not_tell_stays_as_it_was(books: Context) -> None:
    """The tent's measured size is not overwritten by what is assumed."""
    connect(books)
    before = item(books, "tent")
    variants = [{"id": 1, "sku": "tent", "inventory_item_id": 1, "price": "12.00", "title": "Default Title"}]
    product = golden("shopify_product_update", title="Tent of ours", variants=variants)
    send(books, "products/update", product)
    settle(books)
    assert item(books, "tent") == before | {"title": "Tent of ours", "unit_price_minor": 1_200}


def test_an_older_product_changes_nothing_and_a_deleted_one_does_not_come_back(books: Context) -> None:
    """The newest has the say; the item itself stays."""
    connect(books)
    variants = [{"id": 1, "sku": "rope", "inventory_item_id": 1, "price": "12.00"}]
    newer = golden("shopify_product_update", title="Rope", variants=variants)
    older = newer | {"title": "Cord", "updated_at": "2026-03-01T10:00:00Z"}
    for topic, said in (
        ("products/update", newer),
        ("products/create", older),
        ("products/delete", {"id": newer["id"]}),
    ):
        send(books, topic, said)
        settle(books)
    send(books, "products/update", newer | {"note": "late"})
    settle(books)
    assert item(books, "rope")["title"] == "Rope"
    with books.database.session() as session:
        assert session.execute("SELECT variant FROM shop_variant").fetchall() == []


def test_levels_are_heard_only_of_a_shop_that_is_taken_over(books: Context) -> None:
    """Then they are counts of what is available, as of the shop's instant; repeated and older ones do nothing."""
    for code, takes in (("berlin", False), ("bonn", True)):
        connect(books, code=code, takes_counts=takes, locations={"LEJ": "24826418"})
        variants = [{"id": 1, "sku": "tent", "inventory_item_id": 43729076}]
        send(books, "products/create", golden("shopify_product_update", variants=variants), shop=code)
        level = golden("shopify_inventory_level_update", available=74, updated_at="2026-03-02T08:00:00Z")
        send(books, "inventory_levels/update", level, shop=code)
        send(books, "inventory_levels/update", level | {"admin": "again"}, shop=code)
        send(
            books, "inventory_levels/update", level | {"available": 3, "updated_at": "2026-03-02T07:00:00Z"}, shop=code
        )
        send(books, "inventory_levels/update", level | {"location_id": 5}, shop=code)
        settle(books)
        assert item_availability(books, "tent").available == (74 if takes else 9)
    assert {one.state for one in list_messages(books, MessageFilter()).rows} == {"applied"}
    assert verify_books(books).ok


BAD: dict[str, tuple[dict[str, Any], type[Refusal]]] = {
    "code": ({"code": "a b"}, BadShop),
    "short secret": ({"secret": "1234567"}, BadShop),
    "no place for stock": ({"token": "shpat_x"}, BadShop),
    "half a key": ({"kind": ShopKind.WOOCOMMERCE, "token": "ck_x"}, BadShop),
    "unit": ({"weight_unit": "stone"}, BadShop),
    "token in the clear": ({"url": "http://93.184.215.14", "token": "shpat_x", "home": "1"}, BadShop),
    "metadata": ({"url": "http://169.254.169.254"}, ForbiddenAddress),
    "channel": ({"channel": "fax"}, UnknownChannel),
    "location": ({"locations": {"XXX": "1"}}, UnknownLocation),
}


@pytest.mark.parametrize("name", BAD)
def test_connections_that_cannot_work_are_refused(books: Context, name: str) -> None:
    """Before anything is stored."""
    changes, refusal = BAD[name]
    with pytest.raises(refusal):
        connect(books, **changes)
    assert list_shops(books) == ()


def test_a_shop_is_added_once_and_removed_without_its_orders(books: Context) -> None:
    """Its code is its own; who reads the list or the events sees no secret; unknown ones are named."""
    connect(books)
    with pytest.raises(ShopTaken):
        connect(books)
    relay_all(books, "relay", low=2)
    told = [event.data for event in list_events(books).items if event.type == "shop.changed"]
    assert told == [{"shop": "berlin", "change": "added"}]
    assert SECRET not in repr((list_shops(books), told, NewShop("a", ShopKind.SHOPIFY, "web", "https://x", SECRET)))
    remove_shop(books, "berlin")
    with pytest.raises(UnknownShop):
        remove_shop(books, "berlin")
    with pytest.raises(UnknownChannel):
        add_shop(books, NewShop("a", ShopKind.SHOPIFY, "fax", "https://127.0.0.1", SECRET), permitted=HOME)


def test_a_secret_is_changed_without_a_gap(books: Context, clock: HandClock) -> None:
    """Until the grace is over the shop may sign with either, then with the new one alone; neither is shown or kept in
    plain text, and a change of the key that seals them takes both along."""
    connect(books)
    rotate_shop_secret(books, "berlin", "another-secret", grace=timedelta(hours=1))
    rotate(books)
    body = b"{}"
    signed = {
        secret: headers_of(ShopKind.SHOPIFY, "orders/create", secret, body, secret)
        for secret in (SECRET, "another-secret")
    }
    assert all(receive_message(books, "berlin", headers, body) for headers in signed.values())
    with pytest.raises(BadSignature):
        receive_message(books, "berlin", headers_of(ShopKind.SHOPIFY, "", "3", body, "a-third-secret"), body)
    clock.advance(hours=2)
    assert receive_message(books, "berlin", signed["another-secret"], body) is False
    with pytest.raises(BadSignature):
        receive_message(books, "berlin", signed[SECRET], body)
    relay_all(books, "relay", low=2)
    told = [event.data["change"] for event in list_events(books).items if event.type == "shop.changed"]
    assert told == ["added", "secret rotated"]
    with books.database.session() as session:
        kept = str(session.execute("SELECT secret, former_secret FROM shop").fetchall())
    assert not any(secret in kept for secret in (SECRET, "another-secret"))
    with pytest.raises(BadShop):
        rotate_shop_secret(books, "berlin", "short")


def test_a_connection_is_changed(books: Context) -> None:
    """What is not said stays as it was; what can never work is refused; who did it is told with before and after."""
    connect(books, locations={"LEJ": "1"})
    changed = change_shop(books, "berlin", ShopChange(token=TOKEN, home="5"), permitted=HOME)
    assert (changed.home, changed.locations, changed.pushes, changed.base_url) == (
        "5",
        {"LEJ": "1"},
        True,
        "http://127.0.0.1:9",
    )
    with pytest.raises(UnknownLocation):
        change_shop(books, "berlin", ShopChange(locations={"XXX": "1"}), permitted=HOME)
    with pytest.raises(BadShop):
        change_shop(books, "berlin", ShopChange(weight_unit="stone"), permitted=HOME)
    with pytest.raises(ForbiddenAddress):
        change_shop(books, "berlin", ShopChange(url="http://169.254.169.254"), permitted=HOME)
    with pytest.raises(UnknownShop):
        change_shop(books, "rome", ShopChange(), permitted=HOME)
    assert change_shop(books, "berlin", ShopChange(token=""), permitted=HOME).pushes is False
    relay_all(books, "relay", low=2)
    told = [event.data for event in list_events(books).items if event.type == "shop.changed"]
    assert told[1]["after"] == {"home": "5"}
    assert TOKEN not in str(told)
