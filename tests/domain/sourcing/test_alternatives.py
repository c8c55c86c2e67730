"""What else could have been done, and why not."""

import numpy as np
from brute_force import best_cost
from random_cases import Problem, Shape, random_problem

from stockmesh.domain.sourcing.alternatives import Verdict, weigh_alternatives


def test_dearer_is_the_cheapest_plan_that_uses_the_location() -> None:
    """Forcing a location costs what trying every plan with a shipment from it costs, or less where a line is cut."""
    figures = cut = 0
    for seed in range(25):
        problem = random_problem(seed, Shape(lines=4, locations=4, penalty_minor=2_000, terms=seed % 2 > 0))
        found = weigh_alternatives(problem.world, problem.demand, problem.supply)
        if not found.chosen.proven:
            continue
        for outcome in found.outcomes:
            if outcome.verdict is Verdict.DEARER:
                figures += 1
                cost, best = found.chosen.cost_minor + outcome.dearer_minor, best_with(problem, outcome.location)
                assert cost <= best
                assert found.chosen.cost_minor <= cost or cost < best
                cut += cost < best
    assert figures > 10
    assert cut <= figures // 10


def best_with(problem: Problem, location: int) -> int:
    """The best of all plans with a shipment from the location, by making that shipment worth a fortune."""
    fortune = 10**9
    handling = problem.world.sites.handling_order_micro.copy()
    handling[location] -= fortune * problem.world.policy.micro_per_minor
    sites = problem.world.sites._replace(handling_order_micro=handling)
    forced = Problem(problem.world._replace(sites=sites), problem.demand, problem.supply)
    return best_cost(forced, floor=-2 * fortune) + fortune


def test_every_location_has_an_outcome_and_the_next_plans_are_dearer() -> None:
    """Used locations carry their bill, fences name themselves, short ones their missing units."""
    seen = set()
    for seed in range(40):
        scarce = Shape(barred_percent=15, full_percent=40, stocked_percent=50, served_percent=70, terms=seed % 2 > 0)
        problem = random_problem(seed, scarce)
        found = weigh_alternatives(problem.world, problem.demand, problem.supply)
        assert [outcome.location for outcome in found.outcomes] == list(range(5))
        used = [outcome.location for outcome in found.outcomes if outcome.verdict is Verdict.USED]
        assert tuple(used) == found.chosen.locations
        costs = [plan.cost_minor for plan in found.next_best]
        assert costs == sorted(costs)
        assert len({plan.pieces for plan in found.next_best} | {found.chosen.pieces}) == len(costs) + 1
        if found.chosen.proven:
            whole = (plan.cost_minor for plan in found.next_best if plan.proven)  # cut lines are not weighed
            assert all(cost >= found.chosen.cost_minor for cost in whole)
        for outcome in found.outcomes:
            seen.add(outcome.verdict)
            if outcome.verdict is Verdict.SHORT:
                assert outcome.missing
            if outcome.verdict is Verdict.LATE:
                assert len(problem.demand.terms.row) > 0
            if outcome.verdict is Verdict.BARRED:
                assert problem.demand.barred[0, outcome.location] == 1
    assert seen == set(Verdict)


def test_weighing_changes_nothing() -> None:
    """Stock and slots are as before."""
    problem = random_problem(2, Shape())
    before = problem.supply.available.copy(), problem.supply.slots.copy()
    weigh_alternatives(problem.world, problem.demand, problem.supply)
    assert np.array_equal(problem.supply.available, before[0])
    assert np.array_equal(problem.supply.slots, before[1])
