"""The exact solver against HiGHS on the same orders of five lines over fifty locations."""

import statistics
from typing import Final

from benchmarks.report import report
from benchmarks.sourcing_cases import case, copied, microseconds_per_order, shape, solve_milp
from stockmesh.domain.sourcing.decide import decide_batch

ORDERS: Final = 500
COMPARED: Final = 9


def run() -> None:
    """Time per order of both; their costs must be equal."""
    seconds = []
    for seed in range(COMPARED):
        problem = case(seed, shape(5, 50, 1))
        ours = int(decide_batch(problem.world, problem.demand, copied(problem.supply)).cost_minor[0])
        bound = solve_milp(problem)
        if round(bound.best) != ours:
            raise RuntimeError(f"seed {seed}: HiGHS finds {bound.best}, we {ours}")
        seconds.append(bound.seconds)
    report(
        "exact solver, 5 lines x 50 locations, against HiGHS",
        ours=1e6 / microseconds_per_order(case(1, shape(5, 50, ORDERS))),
        yardstick=1 / statistics.median(seconds),
        unit="orders/s",
    )
    two_by_ten = microseconds_per_order(case(1, shape(2, 10, 10_000)))
    for lines, locations, orders in ((2, 50, 2_000), (8, 50, 200), (2, 1_000, 200)):
        report(
            f"exact solver, {lines} lines x {locations} locations, against 2 x 10",
            ours=microseconds_per_order(case(1, shape(lines, locations, orders))),
            yardstick=two_by_ten,
            unit="us/order",
        )
