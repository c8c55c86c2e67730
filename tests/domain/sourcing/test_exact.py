"""The exact solver finds what trying everything finds."""

import numpy as np
import pytest
from brute_force import best_cost, price_plan
from random_cases import Problem, Shape, copied, random_problem

from stockmesh.domain.sourcing.arrays import Supply
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
    "further terms": Shape(terms=True, penalty_minor=1_500),
    "further terms, many parcels": Shape(terms=True, parcel_units=3, quantity_max=12, stock_mean=20),
    "further terms, two shipments": Shape(terms=True, shipments_max=2, stocked_percent=60),
    "sides": Shape(sides=True, penalty_minor=1_500),
    "sides, many parcels": Shape(sides=True, parcel_units=3, quantity_max=12, stock_mean=20, penalty_minor=1_500),
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


def lone_line(units: int) -> Problem:
    """One line of one unit that five equal locations, each with so many units, could send at the same cost."""
    problem = random_problem(
        1, Shape(lines=1, kit_percent=0, equal_handling=True, barred_percent=0, full_percent=0, buffer_max=0)
    )
    demand = problem.demand._replace(
        quantity=np.array([1]), weight_mg=np.array([250]), volume_um3=np.array([250]), penalty_minor=np.array([90_000]),
        tariff_of=np.zeros_like(problem.demand.tariff_of), first_slot=np.zeros_like(problem.demand.first_slot),
    )  # fmt: skip
    return Problem(problem.world, demand, Supply(np.full_like(problem.supply.available, units), problem.supply.slots))


def test_a_tie_falls_to_the_first_location() -> None:
    """Of five equal locations the first sends; without it the second."""
    problem = lone_line(1)
    for barred, first in ((-1, 0), (0, 1)):
        fence = problem.demand.barred.copy()
        fence[:, : barred + 1] = 1
        plans = decide_batch(problem.world, problem.demand._replace(barred=fence), copied(problem.supply))
        assert plans.shipment_location.tolist() == [first]
        assert plans.shipment_offer.tolist() == [first * 2]


@pytest.mark.parametrize(("units", "sent"), [(2, 0), (3, 1)])
def test_a_component_named_twice_is_needed_twice(units: int, sent: int) -> None:
    """A kit of one and two of the same item takes three of it."""
    problem = lone_line(units)
    row = problem.demand.component_row[0]
    kit = problem.demand._replace(
        component_start=np.array([0, 2]),
        component_row=np.array([row, row], np.int32),
        component_quantity=np.array([1, 2]),
    )
    supply = copied(problem.supply)
    plans = decide_batch(problem.world, kit, supply)
    assert len(plans.shipment_location) == sent
    assert (problem.supply.available - supply.available).sum() == 3 * sent
