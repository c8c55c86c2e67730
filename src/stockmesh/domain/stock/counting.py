"""Counts: absolute snapshots with an instant, and what they change in books that have moved on since."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.stock.cells import Cell, CountKind
from stockmesh.domain.stock.refusals import BadStockInstant, BadStockQuantity

QUANTITY_MAX: Final = 10**9
YEAR_MIN: Final = 2000


@dataclass(frozen=True)
class StockCount:
    """What somebody counted: all that lay at a location (`on_hand`) or what nobody had claimed (`available`), as of
    an instant. `row` is the place in the file, from 1, for messages; `owner` may be empty where only one has the SKU.
    """

    sku: str
    location: str
    quantity: int
    kind: CountKind
    as_of: datetime
    row: int = 0
    owner: str = ""


@dataclass(frozen=True)
class Since:
    """The net effect on both measures of all that occurred after a count's instant and is in the books already."""

    on_hand: int = 0
    free: int = 0

    def measure(self, kind: CountKind) -> int:
        """The effect on the quantity that a count of this kind speaks of."""
        return self.on_hand if kind is CountKind.ON_HAND else self.free


def check_count(count: StockCount, row: int, *, now: datetime) -> None:
    """Nothing, or raises BadStockQuantity or BadStockInstant."""
    if not 0 <= count.quantity <= QUANTITY_MAX:
        raise BadStockQuantity(row=row, quantity=count.quantity, smallest=0, largest=QUANTITY_MAX)
    check_instant(count.as_of, row, now=now, field="as_of")


def check_instant(instant: datetime, row: int, *, now: datetime, field: str) -> None:
    """Nothing, or raises BadStockInstant: what is booked has happened, and we must know when."""
    reason = ""
    if instant.tzinfo is None:
        reason = "it has no time zone; write it as 2026-03-02T18:00:00Z"
    elif instant.astimezone(UTC).year < YEAR_MIN:
        reason = f"it lies before the year {YEAR_MIN}"
    elif instant > now:
        reason = f"it lies in the future, now is {now.isoformat()}"
    if reason:
        raise BadStockInstant(row=row, instant=instant.isoformat(), reason=reason, field=field)


def is_older(count: StockCount, cell: Cell) -> bool:
    """Whether a newer count has been applied already: the older one then says nothing."""
    return cell.counted_as_of is not None and count.as_of < cell.counted_as_of


def difference(count: StockCount, cell: Cell, since: Since) -> int:
    """Units to add to (or, negative, take from) the books, so that they held what was counted when it was counted.

    That nothing was available is also true while units are short: such a count leaves the shortfall as it is.
    """
    booked = cell.measure(count.kind) - since.measure(count.kind)
    if count.kind is CountKind.AVAILABLE and count.quantity == 0 and booked < 0:
        return 0
    return count.quantity - booked


def differences(quantities: I64, booked: I64, kind: CountKind) -> I64:
    """What `difference` answers, for many counts of one kind: `booked` is what the books held at each instant."""
    nothing_there = (quantities == 0) & (booked < 0) & (kind is CountKind.AVAILABLE)
    return np.where(nothing_there, 0, quantities - booked)
