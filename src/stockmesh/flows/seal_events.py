"""Sealing events: block by block, each over the one before it, so that nothing in the trail is changed unnoticed.

It happens after the fact and beside the work: no order waits for it. Whoever could rewrite the whole database could
also rewrite every block after a change; a digest noted elsewhere (`stockmesh audit --tip`) tells even that.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from stockmesh.flows.context import Context
from stockmesh.flows.leases import may_take, take_lease
from stockmesh.store.database import Session, find_row

LEASE: Final = "seal"
RUNS_MAX: Final = 2_000


@dataclass(frozen=True)
class Block:
    """Events sealed together, up to a position, and whether more may wait."""

    block_no: int
    last_position: int
    events: int
    more: bool


@dataclass(frozen=True)
class Tip:
    """The last block, and when it was sealed. The digest is of its events and of all blocks before."""

    block_no: int
    last_position: int
    sealed_at: datetime
    digest: str


def something_to_seal(context: Context) -> bool:
    """Whether events with positions are not sealed yet. Writes nothing."""
    with context.database.session() as session:
        row = find_row(session, "audit/something_to_seal")
        return bool(row and row["waits"])


def seal_once(context: Context, owner: str) -> Block | None:
    """The next block; None when nothing waits or another process has the lease."""
    with context.database.session() as session:
        if not may_take(session, LEASE, owner):
            return None

    def work(session: Session) -> Block | None:
        if not take_lease(session, LEASE, owner):
            return None
        row = find_row(session, "audit/seal", runs=RUNS_MAX, sealed_at=context.clock())
        return None if row is None else Block(**row)

    return context.database.transact(work)


def seal_all(context: Context, owner: str) -> int:
    """How many blocks were sealed until nothing waited."""
    blocks = 0
    while seal_once(context, owner) is not None:
        blocks += 1
    return blocks


def find_tip(context: Context) -> Tip | None:
    """The last block; None before the first."""
    with context.database.session() as session:
        row = find_row(session, "audit/tip")
    return None if row is None else Tip(**row)
