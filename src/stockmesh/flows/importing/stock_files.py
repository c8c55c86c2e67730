"""Stock from files: counted cells are made to agree, new ones opened, whole batches at a time."""

from typing import Final

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.sheets.checking import Checked
from stockmesh.domain.network.calendars import microseconds
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import differences
from stockmesh.domain.stock.sheets import STOCK
from stockmesh.flows.context import Context
from stockmesh.flows.importing.cell_rows import (
    Cells,
    lock_batch,
    net_since,
    open_cells,
    record_counts,
    write_counted,
    write_free_changes,
    write_openings,
)
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.names import describe_strange, describe_twice
from stockmesh.flows.importing.refusals import InstantNeeded
from stockmesh.flows.importing.staging import Kind, Staging, texts
from stockmesh.store import copying
from stockmesh.store.copying import Integers
from stockmesh.store.database import Session, arrays, execute

AVAILABLE: Final = CountKind.AVAILABLE
OPENING: Final = "opening"
KINDS: Final = (CountKind.ON_HAND.value, CountKind.AVAILABLE.value, OPENING)


def _stage(staging: Staging, checked: Checked) -> None:
    as_of_us = _instants(staging, checked)
    staging.remember(checked)
    good = np.flatnonzero(checked.good)
    mine = None if len(good) == len(checked.rows) else good.tolist()
    staging.copy(
        "import_stock",
        checked.rows[good],
        {
            "quantity": Integers(checked.figures["quantity"][good], 8),
            "as_of": Integers(copying.instants(as_of_us[good]), 8),
            "sku": texts(checked.texts["sku"], mine),
            "location": texts(checked.texts["location"], mine),
        },
    )


def _instants(staging: Staging, checked: Checked) -> I64:
    """The instant of every row in microseconds since 1970; rows counted in the future are bad from now on. Raises
    InstantNeeded, but a cell that holds no instant is told as the problem it is, with all the others."""
    said, whole, now = checked.said.get("as_of"), staging.said.as_of, staging.context.clock()
    moments = [one or whole for one in said] if said else [whole] * len(checked.rows)
    unsaid = np.array([one is None for one in moments])
    if (unsaid & checked.good).any():
        raise InstantNeeded
    for place in np.flatnonzero(np.array([one is not None and one > now for one in moments])):
        checked.good[place] = False
        staging.refuse(int(checked.rows[place]), "as_of", str(moments[place]), "in_future", f"now is {now.isoformat()}")
    known = {one: 0 if one is None else microseconds(one) for one in set(moments)}
    return np.array([known[one] for one in moments], dtype=np.int64)


def _check(staging: Staging) -> None:
    where = {"job_id": staging.job_id, "owner_id": staging.owner_id}
    for reason, numbers in arrays(staging.session, "imports/strange_stock", **where).items():
        if len(numbers):
            describe_strange(staging, reason, numbers)
    describe_twice(staging)


def _apply(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
    cells = lock_batch(session, job, batch)
    applied = _open(session, context, job, cells) if job.said.kind == OPENING else _count(session, context, job, cells)
    return applied._replace(refused=cells.gone)


def _open(session: Session, context: Context, job: Job, cells: Cells) -> Tally:
    """Cells that were never opened get what the books open with; the others keep what they have."""
    fresh = ~cells.is_open
    open_cells(session, cells, fresh, cells.quantity, counted=None)
    write_openings(session, context, job, cells, fresh & (cells.quantity > 0))
    created = int(fresh.sum())
    return Tally(created=created, unchanged=len(cells) - created)


def _count(session: Session, context: Context, job: Job, cells: Cells) -> Tally:
    kind = CountKind(job.said.kind)
    older = cells.is_open & (cells.as_of_us < cells.counted_us)
    booked = cells.measure(kind) - net_since(session, cells, kind)
    change = np.where(older, 0, differences(cells.quantity, booked, kind))
    same = (change == 0) & (cells.as_of_us == cells.counted_us) & (cells.counted_available == (kind is AVAILABLE))
    fresh, touched = ~cells.is_open, cells.is_open & ~older & ~same
    after = cells.shifted(change)
    open_cells(session, cells, fresh, after.sellable, counted=kind)
    write_counted(session, after, touched, kind)
    write_free_changes(session, context, job, cells, after)
    record_counts(session, context, job, cells, change, chosen=fresh | touched)
    changed = int((touched & (change != 0)).sum())
    created, behind = int(fresh.sum()), int(older.sum())
    return Tally(created=created, changed=changed, older=behind, unchanged=len(cells) - created - changed - behind)


def _finish(session: Session, context: Context, job: Job) -> None:
    execute(session, "imports/clear_stock", job_id=job.job_id, rows=None)


# The cells of a batch are locked until it commits: so many that an order for one of them hardly waits.
STOCK_FILES: Final = Kind(STOCK, "stock", 2_000, _stage, _check, _apply, _finish)
