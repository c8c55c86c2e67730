"""Shops' messages over HTTP: taken when signed, stored before the answer, applied to the books."""

import json
import time
from collections.abc import Callable, Iterator
from threading import Event as Signal

import pytest
from fastapi.testclient import TestClient
from shop import browse

from shop_messages import connect, golden, headers_of, settle
from shop_stubs import TOKEN, ShopifyStub, running_stub
from stockmesh.app import Settings
from stockmesh.flows.context import Context
from stockmesh.flows.order_contacts import find_contact
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import find_order
from stockmesh.flows.shops import levels
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.service.batching import Batcher
from stockmesh.service.caretaker import Caretaker, Household
from stockmesh.service.events.shop_timer import Errand, ShopTimer
from stockmesh.service.events.timers import running_timers
from worlds import SmallWorld, put_in_books

STOCK = {("LEJ", "tent"): 9, ("LEJ", "lamp"): 20}


@pytest.fixture
def client(context: Context) -> TestClient:
    put_in_books(context, SmallWorld(), STOCK)
    connect(context)
    return browse(context)


def post(client: TestClient, body: bytes, topic: str = "orders/create", **changes: str) -> int:
    headers = headers_of(ShopKind.SHOPIFY, topic, "b54557e4", body) | changes
    answer = client.post("/v1/shops/berlin/webhooks", content=body, headers=headers)
    assert answer.status_code != 200 or answer.content == b""
    return int(answer.status_code)


def test_an_order_webhook_becomes_an_order_in_the_books(context: Context, client: TestClient) -> None:
    """Posted over HTTP, signed: sourced with its lines, prices as sold, country and area; the person apart."""
    assert post(client, json.dumps(golden("shopify_order_create")).encode()) == 200
    settle(context)
    assert [(one.state, one.reason) for one in list_messages(context, MessageFilter()).rows] == [("applied", "")]
    order_id = find_order(context, "#1001")
    order = get_order(context, order_id)
    assert (order.state, order.destination.country, order.destination.area) == ("open", "DE", "10115")
    assert [(line.sku, line.quantity, line.unit_price.minor) for line in order.lines] == [
        ("tent", 2, 18_905),
        ("lamp", 2, 2_990),
    ]
    contact = find_contact(context, order_id)
    assert contact is not None
    assert (contact.name, contact.street) == ("Anna Schmidt", "Invalidenstr. 117, 3. Stock")


def test_what_is_not_signed_is_refused_alike(context: Context, client: TestClient) -> None:
    """A wrong signature, none, another body, a shop that is not connected: the same answer, and nothing is stored."""
    body = b'{"id": 1}'
    header = "x-shopify-hmac-sha256"
    signed = headers_of(ShopKind.SHOPIFY, "orders/create", "1", body)
    answers = [
        client.post("/v1/shops/berlin/webhooks", content=body + b" ", headers=signed),
        client.post("/v1/shops/berlin/webhooks", content=body, headers=signed | {header: "bm8="}),
        client.post("/v1/shops/berlin/webhooks", content=body, headers={**signed, header: ""}),
        client.post("/v1/shops/nobody/webhooks", content=body, headers=signed),
        client.post("/v1/shops/nobody/webhooks", content=b""),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}
    assert answers[0].json()["code"] == "bad_signature"
    assert list_messages(context, MessageFilter()).rows == ()


def test_a_ping_of_woocommerce_is_answered_and_nothing_else(context: Context, client: TestClient) -> None:
    """It carries no signature; it is the same for any shop, and stores nothing. Any answer but 200 is a fault to it."""
    for shop in ("berlin", "nobody"):
        ping = client.post(f"/v1/shops/{shop}/webhooks", data={"webhook_id": "12"})
        assert ping.status_code == 200
    assert list_messages(context, MessageFilter()).rows == ()


HOSTILE = [b"", b"not json", b"[" * 50_000, b"\0" * 100, b'{"id": "\xff"}', b"[]", b'{"id": [1]}']


def test_hostile_bodies_are_stored_and_set_aside(context: Context, client: TestClient) -> None:
    """Signed, they are the shop's: acknowledged, kept, never a 500, and in nobody's way."""
    for number, body in enumerate(HOSTILE):
        headers = headers_of(ShopKind.SHOPIFY, "orders/create", f"h{number}", body)
        assert client.post("/v1/shops/berlin/webhooks", content=body, headers=headers).status_code == 200
    assert post(client, json.dumps(golden("shopify_order_create")).encode()) == 200
    assert settle(context).failed == len(HOSTILE)
    assert find_order(context, "#1001")
    unreadable = list_messages(context, MessageFilter(state="failed")).rows
    assert {one.code for one in unreadable} == {"unreadable_message"}


def test_a_body_without_end_is_refused_before_it_is_looked_at(context: Context, client: TestClient) -> None:
    """A hundred megabytes are not read to their end."""
    read = 0

    def pour() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * 1_000_000

    answer = client.post("/v1/shops/berlin/webhooks", content=pour())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert list_messages(context, MessageFilter()).rows == ()


def test_repeated_deliveries_are_taken_once(context: Context, client: TestClient) -> None:
    """A shop that did not hear the answer sends the same again."""
    body = json.dumps(golden("shopify_order_create")).encode()
    assert [post(client, body) for _ in range(3)] == [200, 200, 200]
    assert settle(context).applied == 1
    assert post(client, body) == 200
    assert settle(context).applied == 0


@pytest.mark.parametrize("headers", [{"x-shopify-topic": "\x80\xff", "x-shopify-webhook-id": "é" * 300}, {}])
def test_strange_headers_do_no_harm(context: Context, client: TestClient, headers: dict[str, str]) -> None:
    """A topic nobody knows is applied to nothing, a delivery without a number is known by what it says."""
    said = headers_of(ShopKind.SHOPIFY, "", "", b"{}")
    signature = {"x-shopify-hmac-sha256": said["x-shopify-hmac-sha256"]}
    sent = {name: value.encode("latin-1") for name, value in (headers | signature).items()}
    for _ in range(2):
        assert client.post("/v1/shops/berlin/webhooks", content=b"{}", headers=sent).status_code == 200
    assert settle(context).applied == 1
    [message] = list_messages(context, MessageFilter()).rows
    assert (message.topic, message.state) == ("", "applied")


def test_a_running_service_applies_messages_and_tells_what_is_left(context: Context) -> None:
    """From the shop's order to the shop's own stock, with nobody's help: nine tents less the two that were sold."""
    put_in_books(context, SmallWorld(), STOCK)
    with running_stub(ShopifyStub()) as stub:
        connect(context, url=stub.url, token=TOKEN, home="24826418")
        variants = [{"id": 1, "sku": "tent", "inventory_item_id": 7}]
        client = browse(context)
        caretaker = Caretaker(context, Batcher(list), Household())
        with running_timers(context, Settings(webhook_networks="127.0.0.0/8"), caretaker):
            body = json.dumps(golden("shopify_product_update", variants=variants)).encode()
            assert post(client, body, "products/create", **{"x-shopify-webhook-id": "p"}) == 200
            wait_until(lambda: stub.stock == {"7@24826418": 9})
            assert post(client, json.dumps(golden("shopify_order_create")).encode()) == 200
            wait_until(lambda: stub.stock == {"7@24826418": 7})
    assert find_order(context, "#1001")


def wait_until(holds: Callable[[], bool]) -> None:
    """Returns as soon as it holds, and fails when it does not within a long time."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_was_set_aside_is_seen_tried_again_and_discarded(context: Context, client: TestClient) -> None:
    """In the list of the shop alone, without secrets; every deed names the key that did it."""
    assert post(client, b"not json") == 200
    settle(context)
    [shop] = client.get("/v1/shops").json()["items"]
    assert (shop["code"], shop["failed"], shop["heard_at"] is not None) == ("berlin", 1, True)
    assert not {"secret", "token"} & shop.keys()
    [message] = client.get("/v1/shops/berlin/messages", params={"state": "failed"}).json()["items"]
    here = f"/v1/shops/berlin/messages/{message['message_id']}"
    assert client.post("/v1/shops/berlin/retry").json() == {"retried": 1}
    settle(context)
    assert client.post(f"{here}/retry").json() == {"retried": 1}
    settle(context)
    assert client.post(here.replace("berlin", "rome") + "/discard").json()["code"] == "unknown_shop"
    assert client.post(f"{here}/discard").status_code == 204
    assert client.post(f"{here}/retry").json()["code"] == "unknown_message"
    assert client.get("/v1/shops/berlin").json()["failed"] == 0


def test_a_slow_shop_keeps_no_other_waiting(context: Context) -> None:
    """While the first is still being told, the second is told, and the first is not begun again."""
    begun: list[int] = []
    end = Signal()

    def push(_: Context, shop: dict[str, int], __: object) -> None:
        begun.append(shop["shop_id"])
        if shop["shop_id"] == 1:
            end.wait(20)

    shops = [{"shop_id": 1}, {"shop_id": 2}]
    errand = Errand(levels.LEASE, lambda _: True, lambda *_: shops, push)
    timer = ShopTimer(context, Settings(), errand)
    while begun.count(2) < 3:
        timer.beat()
    assert begun.count(1) == 1
    end.set()
    timer.let_go()


def test_a_running_service_reads_all_that_a_shop_sells(context: Context) -> None:
    """Asked over HTTP by whoever may change things in shops; `pull` tells how far it is, the screen shows it."""
    put_in_books(context, SmallWorld(), STOCK)
    node = golden("shopify_catalogue")["data"]["productVariants"]["nodes"][0]
    catalogue = [node | {"id": f"gid://shopify/ProductVariant/{number}", "sku": f"T{number}"} for number in range(120)]
    with running_stub(ShopifyStub(catalogue=catalogue)) as stub:
        connect(context, url=stub.url, token=TOKEN, home="1")
        client = browse(context)
        assert "Read all products" in client.get("/console/shops/berlin").text
        assert client.get("/v1/shops/berlin").json()["pull"] is None
        caretaker = Caretaker(context, Batcher(list), Household())
        with running_timers(context, Settings(webhook_networks="127.0.0.0/8"), caretaker):
            begun = client.post("/v1/shops/berlin/pull")
            assert (begun.status_code, begun.json()["pull"]["read"]) == (202, 0)
            wait_until(lambda: client.get("/v1/shops/berlin").json()["pull"]["ended_at"] is not None)
            wait_until(lambda: client.get("/v1/shops/berlin").json()["waiting"] == 0)
        assert client.get("/v1/shops/berlin").json()["pull"]["read"] == 120
        assert "Its products were read at" in client.get("/console/shops/berlin").text
    assert client.get("/v1/items/T119").status_code == 200


def test_a_shop_without_a_token_cannot_be_asked(client: TestClient) -> None:
    """It says so, and how to change that; the screen offers nothing that cannot be done."""
    refused = client.post("/v1/shops/berlin/pull")
    assert (refused.status_code, refused.json()["code"]) == (409, "shop_closed")
    assert client.post("/v1/shops/rome/pull").status_code == 404
    assert "Read all products" not in client.get("/console/shops/berlin").text
