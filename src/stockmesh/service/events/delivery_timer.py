"""The timer that sends events to webhook endpoints."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from stockmesh.app import Settings
from stockmesh.flows import deliver_webhooks
from stockmesh.flows.context import Context
from stockmesh.flows.deliver_webhooks import Message
from stockmesh.flows.leases import name_holder
from stockmesh.gateways.webhooks.addresses import read_networks
from stockmesh.service.events.beating import ANOTHERS_SECONDS, POLL_SECONDS, PRUNE_SECONDS, free_lease

SENDERS: Final = 32
_log = structlog.get_logger()


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
        self._prune()
        # While attempts are under way the lease is renewed, or another process would attempt the same.
        if not self._under_way and not deliver_webhooks.something_due(self._context):
            return 2 * POLL_SECONDS
        under_way = dict(self._under_way)
        full = [endpoint for endpoint, sent in Counter(under_way.values()).items() if sent >= deliver_webhooks.OF_EACH]
        claim = deliver_webhooks.Claim(tuple(under_way), tuple(full), SENDERS - len(under_way))
        due = deliver_webhooks.claim_due(self._context, self._owner, claim)
        for message in due or ():
            self._under_way[message.delivery_id] = message.endpoint_id
            self._senders.submit(self._deliver, message)
        return POLL_SECONDS if due else ANOTHERS_SECONDS

    def _deliver(self, message: Message) -> None:
        try:
            made = deliver_webhooks.attempt(self._context, message, self._permitted)
            self._context.database.watch.delivered("failed" if made.problem else "delivered")
            deliver_webhooks.record(self._context, message, made)
        except Exception as fault:
            _log.exception("a delivery could not be recorded", error=str(fault))
        finally:
            self._under_way.pop(message.delivery_id, None)

    def _prune(self) -> None:
        """Forgets old deliveries, some a beat until none is left, then again after a while."""
        is_time = time.monotonic() - self._pruned > PRUNE_SECONDS
        if is_time and not deliver_webhooks.prune_log(self._context):
            self._pruned = time.monotonic()

    def hurry(self) -> None:
        """A beat is short."""

    def let_go(self) -> None:
        """Attempts under way are finished; the others are left to whoever comes next."""
        self._senders.shutdown(wait=True, cancel_futures=True)
        free_lease(self._context, deliver_webhooks.LEASE, self._owner)
