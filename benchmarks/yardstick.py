"""The yardstick of placing: one transaction per order with SELECT ... FOR UPDATE, writing the same rows.

It is kind to the yardstick: any location that has everything will do, and they take turns, so that no row is hotter
than it must be; no freight is rated, nothing is explained; every table is written with one prepared multi-row
statement, and all statements after the lock travel in one pipeline.
"""

import hashlib
import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from benchmarks.network import draw_orders
from stockmesh.domain.fulfilment.requests import OrderRequest

LOCK: Final = """
    SELECT item_id, location_id, sellable FROM stock
    WHERE item_id = ANY (%s) ORDER BY item_id, location_id FOR UPDATE
"""
TAKE: Final = """
    UPDATE stock AS s SET sellable = s.sellable - a.units, committed = s.committed + a.units
    FROM unnest(%s::integer[], %s::bigint[]) AS a (item_id, units)
    WHERE s.item_id = a.item_id AND s.location_id = %s
"""
DAY: Final = """
    INSERT INTO location_day (location_id, day, capacity, taken) VALUES (%s, %s, 1000000, 1)
    ON CONFLICT (location_id, day) DO UPDATE SET taken = location_day.taken + 1
"""
ORDER: Final = """
    INSERT INTO orders (order_id, placed_at, recorded_at, channel_id, round, state, wish, assumed, country, area,
        content, reference, customer)
    VALUES (%s, %s, now(), 1, 1, 'open', 'backorder', false, 'GB', 'SW1A', %s, %s, '')
"""
LINES: Final = """
    INSERT INTO order_line (order_id, quantity, unit_price_minor, waiting, dropped, line_no, item_id)
    SELECT %s, a.units, 500, 0, 0, a.line_no, a.item_id
    FROM unnest(%s::integer[], %s::bigint[]) WITH ORDINALITY AS a (item_id, units, line_no)
"""
FULFILMENT: Final = """
    INSERT INTO fulfilment (order_id, freight_minor, handling_minor, wait_minor, location_id, service_id, parcels,
        slot_day, fulfilment_no, round, state)
    VALUES (%s, 400, 100, 0, %s, 1, 1, %s, 101, 1, 'planned')
"""
MOVEMENTS: Final = """
    INSERT INTO movement (movement_id, occurred_at, recorded_at, quantity, order_id, item_id, from_location,
        to_location, line_no, from_state, to_state, cause, fulfilment_no)
    SELECT %s + a.line_no, %s, now(), a.units, %s, a.item_id, %s, %s, a.line_no, 'sellable', 'committed', 'commit', 101
    FROM unnest(%s::integer[], %s::bigint[]) WITH ORDINALITY AS a (item_id, units, line_no)
"""
DECISION: Final = """
    INSERT INTO decision (order_id, cost_minor, unserved_minor, decided_at, sourced_for, world_id, round, proven,
        country, area, facts, outcome)
    VALUES (%s, 500, 0, now(), %s, 1, 1, false, 'GB', 'SW1A', %s, %s)
"""
EVENT: Final = """
    INSERT INTO event (event_id, recorded_at, subject_id, kind) VALUES (%s, now(), %s, 'order_placed')
"""
FACTS: Final = bytes(300)
OUTCOME: Final = bytes(150)


def one_by_one(url: str, first_id: int, orders: Sequence[OrderRequest]) -> int:
    """Places the orders one transaction each over one connection; answers how many."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
        item_of: dict[str, int] = dict(connection.execute("SELECT sku, item_id FROM item").fetchall())
        for number, order in enumerate(orders):
            with connection.transaction():
                _place(connection, first_id + number, order, [item_of[line.sku] for line in order.lines])
    return len(orders)


def _place(connection: psycopg.Connection[Any], order_id: int, order: OrderRequest, items: list[int]) -> None:
    units = [line.quantity for line in order.lines]
    locked = connection.execute(LOCK, (items,)).fetchall()
    having = _locations_having(locked, dict(zip(items, units, strict=True)))
    location = having[order_id % len(having)]
    placed_at, day = order.placed_at, order.placed_at.date()
    with connection.pipeline():
        connection.execute(TAKE, (items, units, location))
        connection.execute(DAY, (location, day))
        connection.execute(ORDER, (order_id, placed_at, bytes(16), order.reference))
        connection.execute(LINES, (order_id, items, units))
        connection.execute(FULFILMENT, (order_id, location, day))
        connection.execute(MOVEMENTS, (order_id * 10, placed_at, order_id, location, location, items, units))
        connection.execute(DECISION, (order_id, placed_at, FACTS, OUTCOME))
        connection.execute(EVENT, (order_id, order_id))


def _locations_having(rows: list[tuple[int, int, int]], wanted: dict[int, int]) -> list[int]:
    """The locations that have every item."""
    having = Counter(location for item, location, sellable in rows if sellable >= wanted[item])
    return sorted(location for location, items in having.items() if items == len(wanted))


def measure(url: str, *, connections: int, orders: int, items: int, hot: bool) -> float:
    """Orders per second over that many connections, each a process of its own."""
    share = orders // connections
    barrier = multiprocessing.get_context("spawn").Barrier(connections + 1)
    workers = [
        multiprocessing.get_context("spawn").Process(
            target=_work, args=(url, barrier, number, share), kwargs={"items": items, "hot": hot}
        )
        for number in range(connections)
    ]
    for worker in workers:
        worker.start()
    barrier.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    taken = time.perf_counter() - started
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a yardstick process failed")
    return share * connections / taken


def _work(url: str, barrier: Any, number: int, share: int, *, items: int, hot: bool) -> None:
    prefix = f"{'hot' if hot else 'even'}-{share}-{number}-"
    orders = draw_orders(share, items=items, prefix=prefix, seed=number, hot=hot)
    first_id = int.from_bytes(hashlib.blake2b(prefix.encode(), digest_size=4).digest()) * 10**6
    barrier.wait()
    one_by_one(url, first_id, orders)
