"""What a large order's search believes of its shipments is what they are: loads, stock left, and the very price."""

from dataclasses import replace

import numpy as np
import pytest
from brute_force import draws, price_plan, shipment_cost
from random_cases import Problem, Shape, copied, random_problem

from stockmesh.domain.sourcing.candidates import open_doors
from stockmesh.domain.sourcing.cutting import cut_lines
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.desk import EXACT_PIECES, SHORTLIST, Case, Desk, set_desk
from stockmesh.domain.sourcing.in_place import entrance
from stockmesh.domain.sourcing.large import solve_largely

USUAL = Shape(lines=12, items=10, stock_mean=9, quantity_max=8, offers=3, penalty_minor=3_000, buffer_max=2)
SHAPES = {
    "lines in parts": replace(USUAL, quantity_max=25),
    "many parcels": replace(USUAL, parcel_units=4),
    "kits and shared stock": replace(USUAL, items=5, kit_percent=70, stock_mean=20),
    "further terms": replace(USUAL, terms=True, penalty_minor=5_000),
    "sides": replace(USUAL, sides=True, terms=True, parcel_units=4, penalty_minor=5_000),
    "largest parcels": replace(USUAL, vast=True, quantity_max=25, stock_mean=40),
    "more units than a list of parcels holds": replace(USUAL, vast=True, quantity_max=10**6, stock_mean=10**6),
}


@entrance
def search(case: Case) -> int:
    """The number of pieces of an order large enough to be searched, 0 for others; the desk holds the last plan."""
    open_doors(case)
    pieces = cut_lines(case).pieces
    if pieces <= EXACT_PIECES:
        return 0
    solve_largely(case, pieces)
    return pieces


@pytest.mark.parametrize("name", SHAPES)
def test_every_shipment_is_loaded_and_priced_as_from_scratch(name: str) -> None:
    """Thirty orders of each shape: sums taken up and down by every step of the search against sums made once."""
    audited = parts = 0
    for seed in range(30):
        problem = random_problem(seed, SHAPES[name])
        desk = set_desk(problem.world, problem.demand, problem.supply)
        pieces = search(Case(problem.world, problem.demand, problem.supply, desk, 0))
        plans = decide_batch(problem.world, problem.demand, copied(problem.supply))
        assert price_plan(problem, plans, 0) == plans.cost_minor[0]
        lots = desk.yard.lots[:pieces]
        for at in np.unique(lots["at"][lots["at"] >= 0]).tolist():
            audited += 1
            parts += audit(problem, desk, pieces, at)
    assert audited > 30
    assert parts > 0 or name != "lines in parts"


def audit(problem: Problem, desk: Desk, pieces: int, at: int) -> int:
    """How many parts met another of their line; asserts that the berth holds, costs and leaves what its pieces say."""
    demand, berth = problem.demand, desk.yard.berths[at]
    location = int(berth["location"])
    here = [piece for piece in range(pieces) if desk.yard.lots["at"][piece] == at]
    quantities: dict[int, int] = {}
    for piece in here:
        line = int(desk.pieces.line[piece])
        quantities[line] = quantities.get(line, 0) + int(desk.pieces.quantity[piece])
    assert berth["pieces"] == len(here)
    assert berth["lines"] == len(quantities)
    assert berth["units"] == sum(quantities.values())
    assert berth["weight_mg"] == sum(int(demand.weight_mg[line]) * units for line, units in quantities.items())
    assert berth["bulk"] >= 0
    assert berth["cost"] == shipment_cost(problem, 0, location, quantities)
    needs = draws(problem, 0, quantities)
    stock = problem.supply.available[:, location] - demand.buffer[0]
    assert all(units <= stock[row] for row, units in needs.items())
    for need in range(int(desk.pieces.need_start[pieces])):
        row, clash = int(desk.pieces.need_row[need]), int(desk.yard.clash[need])
        if clash >= 0:
            assert desk.yard.left[clash * SHORTLIST + at] == max(stock[row], 0) - needs.get(row, 0)
    return len(here) - len(quantities)
