"""Kits from files: a row per component; a kit made of other things than before succeeds itself."""

from typing import Final

import msgspec

from stockmesh.domain.network.items import Kit
from stockmesh.domain.network.sheets import KITS
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.differences import changes_within
from stockmesh.flows.importing.gathering import ROW, forget_bad, gather, grouped, known_items
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.names import describe_twice, similar_skus
from stockmesh.flows.importing.staging import Kind, Staging, clear_documents
from stockmesh.flows.set_up import kits_now, write_kits
from stockmesh.store.database import Session, execute, rows


def _check(staging: Staging) -> None:
    describe_twice(staging)
    _check_names(staging)
    _check_stocked(staging)
    bad = {row["kit"] for row in staging.gathered if row[ROW] in staging.findings.bad}
    forget_bad(staging)
    # A kit lacks a component where one of its rows is bad: the whole kit is left out.
    kits = {sku: group for sku, group in grouped(staging.gathered, "kit").items() if sku not in bad}
    left = [row[ROW] for row in staging.gathered if row["kit"] in bad]
    staging.findings.set_aside(left, "another row of the kit has a problem")
    documents = [Kit(sku, tuple((row["component"], row["quantity"]) for row in group)) for sku, group in kits.items()]
    staging.stage_documents([group[0][ROW] for group in kits.values()], documents)


def _check_names(staging: Staging) -> None:
    skus = {row[name] for row in staging.gathered for name in ("kit", "component")}
    known = known_items(staging, skus)
    meant = similar_skus(staging, sorted(skus - known.keys())) if skus - known.keys() else {}
    kits = {row["kit"] for row in staging.gathered} | {sku for sku, is_kit in known.items() if is_kit}
    for row in staging.gathered:
        for name in ("kit", "component"):
            if row[name] not in known:
                staging.refuse(row[ROW], name, row[name], *meant[row[name]])
        if row["component"] in kits:
            staging.refuse(row[ROW], "component", row["component"], "component_is_kit", "name what it is made of")


def _check_stocked(staging: Staging) -> None:
    skus = sorted({row["kit"] for row in staging.gathered})
    stocked = {row["sku"] for row in rows(staging.session, "setup/stocked_items", owner_id=staging.owner_id, skus=skus)}
    for row in staging.gathered:
        if row["kit"] in stocked:
            staging.refuse(row[ROW], "kit", row["kit"], "stocked_as_item", "move its units away first")


def _apply(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
    found = rows(session, "imports/documents", job_id=job.job_id, **batch._asdict())
    kits = [msgspec.json.decode(row["body"], type=Kit) for row in found]
    # Nobody places orders under kits that are about to be others.
    execute(session, "catalogue/touch")
    skus = [kit.sku for kit in kits]
    before = kits_now(session, job.owner_id, skus)
    other = [kit for kit in kits if before.get(kit.sku) != dict(kit.components)]
    touched = write_kits(session, job.owner_id, other)
    if other:
        told = changes_within({"kits": before}, {"kits": before | {kit.sku: dict(kit.components) for kit in other}})
        saved = {"items": 0, "kits": len(other), "channels": 0} | told
        announce(session, context, "catalogue_changed", job.owner_id, saved, cells=touched)
    changed = sum(kit.sku in before for kit in other)
    return Tally(created=len(other) - changed, changed=changed, unchanged=len(kits) - len(other))


KIT_FILES: Final = Kind(KITS, "document", 500, gather, _check, _apply, clear_documents)
