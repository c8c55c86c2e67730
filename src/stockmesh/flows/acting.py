"""Who is at work: a value that stands beside the work itself, so that every event can say who raised it.

It is a context variable: tasks and threads of the web framework inherit it, threads of our own begin as the system.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stockmesh.flows.context import Context
from stockmesh.store.database import Session, find_row

SYSTEM_NUMBER: Final = 0
NAME_MAX: Final = 120


class ActorKind(StrEnum):
    """What kind of actor: an API key, a person at the console, a command, the system's own work, a connected shop."""

    KEY = "key"
    USER = "user"
    COMMAND_LINE = "command_line"
    SYSTEM = "system"
    SHOP = "shop"


@dataclass(frozen=True)
class Actor:
    """Whoever does something. The name is that of a key, a user or a shop; never a secret."""

    kind: ActorKind
    name: str


SYSTEM: Final = Actor(ActorKind.SYSTEM, "system")


@dataclass(frozen=True)
class _Acting:
    actor: Actor
    reason: str


NOBODY: Final = _Acting(SYSTEM, "")
_acting: ContextVar[_Acting] = ContextVar("acting", default=NOBODY)


@contextmanager
def acting_as(actor: Actor, reason: str = "") -> Iterator[None]:
    """What is done while this is held is done by the actor, for the reason where one is given."""
    token = _acting.set(_Acting(actor, reason))
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def working_as(context: Context, actor: Actor) -> Iterator[None]:
    """The same for work of our own threads: the actor is numbered before any transaction begins, so that none waits
    for a second connection while it holds one."""
    number_of(context, actor)
    with acting_as(actor):
        yield


def actor_now() -> Actor:
    """Who is at work."""
    return _acting.get().actor


def reason_now() -> str:
    """Why, in the words of whoever is at work; may be empty."""
    return _acting.get().reason


def number_of(context: Context, actor: Actor) -> int:
    """The actor's number in the books, given at the first sight of it in a transaction of its own; 0 is the system.

    Remembered: work that is undone must not take with it a number that others use by then.
    """
    if actor == SYSTEM:
        return SYSTEM_NUMBER
    number = context.actor_numbers.get(actor)
    if number is None:
        number = context.database.transact(lambda session: _record(session, actor))
        context.actor_numbers[actor] = number
    return number


def number_now(context: Context) -> int:
    """The number of who is at work."""
    return number_of(context, actor_now())


def _record(session: Session, actor: Actor) -> int:
    said = {"kind": actor.kind.value, "name": actor.name[:NAME_MAX]}
    row = find_row(session, "actors/find", **said) or find_row(session, "actors/record", **said)
    # No row: another process was faster, and the next look finds what it wrote.
    return int((row or find_row(session, "actors/find", **said) or {})["actor_id"])
