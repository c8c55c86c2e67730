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
