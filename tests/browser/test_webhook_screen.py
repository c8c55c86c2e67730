"""Webhooks in a browser: an endpoint is added, tried, silenced, given another secret, and removed."""

import re

import pytest
from playwright.sync_api import expect

from browser.visiting import Visit


def test_the_life_of_an_endpoint_on_its_screen(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKMESH_WEBHOOK_NETWORKS", "127.0.0.0/8")
    page = visit.page
    visit.go("/console/orders")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.locator("h1")).to_have_text("Webhooks")
    expect(page.get_by_text("No endpoint yet")).to_be_visible()
    page.get_by_label("Address that events are sent to").fill("http://127.0.0.1:9/hooks")
    page.get_by_label("order: all").check()
    page.get_by_role("button", name="Add the endpoint").click()
    secret = page.locator("#new-secret").inner_text()
    assert secret.startswith("whsec_")

    visit.go("/console/webhooks")
    expect(page.locator("#new-secret")).to_have_count(0)
    page.get_by_role("link", name="http://127.0.0.1:9/hooks").click()
    page.get_by_role("button", name="Send a test").click()
    row = page.get_by_role("row", name=re.compile("webhook.test"))
    expect(row).to_contain_text("waiting")
    with page.expect_navigation():
        row.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("row", name=re.compile("webhook.test"))).to_have_count(1)
    page.get_by_label("Deliveries").select_option("delivered")
    expect(page).to_have_url(re.compile("state=delivered"))
    expect(page.get_by_text("No delivery")).to_be_visible()

    page.get_by_role("button", name="Silence").click()
    expect(page.get_by_text("Nothing is sent.")).to_be_visible()
    page.get_by_role("button", name="Send to it again").click()
    expect(page.get_by_text("Nothing is sent.")).to_have_count(0)
    sure = page.locator("#sure")
    page.get_by_role("button", name="Rotate the secret").click()
    sure.get_by_role("button", name="Rotate the secret").click()
    expect(page.locator("#new-secret")).not_to_have_text(secret)
    page.get_by_role("button", name="Remove").click()
    sure.get_by_role("button", name="No").click()
    expect(sure).to_be_hidden()
    page.get_by_role("button", name="Remove").click()
    sure.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No endpoint yet")).to_be_visible()
    assert visit.violations() == []
