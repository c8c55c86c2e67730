"""Supply on its way from files: a row per line of a purchase order or advice."""

from typing import Final

import msgspec

from stockmesh.domain.stock.sheets import INCOMING
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.importing.gathering import ROW, forget_bad, gather, known_items, known_locations
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.names import describe_twice, similar_skus, unknown
from stockmesh.flows.importing.staging import Kind, Staging, clear_documents
from stockmesh.flows.set_up import REFERENCES_TOLD, as_json, cells_of
from stockmesh.gateways.retailer import IncomingSupply
from stockmesh.store.database import Session, execute, find_row, rows


def _check(staging: Staging) -> None:
    describe_twice(staging)
    check_places(staging)
    forget_bad(staging)
    lines = [
        IncomingSupply(row["sku"], row["location"], row["quantity"], row["due_on"], row["reference"])
        for row in staging.gathered
    ]
    staging.stage_documents([row[ROW] for row in staging.gathered], lines)


def check_places(staging: Staging, *, may_be_kit: bool = False) -> None:
    """Refuses gathered rows whose item or location is not known; kits too unless they may be named."""
    skus = {row["sku"] for row in staging.gathered}
    known, places = known_items(staging, skus), known_locations(staging)
    meant = similar_skus(staging, sorted(skus - known.keys())) if skus - known.keys() else {}
    for row in staging.gathered:
        if row["sku"] not in known:
            staging.refuse(row[ROW], "sku", row["sku"], *meant[row["sku"]])
        elif known[row["sku"]] and not may_be_kit:
            staging.refuse(row[ROW], "sku", row["sku"], "kit_has_no_stock")
        location = row.get("location")
        if location and location not in places:
            problem = unknown("unknown_location", location, places)
            staging.refuse(row[ROW], "location", location, problem.reason, problem.suggestion)


def _apply(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
    found = rows(session, "imports/documents", job_id=job.job_id, **batch._asdict())
    lines = [msgspec.json.decode(row["body"], type=IncomingSupply) for row in found]
    document = {"owner_id": job.owner_id, "incoming": as_json(lines)}
    execute(session, "imports/open_incoming_cells", **document)
    told = find_row(session, "imports/apply_incoming", **document)
    references = sorted({line.reference for line in lines})[:REFERENCES_TOLD]
    body = {"lines": len(lines), "references": references}
    touched = cells_of(session, job.owner_id, [line.sku for line in lines])
    announce(session, context, "supply_announced", job.owner_id, body, cells=touched)
    return Tally(**told) if told else Tally()


INCOMING_FILES: Final = Kind(INCOMING, "document", 2_000, gather, _check, _apply, clear_documents)
