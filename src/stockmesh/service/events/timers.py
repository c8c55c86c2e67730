"""Work that goes on beside the requests, each piece in a thread of its own and under a lease of its own.

A timer that finds nothing to do writes nothing: its lease runs out, and whoever finds work first takes it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event as Signal
from threading import Thread
from typing import Final, Protocol

import structlog
from psycopg import Error
from psycopg_pool import PoolTimeout

from stockmesh.app import Settings
from stockmesh.flows import deliver_webhooks, expire_holds, relay_events, request_keys, seal_events
from stockmesh.flows.context import Context
from stockmesh.flows.deliver_webhooks import Message
from stockmesh.flows.importing import working
from stockmesh.flows.leases import name_holder, release_lease
from stockmesh.flows.shops import applying, levels, messages
from stockmesh.gateways.webhooks.addresses import read_networks

POLL_SECONDS: Final = 0.05
ANOTHERS_SECONDS: Final = 0.5
SWEEP_SECONDS: Final = 1.0
AFTER_FAULT_SECONDS: Final = 1.0
STOP_SECONDS: Final = 20.0
SENDERS: Final = 32
PRUNE_SECONDS: Final = 60.0
SEAL_SECONDS: Final = 10.0
IMPORT_POLL_SECONDS: Final = 0.25
KEPT: Final = timedelta(days=30)
_log = structlog.get_logger()


class Timer(Protocol):
    """Work done beat by beat."""

    def beat(self) -> float:
        """Does what is due; answers how many seconds to wait for the next beat."""

    def hurry(self) -> None:
        """Told before the end: what takes long ends where it can be gone on with."""

    def let_go(self) -> None:
        """Finishes what is under way and frees the lease."""


@contextmanager
def running_timers(context: Context, settings: Settings) -> Iterator[None]:
    """The timers run while this is held; their leases are free afterwards. Raises BadNetwork."""
    stop = Signal()
    timers: tuple[Timer, ...] = (
        RelayTimer(context, settings),
        DeliveryTimer(context, settings),
        SealTimer(context),
        SweepTimer(context, expire_holds.LEASE, expire_holds.something_due, expire_holds.expire_holds),
        SweepTimer(context, expire_holds.PRUNE_LEASE, expire_holds.something_old, expire_holds.prune_holds),
        SweepTimer(context, request_keys.LEASE, request_keys.something_old, request_keys.prune_keys),
        ImportTimer(context),
        ShopTimer(context),
        LevelTimer(context, settings),
    )
    threads = [Thread(target=keep_beating, args=(timer.beat, stop), daemon=True) for timer in timers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for timer in timers:
            timer.hurry()
        for thread, timer in zip(threads, timers, strict=True):
            thread.join(STOP_SECONDS)
            timer.let_go()


def relay_until_stopped(context: Context, settings: Settings) -> None:
    """Relays in this thread until it is interrupted."""
    timer = RelayTimer(context, settings)
    try:
        keep_beating(timer.beat, Signal())
    finally:
        timer.let_go()


def keep_beating(beat: Callable[[], float], stop: Signal) -> None:
    """Beat after beat until told to stop; what goes wrong is logged and tried again."""
    pause = 0.0
    while not stop.wait(pause):
        try:
            pause = beat()
        except Exception as fault:
            _log.exception("a timer failed", error=str(fault))
            pause = AFTER_FAULT_SECONDS


def _release(context: Context, lease: str, owner: str) -> None:
    """Frees a lease; when the database is away it runs out instead."""
    with suppress(Error, PoolTimeout):
        context.database.transact(lambda session: release_lease(session, lease, owner))


class RelayTimer:
    """Gives committed events their positions."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self._context = context
        self._low = settings.availability_low
        self._owner = name_holder()

    def beat(self) -> float:
        """Relays what waits, unless another process does."""
        if not relay_events.something_waits(self._context):
            return POLL_SECONDS
        relayed = relay_events.relay_once(self._context, self._owner, low=self._low)
        if relayed is None:
            return ANOTHERS_SECONDS
        return 0.0 if relayed.more else POLL_SECONDS

    def hurry(self) -> None:
        """A beat is short."""

    def let_go(self) -> None:
        """Another may relay at once."""
        _release(self._context, relay_events.LEASE, self._owner)


class SealTimer:
    """Seals the events that have positions, every few seconds a block."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._owner = name_holder()

    def beat(self) -> float:
        """Seals what waits, unless another process does."""
        if not seal_events.something_to_seal(self._context):
            return SEAL_SECONDS
        block = seal_events.seal_once(self._context, self._owner)
        return 0.0 if block is not None and block.more else SEAL_SECONDS

    def hurry(self) -> None:
        """A beat is short."""

    def let_go(self) -> None:
        """Another may seal at once."""
        _release(self._context, seal_events.LEASE, self._owner)


class SweepTimer:
    """Clears away what is over, some at a time, as long as there is any."""

    def __init__(
        self,
        context: Context,
        lease: str,
        something_due: Callable[[Context], bool],
        sweep: Callable[[Context, str], int | None],
    ) -> None:
        self._context = context
        self._lease = lease
        self._something_due = something_due
        self._sweep = sweep
        self._owner = name_holder()

    def beat(self) -> float:
        """Sweeps what is due, unless another process does."""
        if not self._something_due(self._context):
            return SWEEP_SECONDS
        return 0.0 if self._sweep(self._context, self._owner) else ANOTHERS_SECONDS

    def hurry(self) -> None:
        """A beat is short."""

    def let_go(self) -> None:
        """Another may sweep at once."""
        _release(self._context, self._lease, self._owner)


class DeliveryTimer:
    """Sends events to endpoints, several at a time, a few to each."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self._context = context
        self._permitted = read_networks(settings.webhook_networks)
        self._owner = name_holder()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhooks")
        self._under_way: dict[int, int] = {}
        self._pruned = time.monotonic()

    def beat(self) -> float:
        """Hands what is due to the senders."""
        if len(self._under_way) >= SENDERS or not deliver_webhooks.something_due(self._context):
            return 2 * POLL_SECONDS
        under_way = dict(self._under_way)
        full = [endpoint for endpoint, sent in Counter(under_way.values()).items() if sent >= deliver_webhooks.OF_EACH]
        claim = deliver_webhooks.Claim(tuple(under_way), tuple(full), SENDERS - len(under_way))
        due = deliver_webhooks.claim_due(self._context, self._owner, claim)
        if time.monotonic() - self._pruned > PRUNE_SECONDS:
            deliver_webhooks.prune_log(self._context)
            self._pruned = time.monotonic()
        for message in due or ():
            self._under_way[message.delivery_id] = message.endpoint_id
            self._senders.submit(self._deliver, message)
        return POLL_SECONDS if due else ANOTHERS_SECONDS

    def _deliver(self, message: Message) -> None:
        try:
            made = deliver_webhooks.attempt(self._context, message, self._permitted)
            deliver_webhooks.record(self._context, message, made)
        except Exception as fault:
            _log.exception("a delivery could not be recorded", error=str(fault))
        finally:
            self._under_way.pop(message.delivery_id, None)

    def hurry(self) -> None:
        """A beat is short."""

    def let_go(self) -> None:
        """Attempts under way are finished; the others are left to whoever comes next."""
        self._senders.shutdown(wait=True, cancel_futures=True)
        _release(self._context, deliver_webhooks.LEASE, self._owner)


class ImportTimer:
    """Checks and applies files that were brought, one after the other."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._owner = name_holder()
        self._ending = Signal()
        self._forgot = time.monotonic()

    def beat(self) -> float:
        """Works on one file, however long it takes, unless another process does."""
        if time.monotonic() - self._forgot > PRUNE_SECONDS:
            working.forget_old(self._context, self._context.clock() - KEPT)
            self._forgot = time.monotonic()
        if not working.something_due(self._context):
            return IMPORT_POLL_SECONDS
        return 0.0 if working.work_once(self._context, self._owner, self._ending) else ANOTHERS_SECONDS

    def hurry(self) -> None:
        """The file under way is left where it is: after a batch, or as if its checking had not begun."""
        self._ending.set()

    def let_go(self) -> None:
        """Another may work at once."""
        _release(self._context, working.LEASE, self._owner)


class ShopTimer:
    """Applies the messages of shops."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._owner = name_holder()
        self._pruned = time.monotonic()

    def beat(self) -> float:
        """Applies what waits, unless another process does."""
        if time.monotonic() - self._pruned > PRUNE_SECONDS:
            messages.prune_messages(self._context)
            self._pruned = time.monotonic()
        if not applying.something_waits(self._context):
            return 2 * POLL_SECONDS
        applied = applying.apply_waiting(self._context, self._owner)
        return ANOTHERS_SECONDS if applied is None else 0.0

    def hurry(self) -> None:
        """A beat is short."""

    def let_go(self) -> None:
        """Another may apply at once."""
        _release(self._context, applying.LEASE, self._owner)


class LevelTimer:
    """Tells shops of stock."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self._context = context
        self._permitted = read_networks(settings.webhook_networks)
        self._owner = name_holder()

    def beat(self) -> float:
        """Tells each shop a batch of what is due, unless another process does."""
        if not levels.something_due(self._context):
            return ANOTHERS_SECONDS
        pushed = levels.push_due(self._context, self._owner, self._permitted)
        return 2 * POLL_SECONDS if pushed is not None and pushed.more else ANOTHERS_SECONDS

    def hurry(self) -> None:
        """A beat is short."""

    def let_go(self) -> None:
        """Another may tell them at once."""
        _release(self._context, levels.LEASE, self._owner)
