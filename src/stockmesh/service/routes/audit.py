"""Who did what."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from stockmesh.flows.acting import Actor
from stockmesh.flows.audit_trail import AuditEntry, SealedEntry
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import audit
from stockmesh.service.answers.lists import Listing
from stockmesh.service.encoding import CSV_ANSWER, CsvFile, as_json
from stockmesh.service.here import Here

router = APIRouter(prefix="/v1", tags=["audit"])
Reads = Annotated[Reach, needs("system:read")]
EntryId = Annotated[int, Path(ge=1, le=2**63 - 1, description="the entry's number")]


@router.get("/audit", response_model=Listing[AuditEntry])
def list_audit(context: Here, reach: Reads, query: Annotated[audit.AuditQuery, Query()]) -> Response:
    """Who did what, the latest first: before and after, and why where somebody said so."""
    return as_json(audit.audit_page(context, query, reach))


@router.get("/audit.csv", response_class=CsvFile, status_code=200, responses=CSV_ANSWER)
def export_audit(context: Here, reach: Reads, asked: Annotated[audit.AuditAsked, Query()]) -> Response:
    """All entries that pass the filter as CSV, safe to open in a spreadsheet."""
    return CsvFile(audit.audit_lines(context, asked, reach), "audit")


@router.get("/audit/actors", response_model=Listing[Actor])
def list_actors(context: Here, reach: Reads) -> Response:
    """Everybody who has done anything: what the trail may be filtered by."""
    return as_json(audit.actor_list(context, reach))


@router.get("/audit/{entry_id}", response_model=SealedEntry)
def get_entry(context: Here, reach: Reads, entry_id: EntryId) -> Response:
    """One entry, with the block that seals it."""
    return as_json(audit.audit_entry(context, entry_id, reach))
