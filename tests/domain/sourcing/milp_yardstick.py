"""The optimum of one order by mixed-integer programming with HiGHS, for orders whose shipments fit one parcel."""

from dataclasses import dataclass

import highspy
import numpy as np
from random_cases import Problem

from stockmesh.domain.carriers.tariffs import to_book


@dataclass(frozen=True)
class Bound:
    """The best plan found, a proven lower bound, and the seconds it took."""

    best: float
    bound: float
    seconds: float


def solve_milp(problem: Problem, nodes: int = 20_000, seconds: float = 20.0) -> Bound:
    """Bounds on the first order's cost: lines x locations binaries, one binary per location, offer and break.

    Expects whole minor units of handling, prices that rise with the breaks, no oversize, and no shared stock.
    """
    world, demand = problem.world, problem.demand
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_max_nodes", nodes)
    model.setOptionValue("time_limit", seconds)
    model.setOptionValue("mip_rel_gap", 0.0)
    lines = range(int(demand.line_start[1]))
    per_minor = world.policy.micro_per_minor
    left = [model.addBinary(obj=int(demand.penalty_minor[line] * demand.quantity[line])) for line in lines]
    served = [[left[line]] for line in lines]
    shipments = []
    for location in range(len(world.sites.handling_order_micro)):
        steps = _steps(problem, location)
        can = [line for line in lines if _can(problem, location, line)]
        if not steps or not can:
            continue
        order = int(world.sites.handling_order_micro[location]) // per_minor
        chosen = [model.addBinary(obj=price + order) for price, _, _ in steps]
        model.addConstr(sum(chosen) <= 1)
        shipments += chosen
        lines_here = []
        for line in can:
            micro = world.sites.handling_line_micro[location]
            micro += world.sites.handling_unit_micro[location] * demand.quantity[line]
            here = model.addBinary(obj=int(micro) // per_minor)
            model.addConstr(here <= sum(chosen))
            served[line].append(here)
            lines_here.append((line, here))
        for limit, of in ((1, demand.weight_mg), (2, demand.volume_um3)):
            load = sum(int(of[line] * demand.quantity[line]) / 1e3 * here for line, here in lines_here)
            model.addConstr(load <= sum(step[limit] / 1e3 * pick for step, pick in zip(steps, chosen, strict=True)))
    for line in lines:
        model.addConstr(sum(served[line]) == 1)
    if shipments:
        model.addConstr(sum(shipments) <= world.policy.shipments_max)
    model.run()
    facts = model.getInfo()
    return Bound(facts.objective_function_value, facts.mip_dual_bound, model.getRunTime())


def _steps(problem: Problem, location: int) -> list[tuple[int, int, int]]:
    """Book price and both limits of every break of every offer, wait included; empty when fenced."""
    world, demand, supply = problem.world, problem.demand, problem.supply
    tariffs = world.tariffs
    first = int(demand.first_slot[0, location])
    last = min(first + world.policy.wait_days_max + 1, supply.slots.shape[1])
    days = [slot - first for slot in range(first, last) if supply.slots[location, slot] > 0]
    if not days or demand.barred[0, location]:
        return []
    steps = []
    for offer in range(world.sites.offer_start[location], world.sites.offer_start[location + 1]):
        tariff = int(demand.tariff_of[demand.destination[0], offer])
        for at in range(tariffs.rows[tariff]["start"], tariffs.rows[tariff]["end"]) if tariff >= 0 else ():
            card = int(tariffs.break_price_minor[at] + tariffs.rows[tariff]["consignment_minor"])
            price = int(to_book(tariffs, tariff, card)) + days[0] * world.policy.wait_minor_per_day
            steps.append((price, int(tariffs.break_weight_max_mg[at]), int(tariffs.break_volume_max_um3[at])))
    return _undominated(steps)


def _undominated(steps: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    kept: list[tuple[int, int, int]] = []
    for step in sorted(set(steps), key=lambda step: (step[0], -step[1], -step[2])):
        if not any(other[1] >= step[1] and other[2] >= step[2] for other in kept):
            kept.append(step)
    return kept


def _can(problem: Problem, location: int, line: int) -> bool:
    demand = problem.demand
    at = slice(int(demand.component_start[line]), int(demand.component_start[line + 1]))
    stock = problem.supply.available[demand.component_row[at], location] - demand.buffer[0]
    return bool(np.all(stock >= demand.component_quantity[at] * demand.quantity[line]))
