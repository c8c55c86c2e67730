"""The cheapest plan for nine to twelve pieces, found by breaking a rule first.

A location sends one shipment. Without that rule nobody need be remembered but the cheapest location of each subset:
cost[S] = min over T that holds the lowest piece of S of cheapest(T) + cost[S \\ T], 3^L / 2 steps however many the
locations. Where the plan found sends twice from a location, the rule is restored for that location (as a step of its
own, as in `exact`) and the rest is solved again. A plan that breaks no rule is the cheapest of all.
"""

from typing import Final, NamedTuple

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.sourcing.desk import RELAXED_CANDIDATES, RELAXED_PIECES, RESTORED_MAX, Case
from stockmesh.domain.sourcing.exact import improve
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.pricing import NO_PRICE, Size, keep_apart, sum_subsets
from stockmesh.domain.sourcing.ranking import list_candidates
from stockmesh.domain.sourcing.shared import list_clashes
from stockmesh.domain.sourcing.tabling import price_location, servable

LOADS_MAX: Final = 1 << 17  # subsets packed
SPLITS_MAX: Final = 1 << 23  # ways of dividing a subset in two


class Step(NamedTuple):
    """One location that sends at most once: its number among them, and how many layers the tables have."""

    number: int
    layers: int
    last: bool


@in_place
def solve_relaxed(case: Case, pieces: int) -> bool:
    """Whether the optimal location of each piece has been found within the limits and written into `desk.choice`."""
    if pieces > RELAXED_PIECES:
        return False
    candidates = list_candidates(case, pieces)
    if candidates > RELAXED_CANDIDATES:
        return False
    sum_subsets(case, pieces)
    return solve_lumps(case, keep_apart(case, pieces), candidates, list_clashes(case, pieces))


@in_place
def solve_lumps(case: Case, size: Size, candidates: int, clashes: int) -> bool:
    """The same for lumps whose sums are in `desk.subsets`."""
    if count_loads(case, size, candidates) > LOADS_MAX:
        return False
    for candidate in range(candidates):
        case.desk.tables.restored[candidate] = 0
        price_location(case, candidate, size, clashes)
    limit = min(case.world.policy.shipments_max, size.lumps)
    layers, splits = 1, 0
    while True:
        restored = list_restored(case, candidates)
        splits += splits_of(size.lumps, restored) * layers
        if restored > RESTORED_MAX or splits > SPLITS_MAX:
            return False
        list_least(case, size.lumps, candidates)
        fill_relaxed(case, size.lumps, layers, restored > 0)
        for step in range(restored):
            fill_restored(case, size.lumps, Step(step, layers, step == restored - 1))
        shipments, broken = trace_plan(case, size, restored, layers)
        if layers == 1 and shipments > limit:
            layers = limit + 1
        elif not broken:
            return True


@in_place
def count_loads(case: Case, size: Size, candidates: int) -> int:
    """How many subsets all offers of all candidates would have to price."""
    offer_start = case.world.sites.offer_start
    count = 0
    for candidate in range(candidates):
        location = case.desk.doors.candidate[candidate]
        served = 0
        mask = servable(case, location, size)
        while mask != 0:
            served += 1
            mask &= mask - 1
        count += (offer_start[location + 1] - offer_start[location]) << served
    return int(count)


@in_place
def splits_of(lumps: int, restored: int) -> int:
    """About how many ways of dividing a subset in two the tables look at, for each layer."""
    threes = 1
    for _ in range(lumps - 1):
        threes *= 3
    return threes // 2 if restored == 0 else 3 * threes // 2 + 3 * threes * (restored - 1)


@in_place
def list_restored(case: Case, candidates: int) -> int:
    """How many candidates have the rule restored; writes them in location order."""
    tables = case.desk.tables
    count = 0
    for candidate in range(candidates):
        if tables.restored[candidate] != 0:
            if count < RESTORED_MAX:
                tables.step_candidate[count] = candidate
            count += 1
    return count


@in_place
def list_least(case: Case, lumps: int, candidates: int) -> None:
    """The cheapest of the other candidates for each subset, the first among equals."""
    tables, width = case.desk.tables, 1 << lumps
    tables.least[:width] = NO_PRICE
    for candidate in range(candidates):
        if tables.restored[candidate] == 0:
            for subset in range(1, width):
                price = tables.price[candidate * width + subset]
                if price < tables.least[subset]:
                    tables.least[subset] = price
                    tables.server[subset] = candidate


@in_place
def fill_relaxed(case: Case, lumps: int, layers: int, every: bool) -> None:
    """The cost of subsets when locations may send twice. Layers as in `exact`: layer n holds at most n.

    The first piece goes with the first shipment taken off the whole, so of the others only subsets without it are
    ever asked for: unless locations that send once come before, which is when every subset is filled.
    """
    tables, penalty, width = case.desk.tables, case.desk.subsets.penalty_minor, 1 << lumps
    for layer in range(layers):
        costs = tables.best[layer * width : (layer + 1) * width]
        under = tables.best[max(layer - 1, 0) * width : (max(layer - 1, 0) + 1) * width]
        costs[0] = 0
        for subset in range(1, width):
            if layers > 1 and layer == 0:
                costs[subset] = penalty[subset]
            elif every or subset & 1 == 0 or subset == width - 1:
                lowest = subset & -subset
                unserved = penalty[lowest] + costs[subset ^ lowest]
                costs[subset] = min(unserved, cheapest_split(tables.least, under, lowest, subset ^ lowest))


@in_place
def cheapest_split(least: I64, under: I64, lowest: int, others: int) -> int:
    """The cost of serving the lowest piece with some of the others from one location, the rest as it is cheapest."""
    cost = NO_PRICE
    with_lowest = others
    while True:
        cost = min(cost, least[lowest | with_lowest] + under[others ^ with_lowest])
        if with_lowest == 0:
            return int(cost)
        with_lowest = (with_lowest - 1) & others


@in_place
def fill_restored(case: Case, lumps: int, step: Step) -> None:
    """The cost tables after one more location that sends at most once; after the last only that of all pieces."""
    tables, width = case.desk.tables, 1 << lumps
    stride = step.layers * width
    before = tables.best[step.number * stride : (step.number + 1) * stride]
    after = tables.best[(step.number + 1) * stride : (step.number + 2) * stride]
    for at in range(width - 1 if step.last else 0, stride, width if step.last else 1):
        after[at] = before[at]
    for subset in range(1, width):
        price = tables.price[tables.step_candidate[step.number] * width + subset]
        if price == NO_PRICE:
            continue
        for layer in range(min(step.layers - 1, 1), step.layers):
            base, under = layer * width, max(layer - 1, 0) * width
            if step.last:
                whole = base + width - 1
                after[whole] = min(after[whole], before[under + width - 1 - subset] + price)
            else:
                improve(before[under : under + width], after[base : base + width], subset, price)


@in_place
def trace_plan(case: Case, size: Size, restored: int, layers: int) -> tuple[int, bool]:
    """How many shipments the plan has, and whether it breaks the rule; writes its choice, restores the rule there."""
    tables, width = case.desk.tables, 1 << size.lumps
    stride = layers * width
    case.desk.choice[: size.pieces] = -1
    layer, left, shipments = layers - 1, width - 1, 0
    for step in range(restored - 1, -1, -1):
        under = step * stride + max(layer - 1, 0) * width
        cost = tables.best[(step + 1) * stride + layer * width + left]
        if cost == tables.best[step * stride + layer * width + left]:
            continue
        candidate = tables.step_candidate[step]
        part = left
        while tables.price[candidate * width + part] + tables.best[under + (left ^ part)] != cost:
            part = (part - 1) & left
        send(case, size, candidate, part)
        left ^= part
        layer = max(layer - 1, 0)
        shipments += 1
    broken = False
    while left != 0:
        lowest = left & -left
        under = max(layer - 1, 0) * width
        cost = tables.best[layer * width + left]
        left ^= lowest
        if cost == case.desk.subsets.penalty_minor[lowest] + tables.best[layer * width + left]:
            continue
        part = left
        while tables.least[lowest | part] + tables.best[under + (left ^ part)] != cost:
            part = (part - 1) & left
        broken |= send(case, size, tables.server[lowest | part], lowest | part)
        left ^= part
        layer = max(layer - 1, 0)
        shipments += 1
    return shipments, broken


@in_place
def send(case: Case, size: Size, candidate: int, subset: int) -> bool:
    """Whether the candidate sends already, which restores the rule for it; writes where the pieces of the subset go."""
    tables, choice = case.desk.tables, case.desk.choice
    location = case.desk.doors.candidate[candidate]
    again = False
    for piece in range(size.pieces):
        again |= choice[piece] == location
    for piece in range(size.pieces):
        if subset >> tables.lump[piece] & 1:
            choice[piece] = location
    tables.restored[candidate] |= again
    return again
