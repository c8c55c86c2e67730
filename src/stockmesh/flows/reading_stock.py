"""What the locations could give of the items a batch wants, read as arrays."""

from dataclasses import dataclass

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.flows.context import Present
from stockmesh.store.database import Session, arrays
from stockmesh.store.vectors import Vector


@dataclass(frozen=True, eq=False)
class Shortlists:
    """Which locations each order of a batch looks at: lists of location indices, and each order's list."""

    lists: tuple[I64, ...]
    list_of: I64  # [orders]

    def seen(self, locations: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """Which locations each order looks at: [orders, locations]."""
        by_list = np.zeros((len(self.lists), locations), dtype=np.bool_)
        for number, one in enumerate(self.lists):
            by_list[number, one] = True
        return by_list[self.list_of]


def read_everywhere(session: Session, present: Present, items: I64) -> I64:
    """All cells of the items, which ascend by item id: [items, locations], before channel buffers."""
    return _matrix(present, items, arrays(session, "stock/snapshot", items=Vector(items)))


def read_shortlisted(
    session: Session, present: Present, items: I64, *, wanted: tuple[I64, I64], shortlists: Shortlists
) -> I64:
    """Only the cells on the list of an order that wants the item. `wanted`: order and item row, one entry per
    component."""
    order, row = wanted
    pairs = np.unique(shortlists.list_of[order] * len(items) + row)
    location_ids = np.array(present.directory.location_ids, dtype=np.int64)
    lengths = [len(one) for one in shortlists.lists]
    found = arrays(
        session,
        "stock/snapshot_cells",
        items=Vector(items[pairs % len(items)]),
        lists=Vector(pairs // len(items)),
        list_nos=Vector(np.repeat(np.arange(len(lengths)), lengths)),
        locations=Vector(location_ids[np.concatenate(shortlists.lists)]),
    )
    return _matrix(present, items, found)


def _matrix(present: Present, items: I64, found: dict[str, I64]) -> I64:
    """Parallel arrays of cells as a matrix; cells not found hold nothing, locations not in the world are left out."""
    available = np.zeros((len(items), len(present.facts.locations)), dtype=np.int64)
    index_of = np.full(max(present.directory.location_ids, default=0) + 2, -1, dtype=np.int64)
    index_of[list(present.directory.location_ids)] = np.arange(len(present.directory.location_ids))
    location = index_of[np.minimum(found["location_id"], len(index_of) - 1)]
    known = location >= 0
    row = np.searchsorted(items, found["item_id"][known])
    available[row, location[known]] = found["available"][known]
    return available
