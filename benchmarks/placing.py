"""Placing two-line orders over ten locations and ten thousand items, against one transaction per order."""

from typing import Final

from benchmarks import yardstick
from benchmarks.network import bench_context, draw_orders, set_up
from benchmarks.report import median_rate, report
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, place_orders

ITEMS: Final = 10_000
BATCH: Final = 1_000
ORDERS: Final = 20_000
REPEATS: Final = 5


def place_in_batches(context: Context, prefix: str, seed: int, *, count: int, hot: bool = False) -> int:
    """Places freshly drawn orders; answers how many were placed whole."""
    orders = draw_orders(count, items=ITEMS, prefix=prefix, seed=seed, hot=hot)
    placed = 0
    for start in range(0, count, BATCH):
        outcomes = place_orders(context, orders[start : start + BATCH])
        placed += sum(isinstance(one, Placed) and one.state == "open" for one in outcomes)
    if placed != count:
        raise RuntimeError(f"only {placed} of {count} orders were placed whole")
    return placed


def run() -> None:
    """Uniform and one hot item, each against one and eight connections."""
    with bench_context() as context:
        set_up(context, locations=10, items=ITEMS, units=10_000_000)
        place_in_batches(context, "warm", 99, count=2 * BATCH)
        for kind, hot in (("uniform", False), ("one hot item", True)):
            orders = {
                number: draw_orders(ORDERS, items=ITEMS, prefix=f"{kind}{number}-", seed=number, hot=hot)
                for number in range(REPEATS)
            }

            def batched(number: int, orders: dict[int, list] = orders) -> int:  # type: ignore[type-arg]
                for start in range(0, ORDERS, BATCH):
                    place_orders(context, orders[number][start : start + BATCH])
                return ORDERS

            ours = median_rate(batched, REPEATS)
            for connections in (1, 8):
                theirs = yardstick.measure(
                    context.database.url, connections=connections, orders=4_000, items=ITEMS, hot=hot
                )
                report(
                    f"place orders, {kind}, against one transaction each over {connections} connection(s)",
                    ours=ours,
                    yardstick=theirs,
                    unit="orders/s",
                )
