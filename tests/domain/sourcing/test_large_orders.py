"""Orders beyond the exact solver: how far from the optimum, measured against two yardsticks."""

from dataclasses import replace

import numpy as np
import pytest
from brute_force import price_plan
from milp_yardstick import solve_milp
from random_cases import Shape, copied, random_problem, whole_handling
from subset_yardstick import optimum

from stockmesh.domain.sourcing.decide import decide_batch

USUAL = Shape(
    services=4,
    zones=6,
    offers=3,
    items=60,
    stock_mean=1_000,
    stocked_percent=85,
    served_percent=95,
    barred_percent=2,
    kit_percent=0,
    penalty_minor=3_000,
    shipments_max=4,
    oversize=False,
)


def roomy(lines: int, locations: int, stocked_percent: int = 85) -> Shape:
    """Orders that fit one parcel of any card, whatever is sent together."""
    return replace(
        USUAL,
        lines=lines,
        locations=locations,
        stocked_percent=stocked_percent,
        parcel_units_min=7 * lines,
        parcel_units=5 * lines,
    )


SINGLE_PARCEL = {
    "9 x 8": roomy(9, 8),
    "15 x 8": roomy(15, 8),
    "20 x 6": roomy(20, 6),
    "30 x 3": roomy(30, 3),
    "30 x 5, scarce": roomy(30, 5, 60),
}
MANY_PARCELS = {
    "9 x 5": replace(USUAL, lines=9, locations=5, parcel_units=12),
    "11 x 5": replace(USUAL, lines=11, locations=5, parcel_units=10),
    "11 x 4, scarce": replace(USUAL, lines=11, locations=4, parcel_units=12, stocked_percent=50),
    "10 x 4, kits": replace(USUAL, lines=10, locations=4, parcel_units=15, kit_percent=30, items=20),
    "13 x 5": replace(USUAL, lines=13, locations=5, parcel_units=10),
    "14 x 4": replace(USUAL, lines=14, locations=4, parcel_units=14),
    "13 x 5, sides": replace(USUAL, lines=13, locations=5, parcel_units=10, sides=True),
    "12 x 4, bulky": replace(USUAL, lines=12, locations=4, quantity_max=20, penalty_minor=9_000, vast=True),
}


def gaps_to_milp(cases: int, nodes: int) -> list[float]:
    """Mean relative excess over the best plan HiGHS found, of each shape."""
    gaps = []
    for name, shape in SINGLE_PARCEL.items():
        mine = []
        for seed in range(cases):
            problem = whole_handling(random_problem(seed, shape))
            plans = decide_batch(problem.world, problem.demand, copied(problem.supply))
            cost = int(plans.cost_minor[0])
            assert price_plan(problem, plans, 0) == cost
            milp = solve_milp(problem, nodes)
            assert cost >= milp.bound * (1 - 1e-6)
            mine.append(cost / milp.best - 1)
        print(f"MILP {name}: mean gap {np.mean(mine):.4%}, largest {np.max(mine):.2%} of {cases}")
        gaps.append(float(np.mean(mine)))
    return gaps


def gaps_to_optimum(cases: int) -> list[float]:
    """The same over the true optimum where shipments take several parcels."""
    gaps = []
    for name, shape in MANY_PARCELS.items():
        mine = []
        for seed in range(cases):
            problem = random_problem(seed, shape)
            plans = decide_batch(problem.world, problem.demand, copied(problem.supply))
            cost = int(plans.cost_minor[0])
            assert price_plan(problem, plans, 0) == cost
            mine.append(cost / optimum(problem) - 1)
        print(f"optimum {name}: mean gap {np.mean(mine):.4%}, largest {np.max(mine):.2%} of {cases}")
        gaps.append(float(np.mean(mine)))
    return gaps


def test_single_parcel_orders_are_within_half_a_percent_of_the_milp() -> None:
    """Mean gap over forty orders of nine to thirty lines."""
    assert np.mean(gaps_to_milp(8, 500)) <= 0.005


def test_many_parcel_orders_are_within_half_a_percent_of_the_optimum() -> None:
    """Mean gap of each shape over twenty orders of nine to fourteen lines."""
    assert max(gaps_to_optimum(20)) <= 0.005


@pytest.mark.soak
def test_gaps_hold_over_many_orders() -> None:
    """The same in every shape, over more orders of each."""
    assert max(gaps_to_milp(40, 20_000)) <= 0.005
    assert max(gaps_to_optimum(100)) <= 0.005


@pytest.mark.parametrize("lines", [40, 200, 1_114])
def test_very_large_orders_are_priced_right_and_served(lines: int) -> None:
    """Every unit that is in stock somewhere is sent, and the bill is what the carriers' kernel says."""
    shape = replace(USUAL, lines=lines, locations=8, items=lines, parcel_units=20)
    problem = random_problem(lines, shape)
    plans = decide_batch(problem.world, problem.demand, copied(problem.supply))
    assert price_plan(problem, plans, 0) == plans.cost_minor[0]
    assert plans.unserved_minor[0] == 0
