"""A service that is told to stop finishes what it took: under load, with a stream open, hastened by a second signal."""

import json
import signal
import socket
import subprocess

import httpx
import pytest
from shop import browse

from placing_processes import assert_whole, orders_in_books
from service_process import Shoppers, new_order, serving, wait_until
from stockmesh.flows.context import Context
from worlds import SmallWorld, put_in_books


@pytest.mark.parametrize(
    ("clients", "orders"), [(8, 60), pytest.param(64, 5_000, marks=pytest.mark.soak)], ids=["few", "many"]
)
def test_every_order_acknowledged_is_in_the_books_and_no_other_is_lost(
    context: Context, database_url: str, clients: int, orders: int
) -> None:
    """SIGTERM in the middle: it ends with 0, and whatever was not acknowledged is taken when it is sent again."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 100_000})
    with serving(database_url=database_url) as service:
        shoppers = Shoppers(service, clients)
        shoppers.begin()
        wait_until(lambda: len(shoppers.acknowledged) > orders)
        assert service.stop() == 0
        shoppers.end()
        lines = [json.loads(line) for line in service.log.read_text().splitlines()]
    assert [line["event"] for line in lines if line["level"] == "info"][-2:] == ["stopping", "stopped"]
    assert set(shoppers.refused) <= {503}
    there = orders_in_books(context)
    assert shoppers.acknowledged.items() <= there.items()
    assert_whole(context)
    again = browse(context)
    for reference in shoppers.unanswered:
        answer = again.post("/v1/orders", json=new_order(reference))
        assert answer.status_code == (200 if reference in there else 201)
        assert there.get(reference, answer.json()["order_id"]) == answer.json()["order_id"]
    assert_whole(context)


def test_streams_are_ended_and_a_second_signal_hastens(context: Context, database_url: str) -> None:
    """A reader of events does not keep it; a request that never ends keeps it only until the second signal."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 10})
    with serving(database_url=database_url, grace_seconds=600) as service:
        host, _, port = service.address.removeprefix("http://").partition(":")
        with (
            socket.create_connection((host, int(port))) as endless,
            httpx.stream("GET", f"{service.address}/v1/events/stream", timeout=60) as stream,
        ):
            head = f"POST /v1/orders HTTP/1.1\r\nhost: {host}\r\ncontent-length: 500\r\n"
            endless.sendall(f"{head}content-type: application/json\r\n\r\n{{".encode())
            told = stream.iter_raw()
            assert next(told)
            service.process.send_signal(signal.SIGTERM)
            assert isinstance(list(told), list)  # it ends
            with pytest.raises(subprocess.TimeoutExpired):
                service.process.wait(1)
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(30) == 0
