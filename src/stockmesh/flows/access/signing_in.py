"""Signing in: a link lets a user in once, and begins a session."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from stockmesh.flows.access.callers import open_since
from stockmesh.flows.access.keys import check_own
from stockmesh.flows.access.refusals import LinkSpent, UserDisabled
from stockmesh.flows.access.scopes import ROLES, SCOPES
from stockmesh.flows.access.tokens import digest_of, is_token, new_token
from stockmesh.flows.access.users import ensure_first, get_user
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store.database import Session, execute, find_row, rows

LINK_MAX: Final = timedelta(minutes=15)
AGENT_MAX: Final = 160


@dataclass(frozen=True)
class Link:
    """The token of a login link, told once."""

    user: str
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Begun:
    """A session that has begun; its token goes into a cookie and nowhere else."""

    user: str
    token: str


@dataclass(frozen=True)
class OpenSession:
    """A session as its user sees it. `seen_at` is told to a few minutes."""

    session_id: int
    created_at: datetime
    seen_at: datetime
    agent: str


def mint_link(context: Context, name: str, *, reach: Reach = EVERYTHING, own: Iterable[str] = SCOPES) -> Link:
    """A link that lets a user in once, within a quarter of an hour.

    Raises UnknownUser, UserDisabled, and TooMuchGranted when the user may do more than who mints.
    """
    user = get_user(context, name, reach=reach)
    check_own(ROLES[user.role], own)
    if user.disabled_at is not None:
        raise UserDisabled(user=name)
    token, now = new_token(), context.clock()

    def work(session: Session) -> Link:
        execute(session, "access/prune_links", now=now)
        execute(session, "access/prune_sessions", **open_since(now))
        link = Link(name, token, now + LINK_MAX)
        execute(session, "access/add_link", digest=digest_of(token), user_id=user.user_id, expires_at=link.expires_at)
        _tell(session, context, user.user_id, name, "link_made")
        return link

    return context.database.transact(work)


def first_link(context: Context, *, always: bool) -> Link | None:
    """A link for the first administrator; None when administrators have signed in before, unless always."""
    ensure_first(context)
    with context.database.session() as session:
        row = find_row(session, "access/first_administrator")
    if row is None or (row["begun"] and not always):
        return None
    return mint_link(context, row["name"])


def sign_in(context: Context, link: str, agent: str) -> Begun:
    """A session for the user whom the link lets in; the link is spent. Raises LinkSpent."""
    if not is_token(link):
        raise LinkSpent
    token = new_token()

    def work(session: Session) -> Begun:
        user = find_row(session, "access/take_link", digest=digest_of(link), now=context.clock())
        if user is None:
            raise LinkSpent
        execute(
            session,
            "access/begin_session",
            digest=digest_of(token),
            user_id=user["user_id"],
            now=context.clock(),
            agent=_printable(agent),
        )
        _tell(session, context, user["user_id"], user["name"], "signed_in")
        return Begun(user["name"], token)

    return context.database.transact(work)


def list_sessions(context: Context, user_id: int) -> tuple[OpenSession, ...]:
    """The open sessions of a user, the latest seen first."""
    with context.database.session() as session:
        found = rows(session, "access/sessions", user_id=user_id, **open_since(context.clock()))
    return tuple(OpenSession(**row) for row in found)


def sign_out(context: Context, user_id: int, session_id: int | None = None) -> int:
    """How many sessions of a user ended: the one named, or all."""

    def work(session: Session) -> int:
        return execute(session, "access/end_session", user_id=user_id, session_id=session_id)

    return context.database.transact(work)


def _printable(agent: str) -> str:
    return "".join(letter for letter in agent if letter.isprintable())[:AGENT_MAX]


def _tell(session: Session, context: Context, user_id: int, name: str, change: str) -> None:
    body = {"about": "user", "id": str(user_id), "name": name, "change": change}
    announce(session, context, "access_changed", user_id, body)
