"""The yardsticks of the tests: a plan priced again from its parts, the best of all assignments, tried one by one."""

from fractions import Fraction
from typing import Any

import numpy as np
from random_cases import Problem

from stockmesh.domain.carriers.parcels import Units, ship
from stockmesh.domain.carriers.tariffs import to_book
from stockmesh.domain.kernel.compiled import compiled
from stockmesh.domain.sourcing.arrays import NO_DAY, NO_LANE, NO_TARIFF, Plans


def slot_of(problem: Problem, order: int, location: int) -> int:
    """The working day a shipment would take, -1 when the location is full."""
    first = int(problem.demand.first_slot[order, location])
    for slot in range(first, min(first + problem.world.policy.wait_days_max + 1, problem.supply.slots.shape[1])):
        if problem.supply.slots[location, slot] > 0:
            return slot
    return -1


def shipment_cost(problem: Problem, order: int, location: int, quantities: dict[int, int]) -> int | None:
    """What sending these units of these lines (index within the batch) costs, None when it cannot be sent."""
    world, demand = problem.world, problem.demand
    slot = slot_of(problem, order, location)
    if slot < 0 or demand.barred[order, location]:
        return None
    lines = sorted(quantities)
    units = Units(
        demand.weight_mg[lines],
        demand.volume_um3[lines],
        np.array([quantities[line] for line in lines], np.int64),
        demand.exceeds[lines],
    )
    freights = []
    weight = sum(max(int(demand.weight_mg[line]), 1) * quantity for line, quantity in quantities.items())
    for offer in range(world.sites.offer_start[location], world.sites.offer_start[location + 1]):
        tariff = demand.tariff_of[demand.destination[order], offer]
        if tariff != NO_TARIFF:
            freight = ship(world.tariffs, tariff, units, np.arange(len(lines)))
            terms = terms_cost(problem, (order, location, offer), quantities, weight)
            if freight.card_minor >= 0 and terms is not None:
                freights.append(to_book(world.tariffs, tariff, freight.card_minor) + terms)
    if not freights:
        return None
    micro = (
        world.sites.handling_order_micro[location]
        + world.sites.handling_line_micro[location] * len(lines)
        + world.sites.handling_unit_micro[location] * sum(quantities.values())
    )
    per_minor = world.policy.micro_per_minor
    wait = (slot - demand.first_slot[order, location]) * world.policy.wait_minor_per_day
    return int(min(freights) + (2 * micro + per_minor) // (2 * per_minor) + wait)


def days_late(problem: Problem, order: int, location: int, offer: int) -> int:
    """By how many days a shipment comes late, 0 where nobody can know."""
    terms = problem.demand.terms
    lane = int(terms.lane[terms.row[order], offer])
    if lane == NO_LANE or terms.due[order] == NO_DAY:
        return 0
    return max(int(terms.arrives[lane, slot_of(problem, order, location)]) - int(terms.due[order]), 0)


def terms_cost(problem: Problem, which: tuple[int, int, int], quantities: dict[int, int], weight_mg: int) -> int | None:
    """What a shipment (order, location, offer) costs beyond freight, handling and waiting; None when it is too late."""
    terms, (order, location, offer) = problem.demand.terms, which
    if len(terms.row) == 0:
        return 0
    late = days_late(problem, order, location, offer)
    if late > terms.late_days_max[order]:
        return None
    row = terms.row[order]
    micro = Fraction(int(terms.kilogram_micro[row, offer]) * weight_mg, 10**6).__floor__()
    micro += sum(int(terms.unit_micro[line, location]) * quantity for line, quantity in quantities.items())
    per_minor = problem.world.policy.micro_per_minor
    rounded = (2 * micro + per_minor) // (2 * per_minor)
    return int(terms.shipment_minor[row, offer] + late * terms.late_minor[order] + rounded)


def draws(problem: Problem, order: int, quantities: dict[int, int]) -> dict[int, int]:
    """Units needed of each stock row."""
    demand = problem.demand
    needs: dict[int, int] = {}
    for line, quantity in quantities.items():
        for at in range(demand.component_start[line], demand.component_start[line + 1]):
            row = int(demand.component_row[at])
            needs[row] = needs.get(row, 0) + int(demand.component_quantity[at]) * quantity
    return needs


def price_plan(problem: Problem, plans: Plans, order: int) -> int:
    """The cost of one order's plan from its pieces alone; asserts that stock and slots allow it."""
    demand = problem.demand
    parts: dict[int, dict[int, int]] = {}
    for at in range(plans.piece_start[order], plans.piece_start[order + 1]):
        location, line = int(plans.piece_location[at]), int(plans.piece_line[at])
        assert line not in parts.setdefault(location, {})
        parts[location][line] = int(plans.piece_quantity[at])
    shipped = plans.shipment_location[plans.shipment_start[order] : plans.shipment_start[order + 1]]
    assert list(shipped) == sorted(parts)
    cost = 0
    left = {line: int(demand.quantity[line]) for line in range(*demand.line_start[order : order + 2])}
    for location, quantities in parts.items():
        for row, units in draws(problem, order, quantities).items():
            assert units <= problem.supply.available[row, location] - demand.buffer[order]
        price = shipment_cost(problem, order, location, quantities)
        assert price is not None
        cost += price
        for line, quantity in quantities.items():
            assert quantity > 0
            left[line] -= quantity
    assert min(left.values(), default=0) >= 0
    return cost + sum(int(demand.penalty_minor[line]) * units for line, units in left.items())


def best_cost(problem: Problem, order: int = 0, floor: int = 0) -> int:
    """The lowest cost of serving every line whole from one location or not at all."""
    demand = problem.demand
    first, last = int(demand.line_start[order]), int(demand.line_start[order + 1])
    lines, locations = last - first, len(problem.world.sites.handling_order_micro)
    prices = np.full((locations, 1 << lines), floor - 1, np.int64)
    for location in range(locations):
        for subset in range(1, 1 << lines):
            chosen = {first + at: int(demand.quantity[first + at]) for at in range(lines) if subset >> at & 1}
            stock = problem.supply.available[:, location] - demand.buffer[order]
            if all(units <= stock[row] for row, units in draws(problem, order, chosen).items()):
                price = shipment_cost(problem, order, location, chosen)
                prices[location, subset] = floor - 1 if price is None else price
    penalty = demand.penalty_minor[first:last] * demand.quantity[first:last]
    return int(try_all(prices, penalty, problem.world.policy.shipments_max, floor))


@compiled
def try_all(prices: Any, penalty: Any, shipments_max: int, floor: int) -> int:
    """The best of all (locations + 1) ** lines assignments."""
    locations, lines = len(prices), len(penalty)
    best = np.int64(1 << 60)
    subset = np.zeros(locations + 1, np.int64)
    for code in range((locations + 1) ** lines):
        subset[:] = 0
        rest = code
        cost = np.int64(0)
        for line in range(lines):
            place = rest % (locations + 1)
            rest //= locations + 1
            subset[place] |= 1 << line
            if place == locations:
                cost += penalty[line]
        shipments = 0
        for location in range(locations):
            if subset[location]:
                shipments += 1
                price = prices[location, subset[location]]
                cost += price if price >= floor else np.int64(1 << 40)
        if shipments <= shipments_max and cost < best:
            best = cost
    return int(best)
