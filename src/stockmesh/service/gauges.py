"""Figures that are read when scraped: queues, streams, connections, and what the caretaker found."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from stockmesh.flows.backing_up import find_latest
from stockmesh.flows.context import Context
from stockmesh.flows.figures import Figures, StockFigures
from stockmesh.service.caretaker import Caretaker
from stockmesh.service.events.tide import Tide
from stockmesh.service.metrics import Metrics, Reading

T = TypeVar("T")


def add_gauges(metrics: Metrics, context: Context, caretaker: Caretaker, tide: Tide) -> None:
    """Adds every figure of the running service."""
    placing = caretaker.placing
    metrics.read("orders_queued", "Orders that wait to be part of a batch.", lambda: placing.waiting)
    metrics.read("event_streams", "Streams of events open.", lambda: tide.followers)
    for name, told in (
        ("open", "Connections to the database that the pool has."),
        ("free", "Connections of the pool that nobody uses."),
        ("wanted", "Requests waiting for a connection."),
    ):
        metrics.read(f"database_connections_{name}", told, _usage(context, name))
    _add_found(metrics, caretaker)
    _add_figures(metrics, caretaker)


def _usage(context: Context, name: str) -> Reading:
    return lambda: context.database.usage()[name]


def _add_found(metrics: Metrics, caretaker: Caretaker) -> None:
    """What the caretaker found at its last look."""

    def up() -> float | None:
        found = caretaker.condition
        return None if found is None else float(not found.database_problem)

    def free() -> float | None:
        return None if caretaker.condition is None else caretaker.condition.disk_free_bytes

    def backup_age() -> float | None:
        folder = caretaker.household.backups
        latest = find_latest(folder) if folder else None
        return (datetime.now(UTC) - latest.written_at).total_seconds() if latest else None

    def takes() -> float:
        return float(caretaker.placing.closed is None)

    metrics.read("database_up", "1 while the database answers, 0 while it does not.", up)
    metrics.read("disk_free_bytes", "Free where the embedded database's data lie; absent for your own.", free)
    metrics.read("backup_age_seconds", "Age of the newest file in STOCKMESH_BACKUPS; absent without.", backup_age)
    metrics.read("accepting", "1 while orders are taken; 0: database away, disk nearly full, or stopping.", takes)


def _add_figures(metrics: Metrics, caretaker: Caretaker) -> None:
    """What the books told last: the same from every process on them."""

    def books(read: Callable[[Figures], float]) -> Reading:
        return _known(caretaker, lambda found: found.figures, read)

    def stock(read: Callable[[StockFigures], float]) -> Reading:
        return _known(caretaker, lambda found: found.stock, read)

    metrics.read(
        "relay_lag_events", "Events without a position yet, up to 20,000 runs.", books(lambda one: one.relay_events)
    )
    metrics.read("relay_lag_seconds", "Age of the oldest event without position.", books(lambda one: one.relay_seconds))
    metrics.read("webhooks_due", "Deliveries to be sent, now or later.", books(lambda one: one.deliveries_due))
    metrics.read("webhooks_late", "Deliveries whose time has come.", books(lambda one: one.deliveries_late))
    metrics.read("imports_applying", "Imports on their way into the books.", books(lambda one: one.imports_applying))
    metrics.read("imports_rows_left", "Rows of those not applied yet.", books(lambda one: one.imports_rows_left))
    metrics.read(
        "oversold_units",
        "Units promised that are not there and that nobody was told of, or stock below zero. Must be 0. Every minute.",
        stock(lambda one: one.oversold),
    )
    metrics.read(
        "shortfall_units",
        "Units promised beyond what was counted later, announced and waiting for stock. Every minute.",
        stock(lambda one: one.short),
    )
    metrics.read("database_bytes", "Size of the database. Every minute.", stock(lambda one: one.bytes))


def _known(caretaker: Caretaker, part: Callable[..., T | None], read: Callable[[T], float]) -> Reading:
    """A figure of a part of the condition; not known before that part was read, nor while the database is away."""

    def reading() -> float | None:
        found = caretaker.condition
        known = None if found is None or found.database_problem else part(found)
        return None if known is None else read(known)

    return reading
