"""Webhooks in the console: added, its secret shown once, tried out, its log read, sent again, silenced, removed."""

import re
from threading import Thread

import pytest
from playwright.sync_api import expect

from browser.visiting import Visit
from stockmesh.flows import deliver_webhooks
from stockmesh.flows.context import Context
from stockmesh.flows.deliver_webhooks import Claim
from stockmesh.flows.webhook_endpoints import list_endpoints
from stockmesh.gateways.webhooks.addresses import read_networks
from webhook_receiver import OK, answer, receiver

HOME = "127.0.0.0/8"
GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 12\r\n\r\nnobody here\n"


@pytest.fixture(autouse=True)
def _home_may_be_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKMESH_WEBHOOK_NETWORKS", HOME)


def deliver(context: Context) -> None:
    """A deliverer comes by; in a thread of its own, as the browser holds this one."""

    def deed() -> None:
        for message in deliver_webhooks.claim_due(context, "a deliverer", Claim()) or ():
            made = deliver_webhooks.attempt(context, message, read_networks(HOME))
            deliver_webhooks.record(context, message, made)

    work = Thread(target=deed)
    work.start()
    work.join()


def add(visit: Visit, url: str) -> None:
    visit.go("/console/webhooks")
    visit.page.get_by_label("Address that events are posted to").fill(url)
    visit.page.get_by_label("order", exact=True).check()
    visit.page.get_by_role("button", name="Add the endpoint").click()


def press(visit: Visit, name: str) -> None:
    """Presses a button that tells something, and waits until the page was read again."""
    with visit.page.expect_navigation():
        visit.page.get_by_role("button", name=name, exact=True).click()
    visit.page.wait_for_load_state("networkidle")


def test_an_endpoint_is_added_tried_and_its_log_tells(visit: Visit, context: Context) -> None:
    """The secret is there once and not after reading again; a test is in the log with its answer, and goes again."""
    with receiver(answer(OK)) as other:
        add(visit, other.url)
        expect(visit.page.locator("#new-secret")).to_have_text(re.compile("^whsec_"))
        endpoint = list_endpoints(context)[0]
        visit.go(f"/console/webhooks/{endpoint.endpoint_id}")
        assert "whsec_" not in visit.page.content()
        press(visit, "Send a test")
        deliver(context)
        visit.go(f"/console/webhooks/{endpoint.endpoint_id}?state=delivered")
        row = visit.page.get_by_label("Deliveries", exact=True).locator("tbody tr")
        expect(row).to_contain_text("webhook.test")
        expect(row).to_contain_text("204")
        press(visit, "Send again")
        deliver(context)
        assert len(other.received) == 2
    assert visit.violations() == []


def test_an_endpoint_that_is_gone_says_so_and_is_enabled_again(visit: Visit, context: Context) -> None:
    with receiver(answer(GONE)) as other:
        add(visit, other.url)
        endpoint = list_endpoints(context)[0]
        visit.go(f"/console/webhooks/{endpoint.endpoint_id}")
        press(visit, "Send a test")
        deliver(context)
        visit.go(f"/console/webhooks/{endpoint.endpoint_id}")
    expect(visit.page.locator(".lead")).to_contain_text("Disabled.")
    expect(visit.page.get_by_label("Deliveries", exact=True)).to_contain_text("410")
    visit.page.get_by_text("What it answered").click()
    expect(visit.page.get_by_text("nobody here")).to_be_visible()
    press(visit, "Enable")
    expect(visit.page.locator(".lead")).to_contain_text("Active.")


def test_a_refused_address_keeps_what_was_filled_in(visit: Visit) -> None:
    add(visit, "http://169.254.169.254/latest")
    expect(visit.page.get_by_role("alert")).to_be_visible()
    expect(visit.page.get_by_label("Address that events are posted to")).to_have_value("http://169.254.169.254/latest")
    expect(visit.page.get_by_label("order", exact=True)).to_be_checked()


def test_removing_and_rotating_ask_first(visit: Visit, context: Context) -> None:
    """No leaves everything as it is; Yes does it."""
    with receiver(answer(OK)) as other:
        add(visit, other.url)
        before = visit.page.locator("#new-secret").text_content()
        visit.page.get_by_role("button", name="Rotate the secret").click()
        sure = visit.page.locator("#sure")
        sure.get_by_role("button", name="Rotate the secret").click()
        expect(visit.page.locator("#new-secret")).not_to_have_text(before or "")
        expect(visit.page.locator(".lead")).to_contain_text("Secrets that sign: 2.")
        visit.page.get_by_role("button", name="Remove").click()
        sure.get_by_role("button", name="No").click()
        assert len(list_endpoints(context)) == 1
        visit.page.get_by_role("button", name="Remove").click()
        sure.get_by_role("button", name="Remove").click()
        expect(visit.page.get_by_text("No endpoint yet")).to_be_visible()
    assert list_endpoints(context) == ()
