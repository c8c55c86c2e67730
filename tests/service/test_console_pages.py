"""The console's pages say what the API says, lead on when empty, and hold nothing that a strict policy bars."""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.domain.kernel.money import Money
from stockmesh.flows.access.scopes import SCOPES
from stockmesh.flows.context import Context
from stockmesh.service.console.frame import (
    SCREENS,
    STATIC,
    static_url,
    write_country,
    write_money,
    write_weight,
    write_words,
)
from stockmesh.service.console.order_screen import embed
from worlds import SmallWorld, item, order, put_in_books

VENDOR = STATIC / "vendor"


@pytest.fixture
def numbers(context: Context) -> dict[str, int]:
    return open_shop(context)


@pytest.fixture
def client(context: Context) -> TestClient:
    return browse(context)


class Page(HTMLParser):
    """What a page holds: elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f" {data.strip()}"


def read(client: TestClient, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return Page(answer.text)


def test_the_way_in_leads_to_a_screen(client: TestClient) -> None:
    for path in ("/", "/console", "/console/", "/console/orders/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/orders")


def test_orders_are_listed_with_what_the_api_says(client: TestClient, numbers: dict[str, int]) -> None:
    page = read(client, "/console/orders")
    for listed in client.get("/v1/orders").json()["items"]:
        assert listed["reference"] in page.text
    assert "50 units wait" in page.text


def test_the_filter_is_the_address(client: TestClient, numbers: dict[str, int]) -> None:
    page = read(client, "/console/orders?state=waiting&customer=anna&sort=&country=")
    assert "B-1" in page.text
    assert "A-1" not in page.text
    assert ("option", {"value": "waiting", "selected": None}) in page.elements
    twins = [attributes["href"] for tag, attributes in page.elements if attributes.get("id") == "twin"]
    assert twins == ["/v1/orders?state=waiting&customer=anna"]


def test_pages_follow_each_other_by_cursor(client: TestClient, numbers: dict[str, int]) -> None:
    first = read(client, "/console/orders?limit=3")
    [following] = [attributes["href"] for _, attributes in first.elements if "data-next" in attributes]
    second = read(client, str(following))
    assert len(re.findall(r"[AB]-\d", first.text)) == 3
    assert len(re.findall(r"[AB]-\d", second.text)) == 2


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/console/orders", "No orders yet"), ("/console/stock", "No stock yet"), ("/console/orders?country=DE", "Clear")],
)
def test_an_empty_screen_leads_on(client: TestClient, path: str, sentence: str) -> None:
    assert sentence in client.get(path).text


def test_a_bounded_search_says_so(client: TestClient, numbers: dict[str, int]) -> None:
    assert "newest 50,000" in read(client, "/console/orders?sort=dearest").text
    assert "newest 200,000" in read(client, "/console/orders?reference=A-").text
    assert "newest 200,000" in read(client, "/console/orders?reference=none").text
    assert "newest" not in read(client, "/console/orders").text.lower().replace("newest first", "")


def test_an_order_shows_bill_lines_and_story(client: TestClient, numbers: dict[str, int]) -> None:
    page = read(client, f"/console/orders/{numbers['A-3']}")
    order = client.get(f"/v1/orders/{numbers['A-3']}").json()
    assert write_money(Money(**order["decision"]["plan_cost"])) in page.text
    for part in order["fulfilments"]:
        assert write_money(Money(**part["cost"])) in page.text
    for words in ("tent", "mug", "Placed by the buyer", "Placed and sourced", "combined-cost-1", "assumed"):
        assert words in page.text


def test_the_reasons_say_why_not_elsewhere(client: TestClient, numbers: dict[str, int]) -> None:
    page = read(client, f"/console/orders/{numbers['A-1']}/reasons")
    for words in ("chosen", "dearer", "LEJ", "AMS", "LIL", "byte for byte", "Next best plans"):
        assert words in page.text


def test_a_cancelled_order_says_so(client: TestClient, numbers: dict[str, int]) -> None:
    page = read(client, f"/console/orders/{numbers['B-2']}")
    assert "all units and all capacity were given back" in page.text
    assert "changed their mind" in page.text


def test_the_drawer_shows_an_order_in_short(client: TestClient, numbers: dict[str, int]) -> None:
    page = read(client, f"/console/orders/{numbers['A-1']}/preview")
    assert "A-1" in page.text
    assert not any(tag == "nav" for tag, _ in page.elements)


def test_what_an_order_waits_for_is_told_at_the_top(client: TestClient, numbers: dict[str, int]) -> None:
    assert "50 units of 1 line" in read(client, f"/console/orders/{numbers['B-1']}").text
    assert "Waiting for stock" not in read(client, f"/console/orders/{numbers['A-1']}").text


@pytest.mark.parametrize("path", ["/console/orders/{}", "/console/orders/{}/preview", "/console/orders/{}/reasons"])
def test_every_view_of_an_order_has_its_twin(client: TestClient, numbers: dict[str, int], path: str) -> None:
    page = read(client, path.format(numbers["A-1"]))
    [copied] = [attributes["data-copy"] or "" for _, attributes in page.elements if "data-copy" in attributes]
    [twin] = [
        attributes["href"] or "" for _, attributes in page.elements if attributes.get("title") == "The same as JSON"
    ]
    assert copied == f"curl -s -H \"Authorization: Bearer $STOCKMESH_KEY\" 'http://127.0.0.1{twin}'"
    assert client.get(twin).json()["order_id"] == numbers["A-1"]


def test_the_drawer_tells_every_state_of_a_cell(client: TestClient, numbers: dict[str, int]) -> None:
    page = read(client, "/console/stock/cell?sku=lamp&location=LEJ")
    for words in ("On hand", "Quality control", "Refurbish", "Safety stock", "Never counted"):
        assert words in page.text
    [twin] = [
        attributes["href"] or "" for _, attributes in page.elements if attributes.get("title") == "The same as JSON"
    ]
    [cell] = client.get(twin).json()["items"]
    assert (cell["sku"], cell["location"]) == ("lamp", "LEJ")


def test_the_drawer_shows_who_holds_a_cell(client: TestClient, numbers: dict[str, int]) -> None:
    page = read(client, "/console/stock/cell?sku=mug&location=LIL")
    assert "A-3" in page.text
    assert "50 units waited for" in page.text


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/console/orders/12345", 404, "unknown_order"),
        ("/console/nowhere", 404, "Nothing is found"),
        ("/console/orders?placed_from=soon", 422, "placed_from"),
        ("/console/stock/cell?sku=none&location=none", 404, "no_such_item"),
    ],
)
def test_an_error_is_a_page_in_the_frame(client: TestClient, path: str, status: int, sentence: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert sentence in answer.text
    assert '<nav class="rail"' in answer.text


def test_an_error_within_the_drawer_has_no_frame(client: TestClient) -> None:
    answer = client.get("/console/orders/12345/preview", headers={"hx-target": "div#drawer-body"})
    assert "unknown_order" in answer.text
    assert "<nav" not in answer.text


def test_what_buyers_write_is_never_markup(client: TestClient, context: Context) -> None:
    from stockmesh.flows.place_orders import place_orders

    evil = '</script><img src=x onerror="alert(1)">'
    put_in_books(context, SmallWorld(items=(item(evil, 500),)), {("LEJ", evil): 5})
    [placed] = place_orders(context, [order(evil, {evil: 1}, customer=evil)])
    for path in ("/console/orders", f"/console/orders/{placed.order_id}", f"/console/orders/{placed.order_id}/preview"):  # type: ignore[union-attr]
        assert "<img src=x" not in client.get(path).text


def test_embedded_facts_cannot_end_their_element() -> None:
    assert "</" not in embed({"name": "</script>&"})
    assert json.loads(embed({"name": "</script>&"})) == {"name": "</script>&"}


@pytest.mark.parametrize(
    "path",
    [
        "/console/orders",
        "/console/stock",
        "/console/orders/{}",
        "/console/orders/{}/preview",
        "/console/orders/{}/reasons",
    ],
)
def test_pages_hold_nothing_inline(client: TestClient, numbers: dict[str, int], path: str) -> None:
    page = read(client, path.format(numbers["A-1"]))
    for tag, attributes in page.elements:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "script":
            assert attributes.get("src") or attributes.get("type") == "application/json"
        for name in ("src", "href", "action"):
            assert not (attributes.get(name) or "").startswith(("http", "//"))


@pytest.mark.parametrize("path", ["/console/orders", "/console/stock", "/console/orders/{}"])
def test_every_file_a_page_names_is_served(client: TestClient, numbers: dict[str, int], path: str) -> None:
    page = read(client, path.format(numbers["A-1"]))
    named = {
        attributes.get("src") or attributes.get("href")
        for tag, attributes in page.elements
        if tag in ("script", "link", "img")
    }
    for address in filter(None, named):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_form_fields_and_buttons_have_names(client: TestClient, numbers: dict[str, int]) -> None:
    for path in ("/console/orders", "/console/stock", f"/console/orders/{numbers['A-1']}"):
        text = client.get(path).text
        for label in re.findall(r"<label.*?</label>", text, re.S):
            assert re.search(r"<span>\w", label)
        assert text.count("<select") + text.count("<input") == text.count("<label")
        for button in re.findall(r"<button.*?</button>", text, re.S):
            assert "aria-label" in button or re.search(r">\s*(<span[^>]*>)?\w", button)


def test_vendored_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    for line in manifest:
        assert hashlib.sha256((VENDOR / line["file"]).read_bytes()).hexdigest() == line["sha256"]
        assert line["version"]
        assert line["licence"] in {"0BSD", "BSD-0-Clause", "BSD-3-Clause", "ISC", "MIT"}
    here = {file.relative_to(VENDOR).as_posix() for file in VENDOR.rglob("*") if file.is_file()}
    assert here == {line["file"] for line in manifest} | {"manifest.json"}


def test_static_addresses_change_with_their_content() -> None:
    assert re.fullmatch(r"/console/static/[0-9a-f]{12}/console.css", static_url("console.css"))


def test_every_screen_has_a_key_of_its_own() -> None:
    """Two screens under one key: the second could not be reached by it."""
    keys = [screen.key for screen in SCREENS]
    assert len(set(keys)) == len(keys) == len({screen.address for screen in SCREENS})
    assert {screen.scope for screen in SCREENS} <= SCOPES.keys()


def test_the_console_reads_only_what_the_api_answers() -> None:
    """Pages may name the types of flows, never call one: what a page shows, a program can read."""
    allowed = re.compile(r"from stockmesh\.(flows\.[\w.]+ import [A-Z]|service|domain)")
    for module in (Path(STATIC).parent).glob("*.py"):
        for line in module.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from stockmesh.", "import stockmesh.")):
                assert allowed.match(line), f"{module.name}: {line}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (write_money(Money(123_456, "GBP")), "£1,234.56"),
        (write_money(Money(-5, "EUR")), "-€0.05"),
        (write_money(Money(1_500, "JPY")), "JPY 1,500"),
        (write_weight(250_000), "250 g"),
        (write_weight(1_250_000), "1.25 kg"),
        (write_country("DE"), "Germany"),
        (write_words("weight_mg"), "weight"),
        (write_words("hs_code"), "hs code"),
    ],
)
def test_figures_are_written_as_people_read_them(written: str, expected: str) -> None:
    assert written == expected
