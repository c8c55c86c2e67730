"""Cart holds over HTTP: held, read, extended, given up, taken over by an order; versions and refusals."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from conftest import HandClock
from stockmesh.flows.context import Context

CART = {
    "channel": "web",
    "destination": {"country": "DE", "postcode": "10115"},
    "lines": [{"sku": "lamp", "quantity": 2}],
}
ORDER = CART | {"reference": "H-1"}


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def held(client: TestClient, **changes: Any) -> Any:
    answer = client.post("/v1/holds", json=CART | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_cart_is_held(client: TestClient) -> None:
    answer = client.post("/v1/holds", json=CART | {"minutes": 5, "customer": "anna"})
    hold = answer.json()
    assert answer.headers["location"] == f"/v1/holds/{hold['hold_id']}"
    assert (hold["state"], hold["expires_at"]) == ("open", "2026-03-02T09:05:00Z")
    assert hold["lines"][0]["kept"] == [{"sku": "lamp", "location": "LEJ", "units": 2}]
    read = client.get(answer.headers["location"])
    assert read.json() == hold
    assert read.headers["etag"] == answer.headers["etag"]
    assert client.get("/v1/holds").json()["items"] == [hold]
    assert client.get("/v1/holds?state=used").json()["items"] == []


def test_the_cell_shows_what_is_reserved_and_by_whom(client: TestClient) -> None:
    hold = held(client)
    [cell] = client.get("/v1/stock?search=lamp&location=LEJ").json()["items"]
    assert cell["reserved"] == 2
    holders = client.get("/v1/stock/holders?sku=lamp&location=LEJ").json()
    assert [one["hold_id"] for one in holders["items"] if one["hold_id"]] == [hold["hold_id"]]
    page = client.get("/console/stock/cell?sku=lamp&location=LEJ").text
    assert f"Cart hold {hold['hold_id']}" in page


def test_an_order_takes_a_hold_over(client: TestClient) -> None:
    hold = held(client)
    placed = client.post("/v1/orders", json=ORDER | {"hold": hold["hold_id"]})
    assert placed.status_code == 201
    after = client.get(f"/v1/holds/{hold['hold_id']}").json()
    assert (after["state"], after["order_id"]) == ("used", placed.json()["order_id"])
    again = client.post("/v1/orders", json=ORDER | {"reference": "H-2", "hold": hold["hold_id"]})
    assert (again.status_code, again.json()["code"]) == (409, "hold_not_open")
    without = client.post(
        "/v1/orders", json=ORDER | {"reference": "H-2", "hold": hold["hold_id"], "hold_required": False}
    )
    assert without.status_code == 201


def test_a_hold_is_extended_and_given_up(client: TestClient, clock: HandClock) -> None:
    path = f"/v1/holds/{held(client)['hold_id']}"
    assert client.post(f"{path}/extend", json={"minutes": 30}).json()["expires_at"] == "2026-03-02T09:30:00Z"
    clock.advance(minutes=29)
    assert client.delete(path).json()["state"] == "released"
    assert client.delete(path).json()["code"] == "hold_not_open"


def test_only_the_version_meant_is_changed(client: TestClient) -> None:
    answer = client.post("/v1/holds", json=CART)
    path, etag = answer.headers["location"], answer.headers["etag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    extended = client.post(f"{path}/extend", json={"minutes": 30}, headers={"If-Match": etag})
    assert extended.status_code == 200
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200
    refused = client.delete(path, headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    assert client.get(path).json()["state"] == "open"
    assert client.delete(path, headers={"If-Match": extended.headers["etag"]}).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"minutes": 0}, 422, "hold_too_long"),
        ({"minutes": 61}, 422, "hold_too_long"),
        ({"lines": []}, 422, "empty_order"),
        ({"lines": [{"sku": "lamp", "quantity": 5000}]}, 422, "hold_too_large"),
        ({"lines": [{"sku": "lamp", "quantity": 500}]}, 422, "short_stock"),
        ({"channel": "nowhere"}, 422, "unknown_channel"),
        ({"wish": "backorder"}, 400, "bad_body"),
        ({"customer": "a\u0000b"}, 422, "bad_customer"),
    ],
)
def test_a_bad_cart_is_refused(client: TestClient, change: dict[str, Any], status: int, code: str) -> None:
    answer = client.post("/v1/holds", json=CART | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.get("/v1/holds?state=all").json()["items"] == []


def test_unknown_holds(client: TestClient) -> None:
    for answer in (client.get("/v1/holds/9"), client.delete("/v1/holds/9")):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_hold")


def test_waiting_orders_are_served_when_a_hold_is_given_up(client: TestClient) -> None:
    """Also under a key: the units are given once the release is committed."""
    lines = [{"sku": "tent", "quantity": 6}]
    path = f"/v1/holds/{held(client, lines=lines)['hold_id']}"
    placed = client.post("/v1/orders", json=ORDER | {"lines": lines}).json()
    assert placed["state"] == "waiting"
    assert client.delete(path, headers={"Idempotency-Key": "r"}).json()["state"] == "released"
    assert client.get(f"/v1/orders/{placed['order_id']}").json()["state"] == "open"


def test_waiting_orders_are_served_when_a_count_finds_units(client: TestClient) -> None:
    lines = [{"sku": "mug", "quantity": 3}]
    placed = client.post("/v1/orders", json=ORDER | {"lines": lines}).json()
    count = {"sku": "mug", "location": "LIL", "quantity": 90, "kind": "available"}
    client.post("/v1/stock/counts", json={"counts": [count]})
    assert client.get(f"/v1/orders/{placed['order_id']}").json()["state"] == "open"
