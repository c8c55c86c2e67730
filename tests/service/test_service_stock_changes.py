"""Counts, receipts, moves, adjustments, safety stock and supply over HTTP; waiting orders get what came."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.flows.context import Context
from stockmesh.flows.verify_books import verify_books


@pytest.fixture
def shop(context: Context) -> dict[str, int]:
    return open_shop(context)


@pytest.fixture
def client(context: Context, shop: dict[str, int]) -> TestClient:
    return browse(context)


def cell(client: TestClient, sku: str, location: str) -> Any:
    [found] = client.get(f"/v1/stock?search={sku}&location={location}").json()["items"]
    return found


def test_counts_have_an_outcome_each(client: TestClient, context: Context) -> None:
    counts = [
        {"sku": "lamp", "location": "LIL", "quantity": 9, "kind": "on_hand"},
        {"sku": "anvil", "location": "LIL", "quantity": 9, "kind": "on_hand"},
        {"sku": "tent", "location": "AMS", "quantity": -1, "kind": "available"},
    ]
    told = client.post("/v1/stock/counts", json={"counts": counts, "reference": "C-1"}).json()
    assert [one["status"] for one in told["outcomes"]] == [200, 422, 422]
    assert [one["problem"] and one["problem"]["code"] for one in told["outcomes"]] == [
        None,
        "unknown_stock_item",
        "bad_stock_quantity",
    ]
    assert told["outcomes"][0]["count"]["result"] == "applied"
    assert cell(client, "lamp", "LIL")["on_hand"] == 9
    again = client.post("/v1/stock/counts", json={"counts": counts[:1], "reference": "C-1"}).json()
    assert again["outcomes"][0]["count"]["result"] == "repeated"
    assert verify_books(context).ok


def test_supply_is_told_and_received_and_waiting_orders_get_it(
    client: TestClient, context: Context, shop: dict[str, int]
) -> None:
    line = {"reference": "PO-1", "sku": "mug", "location": "LEJ", "due_on": "2026-03-09", "quantity": 60}
    assert client.post("/v1/stock/incoming", json={"lines": [line]}).json() == {
        "created": 1,
        "changed": 0,
        "unchanged": 0,
    }
    later = client.post("/v1/stock/incoming", json={"lines": [line | {"due_on": "2026-03-10"}]})
    assert later.json()["changed"] == 1
    [told] = client.get("/v1/stock/incoming").json()["items"]
    assert (told["due_on"], told["still_due"]) == ("2026-03-10", 60)
    receipt = {"reference": "PO-1", "sku": "mug", "location": "LEJ", "quantity": 55}
    booked = client.post("/v1/stock/receipts", json={"receipts": [receipt]}, headers={"Idempotency-Key": "r1"})
    assert booked.json()["gained"] == [{"sku": "mug", "owner": "shop", "location": "LEJ", "units": 55}]
    assert client.get(f"/v1/orders/{shop['B-1']}").json()["state"] == "open"
    again = client.post("/v1/stock/receipts", json={"receipts": [receipt]}, headers={"Idempotency-Key": "r1"})
    assert (again.json(), again.headers["idempotent-replayed"]) == (booked.json(), "true")
    too_many = client.post("/v1/stock/receipts", json={"receipts": [receipt]})
    assert too_many.json()["code"] == "more_than_incoming"
    assert verify_books(context).ok


def test_units_are_moved_all_or_none(client: TestClient, context: Context) -> None:
    move = {"sku": "lamp", "location": "LIL", "quantity": 2, "from_state": "sellable", "to_state": "damaged"}
    away = {"sku": "lamp", "location": "LIL", "quantity": 99, "from_state": "sellable", "to_state": "sellable"}
    refused = client.post("/v1/stock/moves", json={"moves": [move, away | {"to_location": "LEJ"}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_enough_stock")
    assert cell(client, "lamp", "LIL")["damaged"] == 0
    booked = client.post("/v1/stock/moves", json={"moves": [move, away | {"to_location": "LEJ", "quantity": 1}]})
    assert (booked.json()["entries"], booked.json()["movements"]) == (2, 2)
    assert cell(client, "lamp", "LIL")["sellable"] == 2
    assert verify_books(context).ok


def test_adjustments_go_both_ways_and_need_a_reason(client: TestClient, context: Context) -> None:
    one = {"sku": "lamp", "location": "LIL", "change": -2, "reason": "broken"}
    two = {"sku": "tent", "location": "LEJ", "change": 3, "reason": "found"}
    assert client.post("/v1/stock/adjustments", json={"adjustments": [one, two]}).status_code == 200
    assert cell(client, "lamp", "LIL")["sellable"] == 3
    for bad, code in (({"reason": " "}, "reason_missing"), ({"change": 0}, "bad_stock_quantity")):
        answer = client.post("/v1/stock/adjustments", json={"adjustments": [one | bad]})
        assert answer.json()["code"] == code
    assert verify_books(context).ok


def test_safety_stock_is_put(client: TestClient) -> None:
    setting = {"sku": "lamp", "location": "LIL", "units": 4}
    assert client.put("/v1/stock/safety", json={"settings": [setting]}).status_code == 200
    assert (cell(client, "lamp", "LIL")["safety_stock"], cell(client, "lamp", "LIL")["available"]) == (4, 1)
    bad = client.put("/v1/stock/safety", json={"settings": [setting | {"units": -1}]})
    assert bad.json()["code"] == "bad_stock_quantity"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("counts", {"counts": [{"sku": "a\u0000", "location": "LEJ", "quantity": 1, "kind": "on_hand"}]}, "bad_body"),
        ("moves", {"moves": [{}]}, "bad_body"),
        (
            "incoming",
            {"lines": [{"reference": "P", "sku": "tent", "location": "X", "due_on": "2026-03-09", "quantity": 1}]},
            "unknown_stock_location",
        ),
        (
            "incoming",
            {"lines": [{"reference": "P", "sku": "tent", "location": "LEJ", "due_on": "0001-03-09", "quantity": 1}]},
            "bad_stock_instant",
        ),
        (
            "receipts",
            {"receipts": [{"reference": "no", "sku": "tent", "location": "LEJ", "quantity": 1}]},
            "unknown_incoming",
        ),
    ],
)
def test_what_cannot_be_booked_is_refused(client: TestClient, path: str, body: Any, code: str) -> None:
    assert client.post(f"/v1/stock/{path}", json=body).json()["code"] == code


def test_a_request_has_so_many_entries_at_most(client: TestClient) -> None:
    setting = {"sku": "lamp", "location": "LIL", "units": 4}
    answer = client.put("/v1/stock/safety", json={"settings": [setting] * 5_001})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_entries")
