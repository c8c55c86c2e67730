"""Supply arrives: units become sellable, and the line that announced them counts them as received."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from stockmesh.domain.stock.arrivals import Arrival
from stockmesh.domain.stock.books import Key, Stamp
from stockmesh.domain.stock.counting import QUANTITY_MAX, check_instant
from stockmesh.domain.stock.refusals import BadStockQuantity, MoreThanIncoming, UnknownIncoming
from stockmesh.domain.stock.states import Account, Cause, StockState, outside
from stockmesh.flows.commands import ANY_TIME, digest, once
from stockmesh.flows.context import Context
from stockmesh.flows.move_stock import Moved
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_books import Named, close_books, gains, get_cells, open_books
from stockmesh.store.database import Session, column, execute, rows
from stockmesh.store.vectors import Vector


def receive_incoming(
    context: Context, arrivals: Sequence[Arrival], *, key: str = "", reach: Reach = EVERYTHING
) -> Moved:
    """All arrivals booked against their supply lines, or none.

    Rows count from 1. The same `key` and content answers the same again, whatever its instant. Raises UnknownIncoming,
    MoreThanIncoming, BadStockQuantity, BadStockInstant, CommandTaken, and what `resolve` answers for a name without a
    cell.
    """
    _check(context, arrivals)
    content = digest("receive_incoming", [replace(one, occurred_at=ANY_TIME) for one in arrivals])

    def work(session: Session) -> Moved:
        named = [Named(row, one.sku, one.location, one.owner) for row, one in enumerate(arrivals, start=1)]
        cells = get_cells(session, named, reach)
        keys = [cell.key for cell in cells]
        _count_received(session, arrivals, keys)
        books = open_books(session, keys)
        for arrival, (item, location) in zip(arrivals, keys, strict=True):
            accounts = outside(StockState.INBOUND_TRANSIT), Account(location, StockState.SELLABLE)
            books.move(item, arrival.quantity, accounts, Stamp(Cause.RECEIPT, arrival.occurred_at, arrival.reference))
        close_books(session, context, books, cause="receipt", reference=key)
        return Moved(len(arrivals), len(books.movements), gains(books, zip(named, cells, strict=True)))

    return once(context, key, content, Moved, work)


def _check(context: Context, arrivals: Sequence[Arrival]) -> None:
    now = context.clock()
    for row, arrival in enumerate(arrivals, start=1):
        if not 1 <= arrival.quantity <= QUANTITY_MAX:
            raise BadStockQuantity(row=row, quantity=arrival.quantity, smallest=1, largest=QUANTITY_MAX)
        check_instant(arrival.occurred_at, row, now=now, field="occurred_at")


def _count_received(session: Session, arrivals: Sequence[Arrival], keys: Sequence[Key]) -> None:
    """Locks the supply lines, before any stock row, and counts the units as received."""
    found = rows(
        session,
        "moves/lock_incoming",
        references=[arrival.reference for arrival in arrivals],
        items=Vector(column([item for item, _ in keys])),
        locations=Vector(column([location for _, location in keys])),
    )
    line_of = {int(row["place"]): row for row in found}
    still_due = {row["incoming_id"]: int(row["quantity"] - row["received"]) for row in found}
    for row, arrival in enumerate(arrivals, start=1):
        line = _line(line_of, arrival, row)
        if still_due[line] < arrival.quantity:
            raise MoreThanIncoming(
                row=row, reference=arrival.reference, asked=arrival.quantity, still_due=still_due[line]
            )
        still_due[line] -= arrival.quantity
    ids = [line_of[row]["incoming_id"] for row in range(1, len(arrivals) + 1)]
    units = [arrival.quantity for arrival in arrivals]
    execute(session, "moves/receive_incoming", ids=Vector(column(ids)), units=Vector(column(units)))


def _line(line_of: dict[int, dict[str, Any]], arrival: Arrival, row: int) -> int:
    if row not in line_of:
        raise UnknownIncoming(row=row, reference=arrival.reference, sku=arrival.sku, location=arrival.location)
    return int(line_of[row]["incoming_id"])
