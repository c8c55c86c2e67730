"""Steps of two pieces and more: exchanges, pairs, and chains of moves whose first ones may cost."""

from typing import Final

from stockmesh.domain.sourcing.desk import SHORTLIST, Yard
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loads import Heap, can_take, estimate, real_cost, settle, shift
from stockmesh.domain.sourcing.moves import guess_with, has_budget, keeps, move_listed, shipments
from stockmesh.domain.sourcing.pricing import NO_PRICE

DEPTH: Final = 8  # moves in a chain


@in_place
def exchange_any(yard: Yard) -> bool:
    """Whether exchanging two pieces between shipments, or moving two at once, paid."""
    if shipments(yard) < 2:
        return False
    for first in range(yard.pieces):
        home = yard.lots[first].at
        if home < 0:
            continue
        if not has_budget(yard):
            return False
        for second in range(first + 1, yard.pieces):
            other = yard.lots[second].at
            if other < 0:
                continue
            if home != other:
                if exchange(yard, first, second):
                    return True
            elif move_two(yard, first, second):
                return True
    return False


@in_place
def exchange(yard: Yard, first: int, second: int) -> bool:
    """Whether it paid that two pieces of different shipments change places."""
    one, two = yard.lots[first], yard.lots[second]
    home, other = one.at, two.at
    if one.serve >> other & 1 == 0 or two.serve >> home & 1 == 0 or not worth_exchanging(yard, first, second):
        return False
    before = yard.berths[home].cost + yard.berths[other].cost
    shift(yard, second, -1)
    done = False
    if can_take(yard, first, other):
        shift(yard, first, other)
        if can_take(yard, second, home):
            shift(yard, second, home)
            done = keeps(yard, home, other, before)
    if not done:
        shift(yard, second, -1)
        shift(yard, first, home)
        shift(yard, second, other)
        settle(yard, home)
        settle(yard, other)
    return done


@in_place
def worth_exchanging(yard: Yard, first: int, second: int) -> bool:
    """Whether the exchange is estimated to pay."""
    one, two = yard.lots[first], yard.lots[second]
    here, there = yard.berths[one.at], yard.berths[two.at]
    weight = two.weight_mg - one.weight_mg
    bulk = two.bulk - one.bulk
    units = two.quantity - one.quantity
    limit = here.cost + there.cost
    own = yard.lot_micro[first * SHORTLIST + two.at] - yard.lot_micro[second * SHORTLIST + two.at]
    heap = Heap(there.weight_mg - weight, there.bulk - bulk, there.lines, there.units - units, there.guess_micro + own)
    guess = estimate(yard, two.at, heap)
    if guess >= limit:
        return False
    own = yard.lot_micro[second * SHORTLIST + one.at] - yard.lot_micro[first * SHORTLIST + one.at]
    heap = Heap(here.weight_mg + weight, here.bulk + bulk, here.lines, here.units + units, here.guess_micro + own)
    guess += estimate(yard, one.at, heap)
    return bool(guess < limit)


@in_place
def move_two(yard: Yard, first: int, second: int) -> bool:
    """Whether moving two pieces of one shipment to another paid."""
    one, two = yard.lots[first], yard.lots[second]
    home = one.at
    here = yard.berths[home]
    weight = two.weight_mg + one.weight_mg
    bulk = two.bulk + one.bulk
    units = two.quantity + one.quantity
    without = -1
    for at in range(yard.shortlisted):
        there = yard.berths[at]
        if at == home or there.pieces == 0 or (one.serve & two.serve) >> at & 1 == 0:
            continue
        if without < 0:
            own = here.guess_micro - both_own(yard, first, second, home)
            without = estimate(
                yard, home, Heap(here.weight_mg - weight, here.bulk - bulk, here.lines - 2, here.units - units, own)
            )
        own = there.guess_micro + both_own(yard, first, second, at)
        guess = without + estimate(
            yard, at, Heap(there.weight_mg + weight, there.bulk + bulk, there.lines + 2, there.units + units, own)
        )
        if guess < yard.berths[home].cost + yard.berths[at].cost:
            yard.lots[0].movable = first
            yard.lots[1].movable = second
            if move_listed(yard, home, at, 2):
                return True
    return False


@in_place
def both_own(yard: Yard, first: int, second: int, at: int) -> int:
    """What the units of two pieces cost by themselves at a berth."""
    return int(yard.lot_micro[first * SHORTLIST + at] + yard.lot_micro[second * SHORTLIST + at])


@in_place
def chain_all(yard: Yard) -> bool:
    """Whether a chain of moves between some two berths paid."""
    for one in range(yard.shortlisted):
        for two in range(yard.shortlisted):
            used = yard.berths[two].pieces > 0
            if one == two or yard.berths[one].pieces == 0 or (used and two < one) or not has_budget(yard):
                continue
            if chain(yard, one, two):
                return True
    return False


@in_place
def chain(yard: Yard, one: int, two: int) -> bool:
    """Whether moving pieces one after the other between two berths paid, though the first of them may have cost.

    Each step takes the piece not yet moved whose move is estimated best; the cheapest point of the way is kept.
    """
    first, second = yard.berths[one], yard.berths[two]
    before = first.cost + second.cost
    spare = yard.shipments_max - shipments(yard) + (first.pieces > 0) + (second.pieces > 0)
    least, best, count = before, 0, 0
    for piece in range(yard.pieces):
        yard.lots[piece].moved = 0
    while count < DEPTH:
        piece, guess = best_step(yard, one, two)
        if piece < 0 or guess > before + before // 4:
            break
        shift(yard, piece, one + two - yard.lots[piece].at)
        yard.lots[piece].moved = 1
        yard.lots[count].movable = piece
        count += 1
        if guess < least and (first.pieces > 0) + (second.pieces > 0) <= spare:
            cost = real_cost(yard, one) + real_cost(yard, two)
            if cost < least:
                least, best = cost, count
    for step in range(best, count):
        piece = yard.lots[step].movable
        shift(yard, piece, one + two - yard.lots[piece].at)
    if best > 0:
        settle(yard, one)
        settle(yard, two)
    return best > 0


@in_place
def best_step(yard: Yard, one: int, two: int) -> tuple[int, int]:
    """The piece of either berth whose move to the other is estimated to leave the lowest cost, and that cost."""
    best, least = -1, NO_PRICE
    for piece in range(yard.pieces):
        home = yard.lots[piece].at
        if yard.lots[piece].moved != 0 or home not in (one, two):
            continue
        at = one + two - home
        if can_take(yard, piece, at):
            guess = guess_with(yard, at, piece, 1)
            if guess < least:
                guess += guess_with(yard, home, piece, -1)
                if guess < least:
                    best, least = piece, guess
    return best, least
