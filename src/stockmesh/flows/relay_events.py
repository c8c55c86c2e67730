"""The relay: events of committed transactions get their positions, and thresholds that were crossed are told.

A number drawn at writing is not the order of committing: a reader would pass by a row that commits late. So positions
are given afterwards, by one process at a time, to what is committed and to nothing else.
"""

from dataclasses import dataclass
from typing import Final

from stockmesh.domain.kernel.compiled import I64
from stockmesh.flows.announcing import NO_CELLS, tell_relay
from stockmesh.flows.context import Context
from stockmesh.flows.leases import may_take, take_lease
from stockmesh.store.database import Session, column, execute, find_row, rows
from stockmesh.store.vectors import Vector

LEASE: Final = "events"
ANNOUNCEMENTS_MAX: Final = 1_000


@dataclass(frozen=True)
class Relayed:
    """Events that got a position, thresholds crossed by what they touched, and whether more may be waiting."""

    events: int
    crossings: int
    more: bool


def something_waits(context: Context) -> bool:
    """Whether an event has no position yet. Writes nothing, so it may be asked often."""
    with context.database.session() as session:
        row = find_row(session, "events/waiting")
        return bool(row and row["waiting"])


def relay_once(context: Context, owner: str, *, low: int) -> Relayed | None:
    """What one beat relayed; None when another process has the lease. At `low` units and less, availability is limited.

    Positions ascend without gap in the order in which the events of any one order or cell were written.
    """
    with context.database.session() as session:
        if not may_take(session, LEASE, owner):
            return None

    def work(session: Session) -> Relayed | None:
        return _relay(session, context, low) if take_lease(session, LEASE, owner) else None

    return context.database.transact(work)


def relay_all(context: Context, owner: str, *, low: int) -> Relayed | None:
    """Beat after beat until nothing waits; None when another process has the lease."""
    events = crossings = 0
    while True:
        part = relay_once(context, owner, low=low)
        if part is None:
            return None
        events, crossings = events + part.events, crossings + part.crossings
        if not part.more:
            return Relayed(events, crossings, more=False)


def _relay(session: Session, context: Context, low: int) -> Relayed:
    row = find_row(session, "events/relay", most=ANNOUNCEMENTS_MAX) or {}
    crossings = _tell_crossings(session, context, column(row["cells"]), low)
    return Relayed(row["events"], crossings, more=row["announcements"] == ANNOUNCEMENTS_MAX or crossings > 0)


def _tell_crossings(session: Session, context: Context, cells: I64, low: int) -> int:
    """How many levels are others than were told last. Told in the relay's own transaction: each crossing once."""
    if len(cells) == 0:
        return 0
    suspects = column([row["item_id"] for row in rows(session, "events/suspects", cells=Vector(cells), low=low)])
    if len(suspects) == 0:
        return 0
    found = rows(session, "events/levels", items=Vector(suspects), low=low)
    if not found:
        return 0
    ids = context.event_ids.take(session, len(found))
    execute(
        session,
        "events/tell_levels",
        ids=Vector(ids),
        recorded_at=context.clock(),
        items=Vector(column([row["item_id"] for row in found])),
        locations=Vector(column([row["location_id"] for row in found])),
        channels=Vector(column([row["channel_id"] for row in found])),
        available=Vector(column([row["available"] for row in found])),
        levels=[row["level"] for row in found],
        befores=[row["before"] for row in found],
    )
    tell_relay(session, ids, NO_CELLS)
    return len(found)
