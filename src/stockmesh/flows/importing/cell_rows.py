"""The rows of cells that a file of stock touches, as parallel arrays: read and locked, then written by COPY."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.sheets.figures import Mask
from stockmesh.domain.network.calendars import microseconds
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.states import Cause
from stockmesh.flows.announcing import NO_CELLS, announce, announce_rows, cells_at
from stockmesh.flows.context import Context
from stockmesh.flows.importing.jobs import Batch, Job
from stockmesh.store import copying
from stockmesh.store.copying import Column, Integers, Label, Missing
from stockmesh.store.database import Session, arrays, copy_in, execute, rows
from stockmesh.store.vectors import Vector

NEVER_US: Final = -1


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells a batch names, in key order, with what the file says of them and how they stand in the books, locked;
    one that was never opened holds nothing. Instants are microseconds since 1970."""

    item: I64
    location: I64
    quantity: I64
    as_of_us: I64
    is_open: Mask
    gone: int  # staged rows whose item or location is no more
    sellable: I64
    shortfall: I64
    held: I64
    safety_stock: I64
    counted_us: I64
    counted_available: I64

    def __len__(self) -> int:
        return len(self.item)

    @property
    def free(self) -> I64:
        """Sellable units, or, negative, the shortfall."""
        return self.sellable - self.shortfall

    @property
    def available(self) -> I64:
        """What may be published before any channel's buffer."""
        found: I64 = np.maximum(self.sellable - self.safety_stock, 0)
        return found

    def measure(self, kind: CountKind) -> I64:
        """The quantity that a count of this kind speaks of."""
        return self.free + self.held if kind is CountKind.ON_HAND else self.free

    def shifted(self, change: I64) -> "Cells":
        """The cells after their free units changed."""
        free = self.free + change
        return replace(self, sellable=np.maximum(free, 0), shortfall=np.maximum(-free, 0))

    def where(self, chosen: Mask) -> dict[str, Vector]:
        """The chosen cells as a query takes them."""
        return {"items": Vector(self.item[chosen]), "locations": Vector(self.location[chosen])}


def lock_batch(session: Session, job: Job, batch: Batch) -> Cells:
    """The cells of a batch; staged rows whose item or location is gone are left out."""
    staged = arrays(session, "imports/stock_batch", job_id=job.job_id, owner_id=job.owner_id, **batch._asdict())
    where = {"items": Vector(staged["item_id"]), "locations": Vector(staged["location_id"])}
    locked = arrays(session, "imports/lock_cells", **where)
    keys = _keys(staged["item_id"], staged["location_id"])
    at = np.searchsorted(keys, _keys(locked["item_id"], locked["location_id"]))
    is_open = np.zeros(len(keys), dtype=np.bool_)
    is_open[at] = True
    names = ("sellable", "shortfall", "held", "safety_stock", "counted_us", "counted_available")
    standing: dict[str, I64] = {
        name: np.full(len(keys), NEVER_US if name == "counted_us" else 0, dtype=np.int64) for name in names
    }
    for name, values in standing.items():
        values[at] = locked[name]
    return Cells(
        item=staged["item_id"],
        location=staged["location_id"],
        quantity=staged["quantity"],
        as_of_us=staged["as_of_us"],
        is_open=is_open,
        gone=int(staged["staged"][0]) - len(keys),
        sellable=standing["sellable"],
        shortfall=standing["shortfall"],
        held=standing["held"],
        safety_stock=standing["safety_stock"],
        counted_us=standing["counted_us"],
        counted_available=standing["counted_available"],
    )


def _keys(items: I64, locations: I64) -> I64:
    return (items << 32) | locations


def net_since(session: Session, cells: Cells, kind: CountKind) -> I64:
    """What occurred after each instant and is in the books already, as the kind of count measures it."""
    since = np.zeros(len(cells), dtype=np.int64)
    places = np.flatnonzero(cells.is_open)
    if len(places) == 0:
        return since
    instants = Vector(cells.as_of_us[places])
    measure = "on_hand" if kind is CountKind.ON_HAND else "free"
    for row in rows(session, "counts/since", **cells.where(cells.is_open), instants_us=instants):
        since[places[row["place"] - 1]] = row[measure]
    return since


def open_cells(session: Session, cells: Cells, chosen: Mask, sellable: I64, *, counted: CountKind | None) -> None:
    """Opens cells with what they hold from now on. One that somebody else opened meanwhile is a conflict."""
    marks: dict[str, Column] = {}
    if counted is not None:
        instants = Integers(copying.instants(cells.as_of_us[chosen]), 8)
        marks = {"counted_as_of": instants, "counted_kind": Label(counted.value.encode())}
    columns: dict[str, Column] = {
        "item_id": Integers(cells.item[chosen], 4),
        "location_id": Integers(cells.location[chosen], 4),
        "sellable": Integers(sellable[chosen], 8),
    }
    copy_in(session, "stock", columns | marks, int(chosen.sum()))


def write_counted(session: Session, after: Cells, chosen: Mask, kind: CountKind) -> None:
    """Writes counted cells as they stand now."""
    if chosen.any():
        execute(
            session,
            "imports/write_counted",
            **after.where(chosen),
            sellable=Vector(after.sellable[chosen]),
            shortfall=Vector(after.shortfall[chosen]),
            counted_us=Vector(after.as_of_us[chosen]),
            kind=kind.value,
        )


def write_openings(session: Session, context: Context, job: Job, cells: Cells, chosen: Mask) -> None:
    """The movements from the supplier that the books open with, and the event that says so."""
    moves = _Moves(Cause.OPENING, b"supplier", b"sellable")
    moves.write(session, context, job, cells, np.where(chosen, cells.quantity, 0))
    opened = int((chosen & (cells.quantity > 0)).sum())
    if opened:
        touched = cells_at(cells.item[chosen], 0)
        announce(session, context, "stock_opened", job.owner_id, {"cells": opened}, cells=touched)


def write_free_changes(session: Session, context: Context, job: Job, before: Cells, after: Cells) -> None:
    """The movements against the adjustment account, an event for every cell that changed, and one more for every
    shortfall that grew."""
    for state, change in (
        (b"sellable", after.sellable - before.sellable),
        (b"shortfall", before.shortfall - after.shortfall),
    ):
        moves = _Moves(Cause.COUNT, b"adjustment", state)
        moves.write(session, context, job, before, change)
    _announce_changes(session, context, job, before, after)
    _announce_shortfalls(session, context, job, before, after)


def _announce_changes(session: Session, context: Context, job: Job, before: Cells, after: Cells) -> None:
    at = np.flatnonzero(after.free != before.free)
    items, locations = before.item[at], before.location[at]
    rows = {
        "items": items,
        "locations": locations,
        "on_hand": (after.free + after.held)[at],
        "on_hand_change": (after.free - before.free)[at],
        "available": after.available[at],
        "available_change": (after.available - before.available)[at],
    }
    word = {"cause": Cause.COUNT.value, "reference": job.reference}
    cells = cells_at(items, locations)
    announce_rows(session, context, "moves/record_changes", rows=rows, cells=cells, told=[], **word)


def _announce_shortfalls(session: Session, context: Context, job: Job, before: Cells, after: Cells) -> None:
    at = np.flatnonzero(after.shortfall > before.shortfall)
    rows = {
        "items": before.item[at],
        "locations": before.location[at],
        "units": (after.shortfall - before.shortfall)[at],
        "totals": after.shortfall[at],
    }
    told = {"cause": Cause.COUNT.value, "reference": job.reference}
    announce_rows(session, context, "moves/record_shortfalls", rows=rows, cells=NO_CELLS, **told)


@dataclass(frozen=True)
class _Moves:
    """Units between an account of the world and one state of cells: positive come in, negative go out."""

    cause: Cause
    world: bytes
    state: bytes

    def write(self, session: Session, context: Context, job: Job, cells: Cells, change: I64) -> None:
        """Writes the movements, those that come in apart from those that go out."""
        for comes in (True, False):
            chosen = np.flatnonzero(change > 0 if comes else change < 0)
            fixed: dict[str, Column] = {
                "movement_id": Integers(context.movement_ids.take(session, len(chosen)), 8),
                "recorded_at": _recorded(context),
                "quantity": Integers(np.abs(change[chosen]), 8),
                "reference": Label(job.reference.encode()),
            }
            copy_in(session, "movement", fixed | self._ends(cells, chosen, comes=comes), len(chosen))

    def _ends(self, cells: Cells, chosen: I64, *, comes: bool) -> dict[str, Column]:
        ends = (Integers(0, 4), Label(self.world)), (Integers(cells.location[chosen], 4), Label(self.state))
        source, target = ends if comes else ends[::-1]
        return {
            "occurred_at": Integers(copying.instants(cells.as_of_us[chosen]), 8),
            "order_id": Missing(),
            "item_id": Integers(cells.item[chosen], 4),
            "from_location": source[0],
            "to_location": target[0],
            "line_no": Missing(),
            "from_state": source[1],
            "to_state": target[1],
            "cause": Label(self.cause.value.encode()),
            "fulfilment_no": Missing(),
        }


def record_counts(session: Session, context: Context, job: Job, cells: Cells, change: I64, *, chosen: Mask) -> None:
    """The counts themselves, with what they changed."""
    columns: dict[str, Column] = {
        "item_id": Integers(cells.item[chosen], 4),
        "location_id": Integers(cells.location[chosen], 4),
        "as_of": Integers(copying.instants(cells.as_of_us[chosen]), 8),
        "recorded_at": _recorded(context),
        "kind": Label(job.said.kind.encode()),
        "quantity": Integers(cells.quantity[chosen], 8),
        "difference": Integers(change[chosen], 8),
        "reference": Label(job.reference.encode()),
    }
    copy_in(session, "stock_count", columns, int(chosen.sum()))


def _recorded(context: Context) -> Integers:
    return Integers(copying.instants(np.array([microseconds(context.clock())], dtype=np.int64)), 8)
