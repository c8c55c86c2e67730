"""Holds whose time is over give their units back, to waiting orders first; closed ones are forgotten after a while.

Both are timers' work, in small transactions.
"""

from datetime import timedelta
from typing import Final

from stockmesh.flows.context import Context
from stockmesh.flows.hold_cart import close_holds
from stockmesh.flows.hold_units import LockedHold
from stockmesh.flows.leases import take_lease
from stockmesh.flows.serve_waiting import serve_waiting
from stockmesh.store.database import Session, find_row, rows

LEASE: Final = "expire_holds"
BATCH: Final = 100
PRUNE_LEASE: Final = "prune_holds"
KEPT: Final = timedelta(days=30)
PRUNED_AT_ONCE: Final = 5_000


def something_due(context: Context) -> bool:
    """Whether the time of an open hold is over."""
    with context.database.session() as session:
        row = find_row(session, "holds/any_due", now=context.clock())
    return bool(row and row["due"])


def expire_holds(context: Context, owner: str, *, most: int = BATCH) -> int | None:
    """How many holds were closed, the earliest due first; None when another holder of the lease does it."""

    def work(session: Session) -> tuple[int | None, frozenset[int]]:
        if not take_lease(session, LEASE, owner):
            return None, frozenset()
        due = [LockedHold(**row) for row in rows(session, "holds/lock_due", now=context.clock(), most=most)]
        return len(due), close_holds(session, context, due, "expired") if due else frozenset()

    closed, items = context.database.transact(work)
    if items:
        serve_waiting(context, items=items)
    return closed


def something_old(context: Context) -> bool:
    """Whether a closed hold was kept long enough."""
    with context.database.session() as session:
        row = find_row(session, "holds/any_old", oldest=context.clock() - KEPT)
    return bool(row and row["old"])


def prune_holds(context: Context, owner: str, *, most: int = PRUNED_AT_ONCE) -> int | None:
    """How many closed holds were forgotten, the first first; None when another holder of the lease does it."""

    def work(session: Session) -> int | None:
        if not take_lease(session, PRUNE_LEASE, owner):
            return None
        row = find_row(session, "holds/prune", oldest=context.clock() - KEPT, most=most)
        return int(row["holds"]) if row else 0

    return context.database.transact(work)
