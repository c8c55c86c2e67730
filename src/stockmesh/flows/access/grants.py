"""Codes of owners, locations and channels become a reach, and a grant never goes further than who grants reaches."""

from dataclasses import dataclass
from typing import Any

from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.stock.refusals import UnknownOwner
from stockmesh.flows.reach import Numbers, Reach
from stockmesh.store.database import Session, rows

Row = dict[str, Any]
Codes = tuple[str, ...] | None


@dataclass(frozen=True)
class Granted:
    """What somebody is restricted to, by code; None for all."""

    owners: Codes = None
    locations: Codes = None
    channels: Codes = None


NO_LIMITS = Granted()


def reach_of(session: Session, wanted: Granted, reach: Reach) -> Reach:
    """What is wanted as a reach within another; what is not named is as far as that one goes.

    Raises UnknownOwner, UnknownLocation and UnknownChannel, for what lies beyond too.
    """
    owners = _owners(session, wanted.owners, reach)
    locations = _locations(session, wanted.locations, reach)
    channels = reach.channels
    if wanted.channels:
        found = _found(session, "access/channels", wanted.channels, Reach(owners, None, reach.channels))
        for code in wanted.channels:
            if code not in found:
                raise UnknownChannel(channel=code)
        channels = tuple(sorted(row["number"] for row in found.values()))
        owners = tuple(sorted({row["owner_id"] for row in found.values()}))
    return Reach(owners, locations, channels)


def _owners(session: Session, wanted: Codes, reach: Reach) -> Numbers:
    if not wanted:
        return reach.owners
    found = _found(session, "access/owners", wanted, reach)
    for code in wanted:
        if code not in found:
            owners = rows(session, "setup/owners", **reach.parameters())
            raise UnknownOwner(owner=code, owners=tuple(row["code"] for row in owners))
    return tuple(sorted(row["number"] for row in found.values()))


def _locations(session: Session, wanted: Codes, reach: Reach) -> Numbers:
    if not wanted:
        return reach.locations
    found = _found(session, "access/locations", wanted, reach)
    for code in wanted:
        if code not in found:
            raise UnknownLocation(location=code)
    return tuple(sorted(row["number"] for row in found.values()))


def _found(session: Session, query: str, codes: tuple[str, ...], reach: Reach) -> dict[str, Row]:
    return {row["code"]: row for row in rows(session, query, codes=list(codes), **reach.parameters())}


def granted_by(row: Row) -> Granted:
    """The codes that a row tells."""
    owners, locations, channels = (row[name] for name in ("owners", "locations", "channels"))
    return Granted(*(None if codes is None else tuple(codes) for codes in (owners, locations, channels)))


def reach_in(row: Row) -> Reach:
    """The reach that a row holds."""
    owners, locations, channels = (row[name] for name in ("owners", "locations", "channels"))
    return Reach(*(None if numbers is None else tuple(numbers) for numbers in (owners, locations, channels)))


def stored(reach: Reach) -> dict[str, list[int] | None]:
    """A reach as rows hold it."""
    parts = {"owners": reach.owners, "locations": reach.locations, "channels": reach.channels}
    return {name: None if numbers is None else list(numbers) for name, numbers in parts.items()}
