"""A browser, a small shop behind a running service, and a page under watch."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from browser.visiting import ARGUMENTS, Visit, watch
from stockmesh.domain.fulfilment.requests import Wish
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.service.access.site import Site
from stockmesh.service.application import create_app
from stockmesh.service.running import open_door
from worlds import SmallWorld, order, put_in_books

CHROMIUM = os.environ.get("STOCKMESH_CHROMIUM", "/usr/bin/chromium")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs a browser; without one it is skipped loudly, except in CI, where it fails."""
    missing = not Path(CHROMIUM).exists() and os.environ.get("CI") != "true"
    reason = f"NO BROWSER TESTED: {CHROMIUM} is missing (set STOCKMESH_CHROMIUM)"
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(missing, reason=reason))


@pytest.fixture(scope="session")
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
    server = uvicorn.Server(uvicorn.Config(create_app(context, Site(asks=False)), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    visiting = Visit(page, f"http://127.0.0.1:{door.getsockname()[1]}", numbers)
    watch(visiting)
    yield visiting
    page.close()
    server.should_exit = True
    thread.join(timeout=20)
    door.close()
    assert visiting.complaints == []
