"""Making a large plan cheaper step by step: every step is priced with the real cards and kept only if it pays.

Steps are screened by estimate first. Work is counted in estimates and packed pieces, never in seconds, so the same
order always gets the same plan.
"""

from typing import Final

from stockmesh.domain.sourcing.desk import Yard
from stockmesh.domain.sourcing.exchanges import chain_all, exchange_any
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loads import Heap, can_take, estimate, real_cost, settle, shift
from stockmesh.domain.sourcing.moves import guess_with, has_budget, move_listed, rewarded, shipments
from stockmesh.domain.sourcing.pricing import NO_PRICE

CHAINED_MAX: Final = 64  # pieces


@in_place
def improve_plan(yard: Yard) -> None:
    """Repeats all kinds of steps until none pays or the budget of this start is spent."""
    yard.spent[0] = 0
    yard.spent[1] = 0
    improved = True
    while improved and has_budget(yard):
        improved = serve_unserved(yard)
        improved |= slide_all(yard)
        improved |= move_pieces(yard)
        improved |= drop_losses(yard)
        if not improved:
            improved = close_any(yard)
        if not improved:
            improved = exchange_any(yard)
        if not improved and yard.pieces <= CHAINED_MAX:
            improved = chain_all(yard)


@in_place
def polish(yard: Yard) -> None:
    """One quick round: enough to see what a set of locations is worth."""
    yard.spent[0] = 0
    yard.spent[1] = 0
    move_pieces(yard)
    drop_losses(yard)


@in_place
def serve_unserved(yard: Yard) -> bool:
    """Whether an unserved piece found a berth that costs less than its penalty."""
    improved = False
    for piece in range(yard.pieces):
        lot = yard.lots[piece]
        if lot.at >= 0:
            continue
        spare = shipments(yard) < yard.shipments_max
        best, gain = -1, lot.penalty_minor
        for at in range(yard.shortlisted):
            if (spare or yard.berths[at].pieces > 0) and can_take(yard, piece, at):
                rise = guess_with(yard, at, piece, 1) - yard.berths[at].cost
                if rise < gain:
                    best, gain = at, rise
        if best >= 0:
            before = yard.berths[best].cost
            shift(yard, piece, best)
            if settle(yard, best) - before < lot.penalty_minor:
                improved = True
            else:
                shift(yard, piece, -1)
                settle(yard, best)
    return improved


@in_place
def move_pieces(yard: Yard) -> bool:
    """Whether moving some single piece between shipments paid."""
    improved = False
    for piece in range(yard.pieces):
        home = yard.lots[piece].at
        if home < 0 or not has_budget(yard):
            continue
        without = guess_with(yard, home, piece, -1)
        if without + yard.lots[piece].penalty_minor < yard.berths[home].cost and drop(yard, piece):
            improved = True
            continue
        for at in range(yard.shortlisted):
            if at == home or yard.berths[at].pieces == 0 or not can_take(yard, piece, at):
                continue
            if without + guess_with(yard, at, piece, 1) < yard.berths[home].cost + yard.berths[at].cost:
                yard.lots[0].movable = piece
                if move_listed(yard, home, at, 1):
                    improved = True
                    break
    return improved


@in_place
def drop(yard: Yard, piece: int) -> bool:
    """Whether leaving the piece unserved costs less than sending it."""
    home = yard.lots[piece].at
    before = yard.berths[home].cost
    shift(yard, piece, -1)
    if settle(yard, home) + yard.lots[piece].penalty_minor < before:
        return True
    shift(yard, piece, home)
    yard.berths[home].cost = before
    return False


@in_place
def drop_losses(yard: Yard) -> bool:
    """Whether some shipment cost more than the penalty of all its pieces, and so is not sent."""
    dropped = False
    for at in range(yard.shortlisted):
        yard.sums[at].penalty_minor = 0
    for piece in range(yard.pieces):
        lot = yard.lots[piece]
        if lot.at >= 0:
            yard.sums[lot.at].penalty_minor += lot.penalty_minor
    for at in range(yard.shortlisted):
        if yard.sums[at].penalty_minor < yard.berths[at].cost:
            leave(yard, at)
            dropped = True
    return dropped


@in_place
def leave(yard: Yard, at: int) -> None:
    """Takes every piece off the berth."""
    for piece in range(yard.pieces):
        if yard.lots[piece].at == at:
            shift(yard, piece, -1)
    settle(yard, at)


@in_place
def slide_all(yard: Yard) -> bool:
    """Whether sliding the heaviest or the lightest pieces of some shipment to another berth paid."""
    improved = False
    for home in range(yard.shortlisted):
        for at in range(yard.shortlisted):
            if at == home or yard.berths[home].pieces == 0 or not has_budget(yard):
                continue
            # With no shipment to spare a new berth may only stand in for all of home.
            whole = yard.berths[at].pieces == 0 and shipments(yard) >= yard.shipments_max
            improved |= slide(yard, home, at, 1, whole)
            if not whole and yard.berths[home].pieces > 0:
                improved |= slide(yard, home, at, -1, whole)
    return improved


@in_place
def slide(yard: Yard, home: int, at: int, direction: int, whole: bool) -> bool:
    """Whether moving the best number of pieces, heaviest or lightest first, from home to the other berth paid."""
    before = yard.berths[home].cost + yard.berths[at].cost
    least, count, best = before, 0, 0
    for step in range(yard.pieces):
        piece = yard.lots[step if direction > 0 else yard.pieces - 1 - step].by_weight
        if yard.lots[piece].at != home or not can_take(yard, piece, at):
            continue
        shift(yard, piece, at)
        yard.lots[count].movable = piece
        count += 1
        if whole and yard.berths[home].pieces > 0:
            continue
        cost, hopeless = price_pair(yard, home, at, before, least)
        if hopeless:
            break
        if cost < least:
            least, best = cost, count
    for step in range(best, count):
        shift(yard, yard.lots[step].movable, home)
    if best > 0:
        settle(yard, home)
        settle(yard, at)
    return best > 0


@in_place
def price_pair(yard: Yard, home: int, at: int, before: int, least: int) -> tuple[int, bool]:
    """The real cost of two shipments, NO_PRICE when they are estimated at `least` or more; and whether it is hopeless:
    the one that grows alone is estimated at no less than both cost before."""
    here, there = yard.berths[home], yard.berths[at]
    guess = estimate(yard, at, Heap(there.weight_mg, there.bulk, there.lines, there.units, there.guess_micro))
    if guess >= before and not rewarded(yard, home):
        return NO_PRICE, True
    guess += estimate(yard, home, Heap(here.weight_mg, here.bulk, here.lines, here.units, here.guess_micro))
    if guess >= least or not has_budget(yard):
        return NO_PRICE, False
    return real_cost(yard, home) + real_cost(yard, at), False


@in_place
def close_any(yard: Yard) -> bool:
    """Whether closing some shipment and spreading its pieces over the others paid."""
    for home in range(yard.shortlisted):
        if yard.berths[home].pieces > 0 and shipments(yard) > 1 and close(yard, home):
            return True
    return False


@in_place
def close(yard: Yard, home: int) -> bool:
    """Whether the pieces of the shipment cost less on the other open ones, each where it is estimated cheapest."""
    before = 0
    for at in range(yard.shortlisted):
        before += yard.berths[at].cost
    count = 0
    for piece in range(yard.pieces):
        if yard.lots[piece].at == home:
            yard.lots[count].movable = piece
            count += 1
    spread = True
    for step in range(count):
        best = cheapest_other(yard, yard.lots[step].movable, home)
        if best < 0:
            spread = False
            break
        shift(yard, yard.lots[step].movable, best)
    if spread and settle_all(yard) < before:
        return True
    for step in range(count):
        shift(yard, yard.lots[step].movable, home)
    settle_all(yard)
    return False


@in_place
def cheapest_other(yard: Yard, piece: int, home: int) -> int:
    """The open berth other than home where the piece is estimated to cost least, -1 when none takes it."""
    best, least = -1, 0
    for at in range(yard.shortlisted):
        if at != home and yard.berths[at].pieces > 0 and can_take(yard, piece, at):
            rise = guess_with(yard, at, piece, 1) - guess_with(yard, at, piece, 0)
            if best < 0 or rise < least:
                best, least = at, rise
    return best


@in_place
def settle_all(yard: Yard) -> int:
    """The real cost of all shipments."""
    cost = 0
    for at in range(yard.shortlisted):
        cost += settle(yard, at)
    return cost
