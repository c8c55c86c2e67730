"""Idempotency-Key: the same request again is answered as it was; another one under the same key is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from conftest import HandClock
from stockmesh.flows.access.keys import list_keys
from stockmesh.flows.context import Context
from stockmesh.flows.request_keys import prune_keys, something_old

DESTINATION = {"country": "DE", "postcode": "10115"}
CART = {"channel": "web", "destination": DESTINATION, "lines": [{"sku": "lamp", "quantity": 1}]}
ORDER = CART | {"reference": "K-1"}
KEY = {"Idempotency-Key": "3f1c"}
# Every way an answer is kept: with the batch of the batcher, with one transaction over a batch, with that of a route.
REQUESTS: list[tuple[str, Any]] = [
    ("/v1/orders", ORDER),
    ("/v1/orders:batch", {"orders": [ORDER, ORDER | {"reference": "K-2"}]}),
    ("/v1/holds", CART),
]


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def events(context: Context) -> int:
    with context.database.session() as session:
        row = session.execute("SELECT count(*) AS events FROM event").fetchone()
    return row["events"] if row else -1


@pytest.mark.parametrize(("path", "body"), REQUESTS)
def test_the_same_request_again_is_answered_as_it_was(
    client: TestClient, context: Context, path: str, body: Any
) -> None:
    first = client.post(path, json=body, headers=KEY)
    before = events(context)
    again = client.post(path, json=body, headers=KEY)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers.get("location") == first.headers.get("location")
    assert again.headers.get("etag") == first.headers.get("etag")
    assert events(context) == before


@pytest.mark.parametrize(("path", "body"), REQUESTS)
def test_another_request_under_the_same_key_is_refused(
    client: TestClient, context: Context, path: str, body: Any
) -> None:
    client.post(path, json=body, headers=KEY)
    before = events(context)
    for other_path, other in ((path, body | {"x": 1}), (path, ORDER | {"reference": "K-9"}), ("/v1/holds", CART)):
        if (other_path, other) == (path, body):
            continue
        answer = client.post(other_path, json=other, headers=KEY)
        assert answer.status_code in (400, 422)
        assert answer.json()["code"] in ("idempotency_key_reused", "bad_body")
    assert events(context) == before


@pytest.mark.parametrize(("path", "body"), REQUESTS[::2])
def test_a_refused_request_leaves_its_key_free(client: TestClient, path: str, body: Any) -> None:
    """Nothing has happened, so the key says nothing."""
    bad = body | {"channel": "nowhere"}
    assert client.post(path, json=bad, headers=KEY).json()["code"] == "unknown_channel"
    assert client.post(path, json=body, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "a" * 256, "caf\u00e9"])
def test_a_key_that_is_none_is_refused(client: TestClient, key: str) -> None:
    for path, body in REQUESTS:
        answer = client.post(path, json=body, headers={"Idempotency-Key": key.encode()})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_idempotency_key")


def test_keys_of_a_batch_without_any_cost_nothing(client: TestClient, context: Context) -> None:
    client.post("/v1/orders", json=ORDER)
    with context.database.session() as session:
        assert session.execute("SELECT 1 FROM request_key").fetchall() == []


def test_telling_an_order_twice(client: TestClient) -> None:
    """Cancelling again would be refused; under its key it is answered."""
    order_id = client.post("/v1/orders", json=ORDER).json()["order_id"]
    for action in ("pause", "resume", "cancel"):
        key = {"Idempotency-Key": action}
        answers = [client.post(f"/v1/orders/{order_id}/{action}", headers=key) for _ in range(2)]
        assert [one.status_code for one in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
    assert client.post(f"/v1/orders/{order_id}/cancel").status_code == 409


def test_a_secret_is_not_kept(client: TestClient, context: Context) -> None:
    """The endpoint is added once; its secret was told once and lies in no kept answer."""
    body = {"url": "https://example.com/hooks"}
    first = client.post("/v1/webhooks", json=body, headers=KEY)
    again = client.post("/v1/webhooks", json=body, headers=KEY)
    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "idempotency_answer_not_kept")
    assert len(client.get("/v1/webhooks").json()["items"]) == 1
    with context.database.session() as session:
        assert session.execute("SELECT body FROM request_key").fetchall() == [{"body": None}]


def test_answers_are_kept_for_a_while(client: TestClient, context: Context, clock: HandClock) -> None:
    first = client.post("/v1/holds", json=CART, headers=KEY).json()
    clock.advance(hours=25)
    assert client.post("/v1/holds", json=CART, headers=KEY).json()["hold_id"] != first["hold_id"]
    clock.advance(hours=25)
    client.post("/v1/orders", json=ORDER, headers=KEY)
    client.post("/v1/orders", json=ORDER | {"reference": "K-5"}, headers={"Idempotency-Key": "other"})
    assert not something_old(context)
    clock.advance(hours=25)
    assert something_old(context)
    assert [prune_keys(context, "me"), prune_keys(context, "me")] == [2, 0]


def test_keys_in_work_elsewhere_are_refused(client: TestClient, context: Context) -> None:
    """Another process holds the key in a transaction that goes on: nobody waits for it."""
    with context.database.session() as other, other.transaction(force_rollback=True):
        other.execute(
            "INSERT INTO request_key (caller, key, fingerprint, recorded_at) VALUES (%s, '3f1c', '', %s)",
            (f"key:{list_keys(context)[0].key_id}", context.clock() - timedelta(seconds=1)),
        )
        answer = client.post("/v1/holds", json=CART, headers=KEY)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_running")
    assert client.post("/v1/holds", json=CART, headers=KEY).status_code == 201


@pytest.mark.parametrize(("path", "body"), REQUESTS)
def test_many_at_once_have_one_effect(client: TestClient, context: Context, path: str, body: Any) -> None:
    before = events(context)
    with client, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.post(path, json=body, headers=KEY), range(16)))
    done = [one for one in answers if one.status_code < 300]
    assert {one.status_code for one in answers} - {409} == {done[0].status_code}
    assert sum("idempotent-replayed" not in one.headers for one in done) == 1
    assert len({one.text for one in done}) == 1
    assert events(context) - before == (2 if path.endswith("batch") else 1)


def test_every_route_that_takes_a_key_says_so(client: TestClient) -> None:
    """Whatever changes something does. Promises write nothing; a file is not read into memory to be told from another,
    and the same one is known by its digest; shops' deliveries have numbers of their own."""
    paths = client.get("/v1/openapi.json").json()["paths"]
    silent = {
        f"{verb} {path}"
        for path, verbs in paths.items()
        for verb, told in verbs.items()
        if verb in ("post", "put", "patch", "delete")
        and "Idempotency-Key" not in [one["name"] for one in told.get("parameters", ())]
    }
    assert silent == {
        "post /v1/promises",
        "post /v1/promises:batch",
        "post /v1/quotes",
        "post /v1/policy:compare",
        "post /v1/imports",
        "post /v1/shops/{shop}/webhooks",
    }
