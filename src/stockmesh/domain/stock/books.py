"""Books opened for one command: the cells it touches, as they stand after each step, and the movements that led there.

Nothing here is a balance of its own: whoever opened the books writes the movements and the cells together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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

    def enough(self, item: int, units: int, accounts: tuple[Account, Account], occurred_at: datetime) -> bool:
        """Whether the units are there to leave. What left before the last count is not missing in it: always enough."""
        source = accounts[0]
        if (item, source.location) not in self.cells:
            return True
        counted_already = source.state is S.SELLABLE and self._offsets(item, units, accounts, occurred_at).get(
            source.location, 0
        )
        return bool(counted_already) or self.there(item, source) >= units

    def there(self, item: int, account: Account) -> int:
        """Units in an inside account as they stand."""
        return units_in(self.cells[item, account.location], account.state)

    def move(self, item: int, units: int, accounts: tuple[Account, Account], stamp: Stamp) -> None:
        """Moves units between two accounts. What occurred before a count is offset, so that the count stays right."""
        offsets = self._offsets(item, units, accounts, stamp.occurred_at)
        late = replace(stamp, cause=Cause.LATE_OFFSET)
        for location, change in offsets.items():
            if change > 0:
                self.adjust((item, location), change, late)
        leaving, arriving = self._shift(item, accounts[0], -units), self._shift(item, accounts[1], units)
        for source, target, part in _paired(leaving, arriving):
            self.movements.append(Movement(item, part, source, target, stamp))
        for location, change in offsets.items():
            if change < 0:
                self.adjust((item, location), change, late)

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

    def _shift(self, item: int, account: Account, change: int) -> list[tuple[Account, int]]:
        """Books the change of one account; answers the accounts it fell to, with units. The world takes everything."""
        key = (item, account.location)
        if key not in self.cells:
            return [(account, abs(change))]
        self.cells[key], parts = shift(self.cells[key], account.state, change)
        return [(Account(account.location, state), abs(part)) for state, part in parts]

    def _offsets(
        self, item: int, units: int, accounts: tuple[Account, Account], occurred_at: datetime
    ) -> dict[int, int]:
        """What undoes a move's effect on the quantity counted after it occurred: change by location."""
        found: dict[int, int] = {}
        for account, change in zip(accounts, (units, -units), strict=True):
            cell = self.cells.get((item, account.location))
            if cell is not None and _counted_after(cell, occurred_at) and account.state in _measured(cell):
                found[account.location] = found.get(account.location, 0) + change
        return {location: change for location, change in found.items() if change}


def _counted_after(cell: Cell, occurred_at: datetime) -> bool:
    return cell.counted_as_of is not None and occurred_at <= cell.counted_as_of


def _measured(cell: Cell) -> frozenset[StockState]:
    return FREE if cell.counted_kind is CountKind.AVAILABLE else ON_HAND


def _paired(
    leaving: list[tuple[Account, int]], arriving: list[tuple[Account, int]]
) -> list[tuple[Account, Account, int]]:
    """Source, target and units of as few movements as the two sides need."""
    pairs = []
    sources, targets = list(leaving), list(arriving)
    while sources and targets:
        (source, left), (target, wanted) = sources.pop(0), targets.pop(0)
        part = min(left, wanted)
        pairs.append((source, target, part))
        if left > part:
            sources.insert(0, (source, left - part))
        if wanted > part:
            targets.insert(0, (target, wanted - part))
    return pairs
