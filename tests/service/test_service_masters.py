"""Items, locations, owners, channels and the change of orders over HTTP, with their versions."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.flows.context import Context

LAMP = {"title": "Lamp", "weight_mg": 900_000, "length_um": 90_000, "width_um": 90_000, "height_um": 90_000}


@pytest.fixture
def shop(context: Context) -> dict[str, int]:
    return open_shop(context)


@pytest.fixture
def client(context: Context, shop: dict[str, int]) -> TestClient:
    return browse(context)


def skus(answer: Any) -> list[str]:
    return [one["sku"] for one in answer.json()["items"]]


def test_items_are_listed_page_by_page(client: TestClient) -> None:
    assert skus(client.get("/v1/items")) == ["lamp", "mug", "tent"]
    first = client.get("/v1/items?limit=2&descending=true")
    assert skus(first) == ["tent", "mug"]
    cursor = first.json()["next_cursor"]
    assert skus(client.get(f"/v1/items?limit=2&descending=true&cursor={cursor}")) == ["lamp"]
    assert skus(client.get("/v1/items?search=LA")) == ["lamp"]
    assert skus(client.get("/v1/items?is_kit=true")) == []
    assert client.get("/v1/items?owner=nobody").json()["code"] == "unknown_owner"


def test_an_item_is_put_as_a_whole(client: TestClient) -> None:
    etag = client.get("/v1/items/lamp").headers["etag"]
    changed = client.put("/v1/items/lamp", json=LAMP, headers={"If-Match": etag})
    assert (changed.status_code, changed.json()["weight_mg"]) == (200, 900_000)
    again = client.put("/v1/items/lamp", json=LAMP, headers={"If-Match": etag})
    assert (again.status_code, again.json()["code"]) == (412, "changed_meanwhile")
    assert client.put("/v1/items/new%2Fone", json=LAMP).json()["sku"] == "new/one"
    assert client.get("/v1/items/new/one", headers={"If-None-Match": "*"}).status_code == 304


def test_a_kit_is_put_with_what_it_is_made_of(client: TestClient) -> None:
    kit = LAMP | {"components": [{"sku": "mug", "quantity": 2}, {"sku": "tent", "quantity": 1}]}
    told = client.put("/v1/items/camp", json=kit).json()
    assert told["is_kit"]
    assert told["components"] == [{"sku": "mug", "quantity": 2}, {"sku": "tent", "quantity": 1}]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weight_mg": 0}, "bad_item"),
        ({"length_um": -1}, "bad_item"),
        ({"unit_price_minor": -1}, "bad_item"),
        ({"components": [{"sku": "lamp", "quantity": 1}]}, "bad_item"),
        ({"components": [{"sku": "mug", "quantity": 1}, {"sku": "mug", "quantity": 2}]}, "bad_item"),
        ({"components": [{"sku": "anvil", "quantity": 1}]}, "unknown_item"),
        ({"components": [{"sku": "mug", "quantity": 0}]}, "bad_item"),
        ({"title": "a\u0000"}, "bad_body"),
        ({"weight_mg": 2**63}, "bad_body"),
        ({"components": [{"sku": "tent", "quantity": 1}]}, "stocked_as_item"),
    ],
)
def test_a_bad_item_is_refused(client: TestClient, change: dict[str, Any], code: str) -> None:
    before = client.get("/v1/items/lamp").json()
    assert client.put("/v1/items/lamp", json=LAMP | change).json()["code"] == code
    assert client.get("/v1/items/lamp").json() == before


def test_unknown_things_are_not_found(client: TestClient) -> None:
    for path in ("items", "locations", "owners", "channels"):
        assert client.get(f"/v1/{path}/nowhere").status_code == 404


def test_a_location_is_closed_and_opened(client: TestClient) -> None:
    read = client.get("/v1/locations/LEJ")
    closed = client.patch("/v1/locations/LEJ", json={"is_open": False}, headers={"If-Match": read.headers["etag"]})
    assert closed.json() == read.json() | {"is_open": False}
    order = {
        "reference": "M-1",
        "channel": "web",
        "destination": {"country": "DE", "postcode": "10115"},
        "lines": [{"sku": "lamp", "quantity": 1}],
    }
    placed = client.post("/v1/orders", json=order).json()["order_id"]
    plan = client.get(f"/v1/orders/{placed}/plan").json()
    assert [one["location"] for one in plan["fulfilments"]] == ["AMS"]
    stale = client.patch("/v1/locations/LEJ", json={"is_open": True}, headers={"If-Match": read.headers["etag"]})
    assert stale.status_code == 412
    assert client.patch("/v1/locations/LEJ", json={"is_open": True}).json() == read.json()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"daily_orders_max": -1}, "bad_location"),
        ({"working_days": [0]}, "bad_location"),
        ({"carriers": ["pigeon"]}, "bad_location"),
        ({"name": ""}, "bad_location"),
        ({"cutoff_local": "12:00:00Z"}, "bad_location"),
        ({"cutoff_local": "noon"}, "bad_body"),
        ({"code": "XXX"}, "bad_body"),
    ],
)
def test_a_bad_change_of_a_location_is_refused(client: TestClient, change: dict[str, Any], code: str) -> None:
    before = client.get("/v1/locations/LEJ").json()
    assert client.patch("/v1/locations/LEJ", json=change).json()["code"] == code
    assert client.get("/v1/locations/LEJ").json() == before


def test_owners_and_channels(client: TestClient) -> None:
    assert client.get("/v1/owners").json()["items"] == [client.get("/v1/owners/shop").json()]
    [channel] = client.get("/v1/channels").json()["items"]
    assert (channel["code"], channel["owner"]) == ("web", "shop")
    assert client.get("/v1/channels/web").json() == channel


def test_an_order_is_changed(client: TestClient, shop: dict[str, int]) -> None:
    path = f"/v1/orders/{shop['A-1']}"
    read = client.get(path)
    assert client.get(path, headers={"If-None-Match": read.headers["etag"]}).status_code == 304
    change = {"lines": [{"sku": "lamp", "quantity": 3, "unit_price_minor": 5}]}
    changed = client.patch(path, json=change, headers={"If-Match": read.headers["etag"]})
    assert [(one["sku"], one["quantity"]) for one in changed.json()["lines"]] == [("lamp", 3)]
    assert changed.headers["etag"] == client.get(path).headers["etag"] != read.headers["etag"]
    moved = client.patch(path, json={"destination": {"country": "NL", "postcode": "1012"}}).json()
    assert (moved["destination"]["country"], moved["decision"]["round"]) == ("NL", 3)
    for verb in ("pause", "cancel"):
        stale = client.post(f"{path}/{verb}", headers={"If-Match": read.headers["etag"]})
        assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert client.get(path).json()["state"] == "open"
    assert client.patch(path, json={"lines": []}).json()["code"] == "empty_order"
    assert client.patch("/v1/orders/999999", json={}).status_code == 404
