"""The timers that call shops: one tells them of stock, one asks them for what they never told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import structlog

from stockmesh.app import Settings
from stockmesh.flows.context import Context
from stockmesh.flows.leases import name_holder
from stockmesh.flows.shops import levels, pulling
from stockmesh.gateways.webhooks.addresses import Networks, read_networks
from stockmesh.service.events.beating import ANOTHERS_SECONDS, POLL_SECONDS, free_lease

SHOPS_AT_ONCE: Final = 16
Row = dict[str, Any]
_log = structlog.get_logger()


@dataclass(frozen=True)
class Errand:
    """What shops are called for under a lease. `is_due` writes nothing; `claim` answers the shops to call now, or None
    when another process calls them; `call` calls one."""

    lease: str
    is_due: Callable[[Context], bool]
    claim: Callable[[Context, str], list[Row] | None]
    call: Callable[[Context, Row, Networks], object]


TELLING: Final = Errand(levels.LEASE, levels.something_due, levels.claim_shops, levels.push_shop)
ASKING: Final = Errand(pulling.LEASE, pulling.something_to_ask, pulling.claim_pulls, pulling.pull_page)


class ShopTimer:
    """Calls shops, each in a thread of its own: one that is slow to answer keeps no other waiting."""

    def __init__(self, context: Context, settings: Settings, errand: Errand) -> None:
        self._context = context
        self._errand = errand
        self._permitted = read_networks(settings.webhook_networks)
        self._owner = name_holder()
        self._threads = ThreadPoolExecutor(SHOPS_AT_ONCE, thread_name_prefix=errand.lease)
        self._under_way: set[int] = set()

    def beat(self) -> float:
        """Begins to call each shop that is due, unless it is still being called, or another process does."""
        if not self._errand.is_due(self._context):
            return ANOTHERS_SECONDS
        shops = self._errand.claim(self._context, self._owner)
        idle = [shop for shop in shops or () if shop["shop_id"] not in self._under_way]
        for shop in idle:
            self._under_way.add(shop["shop_id"])
            self._threads.submit(self._call, shop)
        return 2 * POLL_SECONDS if idle else ANOTHERS_SECONDS

    def _call(self, shop: Row) -> None:
        try:
            self._errand.call(self._context, shop, self._permitted)
        except Exception as fault:
            _log.exception("a shop could not be called", error=str(fault), shop=shop["code"])
        finally:
            self._under_way.discard(shop["shop_id"])

    def hurry(self) -> None:
        """A call has an end."""

    def let_go(self) -> None:
        """Calls under way are finished; the other shops are left to whoever comes next."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        free_lease(self._context, self._errand.lease, self._owner)
