"""Work that one process does for all: whoever holds the lease does it, and another takes over when it stops."""

import os
import socket
from typing import Final
from uuid import uuid4

from stockmesh.store.database import Session, execute, find_row

LEASE_SECONDS: Final = 3.0


def name_holder() -> str:
    """A name for a holder that no other has: which machine and process it is, for people, and a word of chance."""
    return f"{name_process()}/{uuid4().hex[:8]}"


def name_process() -> str:
    """Which machine and process this is."""
    return f"{socket.gethostname()}/{os.getpid()}"


def may_take(session: Session, name: str, owner: str) -> bool:
    """Whether the lease is free, has run out, or is one's own already. Writes nothing."""
    row = find_row(session, "leases/find", name=name)
    return row is None or row["owner"] == owner or bool(row["lapsed"])


def take_lease(session: Session, name: str, owner: str) -> bool:
    """Whether the lease is held for the next seconds, by the database's own clock.

    The row stays locked until the transaction ends, so two holders never work at once, however slow one of them is.
    """
    return find_row(session, "leases/take", name=name, owner=owner, seconds=LEASE_SECONDS) is not None


def release_lease(session: Session, name: str, owner: str) -> None:
    """The lease is free again if it was the owner's."""
    execute(session, "leases/release", name=name, owner=owner)
