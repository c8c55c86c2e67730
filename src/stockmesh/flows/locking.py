"""Locking all that some orders could be given, so that what is decided next can be taken for certain."""

from collections.abc import Collection, Sequence

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.calendars import microseconds
from stockmesh.flows.calendar_window import Window, load_window
from stockmesh.flows.context import Present
from stockmesh.flows.ordering import CheckedOrder
from stockmesh.store.database import Session, execute, rows
from stockmesh.store.vectors import Vector


def lock_candidates(
    session: Session, present: Present, orders: Sequence[CheckedOrder], *, also: Collection[int] = ()
) -> None:
    """Locks every location-day in reach of the orders, then every stock row of their items, in key order.

    `also`: more items whose rows are needed.
    """
    days = [order.request.placed_at.date() for order in orders]
    window = load_window(session, present, min(days), max(days))
    placed = np.array([microseconds(order.request.placed_at) for order in orders], dtype=np.int64)
    location, slot = _reach(window, placed, present.facts.policy.wait_days_max)
    ids = np.array(present.directory.location_ids, dtype=np.int64)[location]
    capacity = np.array([place.daily_orders_max for place in present.facts.locations], dtype=np.int64)[location]
    day = window.day[location, slot]
    in_key_order = np.lexsort((day, ids))
    where = {"locations": Vector(ids[in_key_order]), "days": Vector(day[in_key_order])}
    execute(session, "orders/open_days", **where, capacities=Vector(capacity[in_key_order]))
    rows(session, "orders/lock_days", **where)
    execute(session, "stock/lock_items", items=Vector(_items(present, orders, also)))


def _reach(window: Window, placed_us: I64, wait_days_max: int) -> tuple[I64, I64]:
    """The (location, slot) pairs that any of the orders could be given."""
    first = window.first_slots(placed_us, np.arange(len(window.days_of)))
    slots = np.arange(window.slots.shape[1])
    earliest, latest = first.min(axis=0)[:, None], first.max(axis=0)[:, None] + wait_days_max
    within = (slots >= earliest) & (slots <= latest) & (window.day > 0)
    location, slot = np.nonzero(within)
    return location.astype(np.int64), slot.astype(np.int64)


def _items(present: Present, orders: Sequence[CheckedOrder], also: Collection[int]) -> I64:
    items = {item for order in orders for item in order.items}
    parts = {part for item in items for part, _ in present.catalogue.components.get(item, ())}
    return np.array(sorted(items | parts | set(also)), dtype=np.int64)
