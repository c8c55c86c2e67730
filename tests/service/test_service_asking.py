"""Every address says how it may be asked: methods, media types, and what is wrong with a path."""

import re

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.flows.context import Context
from stockmesh.service.application import create_app

PATHS = {
    re.sub(r"\{\w+_id\}", "1", re.sub(r"\{(?!\w+_id)\w+\}", "none", path)): methods
    for path, methods in create_app(None).openapi()["paths"].items()  # type: ignore[arg-type] # it is only read
}


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def test_every_address_names_its_methods(client: TestClient) -> None:
    """OPTIONS answers them, and so does the refusal of another."""
    for path, methods in PATHS.items():
        told = client.options(path)
        named = set(told.headers["allow"].split(", "))
        assert told.status_code == 204
        assert {method.upper() for method in methods} | {"OPTIONS"} <= named, path
        assert ("HEAD" in named) == ("GET" in named)
        refused = client.request("TRACE", path)
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed"), path
        assert refused.headers["allow"] == told.headers["allow"]
        assert refused.headers["content-type"] == "application/problem+json"


def test_nothing_is_found_elsewhere(client: TestClient) -> None:
    for path in ("/v1/nothing", "/v1/orders/", "/v1//orders", "/v1/orders/1/plan/", "/v1/ORDERS", "/v1"):
        for method in ("GET", "POST", "OPTIONS", "DELETE", "PATCH"):
            answer = client.request(method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (method, path)


def test_a_head_says_what_a_get_would(client: TestClient) -> None:
    for path in ("/v1/orders", "/v1/orders.csv", "/v1/health", "/v1/orders/1000", "/v1/orders/7"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/v1/orders", "application/json", 200),
        ("/v1/orders", "application/x-ndjson", 200),
        ("/v1/orders", "text/html, application/*;q=0.5", 200),
        ("/v1/orders", "text/html", 406),
        ("/v1/orders", "application/json;q=0", 406),
        ("/v1/stock.csv", "text/csv", 200),
        ("/v1/stock.csv", "text/*", 200),
        ("/v1/stock.csv", "image/png", 406),
        ("/v1/health", "text/html", 406),
        ("/v1/nothing", "text/csv", 404),
    ],
)
def test_what_no_answer_could_satisfy_is_refused(client: TestClient, path: str, accept: str, status: int) -> None:
    answer = client.get(path, headers={"accept": accept})
    assert answer.status_code == status
    if status == 406:
        assert answer.json()["code"] == "not_acceptable"
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "wrong"),
    [
        ("GET", "/v1/events?topics=order", "topics"),
        ("GET", "/v1/orders?state=open&placed=2026", "placed"),
        ("GET", "/v1/orders?state=open&state=waiting", "state"),
        ("GET", "/v1/orders/1000?round=1", "round"),
        ("GET", "/v1/keys?name=till", "name"),
        ("GET", "/v1/availability?sku=lamp&locations=LEJ", "locations"),
        ("HEAD", "/v1/stock.csv?limit=5", "limit"),
        ("POST", "/v1/orders?dry_run=true", "dry_run"),
        ("POST", "/v1/orders:batch?dry_run=true", "dry_run"),
        ("POST", "/v1/orders/1000/cancel?reason=late", "reason"),
        ("DELETE", "/v1/customers/anna?dryrun=true", "dryrun"),
    ],
)
def test_no_parameter_is_overlooked(client: TestClient, method: str, path: str, wrong: str) -> None:
    """One that an address does not know could have been meant: nothing is done, and the answer names it."""
    before = client.get("/v1/events").json()["head"]
    answer = client.request(method, path, json={} if method == "POST" else None)
    assert answer.status_code == 422
    assert client.get("/v1/events").json()["head"] == before
    if method != "HEAD":
        told = answer.json()
        assert (told["code"], [one["parameter"] for one in told["errors"]]) == ("invalid_request", [wrong])


def test_who_watches_may_add_what_they_like(client: TestClient) -> None:
    """Load balancers do: open addresses take any parameter."""
    assert client.get("/v1/health/live?at=1&at=2").status_code == 200
    assert client.get("/v1/openapi.json?v=2").status_code == 200


def test_the_document_itself_says_how_it_is_asked(client: TestClient) -> None:
    told = client.options("/v1/openapi.json")
    assert (told.status_code, told.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    refused = client.delete("/v1/openapi.json")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "Allow" in refused.json()["detail"]
