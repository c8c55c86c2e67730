"""Who is calling: a key or a session turned into what its holder may do and how far."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from stockmesh.flows.access.grants import reach_in
from stockmesh.flows.access.scopes import ROLES, SCOPES, Role
from stockmesh.flows.access.tokens import KEY, digest_of, same
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store.database import Session, execute, find_row, rows

USED_EVERY: Final = timedelta(minutes=15)
SEEN_EVERY: Final = timedelta(minutes=5)
IDLE_MAX: Final = timedelta(hours=12)
SESSION_MAX: Final = timedelta(days=7)


@dataclass(frozen=True)
class Caller:
    """Who asks. `id` is a key's id or a user's number; `session_id` is 0 but for a session.

    `sells` are the codes of the channels that orders may be placed through, None for all. Placing takes units from any
    location, so whoever is restricted to locations sells through none.
    """

    kind: Literal["key", "user", "anyone"]
    id: str
    name: str
    scopes: frozenset[str]
    reach: Reach
    sells: frozenset[str] | None = None
    session_id: int = 0


# Where nobody is asked who they are: on loopback, when the setting says so.
ANYONE: Final = Caller("anyone", "", "anyone", frozenset(SCOPES), EVERYTHING)


def find_key_caller(context: Context, key: bytes) -> Caller | None:
    """Whom a key stands for now, its use noted; None when it opens nothing."""
    read = KEY.fullmatch(key)
    if read is None:
        return None
    now = context.clock()
    with context.database.session() as session:
        row = find_row(session, "access/find_key", key_id=read[1].decode(), now=now)
        if row is None or not same(bytes(row["digest"]), digest_of(key)):
            return None
        if row["used_at"] is None or row["used_at"] < now - USED_EVERY:
            execute(session, "access/use_key", key_id=row["key_id"], now=now)
        reach = reach_in(row)
        scopes = frozenset(row["scopes"]) & SCOPES.keys()
        return Caller("key", row["key_id"], row["name"], scopes, reach, _sells(session, reach))


def find_session_caller(context: Context, token: str) -> Caller | None:
    """Whom a session's token stands for now, noted as seen; None when no such session is open."""
    now = context.clock()
    with context.database.session() as session:
        row = find_row(session, "access/find_session", digest=digest_of(token), **open_since(now))
        if row is None:
            return None
        if row["seen_at"] < now - SEEN_EVERY:
            execute(session, "access/see_session", session_id=row["session_id"], now=now)
        reach = reach_in(row)
        return Caller(
            kind="user",
            id=str(row["user_id"]),
            name=row["name"],
            scopes=ROLES[Role(row["role"])],
            reach=reach,
            sells=_sells(session, reach),
            session_id=row["session_id"],
        )


def open_since(now: datetime) -> dict[str, Any]:
    """Since when a session must have begun and been seen to be open now."""
    return {"begun_after": now - SESSION_MAX, "seen_after": now - IDLE_MAX}


def _sells(session: Session, reach: Reach) -> frozenset[str] | None:
    if reach.is_everything:
        return None
    if reach.locations is not None:
        return frozenset()
    return frozenset(row["code"] for row in rows(session, "views/channels", **reach.parameters()))
