"""Chores: short work under a lease, some at a time, as long as there is any. Most timers are nothing else."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from stockmesh.flows.context import Context
from stockmesh.flows.leases import name_holder
from stockmesh.service.events.beating import ANOTHERS_SECONDS, PRUNE_SECONDS, free_lease


@dataclass(frozen=True)
class Chore:
    """What is done under a lease. `is_due` writes nothing. `work` answers whether there may be more at once, or None
    when another process does it. `prune` forgets what is old, now and then, under no lease."""

    lease: str
    is_due: Callable[[Context], bool]
    work: Callable[[Context, str], bool | None]
    idle_seconds: float
    prune: Callable[[Context], object] | None = None


class ChoreTimer:
    """Does a chore beat by beat."""

    def __init__(self, context: Context, chore: Chore) -> None:
        self._context = context
        self._chore = chore
        self._owner = name_holder()
        self._pruned = time.monotonic()

    def beat(self) -> float:
        """Does what is due, unless another process does."""
        chore = self._chore
        if chore.prune is not None and time.monotonic() - self._pruned > PRUNE_SECONDS:
            chore.prune(self._context)
            self._pruned = time.monotonic()
        if not chore.is_due(self._context):
            return chore.idle_seconds
        more = chore.work(self._context, self._owner)
        if more is None:
            return max(ANOTHERS_SECONDS, chore.idle_seconds)
        return 0.0 if more else chore.idle_seconds

    def hurry(self) -> None:
        """A beat is short."""

    def let_go(self) -> None:
        """Another may do it at once."""
        free_lease(self._context, self._chore.lease, self._owner)
