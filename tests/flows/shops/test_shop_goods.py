"""Goods of shops: items added and corrected, never spoilt; levels heard while going live; connections that work."""

from typing import Any

import pytest

from shop_messages import HOME, SECRET, connect, golden, send, settle
from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.flows.event_log import list_events
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.shops.connections import NewShop, add_shop, list_shops, remove_shop
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.flows.shops.refusals import ShopTaken, UnknownShop
from stockmesh.flows.stock_levels import item_availability
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.shops.refusals import BadShop
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
