"""Orders come in over HTTP: placed once, repeated, refused; paused, resumed and cancelled."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from shop import ADDRESS, browse, mint, open_shop

from stockmesh.flows.context import Context
from stockmesh.flows.verify_books import verify_books
from stockmesh.service.application import create_app

NEW: dict[str, Any] = {
    "reference": "N-1",
    "channel": "web",
    "destination": {"country": "DE", "postcode": "10115"},
    "lines": [{"sku": "lamp", "quantity": 2, "unit_price_minor": 1500}],
}


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def test_an_order_is_placed_once(client: TestClient, context: Context) -> None:
    first = client.post("/v1/orders", json=NEW)
    again = client.post("/v1/orders", json=NEW)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() | {"repeated": True} == again.json()
    assert first.headers["location"] == f"/v1/orders/{first.json()['order_id']}"
    assert client.get(first.headers["location"]).json()["reference"] == "N-1"
    assert verify_books(context).findings == ()


def test_the_cost_is_an_amount_with_its_currency(client: TestClient) -> None:
    assert client.post("/v1/orders", json=NEW).json()["cost"] == {"minor": 550, "currency": "EUR"}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"lines": [{"sku": "anvil", "quantity": 1}]}, 422, "unknown_item"),
        ({"lines": [{"sku": "lamp", "quantity": 0}]}, 422, "bad_quantity"),
        ({"lines": [{"sku": "lamp", "quantity": -3}]}, 422, "bad_quantity"),
        ({"lines": [{"sku": "lamp", "quantity": 2**62}]}, 422, "bad_quantity"),
        ({"lines": [{"sku": "lamp", "quantity": 2**80}]}, 400, "bad_body"),
        ({"lines": [{"sku": "lamp", "quantity": 1.5}]}, 400, "bad_body"),
        ({"lines": []}, 422, "empty_order"),
        ({"lines": [{"sku": "lamp", "quantity": 1}] * 5_000}, 422, "order_too_large"),
        ({"channel": "market"}, 422, "unknown_channel"),
        ({"reference": ""}, 422, "bad_reference"),
        ({"reference": "a\x00b"}, 422, "bad_reference"),
        ({"destination": {"country": "Atlantis", "postcode": "1"}}, 422, "unknown_country"),
        ({"destination": {"country": "US", "postcode": "10001"}}, 422, "not_served"),
        ({"placed_at": "2026-03-02T09:00:00"}, 422, "bad_instant"),
        ({"lines": [{"sku": "mug", "quantity": 9}], "wish": "refuse"}, 422, "short_stock"),
        ({"wish": "hope"}, 400, "bad_body"),
        ({"colour": "red"}, 400, "bad_body"),
        ({"reference": "A-1"}, 409, "reference_taken"),
    ],
)
def test_a_bad_order_is_refused_with_its_reason(
    client: TestClient, change: dict[str, Any], status: int, code: str
) -> None:
    before = client.get("/v1/stock").json()
    answer = client.post("/v1/orders", json=NEW | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/v1/stock").json() == before


def test_a_refusal_tells_its_facts(client: TestClient) -> None:
    problem = client.post("/v1/orders", json=NEW | {"lines": [{"sku": "anvil", "quantity": 1}]}).json()
    assert problem["facts"] == {"sku": "anvil", "line": 1}
    assert "anvil" in problem["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"reference": "\x00"}', b"[" * 200_000])
def test_what_is_no_order_is_a_problem(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/orders", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")


def test_a_huge_body_is_not_read_to_its_end(client: TestClient) -> None:
    answer = client.post("/v1/orders", content=b" " * 3_000_000, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_an_order_is_paused_resumed_and_cancelled(client: TestClient, context: Context) -> None:
    number = client.post("/v1/orders", json=NEW).json()["order_id"]
    paused = client.post(f"/v1/orders/{number}/pause", json={"reason": "fraud check"})
    assert paused.json() == {"order_id": number, "state": "paused"}
    assert client.get(f"/v1/orders/{number}").json()["pause_reason"] == "fraud check"
    assert client.post(f"/v1/orders/{number}/resume").json()["state"] == "open"
    assert client.post(f"/v1/orders/{number}/cancel").json()["state"] == "cancelled"
    assert client.get(f"/v1/orders/{number}/plan").json()["fulfilments"] == []
    assert verify_books(context).findings == ()


def test_what_the_state_does_not_allow_is_a_conflict(client: TestClient) -> None:
    number = client.post("/v1/orders", json=NEW).json()["order_id"]
    answer = client.post(f"/v1/orders/{number}/resume")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible")
    assert "pause" in answer.json()["facts"]["possible"]


@pytest.mark.parametrize("action", ["pause", "resume", "cancel"])
def test_an_unknown_order_cannot_be_told_anything(client: TestClient, action: str) -> None:
    answer = client.post(f"/v1/orders/12345678/{action}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_order")


def test_a_contact_is_told_on_request_and_erased(client: TestClient) -> None:
    """No other answer holds it; erased, it is gone and the order is as it was."""
    contact = {"name": "Anna Zweig", "street": "Lindenstr. 1", "email": "anna@example.org"}
    order = client.post("/v1/orders", json={**NEW, "contact": contact}).headers["location"]
    told = client.get(f"{order}/contact").json()["contact"]
    assert told == {**contact, "postcode": "10115", "city": "", "phone": ""}
    assert "Zweig" not in client.get(order).text + client.get(f"{order}/explanation").text
    assert client.delete(f"{order}/contact").json()["contact"] is None
    assert client.get(f"{order}/contact").json()["contact"] is None
    assert client.get(order).json()["state"] == "open"
    assert client.get("/v1/orders/999/contact").json()["code"] == "unknown_order"
    bad = client.post("/v1/orders", json={**NEW, "reference": "N-2", "contact": {"name": "x" * 300}})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_contact")


def test_orders_posted_together_are_each_answered(context: Context) -> None:
    """Thirty at once, one of them for what is not sold and one a copy: each gets its own answer."""
    open_shop(context)
    asked = [NEW | {"reference": f"T-{number}"} for number in range(30)]
    asked[7] = asked[7] | {"lines": [{"sku": "anvil", "quantity": 1}]}
    asked[9] = asked[9] | {"reference": "T-8"}

    async def post_all() -> list[httpx.Response]:
        transport = httpx.ASGITransport(create_app(context))
        headers = {"authorization": f"Bearer {mint(context)}"}
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as client:
            return list(await asyncio.gather(*(client.post("/v1/orders", json=one) for one in asked)))

    answers = asyncio.run(post_all())
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(201) == 28
    assert (statuses[7], sorted(statuses[8:10])) == (422, [200, 201])
    assert answers[8].json()["order_id"] == answers[9].json()["order_id"]
    assert verify_books(context).findings == ()


def test_a_batch_answers_for_every_order(client: TestClient) -> None:
    """Placed, repeated, refused: each as it would have been answered alone, in the order sent."""
    client.post("/v1/orders", json=NEW)
    batch = [NEW, NEW | {"reference": "N-2"}, NEW | {"reference": "N-3", "channel": "market"}]
    answer = client.post("/v1/orders:batch", json={"orders": batch})
    assert answer.status_code == 200
    outcomes = answer.json()["outcomes"]
    assert [one["status"] for one in outcomes] == [200, 201, 422]
    assert [one["order"] and one["order"]["reference"] for one in outcomes] == ["N-1", "N-2", None]
    assert outcomes[2]["problem"]["code"] == "unknown_channel"


def test_a_batch_is_read_whole_or_not_at_all(client: TestClient) -> None:
    """A field that no order has, and more orders than a batch may have: nothing is placed."""
    wrong = client.post("/v1/orders:batch", json={"orders": [NEW, NEW | {"reference": "N-2", "colour": "red"}]})
    many = client.post("/v1/orders:batch", json={"orders": [NEW] * 5_001})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_body")
    assert (many.status_code, many.json()["code"]) == (413, "too_many_orders")
    assert client.get("/v1/orders/named", params={"name": "N-1"}).json()["items"] == []
