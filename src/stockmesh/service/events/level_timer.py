"""The timer that tells shops of stock."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import structlog

from stockmesh.app import Settings
from stockmesh.flows.context import Context
from stockmesh.flows.leases import name_holder
from stockmesh.flows.shops import levels
from stockmesh.gateways.webhooks.addresses import read_networks
from stockmesh.service.events.beating import ANOTHERS_SECONDS, POLL_SECONDS, free_lease

SHOPS_AT_ONCE: Final = 16
_log = structlog.get_logger()


class LevelTimer:
    """Tells shops of stock, each in a thread of its own: one that is slow to answer keeps no other waiting."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self._context = context
        self._permitted = read_networks(settings.webhook_networks)
        self._owner = name_holder()
        self._threads = ThreadPoolExecutor(SHOPS_AT_ONCE, thread_name_prefix="shops")
        self._under_way: set[int] = set()

    def beat(self) -> float:
        """Begins to tell each shop a batch of what is due, unless it is still being told, or another process does."""
        if not levels.something_due(self._context):
            return ANOTHERS_SECONDS
        shops = levels.claim_shops(self._context, self._owner)
        idle = [shop for shop in shops or () if shop["shop_id"] not in self._under_way]
        for shop in idle:
            self._under_way.add(shop["shop_id"])
            self._threads.submit(self._push, shop)
        return 2 * POLL_SECONDS if idle else ANOTHERS_SECONDS

    def _push(self, shop: dict[str, Any]) -> None:
        try:
            levels.push_shop(self._context, shop, self._permitted)
        except Exception as fault:
            _log.exception("a shop could not be told of stock", error=str(fault))
        finally:
            self._under_way.discard(shop["shop_id"])

    def hurry(self) -> None:
        """A batch has an end."""

    def let_go(self) -> None:
        """Batches under way are finished; the other shops are left to whoever comes next."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        free_lease(self._context, levels.LEASE, self._owner)
