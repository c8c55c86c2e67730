"""The cheapest plan for nine to twelve pieces, found by breaking a rule first.

A location sends one shipment. Without that rule nobody need be remembered but the cheapest location of each subset:
cost[S] = min over T that holds the lowest piece of S of cheapest(T) + cost[S \\ T], 3^L / 2 steps however many the
locations. Where the plan found sends twice from a location, the rule is restored for that location (as a step of its
own, as in `exact`) and the rest is solved again. A plan that breaks no rule is the cheapest of all.
"""

from typing import Final

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.sourcing.desk import RELAXED_CANDIDATES, RELAXED_PIECES, RESTORED_MAX, Case
from stockmesh.domain.sourcing.exact import improve
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loading import price_location, servable
from stockmesh.domain.sourcing.pricing import NO_PRICE, sum_subsets
from stockmesh.domain.sourcing.ranking import list_candidates
from stockmesh.domain.sourcing.shared import list_clashes

LOADS_MAX: Final = 1 << 17  # subsets packed
SPLITS_MAX: Final = 1 << 23  # ways of dividing a subset in two


@in_place
def solve_relaxed(case: Case, pieces: int) -> bool:
    """Whether the optimal location of each piece has been found within the limits and written into `desk.choice`."""
    if pieces > RELAXED_PIECES:
        return False
    candidates = list_candidates(case, pieces)
    if candidates > RELAXED_CANDIDATES or count_loads(case, pieces, candidates) > LOADS_MAX:
        return False
    sum_subsets(case, pieces)
    clashes = list_clashes(case, pieces)
    for candidate in range(candidates):
        case.desk.loads.restored[candidate] = 0
        price_location(case, candidate, pieces, clashes)
    limit = min(case.world.policy.shipments_max, pieces)
    layers, splits = 1, 0
    while True:
        restored = list_restored(case, candidates)
        splits += splits_of(pieces) * layers * (1 + 2 * restored)
        if restored > RESTORED_MAX or splits > SPLITS_MAX:
            return False
        list_least(case, pieces, candidates)
        fill_relaxed(case, pieces, layers)
        for step in range(restored):
            fill_restored(case, pieces, step, layers)
        shipments, broken = trace_plan(case, pieces, restored, layers)
        if layers == 1 and shipments > limit:
            layers = limit + 1
        elif not broken:
            return True


@in_place
def count_loads(case: Case, pieces: int, candidates: int) -> int:
    """How many subsets all offers of all candidates would have to price."""
    offer_start = case.world.sites.offer_start
    count = 0
    for candidate in range(candidates):
        location = case.desk.doors.candidate[candidate]
        served = 0
        mask = servable(case, location, pieces)
        while mask != 0:
            served += 1
            mask &= mask - 1
        count += (offer_start[location + 1] - offer_start[location]) << served
    return int(count)


@in_place
def splits_of(pieces: int) -> int:
    """About how many ways there are to divide a set that has the lowest piece of all in one part: 3^L / 2."""
    splits = 1
    for _ in range(pieces):
        splits *= 3
    return splits // 2


@in_place
def list_restored(case: Case, candidates: int) -> int:
    """How many candidates have the rule restored; writes them in location order."""
    loads = case.desk.loads
    count = 0
    for candidate in range(candidates):
        if loads.restored[candidate] != 0:
            if count < RESTORED_MAX:
                loads.step_candidate[count] = candidate
            count += 1
    return count


@in_place
def list_least(case: Case, pieces: int, candidates: int) -> None:
    """The cheapest of the other candidates for each subset, the first among equals."""
    loads, width = case.desk.loads, 1 << pieces
    loads.least[:width] = NO_PRICE
    for candidate in range(candidates):
        if loads.restored[candidate] == 0:
            for subset in range(1, width):
                price = loads.price[candidate * width + subset]
                if price < loads.least[subset]:
                    loads.least[subset] = price
                    loads.server[subset] = candidate


@in_place
def fill_relaxed(case: Case, pieces: int, layers: int) -> None:
    """The cost of every subset when locations may send twice. Layers as in `exact`: layer n holds at most n."""
    loads, penalty, width = case.desk.loads, case.desk.subsets.penalty_minor, 1 << pieces
    for layer in range(layers):
        costs = loads.best[layer * width : (layer + 1) * width]
        under = loads.best[max(layer - 1, 0) * width : (max(layer - 1, 0) + 1) * width]
        costs[0] = 0
        for subset in range(1, width):
            if layers > 1 and layer == 0:
                costs[subset] = penalty[subset]
                continue
            lowest = subset & -subset
            costs[subset] = penalty[lowest] + costs[subset ^ lowest]
            costs[subset] = min(costs[subset], cheapest_split(loads.least, under, lowest, subset ^ lowest))


@in_place
def cheapest_split(least: I64, under: I64, lowest: int, others: int) -> int:
    """The cost of serving the lowest piece with some of the others from one location, the rest as it is cheapest."""
    cost = NO_PRICE
    with_lowest = others
    while True:
        cost = min(cost, least[lowest | with_lowest] + under[others ^ with_lowest])
        if with_lowest == 0:
            return cost
        with_lowest = (with_lowest - 1) & others


@in_place
def fill_restored(case: Case, pieces: int, step: int, layers: int) -> None:
    """The cost tables after one more location that sends at most once."""
    loads, width = case.desk.loads, 1 << pieces
    stride = layers * width
    before = loads.best[step * stride : (step + 1) * stride]
    after = loads.best[(step + 1) * stride : (step + 2) * stride]
    for at in range(stride):
        after[at] = before[at]
    for subset in range(1, width):
        price = loads.price[loads.step_candidate[step] * width + subset]
        if price == NO_PRICE:
            continue
        for layer in range(min(layers - 1, 1), layers):
            under = max(layer - 1, 0) * width
            improve(before[under : under + width], after[layer * width : (layer + 1) * width], subset, price)


@in_place
def trace_plan(case: Case, pieces: int, restored: int, layers: int) -> tuple[int, bool]:
    """How many shipments the plan has, and whether it breaks the rule; writes its choice, restores the rule there."""
    loads, width = case.desk.loads, 1 << pieces
    stride = layers * width
    case.desk.choice[:pieces] = -1
    layer, left, shipments = layers - 1, width - 1, 0
    for step in range(restored - 1, -1, -1):
        under = step * stride + max(layer - 1, 0) * width
        cost = loads.best[(step + 1) * stride + layer * width + left]
        if cost == loads.best[step * stride + layer * width + left]:
            continue
        candidate = loads.step_candidate[step]
        part = left
        while loads.price[candidate * width + part] + loads.best[under + (left ^ part)] != cost:
            part = (part - 1) & left
        send(case, pieces, candidate, part)
        left ^= part
        layer = max(layer - 1, 0)
        shipments += 1
    broken = False
    while left != 0:
        lowest = left & -left
        under = max(layer - 1, 0) * width
        cost = loads.best[layer * width + left]
        left ^= lowest
        if cost == case.desk.subsets.penalty_minor[lowest] + loads.best[layer * width + left]:
            continue
        part = left
        while loads.least[lowest | part] + loads.best[under + (left ^ part)] != cost:
            part = (part - 1) & left
        broken |= send(case, pieces, loads.server[lowest | part], lowest | part)
        left ^= part
        layer = max(layer - 1, 0)
        shipments += 1
    return shipments, broken


@in_place
def send(case: Case, pieces: int, candidate: int, subset: int) -> bool:
    """Whether the candidate sends already, which restores the rule for it; writes where the pieces of the subset go."""
    loads, choice = case.desk.loads, case.desk.choice
    location = case.desk.doors.candidate[candidate]
    again = False
    for piece in range(pieces):
        again |= choice[piece] == location
    for piece in range(pieces):
        if subset >> piece & 1:
            choice[piece] = location
    loads.restored[candidate] |= again
    return again
