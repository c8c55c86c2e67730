"""Giving back what an order holds: units become sellable again, capacity is free again, fulfilments are void."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.calendars import microseconds
from stockmesh.flows.announcing import NO_CELLS, cells_at
from stockmesh.flows.context import Context
from stockmesh.store import copying
from stockmesh.store.copying import Integers, Label, Missing
from stockmesh.store.database import Session, column, copy_in, execute, rows
from stockmesh.store.vectors import Vector


@dataclass(frozen=True, eq=False)
class Held:
    """Units an order holds, one entry per item, location, line and fulfilment."""

    item: I64
    location: I64
    line: I64
    fulfilment: I64
    quantity: I64


def give_back(session: Session, context: Context, order_id: int, *, occurred_at: datetime) -> I64:
    """The cells given back to: everything the order holds, with the movements that say so. The order's row is locked
    already."""
    _give_back_days(session, order_id)
    held = _held(session, order_id)
    if len(held.item) == 0:
        return NO_CELLS
    healed = _healed(session, held)
    execute(
        session,
        "stock/give_back",
        items=Vector(held.item),
        locations=Vector(held.location),
        quantities=Vector(held.quantity),
        healed=Vector(healed),
    )
    _write_voids(session, context, order_id, held, occurred_at)
    _write_healing(session, context, held, healed, occurred_at)
    return cells_at(held.item, held.location)


def _give_back_days(session: Session, order_id: int) -> None:
    planned = rows(session, "orders/planned_days", order_id=order_id)
    where = {
        "locations": Vector(column([row["location_id"] for row in planned])),
        "days": Vector(column([row["day"] for row in planned])),
    }
    rows(session, "orders/lock_days", **where)
    execute(session, "orders/take_days", **where, orders=Vector(column([-row["orders"] for row in planned])))
    execute(session, "orders/void_fulfilments", order_id=order_id)


def _held(session: Session, order_id: int) -> Held:
    found = rows(session, "orders/open_commitments", order_id=order_id)
    return Held(
        *(
            column([row[name] for row in found])
            for name in ("item_id", "location_id", "line_no", "fulfilment_no", "quantity")
        )
    )


def _healed(session: Session, held: Held) -> I64:
    """How much of each entry heals a shortfall of its cell instead of becoming sellable."""
    cells = rows(session, "stock/lock_cells", items=Vector(held.item), locations=Vector(held.location))
    open_shortfall = {(row["item_id"], row["location_id"]): int(row["shortfall"]) for row in cells}
    healed = np.zeros(len(held.item), dtype=np.int64)
    for index, key in enumerate(zip(held.item.tolist(), held.location.tolist(), strict=True)):
        healed[index] = min(open_shortfall[key], int(held.quantity[index]))
        open_shortfall[key] -= int(healed[index])
    return healed


def _write_voids(session: Session, context: Context, order_id: int, held: Held, occurred_at: datetime) -> None:
    count = len(held.item)
    copy_in(
        session,
        "movement",
        {
            **_movement(session, context, held.item, held.location, occurred_at),
            "quantity": Integers(held.quantity, 8),
            "order_id": Integers(order_id, 8),
            "line_no": Integers(held.line, 4),
            "from_state": Label(b"committed"),
            "to_state": Label(b"sellable"),
            "fulfilment_no": Integers(held.fulfilment, 4),
        },
        count,
    )


def _write_healing(session: Session, context: Context, held: Held, healed: I64, occurred_at: datetime) -> None:
    """Units that heal a shortfall leave sellable for the shortfall account, which thereby owes less."""
    mine = healed > 0
    copy_in(
        session,
        "movement",
        {
            **_movement(session, context, held.item[mine], held.location[mine], occurred_at),
            "quantity": Integers(healed[mine], 8),
            "order_id": Missing(),
            "line_no": Missing(),
            "from_state": Label(b"sellable"),
            "to_state": Label(b"shortfall"),
            "fulfilment_no": Missing(),
        },
        int(mine.sum()),
    )


def _movement(
    session: Session, context: Context, item: I64, location: I64, occurred_at: datetime
) -> dict[str, copying.Column]:
    """The columns that all movements of giving back share."""
    recorded = copying.instants(np.array([microseconds(context.clock())], dtype=np.int64))
    occurred = copying.instants(np.array([microseconds(occurred_at)], dtype=np.int64))
    return {
        "movement_id": Integers(context.movement_ids.take(session, len(item)), 8),
        "occurred_at": Integers(occurred, 8),
        "recorded_at": Integers(recorded, 8),
        "item_id": Integers(item, 4),
        "from_location": Integers(location, 4),
        "to_location": Integers(location, 4),
        "cause": Label(b"void"),
        "reference": Missing(),
    }
