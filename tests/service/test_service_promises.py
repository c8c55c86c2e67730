"""Promises over HTTP: one, many with an outcome each, and carts that would be refused."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, mint, open_shop

from stockmesh.domain.carriers.transit import Lane, Transit
from stockmesh.flows.context import Context
from worlds import SmallWorld, publish

CART: dict[str, Any] = {
    "channel": "web",
    "destination": {"country": "DE", "postcode": "10115"},
    "lines": [{"sku": "lamp", "quantity": 2}, {"sku": "mug", "quantity": 9}],
}


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def test_a_cart_is_promised(client: TestClient) -> None:
    [told] = client.post("/v1/promises", json=CART).json()["options"]
    assert (told["served"], told["kinds"]) == ("part", ["cheapest"])
    [shipment] = told["shipments"]
    assert (shipment["location"], shipment["service"], shipment["starts_on"]) == ("LEJ", "parcel", "2026-03-02")
    assert shipment["units"] == [{"line_no": 1, "sku": "lamp", "units": 2}]
    assert shipment["delivery"] == {"earliest": None, "latest": None, "missing": ["transit_days"]}
    assert told["delivery"] == {"earliest": None, "latest": None, "missing": ["transit_days", "supply"]}
    assert (told["order_by"], told["order_within_seconds"]) == ("2026-03-02T13:00:00Z", 4 * 3_600)
    placed = client.post("/v1/orders", json=CART | {"reference": "P-1"}).json()
    assert placed["cost"] == told["cost"]


def test_every_step_has_its_reason(client: TestClient, context: Context) -> None:
    [carrier] = SmallWorld().carriers
    service = replace(carrier.services[0], transit=Transit((Lane(1, 2),)))
    publish(context, replace(SmallWorld(), carriers=(replace(carrier, services=(service,)),)))
    [told] = client.post("/v1/promises", json=CART | {"lines": CART["lines"][:1]}).json()["options"]
    assert told["kinds"] == ["cheapest", "fastest"]
    assert told["delivery"] == {"earliest": "2026-03-03", "latest": "2026-03-04", "missing": []}
    assert [(step["kind"], step["earliest"], step["latest"]) for step in told["shipments"][0]["steps"]] == [
        ("ordered", "2026-03-02", "2026-03-02"),
        ("start", "2026-03-02", "2026-03-02"),
        ("pickup", "2026-03-02", "2026-03-02"),
        ("transit", "2026-03-03", "2026-03-04"),
        ("delivery", "2026-03-03", "2026-03-04"),
        ("lateness", "2026-03-03", "2026-03-04"),
    ]
    assert all(step["reason"] for step in told["shipments"][0]["steps"])
    assert told["shipments"][0]["steps"][1]["at"] == "2026-03-02T14:00:00+01:00"


def test_a_cart_is_promised_and_held(client: TestClient, context: Context) -> None:
    """The order that names the hold is given its units, though nobody else could have them; a key opens one hold."""
    cart = CART | {"lines": [{"sku": "tent", "quantity": 6}], "wish": "refuse", "minutes": 5}
    held = client.post("/v1/promises:hold", json=cart, headers={"Idempotency-Key": "K"})
    assert held.status_code == 201
    again = client.post("/v1/promises:hold", json=cart, headers={"Idempotency-Key": "K"})
    assert again.json() == held.json()
    told = held.json()
    shipments = told["promise"]["options"][0]["shipments"]
    kept = {one["location"]: one["units"] for line in told["hold"]["lines"] for one in line["kept"]}
    assert kept == {one["location"]: one["units"][0]["units"] for one in shipments}
    assert held.headers["location"] == f"/v1/holds/{told['hold']['hold_id']}"
    order = {name: said for name, said in cart.items() if name != "minutes"} | {"reference": "P-2"}
    assert client.post("/v1/orders", json=order).json()["code"] == "short_stock"
    placed = client.post("/v1/orders", json=order | {"reference": "P-3", "hold": told["hold"]["hold_id"]})
    assert (placed.status_code, placed.json()["cost"]) == (201, told["promise"]["options"][0]["cost"])


def test_who_may_only_read_holds_nothing(client: TestClient, context: Context) -> None:
    reader = {"authorization": f"Bearer {mint(context, 'orders:read')}"}
    assert client.post("/v1/promises", json=CART, headers=reader).status_code == 200
    assert client.post("/v1/promises:hold", json=CART, headers=reader).status_code == 403
    too_long = client.post("/v1/promises:hold", json=CART | {"minutes": 10_000})
    assert (too_long.status_code, too_long.json()["code"]) == (422, "hold_too_long")


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
