"""What programs read from the API: health, stock, availability, locations, orders, plans."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.flows.context import Context


@pytest.fixture
def numbers(context: Context) -> dict[str, int]:
    return open_shop(context)


@pytest.fixture
def client(context: Context, numbers: dict[str, int]) -> TestClient:
    return browse(context)


def read(client: TestClient, path: str, **asked: Any) -> Any:
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def references(client: TestClient, **asked: Any) -> list[str]:
    return [order["reference"] for order in read(client, "/v1/orders", **asked)["items"]]


def test_health_tells_version_database_and_counts(client: TestClient) -> None:
    health = read(client, "/v1/health")
    assert (health["status"], health["database"]) == ("ok", "ok")
    assert health["counts"] == {"items": 3, "locations": 3, "cells": 6, "orders": 5, "estimated": False}


def test_health_does_not_count_a_long_history(client: TestClient, context: Context) -> None:
    """From 100,000 rows on the database's own estimate is told, and said to be one."""
    with context.database.session() as session:
        session.execute("UPDATE pg_class SET reltuples = 1e6 WHERE oid = 'orders'::regclass")
    counts = client.get("/v1/health").json()["counts"]
    assert (counts["orders"], counts["cells"], counts["estimated"]) == (1_000_000, 6, True)


def test_stock_shows_what_orders_left(client: TestClient) -> None:
    cells = {(cell["location"], cell["sku"]): cell for cell in read(client, "/v1/stock")["items"]}
    assert cells["LEJ", "tent"]["on_hand"] == 4
    assert cells["LEJ", "tent"]["committed"] + cells["LEJ", "tent"]["sellable"] == 4
    assert sum(cell["committed"] for cell in cells.values()) == 1 + 2 + 3 + 3 + 1


def test_stock_is_filtered_by_item_and_location(client: TestClient) -> None:
    cells = read(client, "/v1/stock", search="la", location="LIL")["items"]
    assert [(cell["location"], cell["sku"]) for cell in cells] == [("LIL", "lamp")]


def test_stock_pages_cover_every_cell_once(client: TestClient) -> None:
    seen: list[object] = []
    cursor: str | None = ""
    while cursor is not None:
        page = read(client, "/v1/stock", limit=4, cursor=cursor)
        seen += [(cell["location"], cell["sku"]) for cell in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 6


def test_availability_sums_over_locations(client: TestClient) -> None:
    found = read(client, "/v1/availability", sku="tent", channel="web")
    assert found["available"] == sum(one["available"] for one in found["locations"]) == 10 - 4


def test_availability_at_one_location(client: TestClient) -> None:
    found = read(client, "/v1/availability", sku="lamp", location="LIL")
    assert [one["location"] for one in found["locations"]] == ["LIL"]
    assert found["available"] == found["locations"][0]["available"]


def test_availability_by_day_reaches_as_far_as_asked(client: TestClient) -> None:
    found = read(client, "/v1/availability/days", sku="mug", days=7)
    assert len(found["days"]) == 7
    assert found["days"][0]["demand"] == 50


def test_holders_name_the_orders(client: TestClient, numbers: dict[str, int]) -> None:
    found = read(client, "/v1/stock/holders", sku="mug", location="LIL")
    assert [(one["order_id"], one["units"]) for one in found["items"]] == [(numbers["A-3"], 1)]


def test_movements_tell_how_units_came_and_went(client: TestClient) -> None:
    found = read(client, "/v1/stock/movements", sku="mug")["items"]
    assert {one["cause"] for one in found} == {"opening", "commit"}


def test_locations_are_listed_with_what_they_hold(client: TestClient) -> None:
    found = read(client, "/v1/locations")["items"]
    assert [one["location"]["code"] for one in found] == ["AMS", "LEJ", "LIL"]
    assert {one["location"]["code"]: one["items"] for one in found} == {"AMS": 2, "LEJ": 2, "LIL": 2}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"A-1", "A-2", "A-3", "B-1", "B-2"}),
        ({"state": "waiting"}, {"B-1"}),
        ({"state": "cancelled"}, {"B-2"}),
        ({"country": "nl"}, {"A-2"}),
        ({"customer": "anna"}, {"A-1", "B-1"}),
        ({"reference": "a-"}, {"A-1", "A-2", "A-3"}),
        ({"reference": "%"}, set()),
        ({"channel": "web", "location": "LIL"}, {"A-3"}),
        ({"placed_from": "2026-03-02", "placed_to": "2026-03-02"}, {"A-1", "A-2", "A-3", "B-1", "B-2"}),
        ({"placed_from": "2026-03-03"}, set()),
        ({"state": "", "country": "", "placed_to": ""}, {"A-1", "A-2", "A-3", "B-1", "B-2"}),
    ],
)
def test_orders_pass_the_filter(client: TestClient, asked: dict[str, str], expected: set[str]) -> None:
    assert set(references(client, **asked)) == expected


@pytest.mark.parametrize("sort", ["newest", "oldest", "dearest"])
def test_order_pages_follow_the_sort_and_miss_none(client: TestClient, sort: str) -> None:
    whole = references(client, sort=sort)
    seen: list[object] = []
    cursor: str | None = ""
    while cursor is not None:
        page = read(client, "/v1/orders", sort=sort, limit=2, cursor=cursor)
        seen += [order["reference"] for order in page["items"]]
        cursor = page["next_cursor"]
    assert seen == whole
    assert len(set(seen)) == 5


def test_dearest_plans_stand_first(client: TestClient) -> None:
    costs = [order["cost"]["minor"] for order in read(client, "/v1/orders", sort="dearest")["items"]]
    assert costs == sorted(costs, reverse=True)


def test_a_listed_order_has_its_figures(client: TestClient) -> None:
    [found] = read(client, "/v1/orders", reference="A-3")["items"]
    assert (found["lines"], found["units"], found["assumed"], found["customer"]) == (2, 4, True, "")
    assert found["cost"]["currency"] == "EUR"
    assert "LIL" in found["locations"]
    assert found["placed_at"] == "2026-03-02T09:00:00Z"


def test_an_order_adds_up(client: TestClient, numbers: dict[str, int]) -> None:
    order = read(client, f"/v1/orders/{numbers['A-3']}")
    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [("tent", 3), ("mug", 1)]
    given = [units for part in order["fulfilments"] for units in part["units"]]
    assert sum(units["committed"] for units in given) == 4
    assert order["decision"]["plan_cost"]["minor"] == sum(part["cost"]["minor"] for part in order["fulfilments"])
    for part in order["fulfilments"]:
        assert part["cost"]["minor"] == sum(part[term]["minor"] for term in ("freight", "handling", "wait"))


def test_a_decision_names_what_it_can_be_replayed_with(client: TestClient, numbers: dict[str, int]) -> None:
    decision = read(client, f"/v1/orders/{numbers['A-1']}")["decision"]
    assert decision["policy"] == "combined-cost-1"
    assert decision["engine"] == "test"
    assert len(decision["world_digest"]) == 64


def test_a_cancelled_order_holds_nothing_and_says_why(client: TestClient, numbers: dict[str, int]) -> None:
    order = read(client, f"/v1/orders/{numbers['B-2']}")
    assert order["state"] == "cancelled"
    assert order["possible"] == []
    assert [units["held"] for part in order["fulfilments"] for units in part["units"]] == [0]
    assert [event["kind"] for event in order["events"]] == ["order_placed", "order_cancelled"]
    assert order["events"][1]["body"]["reason"] == "changed their mind"


def test_the_plan_in_force_lists_what_is_left(client: TestClient, numbers: dict[str, int]) -> None:
    plan = read(client, f"/v1/orders/{numbers['B-1']}/plan")
    assert [(line["sku"], line["waiting"]) for line in plan["unserved"]] == [("mug", 50)]
    assert plan["fulfilments"] == []
    assert plan["decision"]["unserved"]["minor"] > 0


def test_the_position_says_how_sure_it_is(client: TestClient, numbers: dict[str, int]) -> None:
    destination = read(client, f"/v1/orders/{numbers['A-1']}")["destination"]
    assert (destination["country"], destination["area"], destination["level"]) == ("DE", "10115", "exact")


def test_the_explanation_names_bill_next_best_and_every_location(client: TestClient, numbers: dict[str, int]) -> None:
    found = read(client, f"/v1/orders/{numbers['A-1']}/explanation")
    why = found["why"]
    assert found["replays"] is True
    assert {one["location"] for one in why["locations"]} == {"AMS", "LEJ", "LIL"}
    assert all(one["sentence"] for one in why["locations"])
    assert why["cost"]["minor"] == sum(one["cost"]["minor"] for one in why["shipments"])
    dearer = [plan["dearer"]["minor"] for plan in why["next_best"]]
    assert dearer == sorted(dearer)
    for plan in why["next_best"]:
        assert plan["dearer"]["minor"] == sum(one["more"]["minor"] for one in plan["differences"])
        paid = plan["cost"]["minor"] + plan["penalty"]["minor"] - why["cost"]["minor"] - why["penalty"]["minor"]
        assert plan["dearer"]["minor"] == paid


def test_a_round_that_never_was_is_not_explained(client: TestClient, numbers: dict[str, int]) -> None:
    answer = client.get(f"/v1/orders/{numbers['A-1']}/explanation", params={"round": 9})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_order")
