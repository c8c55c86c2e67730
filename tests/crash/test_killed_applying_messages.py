"""kill -9 between a message's storing and its application: it is applied once, whenever the process died."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shop_messages import connect, golden, send, settle
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import find_order
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.flows.verify_books import verify_books
from worlds import SmallWorld, put_in_books

BEATS_MAX = 200
STEP = 3
STOCK = {("LEJ", "tent"): 900, ("LEJ", "lamp"): 900}


@pytest.fixture
def apply_and_die(database_url: str) -> Iterator[Callable[[int], int]]:
    """Applies what waits in another process that dies before its n-th word; answers how it ended."""
    tests = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), *sys.path])}
    command = [sys.executable, str(tests / "shop_worker.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as program:
        assert program.stdin
        assert program.stdout
        said, heard = program.stdin, program.stdout

        def ask(beat: int) -> int:
            said.write(f"{database_url} {beat}\n")
            said.flush()
            return int(heard.readline())

        yield ask
        said.close()


def tell_a_life(context: Context, number: int) -> None:
    """An order is bought, edited and held, an order before it cancelled; a message nobody can read is among them."""
    order = golden("shopify_order_create", id=number, name=f"#{number}")
    edited = order["line_items"][0] | {"current_quantity": 5}
    send(context, "orders/create", order, delivery=f"{number}-1")
    send(context, "orders/updated", b"?", delivery=f"{number}-2")
    later = {"updated_at": "2026-03-02T10:00:00Z", "line_items": [edited]}
    send(context, "orders/updated", order | later, delivery=f"{number}-3")
    if number > STEP:
        before = golden("shopify_order_create", id=number - STEP, name=f"#{number - STEP}")
        gone = {"updated_at": "2026-03-02T11:00:00Z", "cancelled_at": "2026-03-02T11:00:00Z"}
        send(context, "orders/cancelled", before | gone, delivery=f"{number}-4")


def test_a_message_is_applied_once_whenever_the_process_dies(
    context: Context, apply_and_die: Callable[[int], int]
) -> None:
    """Killed at one beat after another: the next process brings each order to where its messages lead."""
    put_in_books(context, SmallWorld(), STOCK)
    connect(context)
    for number in range(1, BEATS_MAX, STEP):
        tell_a_life(context, number)
        code = apply_and_die(number)
        settle(context)
        order = get_order(context, find_order(context, f"#{number}", channel="web"))
        assert (order.state, [(line.sku, line.quantity) for line in order.lines]) == ("open", [("tent", 5)]), number
        if number > STEP:
            before = get_order(context, find_order(context, f"#{number - STEP}", channel="web"))
            assert before.state == "cancelled", number
        assert verify_books(context).ok
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert code == 0
    assert number > 20, "applying speaks to the database more often than that"
    failed = list_messages(context, MessageFilter(state="failed")).rows
    assert {one.code for one in failed} == {"unreadable_message"}
    assert json.dumps([one.reason for one in failed]).count("not JSON") == len(failed)
