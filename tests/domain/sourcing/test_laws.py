"""Laws of the exact combined cost, and the rules an order's plan obeys."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from brute_force import price_plan
from random_cases import Problem, Shape, copied, random_problem, rows_per_tariff

from stockmesh.domain.carriers.compilation import NO_MORE
from stockmesh.domain.sourcing.again import decide_again, single_order
from stockmesh.domain.sourcing.arrays import BACKORDER, PART, REFUSE, Demand, Plans, Sites, Supply, Terms
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.plans import Status, read_plan

SHAPES = [
    Shape(),
    Shape(parcel_units=60, offers=3),
    Shape(shipments_max=2, quantity_max=8, items=5),
    Shape(terms=True, penalty_minor=1_500),
    Shape(sides=True, penalty_minor=1_500, quantity_max=8),
    Shape(vast=True, quantity_max=10**6, stock_mean=10**6),
]


def decided(problem: Problem) -> Plans:
    """The plans of the problem's batch; its supply stays as it is."""
    return decide_batch(problem.world, problem.demand, copied(problem.supply))


def proven_problems(shape: Shape, count: int) -> list[Problem]:
    """Random single orders whose plan is proven."""
    problems = [random_problem(seed, shape) for seed in range(count)]
    found = [problem for problem in problems if decided(problem).proven[0]]
    assert len(found) > count // 4
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_more_stock_never_raises_the_cost(shape: Shape) -> None:
    """Another unit of everything everywhere: proven costs fall or stay."""
    for problem in proven_problems(shape, 80):
        richer = replace(problem, supply=Supply(problem.supply.available + 1, problem.supply.slots + 1))
        after = decided(richer)
        if after.proven[0]:
            assert after.cost_minor[0] <= decided(problem).cost_minor[0]


@pytest.mark.parametrize("shape", SHAPES)
def test_one_more_location_never_raises_the_cost(shape: Shape) -> None:
    """Letting in a location that was barred: proven costs fall or stay."""
    for problem in proven_problems(shape, 80):
        barred = problem.demand.barred.copy()
        barred[:, 2] = 1
        fewer = decided(replace(problem, demand=problem.demand._replace(barred=barred)))
        if fewer.proven[0]:
            assert decided(problem).cost_minor[0] <= fewer.cost_minor[0]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_cheaper_tariff_never_raises_the_cost(shape: Shape) -> None:
    """Every break of one tariff a fifth cheaper: costs fall or stay."""
    for problem in proven_problems(shape, 80):
        tariffs = problem.world.tariffs
        price = tariffs.break_price_minor.copy()
        end = tariffs.rows["start"][2 * rows_per_tariff(shape)]
        price[:end] -= price[:end] // 5
        world = problem.world._replace(tariffs=tariffs._replace(break_price_minor=price))
        assert decided(replace(problem, world=world)).cost_minor[0] <= decided(problem).cost_minor[0]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_order_of_locations_never_changes_the_cost(shape: Shape) -> None:
    """The same world with its locations listed backwards."""
    for problem in proven_problems(shape, 80):
        assert decided(backwards(problem)).cost_minor[0] == decided(problem).cost_minor[0]


def backwards(problem: Problem) -> Problem:
    """The problem with its locations in the opposite order; every location has as many offers as another."""
    sites, demand, supply = problem.world.sites, problem.demand, problem.supply
    offers = int(sites.offer_start[1])
    tariff_of = demand.tariff_of.reshape(len(demand.tariff_of), -1, offers)[:, ::-1].reshape(demand.tariff_of.shape)
    handling = [np.ascontiguousarray(column[::-1]) for column in sites[:3]]
    return Problem(
        problem.world._replace(sites=Sites(handling[0], handling[1], handling[2], sites.offer_start)),
        demand._replace(
            barred=np.ascontiguousarray(demand.barred[:, ::-1]),
            first_slot=np.ascontiguousarray(demand.first_slot[:, ::-1]),
            tariff_of=np.ascontiguousarray(tariff_of),
            terms=terms_backwards(demand.terms, offers) if len(demand.terms.row) else demand.terms,
        ),
        Supply(np.ascontiguousarray(supply.available[:, ::-1]), np.ascontiguousarray(supply.slots[::-1])),
    )


def terms_backwards(terms: Terms, offers: int) -> Terms:
    """The terms with the locations in the opposite order."""

    def turned(column: Any) -> Any:
        return np.ascontiguousarray(column.reshape(len(column), -1, offers)[:, ::-1].reshape(column.shape))

    return terms._replace(
        shipment_minor=turned(terms.shipment_minor),
        kilogram_micro=turned(terms.kilogram_micro),
        lane=turned(terms.lane),
        unit_micro=np.ascontiguousarray(terms.unit_micro[:, ::-1]),
    )


def test_a_day_earlier_never_lowers_the_cost() -> None:
    """Due a day earlier, or with no day to spare: proven costs rise or stay, and sometimes rise."""
    rises = 0
    for problem in proven_problems(Shape(terms=True, penalty_minor=1_500), 120):
        terms = problem.demand.terms
        before = decided(problem).cost_minor[0]
        for tighter in (terms._replace(due=terms.due - 1), terms._replace(late_days_max=terms.late_days_max * 0)):
            after = decided(replace(problem, demand=problem.demand._replace(terms=tighter)))
            if after.proven[0]:
                assert after.cost_minor[0] >= before
                rises += int(after.cost_minor[0] > before)
    assert rises > 10


@pytest.mark.parametrize("shape", SHAPES)
def test_lines_alike_in_weight_and_volume_may_change_places(shape: Shape) -> None:
    """Equal lines of different items are interchangeable in the packing order."""
    for problem in proven_problems(replace(shape, kit_percent=0), 80):
        demand = problem.demand
        same = demand._replace(
            weight_mg=np.full_like(demand.weight_mg, demand.weight_mg.min()),
            volume_um3=np.full_like(demand.volume_um3, demand.volume_um3.min()),
            exceeds=np.full_like(demand.exceeds, (demand.exceeds & 1).max()),
        )
        terms, unit_micro = same.terms, np.ascontiguousarray(same.terms.unit_micro[::-1])
        turned = same._replace(
            terms=terms._replace(unit_micro=unit_micro),
            component_row=np.ascontiguousarray(same.component_row[::-1]),
            quantity=np.ascontiguousarray(same.quantity[::-1]),
            penalty_minor=np.ascontiguousarray(same.penalty_minor[::-1]),
        )
        before, after = decided(replace(problem, demand=same)), decided(replace(problem, demand=turned))
        if before.proven[0] and after.proven[0]:
            assert before.cost_minor[0] == after.cost_minor[0]


@pytest.mark.parametrize("lines", [3, 14])
def test_a_batch_decides_as_its_orders_one_by_one(lines: int) -> None:
    """Each order alone, with the supply the ones before it left, gets the very same plan; twice, the same bytes."""
    shape = Shape(orders=40, lines=lines, items=30, stock_mean=25, parcel_units=20)
    problem = random_problem(7, shape)
    plans = decided(problem)
    supply = copied(problem.supply)
    for order in range(shape.orders):
        assert decide_again(problem.world, problem.demand, supply, order) == read_plan(plans, problem.demand, order)
        decide_batch(problem.world, single_order(problem.demand, order), supply)
    carried = copied(problem.supply)
    again = decide_batch(problem.world, problem.demand, carried)
    assert [column.tolist() for column in plans] == [column.tolist() for column in again]
    assert np.array_equal(carried.available, supply.available)
    assert np.array_equal(carried.slots, supply.slots)


@pytest.mark.parametrize("lines", [3, 14])
def test_orders_decided_apart_see_nothing_of_each_other(lines: int) -> None:
    """Each gets the plan it would get alone, and the supply is as it was."""
    problem = random_problem(7, Shape(orders=40, lines=lines, items=30, stock_mean=25, parcel_units=20))
    supply = copied(problem.supply)
    plans = decide_batch(problem.world, problem.demand, supply, apart=True)
    for order in range(40):
        alone = decide_again(problem.world, problem.demand, problem.supply, order)
        assert read_plan(plans, problem.demand, order) == alone
    assert np.array_equal(supply.available, problem.supply.available)
    assert np.array_equal(supply.slots, problem.supply.slots)


def test_stock_and_slots_fall_by_what_the_plans_take() -> None:
    """Units by component, one slot for each shipment, nothing else."""
    problem = random_problem(3, Shape(orders=60, stock_mean=20, quantity_max=9))
    supply = copied(problem.supply)
    plans = decide_batch(problem.world, problem.demand, supply)
    taken = np.zeros_like(supply.available)
    demand = problem.demand
    for line, location, quantity in zip(plans.piece_line, plans.piece_location, plans.piece_quantity, strict=True):
        for at in range(demand.component_start[line], demand.component_start[line + 1]):
            taken[demand.component_row[at], location] += demand.component_quantity[at] * quantity
    assert taken.sum() > 100
    assert np.array_equal(problem.supply.available - taken, supply.available)
    assert (problem.supply.slots - supply.slots).sum() == len(plans.shipment_location)
    assert supply.slots.min() >= 0


def wishing(problem: Problem, wish: int) -> Demand:
    """The problem's demand with every order wishing the same."""
    return problem.demand._replace(wish=np.full_like(problem.demand.wish, wish))


def test_who_refuses_parts_gets_all_or_nothing() -> None:
    """Where a part would be sent to others, the refusing buyer takes nothing and leaves no trace."""
    refused = 0
    for seed in range(60):
        problem = random_problem(seed, Shape(stock_mean=3))
        supply = copied(problem.supply)
        strict = decide_batch(problem.world, wishing(problem, REFUSE), supply)
        partial = decide_batch(problem.world, wishing(problem, PART), copied(problem.supply))
        waiting = decide_batch(problem.world, wishing(problem, BACKORDER), copied(problem.supply))
        assert np.array_equal(partial.piece_quantity, waiting.piece_quantity)
        if partial.status[0] == Status.WHOLE:
            assert strict.status[0] == Status.WHOLE
            continue
        refused += 1
        assert strict.status[0] == Status.REFUSED
        assert len(strict.piece_line) == 0
        assert strict.cost_minor[0] == strict.unserved_minor[0]
        assert np.array_equal(supply.available, problem.supply.available)
        assert np.array_equal(supply.slots, problem.supply.slots)
    assert refused > 10


def test_a_line_no_location_can_fill_is_cut() -> None:
    """Twelve units where no location has more than five: three parts, priced right, not called proven."""
    problem = random_problem(
        1, replace(Shape(), lines=1, kit_percent=0, barred_percent=0, full_percent=0, buffer_max=0)
    )
    demand = problem.demand._replace(
        quantity=np.array([12]), penalty_minor=np.array([50_000]), weight_mg=np.array([300]), volume_um3=np.array([300])
    )
    demand = demand._replace(tariff_of=np.abs(demand.tariff_of))
    available = np.zeros_like(problem.supply.available)
    available[:, :3] = 5
    problem = Problem(problem.world, demand, Supply(available, problem.supply.slots))
    plans = decided(problem)
    assert sorted(plans.piece_quantity.tolist()) == [2, 5, 5]
    assert plans.status[0] == Status.WHOLE
    assert not plans.proven[0]
    assert price_plan(problem, plans, 0) == plans.cost_minor[0]


def test_kits_no_location_can_fill_are_cut_by_whole_kits() -> None:
    """Six kits of two where five, four and three components lie: two kits, two kits and one, and one kit waits."""
    problem = random_problem(
        1, replace(Shape(), lines=1, kit_percent=0, barred_percent=0, full_percent=0, buffer_max=0)
    )
    demand = problem.demand._replace(
        quantity=np.array([6]), component_quantity=np.array([2]), penalty_minor=np.array([50_000]),
        weight_mg=np.array([300]), volume_um3=np.array([300]), tariff_of=np.abs(problem.demand.tariff_of),
    )  # fmt: skip
    available = np.zeros_like(problem.supply.available)
    available[:, :3] = 5, 4, 3
    problem = Problem(problem.world, demand, Supply(available, problem.supply.slots))
    plans = decided(problem)
    assert list(zip(plans.piece_location.tolist(), plans.piece_quantity.tolist(), strict=True)) == [
        (0, 2),
        (1, 2),
        (2, 1),
    ]
    assert plans.unserved_minor[0] == 50_000
    assert price_plan(problem, plans, 0) == plans.cost_minor[0]


def test_stock_that_no_carrier_there_takes_does_not_keep_a_line_whole() -> None:
    """Three units lie where only letters leave, two and one elsewhere: the parcels are cut, not left unserved."""
    problem = random_problem(
        1, replace(Shape(), lines=1, kit_percent=0, barred_percent=0, full_percent=0, buffer_max=0)
    )
    tariffs, tariff_of = problem.world.tariffs, np.abs(problem.demand.tariff_of)
    letters = len(tariffs.rows)
    tariff_of[:, :2] = letters
    rows = np.concatenate([tariffs.rows, tariffs.rows[-1:]])
    rows[letters]["weight_max_mg"], rows[letters]["bulk_over_um3"] = 200, NO_MORE
    world = problem.world._replace(tariffs=tariffs._replace(rows=rows))
    demand = problem.demand._replace(
        quantity=np.array([3]), penalty_minor=np.array([50_000]), weight_mg=np.array([300]),
        volume_um3=np.array([300]), tariff_of=tariff_of,
    )  # fmt: skip
    available = np.zeros_like(problem.supply.available)
    available[:, :3] = 3, 2, 1
    plans = decided(Problem(world, demand, Supply(available, problem.supply.slots)))
    assert list(zip(plans.piece_location.tolist(), plans.piece_quantity.tolist(), strict=True)) == [(1, 2), (2, 1)]
    assert plans.status[0] == Status.WHOLE


def test_huge_quantities_and_weights_do_not_overflow() -> None:
    """A million units of a tonne each are refused by parcel limits, not by arithmetic; of a gram they are sent."""
    problem = random_problem(5, replace(Shape(), kit_percent=0, served_percent=100, barred_percent=0, full_percent=0))
    available = np.full_like(problem.supply.available, 10**7)
    for weight, served in ((1_000, True), (10**9, False)):
        demand = problem.demand._replace(
            quantity=np.full(5, 1_000_000), weight_mg=np.full(5, weight), volume_um3=np.full(5, 1_000),
            penalty_minor=np.full(5, 10**7),
        )  # fmt: skip
        case = Problem(problem.world, demand, Supply(available, problem.supply.slots))
        plans = decided(case)
        assert (plans.status[0] == Status.WHOLE) == served
        assert price_plan(case, plans, 0) == plans.cost_minor[0]
