"""Promises over HTTP: one, many with an outcome each, and carts that would be refused."""

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.flows.context import Context

CART = {
    "channel": "web",
    "destination": {"country": "DE", "postcode": "10115"},
    "lines": [{"sku": "lamp", "quantity": 2}, {"sku": "mug", "quantity": 9}],
}


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def test_a_cart_is_promised(client: TestClient) -> None:
    told = client.post("/v1/promises", json=CART).json()
    assert told["served"] == "part"
    [shipment] = told["shipments"]
    assert (shipment["location"], shipment["service"], shipment["ships_on"]) == ("LEJ", "parcel", "2026-03-02")
    assert shipment["units"] == [{"line_no": 1, "sku": "lamp", "units": 2}]
    assert told["delivery"] == {"earliest": None, "latest": None, "missing": ["transit_days"]}
    placed = client.post("/v1/orders", json=CART | {"reference": "P-1"}).json()
    assert placed["cost"] == told["cost"]


def test_a_bad_cart_is_a_problem(client: TestClient) -> None:
    answer = client.post("/v1/promises", json=CART | {"channel": "nowhere"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_channel")


def test_many_are_promised_with_an_outcome_each(client: TestClient) -> None:
    bad = CART | {"lines": []}
    outcomes = client.post("/v1/promises:batch", json={"carts": [CART, bad, CART]}).json()["outcomes"]
    assert [one["status"] for one in outcomes] == [200, 422, 200]
    assert outcomes[0] == outcomes[2]
    assert outcomes[1]["problem"]["code"] == "empty_order"
    too_many = client.post("/v1/promises:batch", json={"carts": [CART] * 1_001})
    assert too_many.status_code == 413
