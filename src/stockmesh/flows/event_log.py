"""Reading events in the order of their positions, with what they tell put together from the books."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from stockmesh.flows.context import Context
from stockmesh.flows.event_kinds import GROUPS, KINDS, SOURCED, TOPICS, topic_of
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import UnknownTopic
from stockmesh.store.database import Session, column, find_row, rows
from stockmesh.store.vectors import Vector

PAGE: Final = 100
LOOKED_AT_MAX: Final = 2_000
Row = dict[str, Any]
NAMED_BY: Final = {"order": "events/orders", "owner": "events/owners", "world": "events/worlds"}
REACHED: Final = (
    "order",
    "item",
    "owner",
    "webhook",
    "hold",
    "shop",
)  # what events are about that may be within a reach


@dataclass(frozen=True)
class Event:
    """One event. `id` never changes and is told with every delivery; `position` is its place among all events."""

    position: int
    id: str
    type: str
    timestamp: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class EventPage:
    """Events in order. `next_after` is where to go on; `head` the position of the latest event there is.

    A page may be empty and yet not the last: as long as `next_after` is below `head`, more may match.
    """

    items: tuple[Event, ...]
    next_after: int
    head: int


@dataclass(frozen=True)
class Topics:
    """Which events somebody wants: whole topics such as `order.placed`, or groups such as `order`. None: all."""

    wanted: frozenset[str] = frozenset()

    def include(self, topic: str) -> bool:
        """Whether an event of this topic is wanted."""
        return not self.wanted or topic in self.wanted or topic.split(".", 1)[0] in self.wanted


def read_topics(said: Iterable[str]) -> Topics:
    """Topics and groups, several in a word if parted by commas. Raises UnknownTopic."""
    words = [word for text in said for part in text.split(",") if (word := part.strip())]
    for word in words:
        if word not in TOPICS and word not in GROUPS:
            raise UnknownTopic(topic=word, topics=TOPICS)
    return Topics(frozenset(words))


def head_position(context: Context) -> int:
    """The position of the latest event; 0 before the first."""
    with context.database.session() as session:
        return _head(session)


def list_events(
    context: Context,
    after: int = 0,
    topics: Topics | None = None,
    *,
    reach: Reach = EVERYTHING,
    count: int = PAGE,
    upto: int | None = None,
) -> EventPage:
    """The wanted events within reach after a position and up to another, at most `count`, looking at a bounded number
    of events."""
    wanted = topics or Topics()
    with context.database.session() as session:
        is_all = not wanted.wanted and reach.is_everything
        head = _head(session)
        found = rows(session, "events/page", after=after, most=count if is_all else max(count, LOOKED_AT_MAX))
        found = [row for row in found if upto is None or row["position"] <= upto]
        chosen = within_reach(session, [row for row in found if wanted.include(topic_of(row["kind"]))], reach)[:count]
        last = chosen[-1:] if len(chosen) == count else found[-1:]
        reached = last[0]["position"] if last else after
        # What was given its position since the head was read is there too; what a reader claims to know is not.
        return EventPage(_told(session, chosen, reach), reached, max(head, *(row["position"] for row in found[-1:]), 0))


def within_reach(session: Session, found: list[Row], reach: Reach) -> list[Row]:
    """The rows of events that are within reach."""
    if reach.is_everything or not found:
        return found
    kinds = {f"{subject}_kinds": [k for k, kind in KINDS.items() if kind.subject == subject] for subject in REACHED}
    events = Vector(column([row["event_id"] for row in found]))
    within = {row["event_id"] for row in rows(session, "events/within", events=events, **kinds, **reach.parameters())}
    return [row for row in found if row["event_id"] in within]


def get_events(session: Session, positions: Sequence[int], *, reach: Reach = EVERYTHING) -> tuple[Event, ...]:
    """The events at these positions, as far as they are within reach."""
    if not positions:
        return ()
    wanted = Vector(column(sorted({one for one in positions if one > 0})))
    return _told(session, within_reach(session, rows(session, "events/at", positions=wanted), reach), reach)


def _head(session: Session) -> int:
    row = find_row(session, "events/head")
    return int(row["position"]) if row else 0


def _told(session: Session, found: Sequence[Row], reach: Reach) -> tuple[Event, ...]:
    """The events of rows, each with the facts that other rows hold."""
    add_facts(session, found, reach)
    return tuple(
        Event(row["position"], f"evt_{row['event_id']}", topic_of(row["kind"]), row["recorded_at"], row["data"])
        for row in found
    )


def add_facts(session: Session, found: Sequence[Row], reach: Reach) -> None:
    """Puts into the rows of events what each tells: `data`, its body and the facts that other rows hold."""
    by_subject: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found:
        row["data"] = msgspec.json.decode(row["body"]) if row["body"] else {}
        by_subject[KINDS[row["kind"]].subject].append(row)
    for subject, query in NAMED_BY.items():
        _name_subjects(session, by_subject[subject], query)
    _add_commitments(session, [row for row in found if KINDS[row["kind"]].fields.keys() >= SOURCED.keys()], reach)


def _name_subjects(session: Session, found: Sequence[Row], query: str) -> None:
    """Puts what an event is about in front of its data."""
    if not found:
        return
    subjects = Vector(column(sorted({row["subject_id"] for row in found})))
    said = {row.pop("subject_id"): row for row in rows(session, query, subjects=subjects)}
    for row in found:
        row["data"] = {**said.get(row["subject_id"], {}), **row["data"]}


def _add_commitments(session: Session, sourced: Sequence[Row], reach: Reach) -> None:
    """Adds what the decisions took, which the journal holds and no event repeats."""
    if not sourced:
        return
    taken = rows(
        session,
        "events/commitments",
        orders=Vector(column([row["subject_id"] for row in sourced])),
        instants=[row["recorded_at"] for row in sourced],
        rounds=Vector(column([_round_of(row) for row in sourced])),
        **reach.parameters(),
    )
    for row in sourced:
        row["data"] = {**row["data"], "round": _round_of(row), "commitments": []}
    for one in taken:
        data = sourced[one["place"] - 1]["data"]
        data["round"] = one["round"]
        data["commitments"].append({name: one[name] for name in ("line_no", "sku", "location", "units")})


def _round_of(row: Row) -> int:
    """Which decision an event tells; 0 where only the instant it was recorded at says so."""
    return 1 if row["kind"] == "order_placed" else int(row["data"].get("round", 0))
