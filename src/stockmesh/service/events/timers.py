"""Work that goes on beside the requests, each piece in a thread of its own and under a lease of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event as Signal
from threading import Thread
from typing import Final

import structlog
from psycopg import Error
from psycopg_pool import PoolTimeout

from stockmesh.app import Settings
from stockmesh.flows import relay_events
from stockmesh.flows.context import Context
from stockmesh.flows.leases import name_holder, release_lease

POLL_SECONDS: Final = 0.05
RENEW_SECONDS: Final = 1.0
STOP_SECONDS: Final = 15.0
_log = structlog.get_logger()
Beat = Callable[[], float]


@contextmanager
def running_timers(context: Context, settings: Settings) -> Iterator[None]:
    """The timers run while this is held; their leases are free afterwards."""
    stop = Signal()
    timers = (RelayTimer(context, settings),)
    threads = [Thread(target=keep_beating, args=(timer.beat, stop), daemon=True) for timer in timers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(STOP_SECONDS)
        for timer in timers:
            timer.let_go()


def relay_until_stopped(context: Context, settings: Settings) -> None:
    """Relays in this thread until it is interrupted."""
    timer = RelayTimer(context, settings)
    try:
        keep_beating(timer.beat, Signal())
    finally:
        timer.let_go()


def keep_beating(beat: Beat, stop: Signal) -> None:
    """Beat after beat, each saying how many seconds to wait; what goes wrong is logged and tried again."""
    pause = 0.0
    while not stop.wait(pause):
        try:
            pause = beat()
        except Exception as fault:
            _log.exception("a timer failed", error=str(fault))
            pause = RENEW_SECONDS


class RelayTimer:
    """Relays events while the lease is held, and looks now and then whether it is free while it is not."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self._context = context
        self._low = settings.availability_low
        self._owner = name_holder()
        self._renewed = float("-inf")

    def beat(self) -> float:
        """Seconds to wait for the next beat."""
        due = time.monotonic() - self._renewed > RENEW_SECONDS
        if not due and not relay_events.something_waits(self._context):
            return POLL_SECONDS
        relayed = relay_events.relay_once(self._context, self._owner, low=self._low)
        if relayed is None:
            return RENEW_SECONDS
        self._renewed = time.monotonic()
        return 0.0 if relayed.more else POLL_SECONDS

    def let_go(self) -> None:
        """Frees the lease; a database that is away lets it run out."""
        with suppress(Error, PoolTimeout):
            self._context.database.transact(lambda session: release_lease(session, relay_events.LEASE, self._owner))
