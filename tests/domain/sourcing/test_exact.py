"""The exact solver finds what trying everything finds."""

import pytest
from brute_force import best_cost, price_plan
from random_cases import Shape, copied, random_problem

from stockmesh.domain.sourcing.decide import decide_batch

SHAPES = {
    "plain": Shape(),
    "kits and shared stock": Shape(items=4, kit_percent=70, stock_mean=9),
    "two shipments at most": Shape(shipments_max=2, stocked_percent=60),
    "one shipment only": Shape(shipments_max=1),
    "many parcels": Shape(parcel_units=3, quantity_max=12, stock_mean=20),
    "single parcels": Shape(parcel_units=60, penalty_minor=3_000),
    "cheap to leave": Shape(penalty_minor=150),
    "four lines, six locations": Shape(lines=4, locations=6, offers=3),
    "equal sites": Shape(zones=1, equal_handling=True, wait_minor=0),
    "largest parcels": Shape(vast=True, quantity_max=12, stock_mean=20),
    "a million units": Shape(vast=True, quantity_max=10**6, stock_mean=10**6),
}


@pytest.mark.parametrize("name", SHAPES)
def test_equal_to_trying_every_assignment(name: str) -> None:
    """Two hundred orders of each shape cost, to the minor unit, what the best of all assignments costs."""
    proven = 0
    for seed in range(200):
        problem = random_problem(seed, SHAPES[name])
        plans = decide_batch(problem.world, problem.demand, copied(problem.supply))
        assert price_plan(problem, plans, 0) == plans.cost_minor[0]
        if plans.proven[0]:
            proven += 1
            assert plans.cost_minor[0] == best_cost(problem), seed
    assert proven >= 60
