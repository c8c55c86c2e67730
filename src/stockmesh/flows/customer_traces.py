"""Where else a customer is named: messages of shops, files that were brought, answers kept for a while."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from stockmesh.flows.context import Context
from stockmesh.flows.refusals import ErasureMustWait, FilesMustBeForgotten, MessagesMustBeApplied
from stockmesh.store.database import Session, column, execute, rows
from stockmesh.store.vectors import Vector

# A number alone says nothing: only where a shop names the customer by it.
NAMED_IN: Final = (("customer",), ("customer_id",), ("customer", "id"), ("customer", "name"))
TOLD_APART: Final = 4  # letters that a word must have to be looked for in what cannot be read


@dataclass(frozen=True)
class Person:
    """Who is erased: every name the orders go by, and every address they are sent to."""

    owner: str
    orders: Vector
    names: tuple[str, ...]
    emails: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """What a message would name the customer by, in small letters."""
        return frozenset({*(name.lower() for name in self.names), *self.emails})


def find_emails(session: Session, orders: Vector) -> frozenset[str]:
    """The addresses that orders are sent to, in small letters."""
    return frozenset(row["email"] for row in rows(session, "customers/emails", orders=orders))


def ensure_nothing_comes_back(session: Session, name: str, owner: str) -> None:
    """Nothing, when no file is kept that may name the customer. Raises ErasureMustWait and FilesMustBeForgotten."""
    waiting = [row["job_id"] for row in rows(session, "customers/staged", name=name)]
    if waiting:
        raise ErasureMustWait(jobs=tuple(waiting))
    kept = [row["upload_id"] for row in rows(session, "customers/uploads", owner=owner)]
    if kept:
        raise FilesMustBeForgotten(imports=tuple(kept))


def erase_traces(session: Session, context: Context, person: Person) -> int:
    """How many messages of shops were discarded; kept answers are forgotten.

    Raises MessagesMustBeApplied while a message about the customer waits for its turn.
    """
    messages = _messages_about(session, person)
    execute(session, "customers/discard_messages", messages=messages, now=context.clock())
    execute(session, "customers/rename_subjects", orders=person.orders)
    for name in person.names:
        execute(session, "customers/forget_answers", name=name)
    return len(messages.values)


def _messages_about(session: Session, person: Person) -> Vector:
    kept = rows(session, "customers/kept_messages", owner=person.owner, orders=person.orders)
    about = [row for row in kept if row["of_orders"] or mentions(bytes(row["body"]), person.words)]
    waiting = [row["message_id"] for row in about if row["state"] == "waiting"]
    if waiting:
        raise MessagesMustBeApplied(messages=tuple(waiting))
    return Vector(column([row["message_id"] for row in about]))


def mentions(body: bytes, words: Collection[str]) -> bool:
    """Whether a message names any of these, in small letters: an address anywhere, a name where the customer stands."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        text = body.decode("utf-8", "replace").lower()
        return any(word in text for word in words if len(word) >= TOLD_APART)
    return _names(said, words, ())


def _names(said: Any, words: Collection[str], within: tuple[str, ...]) -> bool:
    if isinstance(said, dict):
        return any(_names(value, words, (*within, str(member).lower())) for member, value in said.items())
    if isinstance(said, list):
        return any(_names(value, words, within) for value in said)
    word = str(said).strip().lower()
    return word in words and ("@" in word or within[-1:] in NAMED_IN or within[-2:] in NAMED_IN)
