"""Work that goes on beside the requests, each piece in a thread of its own and under a lease of its own.

A timer that finds nothing to do writes nothing: its lease runs out, and whoever finds work first takes it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread
from typing import Final

from stockmesh.app import Settings
from stockmesh.flows import expire_holds, relay_events, request_keys, seal_events
from stockmesh.flows.context import Context
from stockmesh.flows.shops import applying, messages
from stockmesh.service.caretaker import Caretaker
from stockmesh.service.events.beating import POLL_SECONDS, Timer, keep_beating
from stockmesh.service.events.chores import Chore, ChoreTimer
from stockmesh.service.events.delivery_timer import DeliveryTimer
from stockmesh.service.events.import_timer import ImportTimer
from stockmesh.service.events.shop_timer import ASKING, TELLING, ShopTimer

SWEEP_SECONDS: Final = 1.0
SEAL_SECONDS: Final = 10.0
STOP_SECONDS: Final = 20.0
CARETAKER_SECONDS: Final = 3.0


def relaying(settings: Settings) -> Chore:
    """Committed events are given their positions."""

    def work(context: Context, owner: str) -> bool | None:
        relayed = relay_events.relay_once(context, owner, low=settings.availability_low)
        return None if relayed is None else relayed.more

    return Chore(relay_events.LEASE, relay_events.something_waits, work, POLL_SECONDS)


def _seal(context: Context, owner: str) -> bool | None:
    block = seal_events.seal_once(context, owner)
    return None if block is None else block.more


def _apply_messages(context: Context, owner: str) -> bool | None:
    applied = applying.apply_waiting(context, owner)
    return None if applied is None else applied.more


def _sweeping(sweep: Callable[[Context, str], int | None]) -> Callable[[Context, str], bool | None]:
    def work(context: Context, owner: str) -> bool | None:
        swept = sweep(context, owner)
        return None if swept is None else swept > 0

    return work


EXPIRING: Final = Chore(
    expire_holds.LEASE, expire_holds.something_due, _sweeping(expire_holds.expire_holds), SWEEP_SECONDS
)
CHORES: Final = (
    EXPIRING,
    Chore(expire_holds.PRUNE_LEASE, expire_holds.something_old, _sweeping(expire_holds.prune_holds), SWEEP_SECONDS),
    Chore(request_keys.LEASE, request_keys.something_old, _sweeping(request_keys.prune_keys), SWEEP_SECONDS),
    Chore(seal_events.LEASE, seal_events.something_to_seal, _seal, SEAL_SECONDS),
    Chore(applying.LEASE, applying.something_waits, _apply_messages, 2 * POLL_SECONDS, messages.prune_messages),
)


@contextmanager
def running_timers(context: Context, settings: Settings, caretaker: Caretaker) -> Iterator[None]:
    """The timers and the caretaker run while this is held; the leases are free afterwards. Raises BadNetwork."""
    stop = Signal()
    timers: tuple[Timer, ...] = (
        *(ChoreTimer(context, chore) for chore in (relaying(settings), *CHORES)),
        DeliveryTimer(context, settings),
        ImportTimer(context),
        ShopTimer(context, settings, TELLING),
        ShopTimer(context, settings, ASKING),
    )
    threads = [Thread(target=keep_beating, args=(timer.beat, stop), daemon=True) for timer in timers]
    looking = Thread(target=caretaker.keep_looking, args=(stop,), daemon=True)
    for thread in (looking, *threads):
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for timer in timers:
            timer.hurry()
        looking.join(CARETAKER_SECONDS)
        for thread, timer in zip(threads, timers, strict=True):
            thread.join(STOP_SECONDS)
            timer.let_go()


def relay_until_stopped(context: Context, settings: Settings) -> None:
    """Relays in this thread until it is interrupted."""
    timer = ChoreTimer(context, relaying(settings))
    try:
        keep_beating(timer.beat, Signal())
    finally:
        timer.let_go()
