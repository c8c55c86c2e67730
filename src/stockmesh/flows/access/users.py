"""Users: people with a role and a reach, let in by links."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from stockmesh.flows.access.callers import open_since
from stockmesh.flows.access.grants import NO_LIMITS, Granted, granted_by, reach_of, stored
from stockmesh.flows.access.keys import check_name, check_own
from stockmesh.flows.access.refusals import LastAdministrator, UnknownUser, UserTaken
from stockmesh.flows.access.scopes import ROLES, SCOPES, Role
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store.database import Session, execute, find_row, rows

FIRST: Final = "owner"


@dataclass(frozen=True)
class User:
    """A person who may sign in. `sessions` are those open now."""

    user_id: int
    name: str
    role: Role
    limits: Granted
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None
    sessions: int


def add_user(
    context: Context,
    name: str,
    role: Role,
    limits: Granted = NO_LIMITS,
    *,
    reach: Reach = EVERYTHING,
    own: Iterable[str] = SCOPES,
) -> User:
    """The new user. `own` are the scopes of who adds it.

    Raises BadName, UserTaken, TooMuchGranted, and what `reach_of` does.
    """
    check_name(name)
    check_own(ROLES[role], own)

    def work(session: Session) -> None:
        granted = stored(reach_of(session, limits, reach))
        row = find_row(session, "access/add_user", name=name, role=role.value, created_at=context.clock(), **granted)
        if row is None:
            raise UserTaken(user=name)
        _tell(session, context, row["user_id"], name, "added")

    context.database.transact(work)
    return get_user(context, name, reach=reach)


def list_users(context: Context, *, reach: Reach = EVERYTHING) -> tuple[User, ...]:
    """All users within reach, by name."""
    with context.database.session() as session:
        return tuple(map(_user, _rows(session, context, None, reach)))


def get_user(context: Context, name: str, *, reach: Reach = EVERYTHING) -> User:
    """One user. Raises UnknownUser."""
    with context.database.session() as session:
        found = _rows(session, context, name, reach)
    if not found:
        raise UnknownUser(user=name)
    return _user(found[0])


def change_user(
    context: Context,
    name: str,
    role: Role,
    limits: Granted,
    *,
    reach: Reach = EVERYTHING,
    own: Iterable[str] = SCOPES,
) -> User:
    """The user with another role and reach; open sessions have them within seconds.

    Raises UnknownUser, LastAdministrator, TooMuchGranted, and what `reach_of` does.
    """
    check_own(ROLES[role], own)

    def work(session: Session) -> None:
        row = _lock(session, name, reach, own)
        granted = reach_of(session, limits, reach)
        if row["alone"] and not (role is Role.ADMINISTRATOR and granted.is_everything):
            raise LastAdministrator(user=name)
        execute(session, "access/change_user", user_id=row["user_id"], role=role.value, **stored(granted))
        _tell(session, context, row["user_id"], name, "changed")

    context.database.transact(work)
    return get_user(context, name, reach=reach)


def set_enabled(
    context: Context, name: str, *, enabled: bool, reach: Reach = EVERYTHING, own: Iterable[str] = SCOPES
) -> User:
    """The user, who may come in, or may not: then sessions and links are gone. Raises UnknownUser, LastAdministrator
    and TooMuchGranted."""

    def work(session: Session) -> None:
        row = _lock(session, name, reach, own)
        if row["alone"] and not enabled:
            raise LastAdministrator(user=name)
        if (row["disabled_at"] is None) == enabled:
            return
        disabled_at = None if enabled else context.clock()
        execute(session, "access/disable_user", user_id=row["user_id"], disabled_at=disabled_at)
        if not enabled:
            execute(session, "access/end_session", user_id=row["user_id"], session_id=None)
            execute(session, "access/forget_links", user_id=row["user_id"])
        _tell(session, context, row["user_id"], name, "enabled" if enabled else "disabled")

    context.database.transact(work)
    return get_user(context, name, reach=reach)


def end_sessions(context: Context, name: str, *, reach: Reach = EVERYTHING, own: Iterable[str] = SCOPES) -> int:
    """How many sessions of a user ended: all that were open; links are gone too. Raises UnknownUser and
    TooMuchGranted."""

    def work(session: Session) -> int:
        row = _lock(session, name, reach, own)
        execute(session, "access/forget_links", user_id=row["user_id"])
        ended = execute(session, "access/end_session", user_id=row["user_id"], session_id=None)
        _tell(session, context, row["user_id"], name, "signed_out")
        return ended

    return context.database.transact(work)


def ensure_first(context: Context) -> None:
    """There is a user: the first is an administrator, made when there is none."""

    def work(session: Session) -> None:
        if (find_row(session, "access/has_users") or {})["found"]:
            return
        granted = stored(EVERYTHING)
        role = Role.ADMINISTRATOR.value
        row = find_row(session, "access/add_user", name=FIRST, role=role, created_at=context.clock(), **granted)
        if row is not None:
            _tell(session, context, row["user_id"], FIRST, "added")

    context.database.transact(work)


def _rows(session: Session, context: Context, name: str | None, reach: Reach) -> list[dict[str, Any]]:
    return rows(session, "access/users", name=name, **open_since(context.clock()), **reach.parameters())


def _lock(session: Session, name: str, reach: Reach, own: Iterable[str]) -> dict[str, Any]:
    """The user's row, locked with all others; `alone` when no other administrator reaches everything."""
    found = rows(session, "access/lock_users", **reach.parameters())
    mine = next((row for row in found if row["name"] == name and row["within"]), None)
    if mine is None:
        raise UnknownUser(user=name)
    check_own(ROLES[Role(mine["role"])], own)
    return {**mine, "alone": mine["governs"] and sum(row["governs"] for row in found) == 1}


def _user(row: dict[str, Any]) -> User:
    names = ("user_id", "name", "created_at", "signed_in_at", "disabled_at", "sessions")
    return User(role=Role(row["role"]), limits=granted_by(row), **{name: row[name] for name in names})


def _tell(session: Session, context: Context, user_id: int, name: str, change: str) -> None:
    body = {"about": "user", "id": str(user_id), "name": name, "change": change}
    announce(session, context, "access_changed", user_id, body)
