"""Items from files: new ones are added, known ones get what the file says."""

from typing import Any, Final

import msgspec
import numpy as np

from stockmesh.domain.kernel.sheets.checking import Checked
from stockmesh.domain.network.sheets import ITEMS
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.differences import changes_within
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.names import describe_twice, describe_zeroless
from stockmesh.flows.importing.staging import Kind, Staging, texts
from stockmesh.store.copying import Column, Integers
from stockmesh.store.database import Session, arrays, execute, find_row

SIZES: Final = {"weight": "weight_mg", "length": "length_um", "width": "width_um", "height": "height_um"}
WORDS: Final = {"title": "title", "hs_code": "hs_code", "origin": "origin_country"}


def _stage(staging: Staging, checked: Checked) -> None:
    staging.remember(checked)
    # What a file does not say of some items only, it does not say of them: those rows are staged without the column.
    optional = [name for name in (*WORDS, "price") if name in checked.given]
    patterns = np.zeros(len(checked.rows), dtype=np.int64)
    for bit, name in enumerate(optional):
        patterns |= checked.given[name].astype(np.int64) << bit
    for pattern in np.unique(patterns[checked.good]).tolist():
        good = np.flatnonzero(checked.good & (patterns == pattern))
        said = [name for bit, name in enumerate(optional) if pattern >> bit & 1]
        _copy(staging, checked, good.tolist(), said)


def _copy(staging: Staging, checked: Checked, good: list[int], said: list[str]) -> None:
    columns: dict[str, Column] = {target: Integers(checked.figures[name][good], 8) for name, target in SIZES.items()}
    columns["sku"] = texts(checked.texts["sku"], good)
    for name in said:
        if name == "price":
            columns["unit_price_minor"] = Integers(checked.figures["price"][good], 8)
        else:
            values: Any = checked.texts.get(name) or checked.said[name]
            columns[WORDS[name]] = texts(values, good)
    staging.copy("import_item", checked.rows[good], columns)


def _check(staging: Staging) -> None:
    describe_twice(staging)
    numbers = arrays(staging.session, "imports/zeroless_items", job_id=staging.job_id, owner_id=staging.owner_id)
    if len(numbers["row_no"]):
        describe_zeroless(staging, numbers["row_no"])


def _apply(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
    asked = {"job_id": job.job_id, "owner_id": job.owner_id, **batch._asdict()}
    found: dict[str, Any] = find_row(session, "imports/apply_items", **asked) or {"differing": []}
    differing = [msgspec.json.decode(one) for one in found.pop("differing")]
    tally = Tally(**found)
    if differing:
        told = changes_within(*({one["sku"]: one[when] for one in differing} for when in ("before", "after")))
        saved = {"items": tally.changed, "kits": 0, "channels": 0}
        announce(session, context, "catalogue_changed", job.owner_id, saved | told)
    return tally


def _finish(session: Session, context: Context, job: Job) -> None:
    """Orders learn of the items once all are there: every process reads the catalogue anew when it is touched."""
    execute(session, "imports/clear_item", job_id=job.job_id, rows=None)
    execute(session, "catalogue/touch")
    saved = {"items": job.entries, "kits": 0, "channels": 0}
    announce(session, context, "catalogue_changed", job.owner_id, saved)


ITEM_FILES: Final = Kind(ITEMS, "item", 10_000, _stage, _check, _apply, _finish)
