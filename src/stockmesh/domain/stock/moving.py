"""What may be moved by hand, as a table; what is not listed is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from stockmesh.domain.stock.counting import QUANTITY_MAX, check_instant
from stockmesh.domain.stock.refusals import BadStockQuantity, MoveNotAllowed, ReasonMissing
from stockmesh.domain.stock.states import OUTSIDE, Account, Cause, StockState, outside

S = StockState


@dataclass(frozen=True)
class Move:
    """Units of an item from one state to another at a location, or of one state to `to_location`.

    A transfer to another location is instant: units leave and arrive in the same act. `owner` may be empty where only
    one has the SKU.
    """

    sku: str
    quantity: int
    location: str
    from_state: StockState
    to_state: StockState
    occurred_at: datetime
    to_location: str = ""
    reason: str = ""
    owner: str = ""

    @property
    def is_transfer(self) -> bool:
        """Whether the units change their location."""
        return self.to_location not in ("", self.location)


MOVES: Final[Mapping[tuple[StockState, StockState], Cause]] = {
    (S.SUPPLIER, S.SELLABLE): Cause.RECEIPT,
    (S.SUPPLIER, S.QUALITY_CONTROL): Cause.RECEIPT,
    (S.SUPPLIER, S.DAMAGED): Cause.RECEIPT,
    (S.SELLABLE, S.SUPPLIER): Cause.ADJUST,
    (S.QUALITY_CONTROL, S.SUPPLIER): Cause.ADJUST,
    (S.DAMAGED, S.SUPPLIER): Cause.ADJUST,
    (S.SELLABLE, S.QUALITY_CONTROL): Cause.RECLASSIFY,
    (S.SELLABLE, S.DAMAGED): Cause.RECLASSIFY,
    (S.SELLABLE, S.REFURBISH): Cause.RECLASSIFY,
    (S.QUALITY_CONTROL, S.SELLABLE): Cause.RECLASSIFY,
    (S.QUALITY_CONTROL, S.DAMAGED): Cause.RECLASSIFY,
    (S.QUALITY_CONTROL, S.REFURBISH): Cause.RECLASSIFY,
    (S.DAMAGED, S.SELLABLE): Cause.RECLASSIFY,
    (S.DAMAGED, S.QUALITY_CONTROL): Cause.RECLASSIFY,
    (S.DAMAGED, S.REFURBISH): Cause.RECLASSIFY,
    (S.REFURBISH, S.SELLABLE): Cause.RECLASSIFY,
    (S.REFURBISH, S.QUALITY_CONTROL): Cause.RECLASSIFY,
    (S.REFURBISH, S.DAMAGED): Cause.RECLASSIFY,
    (S.SELLABLE, S.SCRAP): Cause.ADJUST,
    (S.QUALITY_CONTROL, S.SCRAP): Cause.ADJUST,
    (S.DAMAGED, S.SCRAP): Cause.ADJUST,
    (S.REFURBISH, S.SCRAP): Cause.ADJUST,
    (S.SELLABLE, S.ADJUSTMENT): Cause.ADJUST,
    (S.QUALITY_CONTROL, S.ADJUSTMENT): Cause.ADJUST,
    (S.DAMAGED, S.ADJUSTMENT): Cause.ADJUST,
    (S.REFURBISH, S.ADJUSTMENT): Cause.ADJUST,
    (S.ADJUSTMENT, S.SELLABLE): Cause.ADJUST,
    (S.ADJUSTMENT, S.QUALITY_CONTROL): Cause.ADJUST,
    (S.ADJUSTMENT, S.DAMAGED): Cause.ADJUST,
    (S.ADJUSTMENT, S.REFURBISH): Cause.ADJUST,
}
# States that may travel to another location as they are.
TRANSFERS: Final = frozenset({S.SELLABLE, S.QUALITY_CONTROL, S.DAMAGED, S.REFURBISH})
_OF_ORDERS: Final = frozenset({S.COMMITTED, S.RESERVED})


def check_move(move: Move, row: int, *, now: datetime) -> None:
    """Nothing, or raises BadStockQuantity, BadStockInstant, ReasonMissing or MoveNotAllowed."""
    if not 1 <= move.quantity <= QUANTITY_MAX:
        raise BadStockQuantity(row=row, quantity=move.quantity, smallest=1, largest=QUANTITY_MAX)
    check_instant(move.occurred_at, row, now=now, field="occurred_at")
    if S.ADJUSTMENT in (move.from_state, move.to_state) and not move.reason.strip():
        raise ReasonMissing(row=row)
    cause_of(move, row)


def cause_of(move: Move, row: int) -> Cause:
    """Why the units move. Raises MoveNotAllowed when the table does not list it."""
    pair = (move.from_state, move.to_state)
    if move.is_transfer:
        if move.from_state is move.to_state and move.from_state in TRANSFERS:
            return Cause.TRANSFER
        raise _not_allowed(move, row, "between locations, units keep their state and are not an order's")
    if pair in MOVES:
        return MOVES[pair]
    if _OF_ORDERS & set(pair):
        raise _not_allowed(move, row, "committed and reserved units belong to orders and carts, which move them")
    if move.from_state is move.to_state:
        raise _not_allowed(move, row, "nothing would change; name another location for a transfer")
    raise _not_allowed(move, row, "only the moves of the manual's table are")


def _not_allowed(move: Move, row: int, reason: str) -> MoveNotAllowed:
    return MoveNotAllowed(row=row, from_state=move.from_state.value, to_state=move.to_state.value, reason=reason)


def accounts_of(move: Move, location: int, to_location: int) -> tuple[Account, Account]:
    """The accounts a move touches, by the numbers of its locations."""
    return _account(move.from_state, location), _account(move.to_state, to_location)


def _account(state: StockState, location: int) -> Account:
    return outside(state) if state in OUTSIDE else Account(location, state)
