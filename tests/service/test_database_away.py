"""The database goes away and comes back: nothing acknowledged that is not committed, nobody kept waiting."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import ADDRESS

from cutting_proxy import CuttingProxy, cutting_proxy
from placing_processes import assert_whole, orders_in_books
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.context import Context
from stockmesh.service.access.site import Site
from stockmesh.service.application import create_app
from stockmesh.store.database import Database
from worlds import SmallWorld, put_in_books


@pytest.fixture
def proxied(
    context: Context, database_url: str, gazetteer: Gazetteer
) -> Iterator[tuple[CuttingProxy, TestClient, Context]]:
    """A service that reaches its books through a way that can be cut; the context beside it goes straight there."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 500})
    # The proxy speaks TCP to the same server, whose sockets trust who connects.
    with cutting_proxy(database_url) as (proxy, address):
        database = Database(address).open()
        through = Context(database, context.clock, lambda: gazetteer, "test")
        with TestClient(create_app(through, Site(asks=False)), base_url=ADDRESS) as client:
            client.post("/v1/orders", json=new("warm"))
            yield proxy, client, context
        database.close()


def new(reference: str) -> dict[str, Any]:
    return {
        "reference": reference,
        "channel": "web",
        "destination": {"country": "DE", "postcode": "10115"},
        "lines": [{"sku": "lamp", "quantity": 1}],
    }


@pytest.mark.parametrize(("when", "is_in_books"), [("before", False), ("after", True)])
def test_a_commit_whose_outcome_is_unknown_is_not_acknowledged(
    proxied: tuple[CuttingProxy, TestClient, Context], when: str, is_in_books: bool
) -> None:
    """The connection breaks at COMMIT: the client is told 503, and its resend is answered by what the books hold."""
    proxy, client, books = proxied
    proxy.cut_at_commit = when
    answer = client.post("/v1/orders", json=new("A-1"))
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"]
    assert proxy.cuts == 1
    wait_until(lambda: ("A-1" in orders_in_books(books)) == is_in_books)
    again = client.post("/v1/orders", json=new("A-1"))
    assert (again.status_code, again.json()["repeated"]) == ((200, True) if is_in_books else (201, False))
    assert orders_in_books(books)["A-1"] == again.json()["order_id"]
    assert_whole(books)


def test_while_it_is_away_every_answer_is_503_in_seconds_and_it_recovers_by_itself(
    proxied: tuple[CuttingProxy, TestClient, Context],
) -> None:
    proxy, client, books = proxied
    proxy.cut()
    first = time.monotonic()
    answers = [client.post("/v1/orders", json=new("A-2")) for _ in range(2)]
    assert time.monotonic() - first < 12
    assert {answer.status_code for answer in answers} == {503}
    ready = client.get("/v1/health/ready")
    assert ready.status_code == 503
    failed = [check["name"] for check in ready.json()["checks"] if not check["ok"]]
    assert failed[0] == "database"
    begun = time.monotonic()
    closed = [client.post("/v1/orders", json=new("A-2")) for _ in range(20)]
    assert {answer.json()["code"] for answer in closed} == {"database_away"}
    assert all(answer.headers["retry-after"] for answer in closed)
    assert client.get("/v1/health/live").status_code == 200
    assert "stockmesh_database_up 0.0" in client.get("/metrics").text
    assert time.monotonic() - begun < 5
    proxy.mend()
    caretaker = client.app.state.caretaker  # type: ignore[attr-defined]
    wait_until(lambda: not caretaker.look().database_problem)
    wait_until(lambda: client.post("/v1/orders", json=new("A-2")).status_code in (200, 201))
    checks = {check["name"]: check["ok"] for check in client.get("/v1/health/ready").json()["checks"]}
    assert checks["database"]
    assert checks["accepting"]
    assert orders_in_books(books).keys() == {"warm", "A-2"}
    assert_whole(books)


def wait_until(holds: Any, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
