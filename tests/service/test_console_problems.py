"""Whatever goes wrong in the console is a page in its frame, with the next step; never bare JSON."""

from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from shop import browse, mint, open_shop, stranger

from stockmesh.flows.context import Context


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def assert_framed(answer: Any, status: int, *sentences: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert '<main id="view"' in answer.text
    assert 'role="alert"' in answer.text
    for sentence in sentences:
        assert sentence in answer.text


@pytest.mark.parametrize(
    ("path", "status", "step"),
    [
        ("/console/orders?state=lost&country=DE", 422, 'href="/console/orders?country=DE"'),
        ("/console/orders?state=lost", 422, 'href="/console/orders"'),
        ("/console/orders?colour=red&state=open", 422, 'href="/console/orders?state=open"'),
        ("/console/orders?cursor=nonsense&state=open", 400, 'href="/console/orders?state=open"'),
        ("/console/orders?location=none&state=open", 422, 'href="/console/orders?state=open"'),
        ("/console/orders?channel=none", 422, 'href="/console/orders"'),
        ("/console/orders?limit=0&state=open", 422, 'href="/console/orders?state=open"'),
        ("/console/stock?location=none&search=lamp", 422, 'href="/console/stock?search=lamp"'),
        ("/console/stock?channel=none", 422, 'href="/console/stock"'),
        ("/console/orders/A-999", 404, 'href="/console/orders?reference=A-999"'),
        ("/console/stock/cell?sku=none&location=LEJ", 404, 'href="/console/stock"'),
        ("/console/stock/cell", 422, 'href="/console/stock"'),
        ("/console/nowhere", 404, 'href="/console/stock"'),
    ],
)
def test_a_problem_leads_on(client: TestClient, path: str, status: int, step: str) -> None:
    assert_framed(client.get(path), status, step)


def test_what_was_given_is_shown_and_is_never_markup(client: TestClient) -> None:
    answer = client.get("/console/orders", params={"placed_from": "<b>soon</b>"})
    assert_framed(answer, 422, "&lt;b&gt;soon&lt;/b&gt;")


def test_a_browser_gets_a_page_wherever_it_strays(client: TestClient) -> None:
    assert_framed(client.get("/nowhere", headers={"accept": "text/html,*/*"}), 404)
    assert client.get("/nowhere").json()["code"] == "not_found"
    assert client.get("/v1/nowhere", headers={"accept": "text/html"}).json()["code"] == "not_found"


def test_a_strange_name_for_us_is_told_in_the_frame(client: TestClient) -> None:
    assert_framed(client.get("/console/orders", headers={"host": "evil.example"}), 421, "strange_host")


def test_a_wrong_method_is_told_in_the_frame(client: TestClient) -> None:
    answer = client.post("/console/orders")
    assert_framed(answer, 405)
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/console/orders", "/console/orders/A-1", "/console/stock?location=LEJ"])
def test_a_database_that_is_gone_asks_to_try_again(
    client: TestClient, context: Context, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def gone(*_: object) -> None:
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(context.database, "session", gone)
    answer = client.get(path)
    assert_framed(answer, 503, "Try again", f'href="{path}"', "by itself once PostgreSQL answers")
    assert answer.headers["retry-after"] == "5"


def test_a_bug_is_told_in_the_frame_without_its_insides(
    client: TestClient, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(context.database, "session", broken)
    answer = client.get("/console/orders")
    assert_framed(answer, 500, "Try again", "log")
    assert "secret" not in answer.text


def test_a_page_of_trouble_leads_only_where_the_caller_may_go(context: Context) -> None:
    """Whoever reads orders and stock is not sent to keys and users, which would be refused as well."""
    client = stranger(context)
    client.headers["authorization"] = f"Bearer {mint(context, 'orders:read', 'stock:read')}"
    answer = client.get("/console/webhooks")
    assert_framed(answer, 403, 'href="/console/orders"', 'href="/console/stock"')
    for address in ("/console/keys", "/console/users", "/console/audit", "/console/health", "/console/webhooks"):
        assert f'href="{address}"' not in answer.text
