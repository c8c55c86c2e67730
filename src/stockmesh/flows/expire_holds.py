"""Holds whose time is over give their units back: a timer's work, in small transactions."""

from typing import Final

from stockmesh.flows.context import Context
from stockmesh.flows.hold_cart import close_holds
from stockmesh.flows.hold_units import LockedHold
from stockmesh.flows.leases import take_lease
from stockmesh.store.database import Session, find_row, rows

LEASE: Final = "expire_holds"
BATCH: Final = 100


def something_due(context: Context) -> bool:
    """Whether the time of an open hold is over."""
    with context.database.session() as session:
        row = find_row(session, "holds/any_due", now=context.clock())
    return bool(row and row["due"])


def expire_holds(context: Context, owner: str, *, most: int = BATCH) -> int | None:
    """How many holds were closed, the earliest due first; None when another holder of the lease does it."""

    def work(session: Session) -> int | None:
        if not take_lease(session, LEASE, owner):
            return None
        due = [LockedHold(**row) for row in rows(session, "holds/lock_due", now=context.clock(), most=most)]
        if due:
            close_holds(session, context, due, "expired")
        return len(due)

    return context.database.transact(work)
