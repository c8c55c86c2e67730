"""Larger orders: the gap to a MILP on orders both can state, and the time per order."""

import statistics
from typing import Final

from benchmarks.report import report
from benchmarks.sourcing_cases import case, copied, microseconds_per_order, shape, solve_milp
from stockmesh.domain.sourcing.decide import decide_batch

SHAPES: Final = ((9, 8), (15, 8), (20, 6), (30, 3))
CASES: Final = 8
NODES: Final = 2_000


def run() -> None:
    """Mean cost of our plans against the best HiGHS found within its node limit, then times."""
    for lines, locations in SHAPES:
        ours, best, seconds = [], [], []
        for seed in range(CASES):
            problem = case(seed, shape(lines, locations, 1))
            ours.append(int(decide_batch(problem.world, problem.demand, copied(problem.supply)).cost_minor[0]))
            bound = solve_milp(problem, nodes=NODES)
            best.append(bound.best)
            seconds.append(bound.seconds)
        report(
            f"cost of {lines}-line orders over {locations} locations, against HiGHS",
            ours=statistics.mean(ours),
            yardstick=statistics.mean(best),
            unit="minor units, mean",
        )
        report(
            f"{lines}-line orders over {locations} locations decided, against HiGHS",
            ours=1e6 / microseconds_per_order(case(1, shape(lines, locations, 50))),
            yardstick=1 / statistics.median(seconds),
            unit="orders/s",
        )
    report(
        "time of 1,112-line orders over 8 locations, against 20 lines",
        ours=microseconds_per_order(case(1, shape(1_112, 8, 3)), repeats=3),
        yardstick=microseconds_per_order(case(1, shape(20, 8, 50))),
        unit="us/order",
    )
