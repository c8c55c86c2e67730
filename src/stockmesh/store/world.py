"""World versions: recorded once by digest, put in force by a pointer, never changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stockmesh.domain.fulfilment.refusals import EmptyNetwork
from stockmesh.store.database import Session, execute, find_row, rows


@dataclass(frozen=True)
class Directory:
    """Numbers in the books for what the world knows by code. `index_of` leads back: location id to its place in code
    order."""

    location_ids: tuple[int, ...]
    index_of: dict[int, int]
    service_ids: dict[str, int]


def record_world(session: Session, body: str, recorded_at: datetime) -> int:
    """The number of a world version (canonical JSON), recorded when it is new, and puts it in force."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    found = rows(session, "world/record", digest=digest, recorded_at=recorded_at, body=body)
    if not found:  # another process recorded the same world while we looked
        found = rows(session, "world/record", digest=digest, recorded_at=recorded_at, body=body)
    world_id = int(found[0]["world_id"])
    execute(session, "world/publish", world_id=world_id)
    return world_id


def get_current(session: Session) -> tuple[int, int]:
    """The numbers of the world and of the catalogue in force. Raises EmptyNetwork when no world was published."""
    row = find_row(session, "world/current")
    if row is None:
        raise EmptyNetwork
    return row["world_id"], row["catalogue_version"]


def hold_current(session: Session) -> tuple[int, int]:
    """The numbers of the world and of the catalogue in force; nobody publishes others before the transaction ends.

    Raises EmptyNetwork when no world was published.
    """
    row = find_row(session, "world/hold")
    if row is None:
        raise EmptyNetwork
    return row["world_id"], row["catalogue_version"]


def get_world(session: Session, world_id: int) -> str:
    """One world version as JSON."""
    row = find_row(session, "world/get", world_id=world_id)
    if row is None:
        raise EmptyNetwork
    return str(row["body"])


def load_directory(session: Session, codes: Sequence[str]) -> Directory:
    """The numbers of the locations with these codes, in their order, and of all services."""
    number_of = {row["code"]: row["location_id"] for row in rows(session, "catalogue/locations")}
    location_ids = tuple(number_of[code] for code in codes)
    return Directory(
        location_ids=location_ids,
        index_of={number: index for index, number in enumerate(location_ids)},
        service_ids={row["code"]: row["service_id"] for row in rows(session, "catalogue/services")},
    )
