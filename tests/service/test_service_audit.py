"""The audit trail, the exports and customers over HTTP: who asked is told, files are safe, persons are erased."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.domain.fulfilment.requests import Contact
from stockmesh.flows.access.callers import ANYONE, Caller
from stockmesh.flows.acting import Actor, ActorKind
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import place_orders
from stockmesh.flows.reach import EVERYTHING
from stockmesh.service.acting import actor_of
from worlds import order

NEW = {"reference": "N-1", "channel": "web", "destination": {"country": "DE", "postcode": "10115"}}
LINES = [{"sku": "lamp", "quantity": 1}]


@pytest.fixture
def numbers(context: Context) -> dict[str, int]:
    return open_shop(context)


@pytest.fixture
def client(context: Context, numbers: dict[str, int]) -> Iterator[TestClient]:
    with browse(context) as client:
        yield client


def audit(client: TestClient, **asked: str) -> list[dict[str, Any]]:
    answer = client.get("/v1/audit", params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def rows_of(client: TestClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_request_is_told_as_its_callers(client: TestClient, numbers: dict[str, int]) -> None:
    """One that changes an order directly, one gathered into a batch; with the reason its header gives."""
    client.post(f"/v1/orders/{numbers['A-1']}/pause", headers={"Change-Reason": "audit of the till"})
    assert client.post("/v1/orders", json=NEW | {"lines": LINES}).status_code == 201
    batch = [NEW | {"reference": f"N-{number}", "lines": LINES} for number in (2, 3)]
    assert client.post("/v1/orders:batch", json={"orders": batch}).status_code == 200
    told = {(one["topic"], one["about"]): one for one in audit(client, actor_kind="key")}
    assert set(told) == {("order.paused", "A-1"), *(("order.placed", f"N-{number}") for number in (1, 2, 3))}
    paused = told["order.paused", "A-1"]
    assert (paused["reason"], paused["before"], paused["after"]) == (
        "audit of the till",
        {"state": "open"},
        {"state": "paused"},
    )


def test_a_caller_is_its_actor() -> None:
    """A key is named with its id, for names may be given twice."""
    till = Caller("key", "k1", "till 3", frozenset(), EVERYTHING)
    assert actor_of(till) == Actor(ActorKind.KEY, "till 3 (k1)")
    assert actor_of(replace(till, kind="user")) == Actor(ActorKind.USER, "till 3")
    assert {actor_of(None).name, actor_of(ANYONE).name} == {"anonymous on loopback"}


def test_the_trail_is_filtered_and_paged(client: TestClient, numbers: dict[str, int]) -> None:
    assert [one["topic"] for one in audit(client, subject="B-2")] == ["order.cancelled", "order.placed"]
    assert [one["about"] for one in audit(client, kind="order.cancelled")] == ["B-2"]
    assert audit(client, **{"from": "2026-03-03"}) == []
    assert audit(client, to="2026-03-02", actor_kind="system")
    first = client.get("/v1/audit?limit=2").json()
    then = client.get(f"/v1/audit?limit=2&cursor={first['next_cursor']}").json()
    assert not {one["entry_id"] for one in first["items"]} & {one["entry_id"] for one in then["items"]}
    one = client.get(f"/v1/audit/{first['items'][0]['entry_id']}").json()
    assert one["entry"] == first["items"][0]
    for wrong, code in [
        ("kind=x", 422),
        ("actor_kind=x", 422),
        ("cursor=x", 400),
        ("from=yesterday", 422),
        ("x=1", 422),
    ]:
        assert client.get(f"/v1/audit?{wrong}").status_code == code, wrong
    names = [one["name"] for one in client.get("/v1/audit/actors").json()["items"]]
    assert names == ["system"]
    assert client.get("/v1/audit/999999999").json()["code"] == "unknown_entry"


def test_exports_hold_what_the_lists_do(client: TestClient, context: Context) -> None:
    """All of it, whatever a page holds, and filtered alike."""
    place_orders(context, [order(f"M-{number}", {"lamp": 1}) for number in range(30)])
    listed = client.get("/v1/orders?limit=500").json()["items"]
    found = rows_of(client, "/v1/orders.csv")
    assert [one["reference"] for one in found] == [one["reference"] for one in listed]
    assert len(found) == 35
    assert [one["reference"] for one in rows_of(client, "/v1/orders.csv?state=waiting")] == ["B-1"]
    stock = client.get("/v1/stock?location=LEJ").json()["items"]
    cells = rows_of(client, "/v1/stock.csv?location=LEJ")
    assert [(one["sku"], int(one["available"])) for one in cells] == [(one["sku"], one["available"]) for one in stock]
    assert [one["change"] for one in rows_of(client, "/v1/audit.csv?kind=order.cancelled")] == [
        "state open → cancelled"
    ]


def test_an_export_is_refused_before_its_first_line(client: TestClient) -> None:
    assert client.get("/v1/orders.csv?location=nowhere").json()["code"] == "unknown_location"
    assert client.get("/v1/stock.csv?limit=3").json()["code"] == "invalid_request"
    assert client.get("/v1/audit.csv?kind=nonsense").json()["code"] == "unknown_topic"


def test_what_buyers_write_is_no_formula(client: TestClient, context: Context) -> None:
    place_orders(context, [order("=HYPERLINK(1)", {"lamp": 1}, customer="@SUM(A1)")])
    [row] = rows_of(client, "/v1/orders.csv?customer=@SUM(A1)")
    assert (row["reference"], row["customer"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")


def test_a_customer_is_exported_and_erased(client: TestClient, context: Context) -> None:
    contact = Contact("Anna Zweig", email="anna@example.org")
    place_orders(context, [order("Z-1", {"lamp": 1}, customer="anna z", contact=contact)])
    told = client.get("/v1/customers/anna z/export")
    assert told.headers["cache-control"] == "no-store"
    assert [one["contact"]["name"] for one in told.json()["orders"]] == ["Anna Zweig"]
    assert client.get("/v1/customers/anna@example.org/export").json()["orders"] == told.json()["orders"]
    dry = client.delete("/v1/customers/anna z?dry_run=true").json()
    assert (dry["dry_run"], dry["contacts"]) == (True, 1)
    gone = client.delete("/v1/customers/anna z").json()
    assert (gone["dry_run"], gone["orders"], gone["contacts"]) == (False, 1, 1)
    for ask in (client.get, client.delete):
        path = "/v1/customers/anna z" + ("/export" if ask == client.get else "")
        assert (ask(path).status_code, ask(path).json()["code"]) == (404, "unknown_customer")
    assert client.get("/v1/orders?customer=anna z").json()["items"] == []


def test_the_screen_shows_who_did_what(client: TestClient, numbers: dict[str, int]) -> None:
    page = client.get("/console/audit?kind=order.cancelled").text
    assert "state open → cancelled" in page
    assert 'href="/v1/audit.csv?kind=order.cancelled"' in page
    entry = audit(client, kind="order.cancelled")[0]["entry_id"]
    drawer = client.get(f"/console/audit/{entry}").text
    assert "changed their mind" in drawer
    assert "<del>open</del>" in drawer
    assert f'href="/console/orders/{numbers["B-2"]}"' in drawer
    assert 'href="/v1/orders.csv?state=waiting"' in client.get("/console/orders?state=waiting").text
    assert 'href="/v1/stock.csv?location=LEJ"' in client.get("/console/stock?location=LEJ").text
    assert "Nothing passes this filter" in client.get("/console/audit?subject=nobody").text
