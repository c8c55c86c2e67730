"""The audit trail: who did what, to what, when and why, with what was before and what is after. It is the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from stockmesh.flows.acting import SYSTEM, Actor, ActorKind
from stockmesh.flows.context import Context
from stockmesh.flows.event_kinds import GROUPS, KINDS, TOPICS, topic_of
from stockmesh.flows.event_log import add_facts
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import UnknownEntry, UnknownTopic
from stockmesh.store.database import Session, column, find_row, rows
from stockmesh.store.vectors import Vector

PAGE: Final = 50
NUMBER_DIGITS_MAX: Final = 18
# What stands in the data of events about each kind of subject and names it to people.
NAMES: Final = {"order": "reference", "item": "sku", "owner": "owner", "world": "world_id", "webhook": "endpoint_id"}
SUBJECT_WORDS: Final = {"world": "world", "webhook": "webhook"}
Row = dict[str, Any]


@dataclass(frozen=True)
class AuditFilter:
    """Which entries; None asks for all. `topic` is a whole one or a group, as of events. `about` is the number or the
    reference of an order, a SKU, or the code of an owner. `until` is the first instant too late."""

    actor: str | None = None
    actor_kind: ActorKind | None = None
    topic: str | None = None
    about: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditEntry:
    """One deed. `about` names what it was done to; `before` and `after` hold what is another now; `facts` the rest of
    what the event tells."""

    entry_id: int
    at: datetime
    actor: str
    actor_kind: str
    topic: str
    about: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    facts: dict[str, Any]


@dataclass(frozen=True)
class SealedEntry:
    """One deed with its position among all events and the block that seals it, once it has them."""

    entry: AuditEntry
    position: int | None
    block_no: int | None


def list_audit(
    context: Context, wanted: AuditFilter, *, after: str = "", count: int = PAGE, reach: Reach = EVERYTHING
) -> Page[AuditEntry]:
    """A page of what was done, the latest first; the trail is the house's own, and there is none for who reaches less.

    Raises BadCursor and UnknownTopic.
    """
    before_at, before_id = read_mark(after, tuple[datetime, int]) if after else (None, None)
    asked = {
        "kinds": _kinds(wanted.topic),
        "actor": wanted.actor,
        "actor_kind": wanted.actor_kind and wanted.actor_kind.value,
        "since": wanted.since,
        "until": wanted.until,
        "before_at": before_at,
        "before_id": before_id,
        "count": count + 1,
    }
    if not reach.is_everything:
        return Page((), None)
    with context.database.session() as session:
        if wanted.about is not None:
            found = rows(session, "audit/page_about", **_subjects(session, wanted.about), **asked)
        elif wanted.actor is None and wanted.actor_kind is None:
            found = rows(session, "audit/page_of_all", **asked)
        else:
            found = rows(session, "audit/page", **asked)
        shown = _entries(session, found[:count])
    mark = write_mark((shown[-1].at, shown[-1].entry_id)) if len(found) > count else None
    return Page(shown, mark)


def get_entry(context: Context, entry_id: int, *, reach: Reach = EVERYTHING) -> SealedEntry:
    """One deed, and how it is sealed. Raises UnknownEntry."""
    with context.database.session() as session:
        row = find_row(session, "audit/one", event_id=entry_id) if reach.is_everything else None
        if row is None:
            raise UnknownEntry(entry=entry_id)
        [entry] = _entries(session, [row])
    return SealedEntry(entry, row["position"], row["block_no"])


def list_actors(context: Context, *, reach: Reach = EVERYTHING) -> tuple[Actor, ...]:
    """Everybody who has done anything, the system among them."""
    if not reach.is_everything:
        return ()
    with context.database.session() as session:
        return SYSTEM, *_actors(session).values()


def _kinds(topic: str | None) -> list[str]:
    """The kinds of event that a topic or a group of topics stands for."""
    if topic is None:
        return list(KINDS)
    if topic not in TOPICS and topic not in GROUPS:
        raise UnknownTopic(topic=topic, topics=TOPICS)
    return [kind for kind in KINDS if topic in (topic_of(kind), topic_of(kind).split(".")[0])]


def _subjects(session: Session, about: str) -> dict[str, Any]:
    """What a word stands for, each with the kinds of event that are about such."""
    number = int(about) if about.isdecimal() and len(about) <= NUMBER_DIGITS_MAX else -1
    found = rows(session, "audit/subjects", number=number, name=about)
    return {
        "subjects": Vector(column([row["subject_id"] for row in found])),
        "subject_kinds": [_kinds_about(row["kind"]) for row in found],
    }


def _kinds_about(subject: str) -> str:
    return " ".join(kind for kind, told in KINDS.items() if told.subject == subject)


def _actors(session: Session) -> dict[int, Actor]:
    return {row["actor_id"]: Actor(ActorKind(row["kind"]), row["name"]) for row in rows(session, "audit/actors")}


def _entries(session: Session, found: Sequence[Row]) -> tuple[AuditEntry, ...]:
    add_facts(session, found, EVERYTHING)
    actors = _actors(session)
    return tuple(_entry(row, actors.get(row["actor_id"], SYSTEM)) for row in found)


def _entry(row: Row, actor: Actor) -> AuditEntry:
    data: Row = row["data"]
    before, after = _changed(data)
    subject = KINDS[row["kind"]].subject
    name = str(data.get(NAMES.get(subject, ""), ""))
    about = " ".join(part for part in (SUBJECT_WORDS.get(subject, ""), name, data.get("location")) if part)
    return AuditEntry(
        entry_id=row["event_id"],
        at=row["recorded_at"],
        actor=actor.name,
        actor_kind=actor.kind.value,
        topic=topic_of(row["kind"]),
        about=about,
        reason=str(data.get("reason") or ""),
        before=before,
        after=after,
        facts={name: value for name, value in data.items() if name not in ("before", "after", "reason")},
    )


def _changed(data: Row) -> tuple[Row, Row]:
    """What was before and after. Of a file's million cells only the change is kept: what was before follows from it."""
    before, after = data.get("before"), data.get("after")
    if isinstance(before, dict) or isinstance(after, dict):
        return before or {}, after or {}
    if isinstance(before, str):
        return {"availability": before}, {"availability": data["availability"]}
    names = [name for name in ("on_hand", "available") if data.get(f"{name}_change")]
    return {name: data[name] - data[f"{name}_change"] for name in names}, {name: data[name] for name in names}


def describe_change(entry: AuditEntry) -> str:
    """What changed in a line: `sellable 4 → 6, safety_stock 0 → 2`; or what was done: `user anna: link made`."""
    if "change" in entry.facts and not (entry.before or entry.after):
        named = [str(entry.facts[name]) for name in ("about", "name") if entry.facts.get(name)]
        return ": ".join([*filter(None, [" ".join(named)]), str(entry.facts["change"]).replace("_", " ")])
    names = list(dict.fromkeys([*entry.before, *entry.after]))
    return ", ".join(f"{name} {_short(entry.before.get(name))} → {_short(entry.after.get(name))}" for name in names)


def _short(value: Any) -> str:
    return "–" if value is None else str(value) if not isinstance(value, dict | list) else _json(value)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
