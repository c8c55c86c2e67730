"""Webhooks over HTTP, on the command line, and delivered by a running service."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
from shop import browse, open_shop
from test_service_events import PATIENCE_SECONDS, serving, wait_until

from stockmesh.app import Settings
from stockmesh.flows.context import Context
from stockmesh.flows.deliver_webhooks import Claim, claim_due
from stockmesh.flows.order_life import pause_order
from stockmesh.flows.webhook_endpoints import add_endpoint, send_test
from stockmesh.gateways.webhooks.addresses import read_networks
from stockmesh.service.events import delivery_timer
from stockmesh.service.events.delivery_timer import DeliveryTimer
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


def test_nobody_else_sends_what_a_busy_sender_is_still_sending(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long receivers take, and though all senders are busy, the lease is kept: nothing is sent twice over."""
    monkeypatch.setattr(delivery_timer, "SENDERS", 1)
    over = Signal()

    def slow(connection: socket.socket) -> None:
        over.wait(PATIENCE_SECONDS)
        answer(OK)(connection)

    with receiver(slow) as waiting:
        endpoint = add_endpoint(context, waiting.url, [], permitted=read_networks(HOME)).endpoint_id
        for _ in range(2):
            send_test(context, endpoint)
        timer = DeliveryTimer(context, Settings(webhook_networks=HOME))
        timer.beat()
        wait_until(lambda: waiting.received)
        with context.database.session() as session:
            session.execute("UPDATE lease SET until = clock_timestamp() - interval '1 second'")
        timer.beat()
        assert claim_due(context, "another", Claim()) is None
        assert len(waiting.received) == 1
        over.set()
        timer.let_go()
