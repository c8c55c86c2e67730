"""Shops' messages over HTTP: taken when signed, stored before the answer, applied to the books."""

import json

import pytest
from fastapi.testclient import TestClient
from shop import browse

from shop_messages import connect, golden, headers_of, settle
from stockmesh.flows.context import Context
from stockmesh.flows.order_contacts import find_contact
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import find_order
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.gateways.shops.signing import ShopKind
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
    assert answer.status_code != 204 or answer.content == b""
    return int(answer.status_code)


def test_an_order_webhook_becomes_an_order_in_the_books(context: Context, client: TestClient) -> None:
    """Posted over HTTP, signed: sourced with its lines, prices as sold, country and area; the person apart."""
    assert post(client, json.dumps(golden("shopify_order_create")).encode()) == 204
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
    """It carries no signature; it is the same for any shop, and stores nothing."""
    for shop in ("berlin", "nobody"):
        ping = client.post(f"/v1/shops/{shop}/webhooks", data={"webhook_id": "12"})
        assert ping.status_code == 204
    assert list_messages(context, MessageFilter()).rows == ()
