"""Bringing a file in the console: chosen, checked, its problems and headings settled, applied, looked at later."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event as Signal

import pytest
from playwright.sync_api import expect

from browser.visiting import Visit
from stock_world import level
from stockmesh.flows.context import Context
from stockmesh.flows.importing import working

Bring = Callable[[str, str, str], None]
GOOD = "sku,location,quantity\nlamp,LEJ,700\nmug,LIL,150\n"
DIRTY = "sku,location,quantity\nlampp,LEJ,25\n" + "mug,AMS,many\n" * 60 + "mug,LIL,150\n"


@pytest.fixture
def bring(visit: Visit, context: Context, tmp_path: Path) -> Bring:
    """Chooses a file, sends it and lets a worker come by."""

    def deed(kind: str, name: str, text: str) -> None:
        (tmp_path / name).write_text(text)
        visit.go("/console/imports")
        visit.page.get_by_label("What the file holds").select_option(kind)
        if kind == "stock":
            visit.page.get_by_label("As of (UTC)").fill("2026-03-02T08:59:59")
        visit.page.set_input_files("#file", tmp_path / name)
        visit.page.get_by_role("button", name="Check the file").click()
        visit.page.wait_for_url("**/console/imports/*")
        expect(visit.page.get_by_text("Waits for its turn")).to_be_visible()
        look(visit, f"waiting-{name}")
        work(context)

    return deed


def work(context: Context) -> None:
    """A worker comes by."""
    assert working.work_once(context, "a worker", Signal())


def look(visit: Visit, name: str) -> None:
    """Pictures for whoever wants to look, in every light and width."""
    folder = os.environ.get("STOCKMESH_PICTURES")
    if not folder:
        return
    for theme in ("light", "dark"):
        visit.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        for width in (1280, 800):
            visit.page.set_viewport_size({"width": width, "height": 900})
            visit.page.screenshot(path=f"{folder}/{name}-{theme}-{width}.png")


def test_a_good_file_is_checked_applied_and_listed(visit: Visit, context: Context, bring: Bring) -> None:
    """Nothing changes before somebody says so; what would change is told, then what did."""
    visit.go("/console/imports")
    expect(visit.page.get_by_text("No file was brought yet")).to_be_visible()
    look(visit, "empty")
    bring("stock", "march.csv", GOOD)
    expect(visit.page.get_by_text("Applied now: 0 new, 2 changed")).to_be_visible()
    assert level(context, "mug", "LIL").on_hand == 9
    look(visit, "good")
    visit.page.get_by_role("button", name="Apply").click()
    expect(visit.page.get_by_text("Waits for its turn")).to_be_visible()
    work(context)
    expect(visit.page.get_by_role("heading", name="In the books")).to_be_visible()
    assert level(context, "mug", "LIL").on_hand == 150
    visit.go("/console/imports")
    look(visit, "history")
    expect(visit.page.get_by_role("row", name="march.csv")).to_contain_text("0 new, 2 changed")
    assert visit.violations() == []


def test_problems_are_sorted_out(visit: Visit, context: Context, bring: Bring) -> None:
    """By reason, page by page; the bad rows are downloaded, the good ones applied."""
    bring("stock", "dirty.csv", DIRTY)
    expect(visit.page.get_by_role("heading", name="61 of 62 rows have problems")).to_be_visible()
    expect(visit.page.get_by_role("cell", name="perhaps lamp")).to_be_visible()
    look(visit, "problems")
    visit.page.get_by_role("link", name="is not a number 60").click()
    expect(visit.page.get_by_role("cell", name="perhaps lamp")).to_have_count(0)
    visit.page.get_by_role("link", name="Next page").click()
    expect(visit.page.locator("table tbody tr")).to_have_count(10)
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="Download the bad rows").click()
    assert download.value.suggested_filename.endswith("-rejects.csv")
    visit.page.get_by_role("button", name="Apply the 1 good row").click()
    expect(visit.page.get_by_text("Waits for its turn")).to_be_visible()
    work(context)
    expect(visit.page.get_by_text("61 rows left out")).to_be_visible()
    assert visit.violations() == []


def test_headings_are_told(visit: Visit, context: Context, bring: Bring) -> None:
    """A file whose headings we do not know is not read until somebody says what they mean."""
    bring("stock", "headings.csv", "Nr;Platz;Stk\nmug;LIL;150\n")
    expect(visit.page.get_by_role("heading", name="The file could not be read")).to_be_visible()
    for heading, column in (("Nr", "sku"), ("Platz", "location"), ("Stk", "quantity")):
        visit.page.get_by_label(heading, exact=True).select_option(column)
    look(visit, "headings")
    visit.page.get_by_role("button", name="Check again").click()
    expect(visit.page.get_by_text("Waits for its turn")).to_be_visible()
    work(context)
    expect(visit.page.get_by_role("heading", name="Every row is good")).to_be_visible()
    assert visit.violations() == []


def test_an_import_is_given_up(visit: Visit, bring: Bring) -> None:
    """It changes nothing, and the list says so."""
    bring("stock", "march.csv", GOOD)
    visit.page.get_by_role("button", name="Give up").click()
    expect(visit.page.get_by_text("cancelled")).to_be_visible()


def test_what_is_refused_at_once_is_said(visit: Visit, bring: Bring, tmp_path: Path) -> None:
    """In the page that sends it, which keeps what was chosen."""
    (tmp_path / "picture.csv").write_text("x")
    visit.go("/console/imports")
    visit.page.get_by_label("What the file holds").select_option("stock")
    visit.page.get_by_label("As of (UTC)").fill("")
    visit.page.evaluate("document.querySelector('[name=counted]').innerHTML = '<option value=x>x</option>'")
    visit.page.set_input_files("#file", tmp_path / "picture.csv")
    visit.page.get_by_role("button", name="Check the file").click()
    expect(visit.page.locator("#notice")).to_contain_text("counted")
