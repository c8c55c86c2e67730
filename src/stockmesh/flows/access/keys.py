"""API keys: made, listed, revoked. The key itself is told once and kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from stockmesh.flows.access.grants import NO_LIMITS, Granted, granted_by, reach_of, stored
from stockmesh.flows.access.refusals import BadExpiry, BadName, TooMuchGranted, UnknownKey
from stockmesh.flows.access.scopes import OF_KEYS, OF_PERSONS, read_scopes
from stockmesh.flows.access.tokens import digest_of, new_key_id, new_token, write_key
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store.database import Session, execute, find_row, rows

NAME_MAX: Final = 80


@dataclass(frozen=True)
class ApiKey:
    """A key without its secret. `used_at` is told to a quarter of an hour."""

    key_id: str
    name: str
    scopes: tuple[str, ...]
    limits: Granted
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class NewKey:
    """A key that was just made; `key` is told this once."""

    key_id: str
    key: str


@dataclass(frozen=True)
class KeyWish:
    """What a key is to be; it never goes further than who makes it."""

    name: str
    scopes: tuple[str, ...]
    limits: Granted = NO_LIMITS
    expires_at: datetime | None = None


def add_key(context: Context, wish: KeyWish, *, reach: Reach = EVERYTHING, own: Iterable[str] = OF_KEYS) -> NewKey:
    """The new key. `own` are the scopes of who makes it.

    Raises BadName, UnknownScope, TooMuchGranted, BadExpiry, and what `reach_of` does.
    """
    name = check_name(wish.name)
    scopes = read_scopes(wish.scopes)
    check_own(scopes, own)
    _check_expiry(context, wish.expires_at)
    key_id, secret = new_key_id(), new_token()
    key = write_key(key_id, secret)

    def work(session: Session) -> NewKey:
        execute(
            session,
            "access/add_key",
            key_id=key_id,
            digest=digest_of(key),
            name=name,
            scopes=list(scopes),
            created_at=context.clock(),
            expires_at=wish.expires_at,
            **stored(reach_of(session, wish.limits, reach)),
        )
        _tell(session, context, key_id, name, "added")
        return NewKey(key_id, key)

    return context.database.transact(work)


def list_keys(context: Context, *, reach: Reach = EVERYTHING) -> tuple[ApiKey, ...]:
    """All keys within reach, the newest first."""
    with context.database.session() as session:
        return tuple(map(_key, rows(session, "access/keys", key_id=None, **reach.parameters())))


def get_key(context: Context, key_id: str, *, reach: Reach = EVERYTHING) -> ApiKey:
    """One key. Raises UnknownKey."""
    with context.database.session() as session:
        return _find(session, key_id, reach)


def revoke_key(context: Context, key_id: str, *, reach: Reach = EVERYTHING) -> ApiKey:
    """The key, which opens nothing any more; running services take some seconds to hear of it. Raises UnknownKey."""

    def work(session: Session) -> ApiKey:
        found = _find(session, key_id, reach)
        if execute(session, "access/revoke_key", key_id=key_id, now=context.clock()):
            _tell(session, context, key_id, found.name, "revoked")
        return _find(session, key_id, reach)

    return context.database.transact(work)


def check_name(name: str) -> str:
    """The name, or raises BadName."""
    if not 1 <= len(name) <= NAME_MAX or not name.isprintable() or name != name.strip():
        raise BadName(name=name[:NAME_MAX], largest=NAME_MAX)
    return name


def check_own(scopes: Iterable[str], own: Iterable[str]) -> None:
    """Nothing when nobody gives what they do not have. Raises TooMuchGranted.

    That a person has sessions opens nothing by itself: a key, which has none, may still let persons in.
    """
    beyond = tuple(sorted(set(scopes) - {OF_PERSONS} - set(own)))
    if beyond:
        raise TooMuchGranted(scopes=beyond)


def _check_expiry(context: Context, expires_at: datetime | None) -> None:
    if expires_at is None:
        return
    if expires_at.tzinfo is None or expires_at <= context.clock() or expires_at.year >= 2100:
        raise BadExpiry(expires_at=expires_at.isoformat())


def _find(session: Session, key_id: str, reach: Reach) -> ApiKey:
    row = find_row(session, "access/keys", key_id=key_id, **reach.parameters())
    if row is None:
        raise UnknownKey(key=key_id)
    return _key(row)


def _key(row: dict[str, Any]) -> ApiKey:
    names = ("key_id", "name", "created_at", "expires_at", "used_at", "revoked_at")
    return ApiKey(scopes=tuple(row["scopes"]), limits=granted_by(row), **{name: row[name] for name in names})


def _tell(session: Session, context: Context, key_id: str, name: str, change: str) -> None:
    announce(session, context, "access_changed", 0, {"about": "key", "id": key_id, "name": name, "change": change})
