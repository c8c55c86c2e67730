"""Whatever goes wrong is a problem with a stable code, and the table of codes is complete."""

import importlib
import pkgutil

import psycopg
import pytest
from fastapi.testclient import TestClient
from shop import browse

import stockmesh
from stockmesh.domain.kernel.refusals import every_refusal
from stockmesh.flows.context import Context
from stockmesh.service import problems
from stockmesh.service.application import create_app


@pytest.fixture
def client(context: Context) -> TestClient:
    return browse(context)


def test_every_refusal_has_a_status() -> None:
    for module in pkgutil.walk_packages(stockmesh.__path__, "stockmesh."):
        if not module.name.startswith("stockmesh.store.migrations"):
            importlib.import_module(module.name)
    codes = [kind.code for kind in every_refusal() if kind.__module__.startswith("stockmesh.")]
    assert sorted(codes) == sorted(problems.STATUS)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v2/orders", 404, "not_found"),
        ("DELETE", "/v1/orders", 405, "method_not_allowed"),
        ("GET", "/v1/orders/7", 404, "unknown_order"),
        ("GET", "/v1/orders/7/plan", 404, "unknown_order"),
        ("GET", "/v1/orders/seven", 422, "invalid_request"),
        ("GET", f"/v1/orders/{2**63}", 422, "invalid_request"),
        ("GET", "/v1/orders?state=lost", 422, "invalid_request"),
        ("GET", "/v1/orders?stat=open", 422, "invalid_request"),
        ("GET", "/v1/orders?placed_from=yesterday", 422, "invalid_request"),
        ("GET", "/v1/orders?placed_to=9999-12-31", 422, "invalid_request"),
        ("GET", "/v1/orders?limit=0", 422, "invalid_request"),
        ("GET", "/v1/orders?reference=%00", 422, "invalid_request"),
        ("GET", "/v1/orders?cursor=nonsense", 400, "bad_cursor"),
        ("GET", "/v1/stock?cursor=W10", 400, "bad_cursor"),
        ("GET", "/v1/stock?channel=none", 422, "unknown_channel"),
        ("GET", "/v1/stock?location=none", 422, "unknown_location"),
        ("GET", "/v1/availability", 422, "invalid_request"),
        ("GET", "/v1/availability?sku=none", 404, "no_such_item"),
        ("GET", "/v1/stock/holders?sku=none&location=none", 404, "no_such_item"),
        ("POST", "/v1/orders", 400, "bad_body"),
    ],
)
def test_what_is_wrong_is_a_problem(client: TestClient, method: str, path: str, status: int, code: str) -> None:
    body = {"content": b"", "headers": {"content-type": "application/json"}} if method == "POST" else {}
    answer = client.request(method, path, **body)  # type: ignore[arg-type]
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["type"] == f"urn:stockmesh:problem:{code}"
    assert problem["title"]
    assert problem["detail"]


def test_the_cursor_of_another_sort_is_refused(client: TestClient) -> None:
    from stockmesh.flows.page_marks import write_mark

    answer = client.get("/v1/orders", params={"sort": "dearest", "cursor": write_mark(("newest", 1, 1))})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_placing_before_there_is_a_network_is_refused(client: TestClient) -> None:
    new = {
        "reference": "1",
        "channel": "web",
        "destination": {"country": "DE", "postcode": "1"},
        "lines": [{"sku": "a", "quantity": 1}],
    }
    answer = client.post("/v1/orders", json=new)
    assert (answer.status_code, answer.json()["code"]) == (409, "empty_network")


def test_an_unreachable_database_asks_to_come_back(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(context.database, "session", gone)
    answer = browse(context).get("/v1/health")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"] == "5"
    assert "refused" not in answer.text


def test_a_bug_is_answered_without_its_insides(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(context.database, "session", broken)
    answer = browse(context).get("/v1/health")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_description_of_the_api_names_every_path(context: Context) -> None:
    paths = create_app(context).openapi()["paths"]
    assert {"/v1/health", "/v1/stock", "/v1/availability", "/v1/orders", "/v1/orders/{order_id}/plan"} <= paths.keys()
    assert all(path.startswith("/v1/") for path in paths.keys() - {"/metrics"})
