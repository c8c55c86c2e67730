"""What every step of the local search is made of: trying a change, keeping it when it pays, counting the work."""

from typing import Final

from stockmesh.domain.sourcing.desk import SHORTLIST, Yard
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loads import Heap, can_take, estimate, settle, shift

ESTIMATES_MAX: Final = 20_000
PACKED_MAX: Final = 500_000


@in_place
def has_budget(yard: Yard) -> bool:
    """Whether there is work left to spend."""
    return bool(yard.spent[0] < ESTIMATES_MAX and yard.spent[1] < PACKED_MAX)


@in_place
def shipments(yard: Yard) -> int:
    """How many berths send something."""
    count = 0
    for at in range(yard.shortlisted):
        count += yard.berths[at].pieces > 0
    return count


@in_place
def guess_with(yard: Yard, at: int, piece: int, sign: int) -> int:
    """The estimated cost of the berth's shipment with the piece added or taken off."""
    berth, lot = yard.berths[at], yard.lots[piece]
    heap = Heap(
        berth.weight_mg + sign * lot.weight_mg,
        berth.bulk + sign * lot.bulk,
        berth.lines + sign,
        berth.units + sign * lot.quantity,
        berth.guess_micro + sign * yard.lot_micro[piece * SHORTLIST + at],
    )
    return estimate(yard, at, heap)


@in_place
def keeps(yard: Yard, first: int, second: int, before: int) -> bool:
    """Whether the two shipments as they stand now cost less than before."""
    cost = settle(yard, first)
    if cost >= before and not rewarded(yard, second):
        return False
    return cost + settle(yard, second) < before


@in_place
def rewarded(yard: Yard, at: int) -> bool:
    """Whether sending from the berth is paid for, as when a plan is made to use a location: costs may be negative."""
    return bool(yard.berths[at].order_micro < 0)


@in_place
def move_listed(yard: Yard, home: int, at: int, count: int) -> bool:
    """Whether moving the first `count` movable pieces paid; otherwise they are back at home."""
    before_home, before_at = yard.berths[home].cost, yard.berths[at].cost
    moved = 0
    for step in range(count):
        if can_take(yard, yard.lots[step].movable, at):
            shift(yard, yard.lots[step].movable, at)
            moved += 1
        else:
            yard.lots[step].movable = -1
    if moved > 0 and keeps(yard, home, at, before_home + before_at):
        return True
    for step in range(count):
        if yard.lots[step].movable >= 0:
            shift(yard, yard.lots[step].movable, home)
    yard.berths[home].cost = before_home
    yard.berths[at].cost = before_at
    return False
