"""The cheapest plan for up to eight pieces: dynamic programming over subsets, one step per location.

best[k][S] = min over T subset of S of best[k - 1][S \\ T] + cost(k, T), beginning with everything unserved.
"""

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.sourcing.desk import EXACT_PIECES, Case
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.pricing import keep_apart, sum_subsets
from stockmesh.domain.sourcing.ranking import list_candidates, rank_locations
from stockmesh.domain.sourcing.shared import list_clashes, sum_clashes


@in_place
def solve_exactly(case: Case, pieces: int) -> None:
    """Writes the optimal location of each piece into `desk.choice`."""
    sum_subsets(case, pieces)
    clashes = list_clashes(case, pieces)
    sum_clashes(case, pieces, clashes)
    keep_apart(case, pieces)
    candidates = list_candidates(case, pieces)
    rank_locations(case, pieces, candidates, clashes)
    steps = list_steps(case, pieces, candidates)
    fill_steps(case, pieces, steps, 1)
    case.desk.choice[:pieces] = -1
    limit = case.world.policy.shipments_max
    if trace_steps(case, pieces, steps, 1) > limit:
        fill_steps(case, pieces, steps, limit + 1)
        case.desk.choice[:pieces] = -1
        trace_steps(case, pieces, steps, limit + 1)


@in_place
def list_steps(case: Case, pieces: int, candidates: int) -> int:
    """How many locations are in any rank; writes their entries in location order, locations without any left out."""
    ranks, steps = case.desk.ranks, case.desk.steps
    steps.start[: candidates + 1] = 0
    for subset in range(1, 1 << pieces):
        for rank in range(subset * EXACT_PIECES, subset * EXACT_PIECES + ranks.held[subset]):
            steps.start[ranks.candidate[rank] + 1] += 1
    used = 0
    for candidate in range(candidates):
        entries = steps.start[candidate + 1]
        steps.start[candidate + 1] = steps.start[candidate] + entries
        steps.fill[candidate] = steps.start[candidate]
    for subset in range(1, 1 << pieces):
        for rank in range(subset * EXACT_PIECES, subset * EXACT_PIECES + ranks.held[subset]):
            candidate = ranks.candidate[rank]
            at = steps.fill[candidate]
            steps.subset[at] = subset
            steps.cost[at] = ranks.cost[rank]
            steps.fill[candidate] += 1
    for candidate in range(candidates):
        if steps.start[candidate + 1] > steps.start[candidate]:
            steps.location[used] = case.desk.doors.candidate[candidate]
            steps.start[used] = steps.start[candidate]
            steps.start[used + 1] = steps.start[candidate + 1]
            used += 1
    return used


@in_place
def fill_steps(case: Case, pieces: int, steps: int, layers: int) -> None:
    """The cost tables after each location. One layer: any number of shipments. More: layer n holds at most n."""
    table, best = case.desk.steps, case.desk.steps.best
    full = (1 << pieces) - 1
    width = full + 1
    for layer in range(layers):
        for subset in range(width):
            best[layer * width + subset] = case.desk.subsets.penalty_minor[subset]
    stride = layers * width
    for step in range(steps):
        before = best[step * stride : (step + 1) * stride]
        after = best[(step + 1) * stride : (step + 2) * stride]
        for at in range(stride):
            after[at] = before[at]
        for entry in range(table.start[step], table.start[step + 1]):
            subset = table.subset[entry]
            cost = table.cost[entry]
            for layer in range(layers):
                under = max(layer - 1, 0) * width
                if layers > 1 and layer == 0:
                    continue
                improve(before[under : under + width], after[layer * width : (layer + 1) * width], subset, cost)


@in_place
def improve(before: I64, after: I64, subset: int, cost: int) -> None:
    """Lowers every set of pieces that holds the subset to serving the rest first and then the subset."""
    others = (len(before) - 1) ^ subset
    rest = others
    while True:
        after[rest | subset] = min(after[rest | subset], before[rest] + cost)
        if rest == 0:
            break
        rest = (rest - 1) & others


@in_place
def trace_steps(case: Case, pieces: int, steps: int, layers: int) -> int:
    """How many shipments the best plan has; writes its choice. A location is used only where it lowered the cost."""
    table, best = case.desk.steps, case.desk.steps.best
    width = 1 << pieces
    stride = layers * width
    layer = layers - 1
    left = width - 1
    shipments = 0
    for step in range(steps - 1, -1, -1):
        cost = best[(step + 1) * stride + layer * width + left]
        if cost == best[step * stride + layer * width + left]:
            continue
        under = max(layer - 1, 0)
        for entry in range(table.start[step], table.start[step + 1]):
            subset = table.subset[entry]
            fits = subset & left == subset
            if fits and best[step * stride + under * width + (left ^ subset)] + table.cost[entry] == cost:
                for piece in range(pieces):
                    if subset >> piece & 1:
                        case.desk.choice[piece] = table.location[step]
                left ^= subset
                layer = under
                shipments += 1
                break
    return shipments
