"""The audit screen in a browser: filtered by its address, a row opens what was before and after."""

import re

from playwright.sync_api import expect

from browser.visiting import Visit
from stockmesh.flows.access.grants import NO_LIMITS
from stockmesh.flows.access.keys import KeyWish, add_key
from stockmesh.flows.acting import Actor, ActorKind, acting_as
from stockmesh.flows.context import Context
from stockmesh.flows.order_life import pause_order

ANNA = Actor(ActorKind.USER, "anna")


def test_a_filter_is_an_address_and_the_export_keeps_it(visit: Visit, context: Context) -> None:
    with acting_as(ANNA):
        pause_order(context, visit.numbers["L-001"], "fraud check")
    page = visit.page
    visit.go("/console/orders")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.locator("h1")).to_have_text("Audit")
    page.get_by_label("Who").select_option("anna")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"actor=anna"))
    expect(page.locator("#export")).to_have_attribute("href", re.compile(r"^/v1/audit\.csv\?.*actor=anna"))
    page.locator("tbody tr").click()
    expect(page.locator("#drawer-body")).to_contain_text("fraud check")
    expect(page.locator("#drawer-body del")).to_have_text("open")
    expect(page.locator("#drawer-body ins")).to_have_text("paused")


def test_exports_of_lists_follow_their_filters(visit: Visit) -> None:
    page = visit.page
    visit.go("/console/orders")
    page.get_by_label("State").select_option("waiting")
    expect(page.locator("#export")).to_have_attribute("href", re.compile(r"state=waiting"))
    visit.go("/console/stock?location=LEJ")
    expect(page.locator("#export")).to_have_attribute("href", "/v1/stock.csv?location=LEJ")
    with page.expect_download() as told:
        page.locator("#export").click()
    assert told.value.suggested_filename == "stock.csv"


def test_who_was_let_in_is_told_in_words(visit: Visit, context: Context) -> None:
    """A new key has no before and after: the line says which key, and what became of it."""
    add_key(context, KeyWish("till", ("orders:read",), NO_LIMITS))
    visit.go("/console/audit?kind=access.changed")
    expect(visit.page.get_by_label("Audit trail")).to_contain_text("key till: added")
