"""Orders that come in late: sold before a count of available, recorded after it.

The count left their units out already, so committing them must not deduct them again: each is offset by an adjustment
of the same instant. A count of on_hand needs none, since committed units are on hand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.calendars import microseconds
from stockmesh.flows.context import Context
from stockmesh.store import copying
from stockmesh.store.copying import Integers, Label, Missing
from stockmesh.store.database import Session, column, copy_in, execute, rows
from stockmesh.store.vectors import Vector


@dataclass(frozen=True, eq=False)
class Commits:
    """Units just committed, one entry per movement; instants are microseconds since 1970."""

    item: I64
    location: I64
    quantity: I64
    occurred_us: I64


def offset_late_commits(session: Session, context: Context, commits: Commits) -> int:
    """How many units were given back to sellable. The cells are locked already, as taking leaves them."""
    late = _late(session, commits)
    count = int(late.sum())
    if count == 0:
        return 0
    item, location, quantity = commits.item[late], commits.location[late], commits.quantity[late]
    execute(session, "counts/offset", items=Vector(item), locations=Vector(location), units=Vector(quantity))
    recorded = np.array([microseconds(context.clock())], dtype=np.int64)
    copy_in(
        session,
        "movement",
        {
            "movement_id": Integers(context.movement_ids.take(session, count), 8),
            "occurred_at": Integers(copying.instants(commits.occurred_us[late]), 8),
            "recorded_at": Integers(copying.instants(recorded), 8),
            "quantity": Integers(quantity, 8),
            "order_id": Missing(),
            "item_id": Integers(item, 4),
            "from_location": Integers(0, 4),
            "to_location": Integers(location, 4),
            "line_no": Missing(),
            "from_state": Label(b"adjustment"),
            "to_state": Label(b"sellable"),
            "cause": Label(b"late_offset"),
            "fulfilment_no": Missing(),
            "reference": Missing(),
        },
        count,
    )
    return int(quantity.sum())


def _late(session: Session, commits: Commits) -> NDArray[np.bool_]:
    """Which commits occurred no later than the last count of available of their cell."""
    late = np.zeros(len(commits.item), dtype=np.bool_)
    if len(late) == 0:
        return late
    found = rows(
        session,
        "counts/late_cells",
        items=Vector(commits.item),
        locations=Vector(commits.location),
        earliest_us=int(commits.occurred_us.min()),
    )
    if not found:
        return late
    width = int(commits.location.max()) + 1
    key = column([row["item_id"] * width + row["location_id"] for row in found])
    counted = column([row["counted_us"] for row in found])
    wanted = commits.item * width + commits.location
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    late[:] = (key[place] == wanted) & (commits.occurred_us <= counted[place])
    return late
