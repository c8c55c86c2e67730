"""The audit screen: who did what, filtered by its address; a row opens what was before and after."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from stockmesh.flows.acting import ActorKind
from stockmesh.flows.audit_trail import AuditEntry
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import audit
from stockmesh.service.console.frame import query_of, render
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
Reads = Annotated[Reach, needs("system:read")]
EntryId = Annotated[int, Path(ge=1, le=2**63 - 1)]
# What is done to a subject is seen at its own screen.
SCREENS: Final = {
    "order": ("/console/orders/{order_id}", "Open order"),
    "item": ("/console/stock?search={sku}", "Stock"),
}


@router.get("/console/audit")
def audit_page(request: Request, context: Here, reach: Reads, query: Annotated[audit.AuditQuery, Query()]) -> Response:
    """The list of deeds. Its filter is its address."""
    page = audit.audit_page(context, query, reach)
    asked = query.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    filtered = {name for name in asked if name not in ("cursor", "limit")}
    return render(
        request,
        "audit.html",
        query=query,
        page=page,
        changes={one.entry_id: audit.change_of(one) for one in page.items},
        is_filtered=bool(filtered) or query.cursor is not None,
        first=query_of(asked, cursor=None),
        following=query_of(asked, cursor=page.next_cursor),
        api=f"/v1/audit?{query_of(asked)}".rstrip("?"),
        file=f"/v1/audit.csv?{query_of(asked, cursor=None, limit=None)}".rstrip("?"),
        actors=audit.actor_list(context, reach).items,
        actor_kinds=list(ActorKind),
        topics=audit.TOPICS_BY_GROUP,
    )


@router.get("/console/audit/{entry_id:int}")
def audit_entry(request: Request, context: Here, reach: Reads, entry_id: EntryId) -> Response:
    """The drawer's view of a deed: what was before and after, why, and how it is sealed."""
    sealed = audit.audit_entry(context, entry_id, reach)
    return render(
        request,
        "audit_entry.html",
        sealed=sealed,
        entry=sealed.entry,
        members=list(dict.fromkeys([*sealed.entry.before, *sealed.entry.after])),
        screen=_screen(sealed.entry),
        api=f"/v1/audit/{entry_id}",
    )


def _screen(entry: AuditEntry) -> tuple[str, str] | None:
    """Where the subject of a deed is seen, and what to call the way there."""
    named = {name: quote(str(entry.facts[name]), safe="") for name in ("order_id", "sku") if name in entry.facts}
    address, label = SCREENS.get(audit.subject_of(entry), ("", ""))
    return (address.format(**named), label) if address and named else None
