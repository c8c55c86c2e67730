"""The units of cart holds: kept (sellable becomes reserved) and given back, with the movements that say so.

A hold's row is locked before any stock row, and stock rows in key order, as placing does.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.stock.books import Key, Stamp
from stockmesh.domain.stock.states import Account, Cause, StockState
from stockmesh.flows.announcing import NO_CELLS, cells_at
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import UnknownHold
from stockmesh.flows.stock_books import open_books, write_books
from stockmesh.store.database import Session, column, execute, find_row, rows
from stockmesh.store.vectors import Vector

Row = dict[str, Any]
S = StockState


class TakenMeanwhile(Exception):
    """Another process was faster than what had been decided."""


@dataclass(frozen=True)
class LockedHold:
    """A hold that nobody else touches before the transaction ends."""

    hold_id: int
    state: str
    held_at: datetime
    expires_at: datetime
    channel_id: int
    channel: str

    def state_at(self, now: datetime) -> str:
        """What it is at an instant: one whose time is over is expired, whether or not anybody swept it."""
        return "expired" if self.state == "open" and self.expires_at <= now else self.state


@dataclass(frozen=True)
class KeptUnits:
    """Units of an item that a hold keeps at a location for one of its lines."""

    hold_id: int
    line_no: int
    key: Key
    quantity: int
    sku: str = ""
    location: str = ""

    def told(self) -> Row:
        """The units as events tell them."""
        return {"line_no": self.line_no, "sku": self.sku, "location": self.location, "units": self.quantity}


def lock_hold(session: Session, hold_id: int, reach: Reach = EVERYTHING) -> LockedHold:
    """The hold, locked. Raises UnknownHold."""
    row = find_row(session, "holds/lock", hold_id=hold_id, **reach.parameters())
    if row is None:
        raise UnknownHold(hold=hold_id)
    return LockedHold(**row)


def units_of(session: Session, hold_ids: Sequence[int]) -> list[KeptUnits]:
    """The units that holds keep, by item and location."""
    found = rows(session, "holds/units", holds=Vector(column(hold_ids)))
    return [
        KeptUnits(
            row["hold_id"], row["line_no"], (row["item_id"], row["location_id"]), row["quantity"],
            row["sku"], row["location"],
        )
        for row in found
    ]  # fmt: skip


def keep_units(
    session: Session, context: Context, units: Sequence[KeptUnits], *, buffer: int, occurred_at: datetime
) -> None:
    """Sellable units become reserved. Raises TakenMeanwhile when they are not all there to be had any more."""
    wanted: Counter[Key] = Counter()
    for one in units:
        wanted[one.key] += one.quantity
    books = open_books(session, wanted)
    if any(books.cells[key].available - buffer < quantity for key, quantity in wanted.items()):
        raise TakenMeanwhile
    for one in units:
        accounts = Account(one.key[1], S.SELLABLE), Account(one.key[1], S.RESERVED)
        books.move(one.key[0], one.quantity, accounts, Stamp(Cause.HOLD, occurred_at, f"hold {one.hold_id}"))
    write_books(session, context, books)
    execute(
        session,
        "holds/write_units",
        hold_id=units[0].hold_id,
        lines=Vector(column([one.line_no for one in units])),
        items=Vector(column([one.key[0] for one in units])),
        locations=Vector(column([one.key[1] for one in units])),
        quantities=Vector(column([one.quantity for one in units])),
    )


def give_back_units(session: Session, context: Context, units: Sequence[KeptUnits], *, occurred_at: datetime) -> I64:
    """The cells given back to: reserved units are sellable again, where a shortfall stands they heal it first."""
    if not units:
        return NO_CELLS
    books = open_books(session, [one.key for one in units])
    for one in units:
        accounts = Account(one.key[1], S.RESERVED), Account(one.key[1], S.SELLABLE)
        books.move(one.key[0], one.quantity, accounts, Stamp(Cause.VOID, occurred_at, f"hold {one.hold_id}"))
    write_books(session, context, books)
    execute(session, "holds/drop_units", holds=Vector(column(sorted({one.hold_id for one in units}))))
    return cells_of_units(units)


def cells_of_units(units: Sequence[KeptUnits]) -> I64:
    """The cells where the units lie."""
    return cells_at(column([one.key[0] for one in units]), column([one.key[1] for one in units]))
