"""Orders as heavy, bulky, many and dear as can be asked for: no number leaves its range, and the choice stays good."""

from dataclasses import replace

import numpy as np
import pytest
from brute_force import price_plan
from hypothesis import given, settings
from hypothesis import strategies as st
from random_cases import Problem, Shape, copied, in_finest_units, random_problem, with_rows
from subset_yardstick import optimum

from stockmesh.domain.carriers.surcharge_checks import AMOUNT_MAX_MINOR
from stockmesh.domain.sourcing.alternatives import Verdict, weigh_alternatives
from stockmesh.domain.sourcing.arrays import Plans, Supply
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.plans import Status
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.domain.sourcing.pricing import PENALTY_MAX

LARGE = Shape(
    services=4, zones=6, offers=3, items=100, stock_mean=10**7, kit_percent=0, shipments_max=4, oversize=False,
    quantity_max=20, parcel_units_min=30, parcel_units=60, penalty_minor=9_000,
)  # fmt: skip
QUANTITY_MAX = SourcingPolicy().quantity_max
PRICE_MAX = 10**12


def decided(problem: Problem) -> Plans:
    """The plans of the problem's batch; its supply stays as it is."""
    return decide_batch(problem.world, problem.demand, copied(problem.supply))


def test_twelve_lines_of_forty_pillows_are_sent_as_cheaply_as_can_be() -> None:
    """Ten cubic metres and more, beyond what 64 bits of cubic micrometres hold, against the true optimum."""
    ours, best = [], []
    for seed in range(10):
        problem = in_finest_units(random_problem(seed, replace(LARGE, lines=12, parcel_units_min=2, parcel_units=12)))
        problem = replace(problem, demand=problem.demand._replace(quantity=np.full(12, 40)))
        assert sum(problem.demand.volume_um3.tolist()) * 40 > 2**63
        ours.append(int(decided(problem).cost_minor[0]))
        best.append(optimum(problem))
    gap = sum(ours) / sum(best) - 1
    print(f"pillows: {gap:.3%} above the optimum")
    assert gap <= 0.005


@pytest.mark.parametrize("lines", [1, 8, 9, 40, 300, 1_112])
def test_the_unit_of_measure_never_changes_the_plan(lines: int) -> None:
    """Pieces are where they were when weights and volumes are written in units many million times as fine."""
    for seed in range(10 if lines < 100 else 1):
        problem = random_problem(seed, replace(LARGE, lines=lines))
        coarse, fine = decided(problem), decided(in_finest_units(problem))
        assert coarse.cost_minor[0] == fine.cost_minor[0]
        assert coarse.piece_location.tolist() == fine.piece_location.tolist()


EDGES = {"weight": (0, 1, 10**6, 10**9), "volume": (0, 1, 6 * 10**16, 10**18), "price": (0, 200, AMOUNT_MAX_MINOR)}


@st.composite
def extremes(draw: st.DrawFn, lines: st.SearchStrategy[int]) -> Problem:
    """An order whose every line, and a world whose every card, is ordinary or at the very end of what is allowed."""
    count = draw(lines)
    shape = replace(LARGE, lines=count, items=4, locations=4, full_percent=0, barred_percent=0)
    problem = in_finest_units(random_problem(draw(st.integers(0, 20)), shape))

    def column(*choices: int) -> np.ndarray:
        pattern = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=3))
        return np.resize(np.array(pattern, np.int64), count)

    demand = problem.demand._replace(
        weight_mg=np.sort(column(*EDGES["weight"]))[::-1].copy(),
        volume_um3=np.full(count, draw(st.sampled_from(EDGES["volume"]))),
        quantity=column(1, 1_000, QUANTITY_MAX),
        penalty_minor=column(0, 10_000, PRICE_MAX),
    )
    tariffs = problem.world.tariffs
    price = np.minimum(
        tariffs.break_price_minor * draw(st.sampled_from([1, 10**6])), draw(st.sampled_from([500, 10**9]))
    )
    rate = draw(st.sampled_from([6_800, 1_000_000, 999_000_000]))
    world = problem.world._replace(tariffs=with_rows(tariffs, fx_ppm=rate)._replace(break_price_minor=price))
    stock = draw(st.sampled_from([10**4, 10**9]))
    return Problem(world, demand, Supply(np.full_like(problem.supply.available, stock), problem.supply.slots))


def check_range(problem: Problem) -> None:
    """No amount is negative, nothing costs more than leaving it, and the bill adds up."""
    plans = decided(problem)
    demand = problem.demand
    wanted = sum(a * b for a, b in zip(demand.penalty_minor.tolist(), demand.quantity.tolist(), strict=True))
    cost = int(plans.cost_minor[0])
    assert 0 <= cost <= min(wanted, PENALTY_MAX)
    assert 0 <= plans.unserved_minor[0] <= cost
    terms = (plans.shipment_freight_minor, plans.shipment_handling_minor, plans.shipment_wait_minor)
    assert all((term >= 0).all() for term in terms)
    assert (plans.shipment_parcels > 0).all()
    assert int(sum(term.sum() for term in terms)) + int(plans.unserved_minor[0]) == cost
    if wanted <= PENALTY_MAX:
        assert price_plan(problem, plans, 0) == cost


@settings(max_examples=150, deadline=None)
@given(extremes(st.integers(1, 12)))
def test_no_amount_leaves_its_range(problem: Problem) -> None:
    check_range(problem)


@settings(max_examples=10, deadline=None)
@given(extremes(st.sampled_from([40, 300, 1_112, SourcingPolicy().lines_max])))
def test_no_amount_of_the_largest_orders_leaves_its_range(problem: Problem) -> None:
    check_range(problem)


@settings(max_examples=60, deadline=None)
@given(extremes(st.integers(1, 8)), st.integers(0, 3))
def test_laws_hold_at_the_extremes(problem: Problem, location: int) -> None:
    """More stock, one more location, a cheaper card: the proven cost falls or stays."""
    plans = decided(problem)
    richer = decided(replace(problem, supply=Supply(problem.supply.available * 2, problem.supply.slots)))
    barred = problem.demand.barred.copy()
    barred[:, location] = 1
    fewer = decided(replace(problem, demand=problem.demand._replace(barred=barred)))
    tariffs = problem.world.tariffs
    half = tariffs._replace(break_price_minor=tariffs.break_price_minor // 2)
    cheaper = decided(replace(problem, world=problem.world._replace(tariffs=half)))
    if plans.proven[0] and richer.proven[0]:
        assert richer.cost_minor[0] <= plans.cost_minor[0]
    if plans.proven[0] and fewer.proven[0]:
        assert plans.cost_minor[0] <= fewer.cost_minor[0]
    if plans.proven[0]:
        assert cheaper.cost_minor[0] <= plans.cost_minor[0]


@pytest.mark.parametrize("lines", [2, 12])
def test_an_order_beyond_all_money_is_still_sent(lines: int) -> None:
    """A million units at the highest price on every line: the penalty is capped, never negative, and stock is sent."""
    shape = replace(LARGE, lines=lines, full_percent=0, barred_percent=0, stocked_percent=100)
    problem = random_problem(1, replace(shape, served_percent=100))
    demand = problem.demand._replace(quantity=np.full(lines, QUANTITY_MAX), penalty_minor=np.full(lines, PRICE_MAX))
    stock = np.full_like(problem.supply.available, 10**9)
    sent = decided(Problem(problem.world, demand, Supply(stock, problem.supply.slots)))
    assert sent.status[0] == Status.WHOLE
    assert 0 < sent.cost_minor[0] < 10**15
    nothing = decided(Problem(problem.world, demand, Supply(0 * stock, problem.supply.slots)))
    assert nothing.cost_minor[0] == nothing.unserved_minor[0]
    assert PENALTY_MAX * 0.999 < nothing.cost_minor[0] <= PENALTY_MAX


def test_a_capped_penalty_is_the_same_alone_and_in_a_batch() -> None:
    """The dear order is decided as if alone, and its neighbours keep their own penalties."""
    problem = random_problem(1, Shape(orders=3, kit_percent=0))
    quantity, penalty = problem.demand.quantity.copy(), problem.demand.penalty_minor.copy()
    quantity[5:10], penalty[5:10] = QUANTITY_MAX, PRICE_MAX
    mixed = decided(replace(problem, demand=problem.demand._replace(quantity=quantity, penalty_minor=penalty)))
    ordinary = decided(problem)
    assert mixed.cost_minor[0] == ordinary.cost_minor[0]
    assert PENALTY_MAX * 0.999 < mixed.unserved_minor[1] <= PENALTY_MAX


def test_the_plan_through_another_location_is_found_however_dear_the_order() -> None:
    """Two stocked locations: the one not chosen is dearer, not short, for a penalty beyond any reward."""
    shape = replace(LARGE, lines=2, locations=2, full_percent=0, barred_percent=0, served_percent=100)
    problem = random_problem(4, shape)
    demand = problem.demand._replace(quantity=np.full(2, QUANTITY_MAX), penalty_minor=np.full(2, PRICE_MAX))
    stock = np.full_like(problem.supply.available, 10**9)
    found = weigh_alternatives(problem.world, demand, Supply(stock, problem.supply.slots))
    assert {outcome.verdict for outcome in found.outcomes} <= {Verdict.USED, Verdict.DEARER}
    assert all(outcome.dearer_minor >= 0 for outcome in found.outcomes)
