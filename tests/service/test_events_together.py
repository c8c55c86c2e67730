"""Events of several services on one database: readers change between them, relays stand still and come back."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from shop import open_shop
from test_service_events import Reader, Running, serving, wait_until

from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.event_log import head_position, list_events
from stockmesh.flows.leases import LEASE_SECONDS
from stockmesh.flows.order_life import pause_order
from stockmesh.flows.relay_events import something_waits
from stockmesh.store.database import Session

TURNS = 8
A_TURN = 25


@contextmanager
def raising(context: Context, order_id: int) -> Iterator[list[str]]:
    """Events are raised one after the other while this is held; what they say is listed as they are committed."""
    said: list[str] = []
    stop = threading.Event()

    def raise_one(session: Session) -> None:
        announce(session, context, "order_paused", order_id, {"reason": str(len(said))})

    def raise_on() -> None:
        while not stop.wait(0.002):
            context.database.transact(raise_one)
            said.append(str(len(said)))

    worker = threading.Thread(target=raise_on)
    worker.start()
    try:
        yield said
    finally:
        stop.set()
        worker.join()


def words_after(context: Context, position: int) -> list[tuple[int, str]]:
    """All positions after one, and what their events say, read from the books."""
    found: list[tuple[int, str]] = []
    while (page := list_events(context, position)).items:
        found += [(one.position, one.data["reason"]) for one in page.items]
        position = page.next_after
    return found


def test_a_reader_that_changes_services_misses_nothing_and_is_told_nothing_twice(
    context: Context, database_url: str
) -> None:
    """It breaks off in the middle, again and again, and goes on at the other with the last id it saw."""
    number = open_shop(context)["A-1"]
    with serving(database_url) as one, serving(database_url) as other:
        wait_until(lambda: head_position(context) > 0 and not something_waits(context))
        begun = last = head_position(context)
        told: list[tuple[int, str]] = []
        with raising(context, number) as said:
            for turn in range(TURNS):
                reader = Reader((one, other)[turn % 2], **{"Last-Event-ID": str(last)})
                for _ in range(A_TURN):
                    last, _, event = reader.next()
                    told.append((last, event["data"]["reason"]))
                reader.close()
        assert told == [(begun + place + 1, word) for place, word in enumerate(said[: TURNS * A_TURN])]


def stand_still(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGSTOP)


def go_on(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGCONT)


def test_a_relay_that_stood_still_beyond_its_lease_gives_no_position_twice(context: Context, database_url: str) -> None:
    """Each of two services is frozen in turn; the other takes over, and who comes back does not go on where it was."""
    numbers = open_shop(context)
    with serving(database_url) as one, serving(database_url) as other:
        wait_until(lambda: head_position(context) > 0 and not something_waits(context))
        begun = head_position(context)
        with raising(context, numbers["A-1"]) as said:
            for frozen in (one, other, one):
                stand_still(frozen)
                stood = time.monotonic()
                wait_until(lambda stood=stood: time.monotonic() - stood > LEASE_SECONDS + 1)
                head = head_position(context)
                wait_until(lambda head=head: head_position(context) > head)
                go_on(frozen)
        wait_until(lambda: head_position(context) == begun + len(said))
        assert words_after(context, begun) == [(begun + place + 1, word) for place, word in enumerate(said)]
        reader = Reader(one, "?topic=order.paused")
        pause_order(context, numbers["A-2"], "afterwards")
        assert reader.next()[2]["data"]["reason"] == "afterwards"
        reader.close()
