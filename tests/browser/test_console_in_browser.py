"""The console in a real browser: no error, no barred content, and every screen does what it promises."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from stockmesh.domain.fulfilment.requests import Wish
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.service.application import create_app
from stockmesh.service.running import open_door
from worlds import SmallWorld, order, put_in_books

CHROMIUM = os.environ.get("STOCKMESH_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]
MISSING = not Path(CHROMIUM).exists() and os.environ.get("CI") != "true"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(MISSING, reason=f"NO BROWSER TESTED: {CHROMIUM} is missing (set STOCKMESH_CHROMIUM)"),
]


@dataclass
class Visit:
    """A page under watch: what it complained of, beside what it shows."""

    page: Page
    address: str
    numbers: dict[str, int]
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Opens a screen and waits until it is quiet."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def numbers(context: Context) -> dict[str, int]:
    """Sixty small orders over two pages, one split over two locations, one waiting."""
    put_in_books(
        context, SmallWorld(), {("LEJ", "tent"): 2, ("AMS", "tent"): 2, ("LEJ", "lamp"): 500, ("LIL", "mug"): 9}
    )
    wanted = [order(f"L-{number:03d}", {"lamp": 1}) for number in range(60)]
    wanted += [
        order("SPLIT", {"tent": 4}, wish=Wish.PART, assumed=frozenset({"destination"})),
        order("WAIT", {"mug": 99}),
    ]
    return {one.reference: one.order_id for one in place_orders(context, wanted) if isinstance(one, Placed)}


@pytest.fixture
def visit(context: Context, numbers: dict[str, int], browser: Browser) -> Iterator[Visit]:
    """A fresh page on a running service; at the end nothing may have been complained of."""
    door = open_door("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(context), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    visiting = Visit(page, f"http://127.0.0.1:{door.getsockname()[1]}", numbers)
    _watch(page, visiting.complaints)
    yield visiting
    page.close()
    server.should_exit = True
    thread.join(timeout=20)
    door.close()
    assert visiting.complaints == []


def _watch(page: Page, complaints: list[str]) -> None:
    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    def see(asked: Request) -> None:
        if _is_foreign(asked.url):
            complaints.append(f"left us: {asked.url}")

    page.on("console", hear)
    page.on("request", see)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))


def _is_foreign(address: str) -> bool:
    return not address.startswith(("http://127.0.0.1:", "data:", "blob:http://127.0.0.1:"))


def test_the_stock_grid_shows_rows_and_a_row_opens_the_drawer(visit: Visit) -> None:
    visit.go("/console/stock")
    rows = visit.page.locator('.ag-cell[col-id="available"]')
    expect(rows).to_have_count(4)
    expect(visit.page.locator("#grid-status")).to_have_text("4 rows")
    visit.page.locator('.ag-row[row-index="3"] .ag-cell[col-id="location"]').click()
    expect(visit.page.locator("#drawer")).to_be_visible()
    expect(visit.page.locator("#drawer-body")).to_contain_text("SPLIT")
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("#drawer")).to_be_hidden()


def test_the_stock_filter_becomes_the_address(visit: Visit) -> None:
    visit.go("/console/stock")
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("lam")
    expect(visit.page.locator("#grid-status")).to_have_text("1 row")
    assert visit.page.url.endswith("/console/stock?search=lam")
    assert visit.page.locator("#twin").get_attribute("href") == "/v1/stock?search=lam"
    visit.page.fill("#search", "no such thing")
    expect(visit.page.get_by_text("No stock passes this filter")).to_be_visible()


def test_the_order_list_filters_pages_and_previews(visit: Visit) -> None:
    visit.go("/console/orders")
    rows = visit.page.locator("tr[data-row]")
    expect(rows).to_have_count(50)
    visit.page.select_option("select[name=state]", "waiting")
    expect(rows).to_have_count(1)
    visit.page.wait_for_url("**/console/orders?state=waiting")
    assert visit.page.locator("#twin").get_attribute("href") == "/v1/orders?state=waiting"
    visit.page.select_option("select[name=state]", "")
    expect(rows).to_have_count(50)
    visit.page.locator("body").click(position={"x": 5, "y": 500})
    visit.page.keyboard.press("n")
    expect(rows).to_have_count(12)
    rows.first.locator("td").first.click()
    expect(visit.page.locator("#drawer-body h2")).to_be_visible()


def test_rows_are_walked_by_keys(visit: Visit) -> None:
    visit.go("/console/orders")
    for key in ("j", "j", "k", "Enter"):
        visit.page.keyboard.press(key)
    expect(visit.page.locator("h1")).to_have_text("WAIT")


def test_an_order_shows_its_map_and_its_bill(visit: Visit) -> None:
    visit.go(f"/console/orders/{visit.numbers['SPLIT']}")
    expect(visit.page.locator("#map.is-drawn canvas")).to_be_visible(timeout=20_000)
    expect(visit.page.locator("#map .site.is-chosen")).to_have_count(2)
    expect(visit.page.locator("#map .site.is-goal")).to_contain_text("10115")
    expect(visit.page.locator("#why tbody tr")).to_have_count(3)
    costs = visit.page.locator("#bill tbody td:last-child").all_inner_texts()
    total = visit.page.locator("#bill tfoot tr").first.locator("td:last-child").inner_text()
    assert sum(map(_minor, costs)) == _minor(total)


def _minor(written: str) -> int:
    return int("".join(letter for letter in written if letter.isdigit()))


def test_what_is_assumed_explains_itself(visit: Visit) -> None:
    visit.go(f"/console/orders/{visit.numbers['SPLIT']}")
    visit.page.locator(".band .assumed").hover()
    expect(visit.page.locator(".tip")).to_contain_text("no source tells it")


def test_an_order_is_paused_and_resumed_from_its_page(visit: Visit) -> None:
    visit.go(f"/console/orders/{visit.numbers['SPLIT']}")
    visit.page.get_by_role("button", name="Pause").click()
    expect(visit.page.locator(".state-paused").first).to_be_visible()
    visit.page.get_by_role("button", name="Resume").click()
    expect(visit.page.locator(".state-open").first).to_be_visible()


def test_keys_lead_from_screen_to_screen(visit: Visit) -> None:
    visit.go("/console/orders")
    visit.page.keyboard.press("g")
    visit.page.keyboard.press("s")
    visit.page.wait_for_url("**/console/stock")
    visit.page.keyboard.press("?")
    expect(visit.page.locator("#help")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("#help")).to_be_hidden()


def test_dark_is_kept(visit: Visit) -> None:
    visit.go("/console/orders")
    light = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    visit.page.keyboard.press("t")
    dark = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert light != dark
    visit.go("/console/stock")
    assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


def test_the_policy_bars_what_is_not_ours(visit: Visit) -> None:
    visit.go("/console/orders")
    visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.barred = 1\">')")
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("window.barred") is None
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)
    visit.complaints.clear()
