"""Webhooks over HTTP, on the command line, and delivered by a running service."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shop import browse, mint, open_shop, stranger
from test_service_events import serving, wait_until

from stockmesh.flows.access.grants import Granted
from stockmesh.flows.context import Context
from stockmesh.flows.order_life import pause_order
from stockmesh.flows.webhook_endpoints import add_endpoint
from stockmesh.gateways.webhooks.addresses import read_networks
from webhook_receiver import OK, Receiver, answer, receiver, silent

HOME = "127.0.0.0/8"


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver on this machine, which may be sent to."""
    monkeypatch.setenv("STOCKMESH_WEBHOOK_NETWORKS", HOME)
    with receiver(answer(OK)) as listening:
        yield listening


def test_the_life_of_an_endpoint(context: Context, other: Receiver) -> None:
    """Added, shown without its secret, rotated, tried, silenced, removed."""
    client = browse(context)
    added = client.post("/v1/webhooks", json={"url": other.url, "topics": ["order"]})
    assert added.status_code == 201
    assert added.json()["secret"].startswith("whsec_")
    here = added.headers["location"]
    shown = client.get(here).json()
    assert (shown["url"], shown["topics"], shown["active"], shown["secrets"]) == (other.url, ["order"], True, 1)
    assert "whsec_" not in client.get("/v1/webhooks").text
    assert client.post(f"{here}/rotate", json={"grace_seconds": 60}).json()["secret"] != added.json()["secret"]
    assert client.get(here).json()["secrets"] == 2
    tried = client.post(f"{here}/test")
    assert tried.status_code == 202
    [delivery] = client.get(f"{here}/deliveries", params={"state": "due"}).json()["items"]
    assert (delivery["delivery_id"], delivery["topic"]) == (tried.json()["delivery_id"], "webhook.test")
    assert client.post(f"/v1/webhooks/deliveries/{delivery['delivery_id']}/replay").status_code == 202
    assert client.post(f"{here}/disable").json()["active"] is False
    assert client.post(f"{here}/enable").json()["active"] is True
    assert client.delete(here).status_code == 204
    assert client.get(here).json()["code"] == "unknown_endpoint"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://localhost/"}, "forbidden_address"),
        ({"url": "http://169.254.169.254/latest"}, "forbidden_address"),
        ({"url": "file:///etc/passwd"}, "bad_webhook_url"),
        ({"url": "https://example.com/", "topics": ["orders"]}, "unknown_topic"),
        ({"url": "https://example.com/", "secret": "mine"}, "bad_body"),
    ],
)
def test_what_cannot_be_an_endpoint(context: Context, body: dict[str, Any], code: str) -> None:
    assert browse(context).post("/v1/webhooks", json=body).json()["code"] == code


def test_a_running_service_delivers(context: Context, database_url: str, other: Receiver) -> None:
    """An event reaches its endpoint within moments, while another endpoint never answers."""
    numbers = open_shop(context)
    with receiver(silent) as mute:
        add_endpoint(context, mute.url, [], permitted=read_networks(HOME))
        add_endpoint(context, other.url, ["order.paused"], permitted=read_networks(HOME))
        with serving(database_url) as running:
            pause_order(context, numbers["A-1"], "fraud check")
            wait_until(lambda: other.received)
            assert running.process.poll() is None
    assert json.loads(other.received[0].body)["data"]["reason"] == "fraud check"


def test_endpoints_and_events_on_the_command_line(context: Context, database_url: str, other: Receiver) -> None:
    """What the service does by HTTP, the command does too."""
    open_shop(context)

    def run(*words: str) -> Any:
        command = [str(Path(sys.executable).parent / "stockmesh"), *words, "--json"]
        environment = {**os.environ, "STOCKMESH_DATABASE_URL": database_url, "STOCKMESH_WEBHOOK_NETWORKS": HOME}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert run("events", "relay", "--once")["events"] > 0
    page = run("events", "list", "--topic", "order.placed")
    assert [one["data"]["reference"] for one in page["items"]] == ["A-1", "A-2", "A-3", "B-1", "B-2"]
    added = run("webhooks", "add", other.url, "--topic", "order")
    number = str(added["endpoint_id"])
    assert run("webhooks", "show", number)["topics"] == ["order"]
    tried = run("webhooks", "test", number)
    assert [one["delivery_id"] for one in run("webhooks", "deliveries", number)["rows"]] == [tried["delivery_id"]]


def test_who_only_reads_webhooks_is_offered_no_change(context: Context, other: Receiver) -> None:
    """The screen shows the log and no button; the form of the page is refused as well."""
    number = add_endpoint(context, other.url, [], permitted=read_networks(HOME)).endpoint_id
    client = stranger(context)
    client.headers["authorization"] = f"Bearer {mint(context, 'webhooks:read')}"
    shown = client.get(f"/console/webhooks/{number}")
    assert shown.status_code == 200
    assert "No delivery yet" in shown.text
    assert "data-tell" not in shown.text
    assert "/rotate" not in shown.text
    for deed in ("rotate", "remove"):
        assert client.post(f"/console/webhooks/{number}/{deed}").status_code == 403


def test_the_screen_shows_no_endpoint_beyond_reach(context: Context, other: Receiver) -> None:
    """An endpoint that is told of everything is not there for whoever reaches one location."""
    open_shop(context)
    number = add_endpoint(context, other.url, [], permitted=read_networks(HOME)).endpoint_id
    client = stranger(context)
    key = mint(context, "webhooks:read", limits=Granted(locations=("LEJ",)))
    client.headers["authorization"] = f"Bearer {key}"
    assert other.url not in client.get("/console/webhooks").text
    assert client.get(f"/console/webhooks/{number}").status_code == 404
