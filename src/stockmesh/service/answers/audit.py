"""The audit trail as the API answers it."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from stockmesh.flows import audit_trail
from stockmesh.flows.acting import Actor, ActorKind
from stockmesh.flows.audit_trail import AuditEntry, AuditFilter, SealedEntry
from stockmesh.flows.context import Context
from stockmesh.flows.event_kinds import GROUPS, KINDS, TOPICS
from stockmesh.flows.exports import export_audit
from stockmesh.flows.reach import Reach
from stockmesh.service.answers.lists import (
    Asked,
    EmptyIsNone,
    Listing,
    ListQuery,
    Moment,
    Text,
    end_of,
    first_of,
    listing,
)

TOPICS_BY_GROUP: Final = {group: [one for one in TOPICS if one.split(".")[0] == group] for group in GROUPS}


class AuditAsked(Asked):
    """Which entries of the trail. Days are UTC; `to` is the last day meant, or the first instant too late."""

    actor: Annotated[Text | None, EmptyIsNone] = Field(default=None, description="who did it, by name")
    actor_kind: Annotated[ActorKind | None, EmptyIsNone] = None
    kind: Annotated[Text | None, EmptyIsNone] = Field(default=None, description="what was done: a topic or a group")
    subject: Annotated[Text | None, EmptyIsNone] = Field(
        default=None, description="an order's number or reference, a SKU, or an owner's code"
    )
    since: Annotated[Moment | None, EmptyIsNone] = Field(default=None, alias="from")
    until: Annotated[Moment | None, EmptyIsNone] = Field(default=None, alias="to")

    def wanted(self) -> AuditFilter:
        """The filter that flows take."""
        return AuditFilter(
            actor=self.actor,
            actor_kind=self.actor_kind,
            topic=self.kind,
            about=self.subject,
            since=first_of(self.since),
            until=end_of(self.until),
        )


class AuditQuery(AuditAsked, ListQuery):
    """The same, page by page."""


def audit_page(context: Context, query: AuditQuery, reach: Reach) -> Listing[AuditEntry]:
    """A page of the trail. Raises BadCursor and UnknownTopic."""
    return listing(
        audit_trail.list_audit(context, query.wanted(), after=query.cursor or "", count=query.limit, reach=reach)
    )


def actor_list(context: Context, reach: Reach) -> Listing[Actor]:
    """Everybody who has done anything."""
    return Listing(audit_trail.list_actors(context, reach=reach), None)


def change_of(entry: AuditEntry) -> str:
    """What an entry changed, in a line."""
    return audit_trail.describe_change(entry)


def subject_of(entry: AuditEntry) -> str:
    """The kind of thing that an entry is about."""
    return KINDS[entry.topic.replace(".", "_")].subject


def audit_lines(context: Context, asked: AuditAsked, reach: Reach) -> Iterator[str]:
    """All entries that pass the filter, as CSV. Raises UnknownTopic."""
    return export_audit(context, asked.wanted(), reach=reach)


def audit_entry(context: Context, entry_id: int, reach: Reach) -> SealedEntry:
    """One entry. Raises UnknownEntry."""
    return audit_trail.get_entry(context, entry_id, reach=reach)
