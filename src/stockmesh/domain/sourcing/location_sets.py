"""Sets of locations a large order could be sent from, screened by estimate.

In a set one member is the hub and gets everything it can serve; the others get, in the order of the shortlist, what
is left. Pieces that the same locations can serve move together here, so a set costs little to look at.
"""

from typing import Any, Final

from stockmesh.domain.sourcing.desk import SHORTLIST, STARTS, Yard
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loads import Heap, estimate
from stockmesh.domain.sourcing.pricing import NO_PRICE

MEMBERS_MAX: Final = 4


@in_place
def group_pieces(yard: Yard) -> int:
    """How many groups of pieces with the same servers there are; writes their sums."""
    for serve in range(1 << yard.shortlisted):
        yard.group_of[serve] = -1
    count = 0
    for piece in range(yard.pieces):
        lot = yard.lots[piece]
        if yard.group_of[lot.serve] < 0:
            yard.group_of[lot.serve] = count
            clear(yard.groups[count])
            yard.groups[count].serve = lot.serve
            for at in range(yard.shortlisted):
                yard.group_micro[count * SHORTLIST + at] = 0
            count += 1
        group = yard.groups[yard.group_of[lot.serve]]
        group.weight_mg += lot.weight_mg
        group.bulk += lot.bulk
        group.lines += 1
        group.units += lot.quantity
        group.penalty_minor += lot.penalty_minor
        for at in range(yard.shortlisted):
            yard.group_micro[yard.group_of[lot.serve] * SHORTLIST + at] += yard.lot_micro[piece * SHORTLIST + at]
    return count


@in_place
def clear(group: Any) -> None:
    """Sets the sums to zero."""
    group.weight_mg = 0
    group.bulk = 0
    group.lines = 0
    group.units = 0
    group.own_micro = 0
    group.penalty_minor = 0


@in_place
def list_starts(yard: Yard, groups: int) -> int:
    """How many starts there are; writes the cheapest by estimate, at most STARTS, each set with its best hub."""
    members_max = min(yard.shipments_max, MEMBERS_MAX)
    count = 0
    for members in range(1, 1 << yard.shortlisted):
        size = 0
        for at in range(yard.shortlisted):
            size += members >> at & 1
        if size > members_max:
            continue
        worst = yard.starts[count - 1].guess if count == STARTS else NO_PRICE
        least, best = worst, -1
        for hub in range(yard.shortlisted):
            if members >> hub & 1:
                guess = guess_set(yard, members, hub, groups)
                if guess < least:
                    least, best = guess, hub
        if best >= 0:
            count = enter_start(yard, count, least, members, best)
    return count


@in_place
def guess_set(yard: Yard, members: int, hub: int, groups: int) -> int:
    """The estimated cost of the set with this hub; NO_PRICE when a member is idle."""
    cost = 0
    for at in range(yard.shortlisted):
        clear(yard.sums[at])
    for number in range(groups):
        group = yard.groups[number]
        serve = group.serve & members
        if serve == 0:
            cost += group.penalty_minor
            continue
        member = hub if serve >> hub & 1 else lowest(serve)
        total = yard.sums[member]
        total.own_micro += yard.group_micro[number * SHORTLIST + member]
        total.weight_mg += group.weight_mg
        total.bulk += group.bulk
        total.lines += group.lines
        total.units += group.units
    for at in range(yard.shortlisted):
        if members >> at & 1 and yard.sums[at].units == 0:
            return NO_PRICE
    for at in range(yard.shortlisted):
        if members >> at & 1:
            total = yard.sums[at]
            heap = Heap(total.weight_mg, total.bulk, total.lines, total.units, total.own_micro)
            cost += estimate(yard, at, heap)
    return cost


@in_place
def lowest(bits: int) -> int:
    """The number of the lowest bit that is set."""
    at = 0
    while bits >> at & 1 == 0:
        at += 1
    return at


@in_place
def enter_start(yard: Yard, count: int, guess: int, members: int, hub: int) -> int:
    """How many starts are kept after this one, which is cheaper than the last, has been entered."""
    starts = yard.starts
    count = min(count + 1, STARTS)
    at = count - 1
    while at > 0 and starts[at - 1].guess > guess:
        starts[at] = starts[at - 1]
        at -= 1
    starts[at].guess = guess
    starts[at].members = members
    starts[at].hub = hub
    return count
