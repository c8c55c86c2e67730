"""Books opened for one command: the cells it touches, as they stand after each step, and the movements that led there.

Nothing here is a balance of its own: whoever opened the books writes the movements and the cells together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from stockmesh.domain.stock.cells import Cell, CountKind, shift, shift_free, units_in
from stockmesh.domain.stock.states import FREE, ON_HAND, Account, Cause, StockState, outside

Key = tuple[int, int]  # item, location
S = StockState


@dataclass(frozen=True)
class Stamp:
    """Why and when units moved, and by whose word."""

    cause: Cause
    occurred_at: datetime
    reference: str = ""


@dataclass(frozen=True)
class Movement:
    """A row of the journal."""

    item: int
    units: int
    source: Account
    target: Account
    stamp: Stamp


@dataclass(eq=False)
class OpenBooks:
    """`before` holds every cell that may be touched, as locked; a cell that never was is empty."""

    before: Mapping[Key, Cell]
    cells: dict[Key, Cell] = field(init=False)
    movements: list[Movement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cells = dict(self.before)

    def there(self, item: int, account: Account, occurred_at: datetime) -> int:
        """Units that can leave an account. What left before the last count is not missing in it: it is there yet."""
        cell = self.cells[item, account.location]
        late = account.state in _measured(cell) and _is_late(cell, occurred_at)
        return 2**62 if late and account.state is S.SELLABLE else units_in(cell, account.state)

    def move(self, item: int, units: int, accounts: tuple[Account, Account], stamp: Stamp) -> None:
        """Moves units between two accounts. What occurred before a count is offset, so that the count stays right."""
        offsets = self._offsets(item, units, accounts, stamp)
        for location, change in offsets:
            if change > 0:
                self.adjust((item, location), change, stamp)
        source, target = accounts
        self._take(item, units, source)
        for state, part in self._put(item, units, target):
            self.movements.append(Movement(item, part, source, Account(target.location, state), stamp))
        for location, change in offsets:
            if change < 0:
                self.adjust((item, location), change, stamp)

    def adjust(self, key: Key, change: int, stamp: Stamp) -> None:
        """Changes the free units of a cell against the adjustment account; what cannot be taken becomes shortfall."""
        item, location = key
        self.cells[key], parts = shift_free(self.cells[key], change)
        for state, part in parts:
            inside, world = Account(location, state), outside(S.ADJUSTMENT)
            pair = (world, inside) if part > 0 else (inside, world)
            self.movements.append(Movement(item, abs(part), *pair, stamp))

    def changed(self) -> list[Key]:
        """The cells that differ from before, in key order."""
        return sorted(key for key, cell in self.cells.items() if cell != self.before[key])

    def gained(self) -> dict[Key, int]:
        """The cells that can give more than before, with how many units more, in key order."""
        more = {key: self.cells[key].available - self.before[key].available for key in self.changed()}
        return {key: units for key, units in more.items() if units > 0}

    def fell_short(self) -> dict[Key, int]:
        """The cells whose shortfall grew, with how many units, in key order."""
        more = {key: self.cells[key].shortfall - self.before[key].shortfall for key in self.changed()}
        return {key: units for key, units in more.items() if units > 0}

    def _offsets(self, item: int, units: int, accounts: tuple[Account, Account], stamp: Stamp) -> list[tuple[int, int]]:
        """What undoes the move's effect on the measure of counts made after it: location and change."""
        found: dict[int, int] = {}
        for account, sign in zip(accounts, (1, -1), strict=True):
            cell = self.cells.get((item, account.location))
            if cell is not None and _is_late(cell, stamp.occurred_at) and account.state in _measured(cell):
                found[account.location] = found.get(account.location, 0) + sign * units
        return [(location, change) for location, change in found.items() if change]
