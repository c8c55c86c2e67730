"""The balances of one item at one location, and how they change when units come and go."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from stockmesh.domain.stock.states import StockState

S = StockState


class CountKind(StrEnum):
    """What a count counted: everything that lies there, or only what nobody has claimed."""

    ON_HAND = "on_hand"
    AVAILABLE = "available"


@dataclass(frozen=True)
class Cell:
    """Units by state, the safety stock kept back, and the last count. `sellable` and `shortfall` exclude each other."""

    sellable: int = 0
    committed: int = 0
    reserved: int = 0
    quality_control: int = 0
    damaged: int = 0
    refurbish: int = 0
    shortfall: int = 0
    safety_stock: int = 0
    counted_as_of: datetime | None = None
    counted_kind: CountKind | None = None

    @property
    def free(self) -> int:
        """Sellable units, or, negative, the shortfall."""
        return self.sellable - self.shortfall

    @property
    def on_hand(self) -> int:
        """What really lies there: all states, less what a count found missing."""
        return self.free + self.committed + self.reserved + self.quality_control + self.damaged + self.refurbish

    @property
    def available(self) -> int:
        """What may be published before any channel's buffer."""
        return max(self.sellable - self.safety_stock, 0)

    def measure(self, kind: CountKind) -> int:
        """The quantity that a count of this kind speaks of."""
        return self.on_hand if kind is CountKind.ON_HAND else self.free


# Sellable and shortfall change together, by `shift_free`; the others stand each for itself.
_PLAIN: Final = frozenset({S.COMMITTED, S.RESERVED, S.QUALITY_CONTROL, S.DAMAGED, S.REFURBISH})


def units_in(cell: Cell, state: StockState) -> int:
    """Units in one inside state."""
    return int(getattr(cell, state.value))


def shift_free(cell: Cell, change: int) -> tuple[Cell, list[tuple[StockState, int]]]:
    """The cell after its free units changed, and the change of each account in the order it happens.

    A decrease takes sellable first and then becomes shortfall; an increase heals shortfall first.
    """
    free = cell.free + change
    after = replace(cell, sellable=max(free, 0), shortfall=max(-free, 0))
    parts = [(S.SELLABLE, after.sellable - cell.sellable), (S.SHORTFALL, cell.shortfall - after.shortfall)]
    if change > 0:
        parts.reverse()
    return after, [(state, units) for state, units in parts if units]


def shift(cell: Cell, state: StockState, change: int) -> tuple[Cell, list[tuple[StockState, int]]]:
    """The cell after the units of one state changed, and the change of each account."""
    if state in _PLAIN:
        changed: dict[str, Any] = {state.value: units_in(cell, state) + change}
        return replace(cell, **changed), [(state, change)]
    return shift_free(cell, change)
