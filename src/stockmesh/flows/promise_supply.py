"""Supply on its way, for what a cart would have to wait for."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from stockmesh.flows.deciding import Decided
from stockmesh.store.database import Session, column, rows
from stockmesh.store.vectors import Vector


@dataclass(frozen=True, order=True)
class Due:
    """A day on which enough has come, and where the last of it comes to."""

    day: date
    location: str


class Supplies:
    """When supply on its way covers what lines wait for; asked of the books once, and only for what is short."""

    def __init__(self, session: Session, decided: Decided, today: date) -> None:
        lines, plans = decided.asked.lines, decided.plans
        sent = np.zeros(len(lines.item), dtype=np.int64)
        np.add.at(sent, plans.piece_line, plans.piece_quantity)
        self._components = decided.asked.present.catalogue.components
        short = {int(item) for item in lines.item[sent < lines.quantity]}
        parts = column(sorted({part for item in short for part, _ in self._parts(item)}))
        self._waiting: dict[int, int] = {}
        self._due: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        if len(parts):
            found = rows(session, "promises/waiting", items=Vector(parts))
            self._waiting = {row["item_id"]: row["units"] for row in found}
            for row in rows(session, "promises/supply", items=Vector(parts), today=today):
                self._due[row["item_id"]].append(row)

    def _parts(self, item: int) -> tuple[tuple[int, int], ...]:
        return self._components.get(item, ((item, 1),))

    def until(self, item: int, units: int, locations: Collection[str]) -> Due | None:
        """From when so many more units of an item or kit are covered at some locations, or at all if none is named."""
        days = [self._covered(part, units * each, locations) for part, each in self._parts(item)]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None

    def _covered(self, part: int, units: int, locations: Collection[str]) -> Due | None:
        wanted = self._waiting.get(part, 0) + units
        for row in self._due[part]:
            wanted -= row["units"] if not locations or row["location"] in locations else 0
            if wanted <= 0:
                return Due(row["due_on"], row["location"])
        return None
