"""The random sourcing problems of the tests, for timing: one place draws them."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "domain" / "sourcing"))

from milp_yardstick import solve_milp
from random_cases import Problem, Shape, copied, random_problem, whole_handling

from stockmesh.domain.sourcing.decide import decide_batch

__all__ = ["Problem", "Shape", "case", "copied", "microseconds_per_order", "random_problem", "shape", "solve_milp"]


def shape(lines: int, locations: int, orders: int) -> Shape:
    """Orders of so many lines over so many locations with three offers each, plenty of stock at 85 % of them."""
    return Shape(
        orders=orders,
        lines=lines,
        locations=locations,
        items=max(2 * lines, 200),
        services=4,
        zones=8,
        offers=3,
        quantity_max=3,
        stock_mean=10**6,
        stocked_percent=85,
        served_percent=100,
        barred_percent=2,
        full_percent=5,
        kit_percent=0,
        parcel_units_min=7 * lines,
        parcel_units=5 * lines,
        shipments_max=4,
        penalty_minor=3_000,
        oversize=False,
    )


def case(seed: int, wanted: Shape) -> Problem:
    """A problem that a MILP can state exactly: handling in whole minor units."""
    return whole_handling(random_problem(seed, wanted))


def microseconds_per_order(problem: Problem, repeats: int = 5) -> float:
    """The median over several runs of the whole batch."""
    decide_batch(problem.world, problem.demand, copied(problem.supply))
    taken = []
    for _ in range(repeats):
        supply = copied(problem.supply)
        started = time.perf_counter()
        decide_batch(problem.world, problem.demand, supply)
        taken.append(time.perf_counter() - started)
    return sorted(taken)[repeats // 2] / len(problem.demand.destination) * 1e6
