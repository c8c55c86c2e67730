"""Orders of nine to twelve pieces cost, to the minor unit, what trying every division of their lines costs."""

from dataclasses import replace

import numpy as np
import pytest
from brute_force import price_plan
from random_cases import Problem, Shape, copied, random_problem
from subset_yardstick import optimum

from stockmesh.domain.sourcing.alternatives import REWARD_FLOOR_MINOR, decide_with
from stockmesh.domain.sourcing.decide import decide_batch

NINE = Shape(lines=9, locations=4, items=30, stock_mean=30)
SHAPES = {
    "plain": NINE,
    "kits and shared stock": replace(NINE, items=8, kit_percent=70, stock_mean=20),
    "two shipments at most": replace(NINE, shipments_max=2, stocked_percent=60),
    "one shipment only": replace(NINE, shipments_max=1),
    "many parcels": replace(NINE, parcel_units=3, quantity_max=12, stock_mean=50, penalty_minor=3_000),
    "cheap to leave": replace(NINE, penalty_minor=150),
    "sending twice looks cheaper": replace(NINE, zones=1, equal_handling=True, parcel_units=4, penalty_minor=9_000),
    "largest parcels": replace(NINE, vast=True, quantity_max=12, stock_mean=50),
    "further terms": replace(NINE, terms=True, penalty_minor=1_500),
    "further terms, many parcels": replace(NINE, terms=True, parcel_units=3, stock_mean=50, penalty_minor=3_000),
    "sides": replace(NINE, sides=True, penalty_minor=1_500),
    "sides, many parcels": replace(NINE, sides=True, parcel_units=3, stock_mean=50, penalty_minor=3_000),
    "twelve lines": replace(NINE, lines=12, locations=3, penalty_minor=2_000),
}


@pytest.mark.parametrize("name", SHAPES)
def test_equal_to_trying_every_division(name: str) -> None:
    """Thirty orders of each shape; of those whose lines are not cut nearly all are proven."""
    proven = 0
    for seed in range(30):
        problem = random_problem(seed, SHAPES[name])
        plans = decide_batch(problem.world, problem.demand, copied(problem.supply))
        assert price_plan(problem, plans, 0) == plans.cost_minor[0]
        if plans.proven[0]:
            proven += 1
            assert plans.cost_minor[0] == optimum(problem), seed
    assert proven >= 10


def test_a_location_paid_for_sending_is_paid_once() -> None:
    """The cheapest plan through a given location is the optimum where that location's first shipment is rewarded."""
    compared = 0
    for seed in range(20):
        problem = random_problem(seed, SHAPES["plain"])
        for location in range(NINE.locations):
            plan = decide_with(problem.world, problem.demand, problem.supply, location)
            if plan.proven and location in plan.locations:
                compared += 1
                assert plan.cost_minor == optimum(rewarded(problem, location)) + REWARD_FLOOR_MINOR
    assert compared >= 20


def rewarded(problem: Problem, location: int) -> Problem:
    """The same problem with a reward for whatever the location sends."""
    sites = problem.world.sites
    handling = sites.handling_order_micro - (np.arange(NINE.locations) == location) * REWARD_FLOOR_MINOR * 10_000
    world = problem.world._replace(sites=sites._replace(handling_order_micro=handling))
    return Problem(world, problem.demand, problem.supply)
