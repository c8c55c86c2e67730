"""What a batch asks of the books: its orders and lines, and the components these need."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.network.calendars import microseconds
from stockmesh.domain.sourcing.market import Market
from stockmesh.flows.calendar_window import Window
from stockmesh.flows.context import Present
from stockmesh.flows.ordering import CheckedOrder, Lines


@dataclass(frozen=True, eq=False)
class Asked:
    """A batch before the core: its orders and lines, and the market and working days they are decided in."""

    orders: Sequence[CheckedOrder]
    lines: Lines
    present: Present
    market: Market
    window: Window

    @property
    def placed_us(self) -> I64:
        """When each order came in, microseconds since 1970."""
        return np.array([microseconds(order.request.placed_at) for order in self.orders], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Needs:
    """What the lines need, exploded: one entry per component of each line, by ascending line.

    `items` are the distinct components in ascending order; `row` says which of them an entry is.
    """

    start: I64  # [lines + 1]
    order: I64
    row: I32
    quantity: I64
    items: I64


def needs_of(asked: Asked) -> Needs:
    """The components of every line of the batch."""
    components = asked.present.catalogue.components
    item = asked.lines.item
    if not components or not np.isin(item, list(components)).any():
        start, quantity = np.arange(len(item) + 1, dtype=np.int64), np.ones(len(item), dtype=np.int64)
        parts = item
    else:
        made_of = [components.get(int(one), ((int(one), 1),)) for one in item]
        start = np.cumsum([0, *map(len, made_of)], dtype=np.int64)
        parts = np.array([part for kit in made_of for part, _ in kit], dtype=np.int64)
        quantity = np.array([units for kit in made_of for _, units in kit], dtype=np.int64)
    items, row = np.unique(parts, return_inverse=True)
    order = np.repeat(asked.lines.order, np.diff(start))
    return Needs(start, order, row.astype(np.int32), quantity, items)
