"""The true optimum of one order of up to 14 lines: every subset of lines at every location priced by the carriers'
own kernel, then combined by dynamic programming. Written apart from the solver on purpose."""

from typing import Any

import numpy as np
from random_cases import Problem

from stockmesh.domain.carriers.parcels import Units, ship
from stockmesh.domain.carriers.tariffs import to_book
from stockmesh.domain.kernel.compiled import compiled

FORBIDDEN = 1 << 40


def optimum(problem: Problem) -> int:
    """The lowest cost of the first order, each line served whole from one location or not at all."""
    world, demand, supply = problem.world, problem.demand, problem.supply
    lines = int(demand.line_start[1])
    locations = len(world.sites.handling_order_micro)
    prices = np.full((locations, 1 << lines), FORBIDDEN, np.int64)
    for location in range(locations):
        first = int(demand.first_slot[0, location])
        days = [
            slot - first
            for slot in range(first, min(first + world.policy.wait_days_max + 1, supply.slots.shape[1]))
            if supply.slots[location, slot] > 0
        ]
        if days and not demand.barred[0, location]:
            offers = slice(int(world.sites.offer_start[location]), int(world.sites.offer_start[location + 1]))
            tariffs = demand.tariff_of[demand.destination[0], offers].copy()
            fixed, kilogram, own = terms_at(problem, location, offers, first + days[0])
            tariffs[fixed < 0] = -1
            usable = tariffs >= 0
            offered = tariffs[usable], fixed[usable], kilogram[usable], own
            price_subsets((world, demand, supply), location, offered, prices[location])
            prices[location] += days[0] * world.policy.wait_minor_per_day
    penalty = demand.penalty_minor[:lines] * demand.quantity[:lines]
    return int(combine(prices, penalty, min(world.policy.shipments_max, lines)))


def terms_at(problem: Problem, location: int, offers: slice, slot: int) -> tuple[Any, Any, Any]:
    """Of every offer what it adds once a shipment (-1: it comes too late) and a kilogram, and of every line what its
    units cost at the location."""
    terms, demand = problem.demand.terms, problem.demand
    lines, count = len(demand.quantity), offers.stop - offers.start
    if len(terms.row) == 0:
        return np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(lines, np.int64)
    lane = terms.lane[terms.row[0], offers]
    late = np.where(lane >= 0, terms.arrives[lane, slot] - int(terms.due[0]), 0).clip(0)
    fixed = terms.shipment_minor[terms.row[0], offers] + late * terms.late_minor[0]
    fixed = np.where(late > terms.late_days_max[0], -1, fixed)
    return fixed, terms.kilogram_micro[terms.row[0], offers], terms.unit_micro[:, location] * demand.quantity


@compiled
def price_subsets(problem: Any, location: int, offered: Any, prices: Any) -> None:
    """Freight, terms and handling of every subset the location has the stock for."""
    world, demand, supply = problem
    lines = demand.line_start[1]
    sites, policy = world.sites, world.policy
    units = Units(demand.weight_mg, demand.volume_um3, demand.quantity, demand.exceeds)
    for subset in range(1, 1 << lines):
        left = supply.available[:, location] - demand.buffer[0]
        chosen = np.array([line for line in range(lines) if subset >> line & 1])
        for line in chosen:
            for at in range(demand.component_start[line], demand.component_start[line + 1]):
                left[demand.component_row[at]] -= demand.component_quantity[at] * demand.quantity[line]
        enough = True
        for line in chosen:
            for at in range(demand.component_start[line], demand.component_start[line + 1]):
                enough &= left[demand.component_row[at]] >= 0
        best = FORBIDDEN
        tariffs, fixed, kilogram, own = offered
        weight = (np.maximum(demand.weight_mg[chosen], 1) * demand.quantity[chosen]).sum()
        for offer in range(len(tariffs)):
            freight = ship(world.tariffs, tariffs[offer], units, chosen)
            added = kilogram[offer] * weight // 1_000_000 + own[chosen].sum()
            added = (2 * added + policy.micro_per_minor) // (2 * policy.micro_per_minor) + fixed[offer]
            if freight.card_minor >= 0:
                best = min(best, to_book(world.tariffs, tariffs[offer], freight.card_minor) + added)
        micro = (
            sites.handling_order_micro[location]
            + sites.handling_line_micro[location] * len(chosen)
            + sites.handling_unit_micro[location] * demand.quantity[chosen].sum()
        )
        if enough:
            prices[subset] = best + (2 * micro + policy.micro_per_minor) // (2 * policy.micro_per_minor)


@compiled
def combine(prices: Any, penalty: Any, shipments_max: int) -> int:
    """The cheapest way to serve all lines or leave them, with a limited number of shipments."""
    locations, subsets = prices.shape
    best = np.zeros((shipments_max + 1, subsets), np.int64)
    for subset in range(subsets):
        for line in range(len(penalty)):
            if subset >> line & 1:
                best[:, subset] += penalty[line]
    for location in range(locations):
        for count in range(shipments_max, 0, -1):
            for subset in range(subsets - 1, 0, -1):
                part = subset
                while part > 0:
                    cost = best[count - 1, subset ^ part] + prices[location, part]
                    best[count, subset] = min(best[count, subset], cost)
                    part = (part - 1) & subset
    return int(best[shipments_max, subsets - 1])
