"""What an order costs when the network or the past is large, against a small network without a past."""

import statistics
import time
from typing import Final

from benchmarks.network import bench_context, draw_orders, set_up
from benchmarks.report import report
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import place_orders

ITEMS: Final = 2_000
BATCH: Final = 1_000
MEASURED: Final = 10
PAST: Final = 1_000_000


def microseconds_per_order(context: Context, prefix: str) -> float:
    """The median over several batches."""
    orders = draw_orders(BATCH * (MEASURED + 1), items=ITEMS, prefix=prefix, seed=5)
    taken = []
    for number in range(MEASURED + 1):
        started = time.perf_counter()
        place_orders(context, orders[number * BATCH : (number + 1) * BATCH])
        taken.append(time.perf_counter() - started)
    return statistics.median(taken[1:]) / BATCH * 1e6


def grow(context: Context) -> None:
    """Places the past."""
    for start in range(0, PAST, 50_000):
        orders = draw_orders(50_000, items=ITEMS, prefix=f"past{start}-", seed=start)
        for first in range(0, 50_000, 2_000):
            place_orders(context, orders[first : first + 2_000])


def run() -> None:
    """Ten locations, a million past orders, a thousand locations with every item in all or in some."""
    with bench_context() as context:
        set_up(context, locations=10, items=ITEMS, units=10_000_000)
        few = microseconds_per_order(context, "few")
        grow(context)
        report(
            "cost of an order after 1,000,000 past orders, against none",
            ours=microseconds_per_order(context, "later"),
            yardstick=few,
            unit="us/order",
        )
    for name, share in (("each item everywhere", 100), ("each item in 300", 30)):
        with bench_context() as context:
            set_up(context, locations=1_000, items=ITEMS, units=10_000, share_percent=share)
            report(
                f"cost of an order over 1,000 locations, {name}, against 10",
                ours=microseconds_per_order(context, "many"),
                yardstick=few,
                unit="us/order",
            )
