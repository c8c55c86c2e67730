"""Events over HTTP: pages, lines, streams that resume, readers that are slow or gone, a service that stops."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from shop import browse, open_shop
from test_service_running import PROGRAM

from stockmesh.flows.access.keys import KeyWish, add_key, revoke_key
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.event_log import head_position
from stockmesh.flows.order_life import pause_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.relay_events import relay_all
from stockmesh.service.running import open_door
from worlds import order

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Running:
    """A service in a process of its own."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(database_url: str, auth: str = "off") -> Iterator[Running]:
    """A running service; killed at the end if it has not stopped."""
    environment = {**os.environ, "STOCKMESH_AUTH": auth}
    with open_door("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
    command = [sys.executable, "-c", PROGRAM, database_url, str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        try:
            yield Running(process, port)
        finally:
            process.kill()


def wait_until(true: Any) -> None:
    """Asks again and again until it is so."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)


class Reader:
    """A stream being read: `next` answers the next event's id, topic and data."""

    def __init__(self, running: Running, query: str = "", **headers: str) -> None:
        self.client = httpx.Client(timeout=PATIENCE_SECONDS)
        request = self.client.build_request("GET", f"{running.address}/v1/events/stream{query}", headers=headers)
        self.response = self.client.send(request, stream=True)
        assert self.response.status_code == 200, self.response.read()
        self.lines = self.response.iter_lines()

    def next(self) -> tuple[int, str, dict[str, Any]]:
        said: dict[str, str] = {}
        until = time.monotonic() + PATIENCE_SECONDS
        for line in self.lines:
            assert time.monotonic() < until, "nothing was told"
            name, _, value = line.partition(": ")
            if line:
                said[name] = value
            elif "data" in said:
                return int(said["id"]), said["event"], json.loads(said["data"])
            else:
                said = {}
        raise EOFError

    def close(self) -> None:
        self.response.close()
        self.client.close()


def test_a_page_of_events_and_the_next(context: Context) -> None:
    """Cursor, limit, topic and the way to the next page; JSON, or a line each."""
    open_shop(context)
    relay_all(context, "test", low=2)
    client = browse(context)
    first = client.get("/v1/events", params={"topic": "order", "limit": 4}).json()
    assert [one["type"] for one in first["items"]] == ["order.placed"] * 4
    rest = client.get("/v1/events", params={"topic": "order", "after": first["next_after"]}).json()
    assert [one["type"] for one in rest["items"]] == ["order.placed", "order.cancelled"]
    assert rest["next_after"] == rest["head"]
    beyond = client.get("/v1/events", params={"after": rest["head"] + 1_000}).json()
    assert (beyond["items"], beyond["head"]) == ([], rest["head"])
    lines = client.get("/v1/events?topic=order", headers={"Accept": "application/x-ndjson"})
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == first["items"] + rest["items"]


def test_the_way_to_the_next_page_holds_what_was_asked_and_nothing_else(context: Context) -> None:
    """White space around a topic is none of it; in a header it would end the line."""
    open_shop(context)
    relay_all(context, "test", low=2)
    client = browse(context)
    first = client.get("/v1/events", params={"topic": "order,\r\n\r\n,catalogue", "limit": 1})
    address = first.headers["link"].removeprefix("<").split(">")[0]
    assert "\r" not in address
    assert client.get(address).json()["items"][0]["position"] > first.json()["items"][0]["position"]


def test_a_topic_that_is_none_is_refused(context: Context) -> None:
    for path in ("/v1/events", "/v1/events/stream"):
        answer = browse(context).get(path, params={"topic": "orders"})
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_topic")


def test_a_reader_ahead_of_the_log_is_told(context: Context) -> None:
    """As after an older backup was restored: waiting for positions that were given once already would miss them."""
    open_shop(context)
    relay_all(context, "test", low=2)
    client, head = browse(context), head_position(context)
    answer = client.get("/v1/events/stream", headers={"Last-Event-ID": str(head + 1)})
    assert (answer.status_code, answer.json()["code"]) == (409, "events_ahead")
    assert answer.json()["facts"] == {"after": head + 1, "head": head}


def test_a_stream_tells_what_comes_and_resumes(context: Context, database_url: str) -> None:
    """A reader sees new events within moments; with Last-Event-ID it goes on where it was, missing nothing."""
    numbers = open_shop(context)
    with serving(database_url) as running:
        wait_until(lambda: head_position(context) > 0)
        reader = Reader(running, "?topic=order")
        pause_order(context, numbers["A-1"], "one")
        position, topic, event = reader.next()
        assert (topic, event["data"]["reason"], event["position"]) == ("order.paused", "one", position)
        reader.close()
        pause_order(context, numbers["A-2"], "two")
        pause_order(context, numbers["A-3"], "three")
        wait_until(lambda: head_position(context) >= position + 2)
        again = Reader(running, "?topic=order", **{"Last-Event-ID": str(position)})
        assert [again.next()[2]["data"]["reason"] for _ in range(2)] == ["two", "three"]
        place_orders(context, [order("C-1", {"lamp": 1})])
        assert again.next()[1] == "order.placed"
        again.close()
        whole = Reader(running, "?after=0")
        assert [whole.next()[0] for _ in range(20)] == list(range(1, 21))
        whole.close()


def test_streams_end_when_the_service_stops(context: Context, database_url: str) -> None:
    """A reader does not hold up the end of the service."""
    open_shop(context)
    with serving(database_url) as running:
        reader = Reader(running, "?after=0")
        reader.next()
        started = time.monotonic()
        running.process.send_signal(signal.SIGINT)
        with pytest.raises((EOFError, httpx.RemoteProtocolError)):
            read_on(reader)
        running.process.wait(timeout=PATIENCE_SECONDS)
        assert time.monotonic() - started < 8
        reader.close()


def test_another_service_relays_after_kill_9(context: Context, database_url: str) -> None:
    """The process that relays is killed; the other takes over within seconds and nothing is lost."""
    numbers = open_shop(context)
    with serving(database_url) as first:
        wait_until(lambda: head_position(context) > 0)
        with serving(database_url) as second:
            reader = Reader(second, "?topic=order.paused")
            pause_order(context, numbers["A-1"], "before")
            assert reader.next()[2]["data"]["reason"] == "before"
            os.kill(first.process.pid, signal.SIGKILL)
            pause_order(context, numbers["A-2"], "after")
            killed = time.monotonic()
            assert reader.next()[2]["data"]["reason"] == "after"
            assert time.monotonic() - killed < 8
            reader.close()


def test_a_reader_that_stops_reading_is_dropped_and_resumes(context: Context, database_url: str) -> None:
    """It holds up nobody; what it missed it is told when it comes back with the last id it saw."""
    context.database.transact(lambda session: announce(session, context, "order_paused", 1, {"reason": "first"}))
    with serving(database_url) as running:
        wait_until(lambda: head_position(context) == 1)
        with socket.create_connection(("127.0.0.1", running.port)) as slow:
            slow.sendall(b"GET /v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200 OK" in slow.recv(1_024)
            quick = Reader(running)
            for turn in range(80):
                write_many(context, 4, f"{turn} {'x' * 100_000}")
                told = [quick.next()[2]["data"]["reason"] for _ in range(4)]
                assert all(reason.startswith(f"{turn} ") for reason in told)
            quick.close()
            received = read_to_the_end(slow)
        last = int(received.rsplit(b"\nid: ", 1)[1].split(b"\n")[0])
        assert 1 < last < head_position(context)
        back = Reader(running, **{"Last-Event-ID": str(last)})
        assert back.next()[0] == last + 1
        back.close()


def test_a_stream_ends_when_its_key_is_revoked(context: Context, database_url: str) -> None:
    """Within seconds and without a further event; the stream of another key goes on."""
    numbers = open_shop(context)
    keys = [add_key(context, KeyWish(name, ("events:read",))) for name in ("leaves", "stays")]
    with serving(database_url, auth="required") as running:
        wait_until(lambda: head_position(context) > 0)
        leaves, stays = (Reader(running, "?topic=order", Authorization=f"Bearer {one.key}") for one in keys)
        pause_order(context, numbers["A-1"], "to both")
        assert [one.next()[2]["data"]["reason"] for one in (leaves, stays)] == ["to both", "to both"]
        revoke_key(context, keys[0].key_id)
        revoked = time.monotonic()
        with pytest.raises((EOFError, httpx.RemoteProtocolError)):
            read_on(leaves)
        assert time.monotonic() - revoked < 8
        refused = httpx.get(f"{running.address}/v1/events", headers={"Authorization": f"Bearer {keys[0].key}"})
        assert refused.status_code == 401
        pause_order(context, numbers["A-2"], "to one")
        assert stays.next()[2]["data"]["reason"] == "to one"
        leaves.close()
        stays.close()


def read_on(reader: Reader) -> None:
    while True:
        reader.next()


def write_many(context: Context, count: int, reason: str) -> None:
    def work(session: Any) -> None:
        for number in range(count):
            announce(session, context, "order_paused", number, {"reason": reason})

    context.database.transact(work)


def read_to_the_end(connection: socket.socket) -> bytes:
    """Everything up to the end of the stream, which must come."""
    connection.settimeout(PATIENCE_SECONDS)
    received = bytearray()
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and not received.endswith(b"\r\n0\r\n\r\n"):
        part = connection.recv(65_536)
        if not part:
            break
        received += part
    assert time.monotonic() < until
    return bytes(received)


def test_head_of_a_stream_ends(context: Context) -> None:
    assert browse(context).head("/v1/events/stream").status_code == 200


def test_everything_placed_is_told(context: Context, database_url: str) -> None:
    """Orders placed while a stream is read: one event each, in the order of their positions."""
    open_shop(context)
    with serving(database_url) as running:
        wait_until(lambda: head_position(context) > 0)
        reader = Reader(running, "?topic=order.placed")
        placed = place_orders(context, [order(f"N{number}", {"lamp": 1}) for number in range(20)])
        assert all(isinstance(one, Placed) for one in placed)
        told = [reader.next() for _ in range(20)]
        assert [event["data"]["reference"] for _, _, event in told] == [f"N{number}" for number in range(20)]
        reader.close()
