"""What the locations could give of the items a batch wants, read as arrays."""

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I64
from stockmesh.flows.context import Present
from stockmesh.store.database import Session, arrays, find_row
from stockmesh.store.vectors import Vector


def read_everywhere(session: Session, present: Present, items: I64) -> I64:
    """All cells of the items, which ascend by item id: [items, locations], before channel buffers."""
    return _matrix(items, _location_ids(present), arrays(session, "stock/snapshot", items=Vector(items)))


def read_cells(session: Session, present: Present, items: I64, locations: I64, cells: tuple[I64, I64]) -> I64:
    """Only some cells, over the locations given: `cells` are rows of `items` and places in `locations`."""
    row, place = cells
    location_ids = _location_ids(present)[locations]
    asked = {"items": Vector(items[row]), "locations": Vector(location_ids[place])}
    return _matrix(items, location_ids, arrays(session, "stock/snapshot_cells", **asked))


def read_assortment(session: Session, present: Present, items: I64) -> NDArray[np.bool_]:
    """Which locations have a cell of each of the items, which ascend: [items, locations]."""
    location_ids = _location_ids(present)
    width = int(location_ids.max(initial=0)) // 8 + 1
    carried = np.zeros((len(items), len(location_ids)), dtype=np.bool_)
    row = find_row(session, "stock/assortment", items=Vector(items), width=width)
    if row is None or not row["items"]:
        return carried
    marks = np.frombuffer(row["carried"], dtype=np.uint8).reshape(-1, width)
    bits = np.unpackbits(marks, axis=1, bitorder="little").astype(np.bool_)
    carried[np.searchsorted(items, row["items"])] = bits[:, location_ids]
    return carried


def _location_ids(present: Present) -> I64:
    return np.array(present.directory.location_ids, dtype=np.int64)


def _matrix(items: I64, location_ids: I64, found: dict[str, I64]) -> I64:
    """Parallel arrays of cells as a matrix; cells not found hold nothing, locations not asked for are left out."""
    available = np.zeros((len(items), len(location_ids)), dtype=np.int64)
    index_of = np.full(location_ids.max(initial=0) + 2, -1, dtype=np.int64)
    index_of[location_ids] = np.arange(len(location_ids))
    location = index_of[np.minimum(found["location_id"], len(index_of) - 1)]
    known = location >= 0
    row = np.searchsorted(items, found["item_id"][known])
    available[row, location[known]] = found["available"][known]
    return available
