"""Moving stock by hand: between states, between locations, in from suppliers, and adjustments with a reason.

A transfer between locations is instant for now: units leave one and arrive at the other in the same act.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stockmesh.domain.stock.books import Key, OpenBooks, Stamp
from stockmesh.domain.stock.moving import Move, accounts_of, cause_of, check_move
from stockmesh.domain.stock.refusals import NotEnoughStock
from stockmesh.flows.commands import ANY_TIME, digest, once
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_books import Found, Gain, Named, close_books, gains, get_cells, open_books
from stockmesh.store.database import Session


@dataclass(frozen=True)
class Moved:
    """How many moves are booked, in how many movements, and what can be given to waiting orders now."""

    moves: int
    movements: int
    gained: tuple[Gain, ...]


@dataclass(frozen=True)
class _Ends:
    """The cells of a move; both are the same unless it is a transfer."""

    here: Key
    there: Key


def move_stock(context: Context, moves: Sequence[Move], *, key: str = "", reach: Reach = EVERYTHING) -> Moved:
    """All moves booked, in the order given, or none.

    Rows count from 1. The same `key` and content answers the same again, whatever its instant. Raises NotEnoughStock,
    MoveNotAllowed, ReasonMissing, BadStockQuantity, BadStockInstant, CommandTaken, and what `resolve` answers for a
    name without a cell.
    """
    now = context.clock()
    for row, move in enumerate(moves, start=1):
        check_move(move, row, now=now)
    content = digest("move_stock", [replace(move, occurred_at=ANY_TIME) for move in moves])

    def work(session: Session) -> Moved:
        names, ends = _resolve(session, moves, reach)
        books = open_books(session, [found.key for _, found in names])
        for row, (move, end) in enumerate(zip(moves, ends, strict=True), start=1):
            _book(books, move, end, row)
        close_books(session, context, books, cause="move", reference=key)
        return Moved(len(moves), len(books.movements), gains(books, names))

    return once(context, key, content, Moved, work)


def _resolve(session: Session, moves: Sequence[Move], reach: Reach) -> tuple[list[tuple[Named, Found]], list[_Ends]]:
    """The cells the moves touch, with their names, and each move's ends."""
    named = []
    for row, move in enumerate(moves, start=1):
        here, there = move.location, move.to_location or move.location
        named += [Named(row, move.sku, place, move.owner) for place in (here, there)]
    cells = get_cells(session, named, reach)
    ends = [_Ends(here.key, there.key) for here, there in zip(cells[::2], cells[1::2], strict=True)]
    return list(zip(named, cells, strict=True)), ends


def _book(books: OpenBooks, move: Move, ends: _Ends, row: int) -> None:
    item, location = ends.here
    accounts = accounts_of(move, location, ends.there[1])
    if not books.enough(item, move.quantity, accounts, move.occurred_at):
        raise NotEnoughStock(
            row=row,
            sku=move.sku,
            location=move.location,
            state=move.from_state.value,
            asked=move.quantity,
            there=books.there(item, accounts[0]),
        )
    books.move(item, move.quantity, accounts, Stamp(cause_of(move, row), move.occurred_at, move.reason))
