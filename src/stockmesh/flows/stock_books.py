"""Opening the stock books for a command and closing them: cells are locked, then written with their movements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import msgspec
import numpy as np

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.network.calendars import microseconds
from stockmesh.domain.stock.books import Key, OpenBooks
from stockmesh.domain.stock.cells import Cell, CountKind
from stockmesh.domain.stock.refusals import (
    AmbiguousItem,
    KitHasNoStock,
    NotOfOwner,
    UnknownStockItem,
    UnknownStockLocation,
)
from stockmesh.flows.acting import reason_now
from stockmesh.flows.announcing import NO_CELLS, announce_rows, cells_at
from stockmesh.flows.context import Context
from stockmesh.flows.differences import changes
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store import copying
from stockmesh.store.copying import Integers, Missing, Texts
from stockmesh.store.database import Session, column, copy_in, execute, rows
from stockmesh.store.vectors import Vector

UNITS: Final = tuple(each.name for each in fields(Cell) if each.name not in ("counted_as_of", "counted_kind"))
NEVER_US: Final = -1


@dataclass(frozen=True)
class Gain:
    """A cell that can give more than before: orders waiting for the item may be served."""

    sku: str
    owner: str
    location: str
    units: int
    item_id: int


@dataclass(frozen=True)
class Named:
    """An item at a location as people write it, with its row in the file; an empty owner means the only one."""

    row: int
    sku: str
    location: str
    owner: str


@dataclass(frozen=True)
class Found:
    """A cell with the owner whose it is."""

    key: Key
    owner: str


def resolve(session: Session, named: Sequence[Named], reach: Reach = EVERYTHING) -> list[Found | Refusal]:
    """The cell of every name within reach, or why there is none: AmbiguousItem, NotOfOwner, UnknownStockItem,
    KitHasNoStock or UnknownStockLocation."""
    found = rows(
        session,
        "moves/resolve",
        skus=[_storable(one.sku) for one in named],
        owners=[_storable(one.owner) for one in named],
        locations=[_storable(one.location) for one in named],
        **reach.parameters(),
    )
    return [_resolved(one, row) for one, row in zip(named, found, strict=True)]


def get_cells(session: Session, named: Sequence[Named], reach: Reach = EVERYTHING) -> list[Found]:
    """The cell of every name. Raises what `resolve` answers for the first that has none."""
    cells = []
    for found in resolve(session, named, reach):
        if isinstance(found, Refusal):
            raise found
        cells.append(found)
    return cells


def _resolved(named: Named, row: dict[str, Any]) -> Found | Refusal:
    if row["item_id"] is None and named.owner:
        return NotOfOwner(row=named.row, owner=named.owner, thing="item", name=named.sku)
    if row["item_id"] is None:
        return UnknownStockItem(row=named.row, sku=named.sku)
    if len(row["owners"]) > 1:
        return AmbiguousItem(row=named.row, sku=named.sku, owners=tuple(row["owners"]))
    if row["is_kit"]:
        return KitHasNoStock(row=named.row, sku=named.sku)
    if row["location_id"] is None:
        return UnknownStockLocation(row=named.row, location=named.location)
    return Found((row["item_id"], row["location_id"]), row["owners"][0])


def _storable(text: str) -> str:
    """PostgreSQL stores no zero byte and no half of a character; a name that holds one is no name we know."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def open_books(session: Session, keys: Collection[Key]) -> OpenBooks:
    """The cells, locked until the transaction ends; those that never held anything are empty."""
    ordered = sorted(set(keys))
    where = {
        "items": Vector(column([item for item, _ in ordered])),
        "locations": Vector(column([location for _, location in ordered])),
    }
    execute(session, "moves/open_cells", **where)
    return OpenBooks({_key(row): _cell(row) for row in rows(session, "moves/lock_cells", **where)})


def close_books(session: Session, context: Context, books: OpenBooks, *, cause: str, reference: str) -> None:
    """Writes what changed: the movements, the cells beside them, an event for every cell whose units or safety stock
    are others, and one more for every shortfall that grew."""
    write_books(session, context, books)
    word = {"cause": cause, "reference": reference}
    _announce_changes(session, context, books, word)
    _announce_shortfalls(session, context, books, word)


def write_books(session: Session, context: Context, books: OpenBooks) -> None:
    """Writes the movements and the cells beside them, for those who tell of the change themselves."""
    _write_movements(session, context, books)
    _write_cells(session, books)


def _announce_changes(session: Session, context: Context, books: OpenBooks, word: dict[str, str]) -> None:
    keys = [key for key in books.changed() if _told(books.cells[key]) != _told(books.before[key])]
    now, before = [books.cells[key] for key in keys], [books.before[key] for key in keys]
    pairs = list(zip(now, before, strict=True))
    items, locations = [item for item, _ in keys], [location for _, location in keys]
    rows = {
        "items": items,
        "locations": locations,
        "on_hand": [cell.on_hand for cell in now],
        "on_hand_change": [cell.on_hand - old.on_hand for cell, old in pairs],
        "available": [cell.available for cell in now],
        "available_change": [cell.available - old.available for cell, old in pairs],
    }
    cells = cells_at(column(items), column(locations))
    reasons = _reasons(books) if word["cause"] == "move" else {}
    told = [_said(cell, old, reasons.get(key, reason_now())) for key, (cell, old) in zip(keys, pairs, strict=True)]
    announce_rows(session, context, "moves/record_changes", rows=rows, cells=cells, told=told, **word)


def _reasons(books: OpenBooks) -> dict[Key, str]:
    """Why a cell was moved from or to, in the words given with the moves."""
    found: dict[Key, dict[str, None]] = {}
    for one in books.movements:
        for account in (one.source, one.target):
            if one.stamp.reference:
                found.setdefault((one.item, account.location), {})[one.stamp.reference] = None
    return {key: "; ".join(words) for key, words in found.items()}


def _said(now: Cell, before: Cell, reason: str) -> str:
    """What was before and after in a cell, and why, as the event adds it."""
    told: dict[str, Any] = changes(*({name: getattr(cell, name) for name in UNITS} for cell in (before, now)))
    return msgspec.json.encode(told | ({"reason": reason} if reason else {})).decode()


def _told(cell: Cell) -> Cell:
    """A cell without the mark of its last count, which is nobody's business."""
    return replace(cell, counted_as_of=None, counted_kind=None)


def _announce_shortfalls(session: Session, context: Context, books: OpenBooks, word: dict[str, str]) -> None:
    short = books.fell_short()
    rows = {
        "items": [item for item, _ in short],
        "locations": [location for _, location in short],
        "units": list(short.values()),
        "totals": [books.cells[key].shortfall for key in short],
    }
    announce_rows(session, context, "moves/record_shortfalls", rows=rows, cells=NO_CELLS, **word)


def gains(books: OpenBooks, names: Iterable[tuple[Named, Found]]) -> tuple[Gain, ...]:
    """What can give more than before, by name."""
    told = {found.key: (named.sku, found.owner, named.location) for named, found in names}
    return tuple(Gain(*told[key], units, key[0]) for key, units in books.gained().items())


def _key(row: dict[str, Any]) -> Key:
    return row["item_id"], row["location_id"]


def _cell(row: dict[str, Any]) -> Cell:
    kind = row["counted_kind"]
    return Cell(
        **{name: row[name] for name in UNITS},
        counted_as_of=row["counted_as_of"],
        counted_kind=None if kind is None else CountKind(kind),
    )


def _write_movements(session: Session, context: Context, books: OpenBooks) -> None:
    made = books.movements
    recorded = np.array([microseconds(context.clock())], dtype=np.int64)
    occurred = column([microseconds(one.stamp.occurred_at) for one in made])
    copy_in(
        session,
        "movement",
        {
            "movement_id": Integers(context.movement_ids.take(session, len(made)), 8),
            "occurred_at": Integers(copying.instants(occurred), 8),
            "recorded_at": Integers(copying.instants(recorded), 8),
            "quantity": Integers(column([one.units for one in made]), 8),
            "order_id": Missing(),
            "item_id": Integers(column([one.item for one in made]), 4),
            "from_location": Integers(column([one.source.location for one in made]), 4),
            "to_location": Integers(column([one.target.location for one in made]), 4),
            "line_no": Missing(),
            "from_state": Texts([one.source.state.encode() for one in made]),
            "to_state": Texts([one.target.state.encode() for one in made]),
            "cause": Texts([one.stamp.cause.encode() for one in made]),
            "fulfilment_no": Missing(),
            "reference": Texts([one.stamp.reference.encode() for one in made]),
        },
        len(made),
    )


def _write_cells(session: Session, books: OpenBooks) -> None:
    keys = books.changed()
    cells = [books.cells[key] for key in keys]
    counted = [NEVER_US if cell.counted_as_of is None else microseconds(cell.counted_as_of) for cell in cells]
    execute(
        session,
        "moves/write_cells",
        items=Vector(column([item for item, _ in keys])),
        locations=Vector(column([location for _, location in keys])),
        counted_us=Vector(column(counted)),
        counted_kind=["" if cell.counted_kind is None else cell.counted_kind.value for cell in cells],
        **{name: Vector(column([getattr(cell, name) for cell in cells])) for name in UNITS},
    )
