"""The timer that works on files that were brought."""

import time
from datetime import timedelta
from threading import Event as Signal
from typing import Final

from stockmesh.flows.context import Context
from stockmesh.flows.importing import working
from stockmesh.flows.leases import name_holder
from stockmesh.service.events.beating import ANOTHERS_SECONDS, PRUNE_SECONDS, free_lease

IMPORT_POLL_SECONDS: Final = 0.25
KEPT: Final = timedelta(days=30)


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
        free_lease(self._context, working.LEASE, self._owner)
