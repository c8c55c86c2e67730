"""Steps of many pieces: what two shipments share out between them is divided anew in the best of all ways."""

from typing import Final

from stockmesh.domain.sourcing.candidates import unit_fits
from stockmesh.domain.sourcing.desk import DIVIDED, SHORTLIST, Yard
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loading import goods_of, load_freight, load_more, load_nothing
from stockmesh.domain.sourcing.loads import extras, settle, shift
from stockmesh.domain.sourcing.moves import has_budget, shipments
from stockmesh.domain.sourcing.pricing import NO_PRICE

FREE_MAX: Final = 10
WINDOW_STEP: Final = 5


@in_place
def divide_any(yard: Yard) -> bool:
    """Whether dividing some pieces of two shipments anew paid; the second may be one that is not yet sent."""
    spare = shipments(yard) < yard.shipments_max
    for one in range(yard.shortlisted):
        for two in range(yard.shortlisted):
            used = yard.berths[two].pieces > 0
            if one == two or yard.berths[one].pieces == 0 or (two < one if used else not spare):
                continue
            if divide_pair(yard, one, two):
                return True
    return False


@in_place
def divide_pair(yard: Yard, one: int, two: int) -> bool:
    """Whether it paid for some window of pieces, neighbours in packing order, that both berths could send."""
    first = 0
    while has_budget(yard):
        free, last = list_free(yard, one, two, first)
        if free < 2:
            return False
        if divide(yard, one, two, free):
            return True
        if last:
            return False
        first += WINDOW_STEP
    return False


@in_place
def list_free(yard: Yard, one: int, two: int, first: int) -> tuple[int, bool]:
    """How many pieces of the window may go to either berth, and whether it reaches the last of them; marks their bits.

    Pieces that draw on stock others draw on, too, stay where they are.
    """
    both = 1 << one | 1 << two
    met, free = 0, 0
    last = True
    for piece in range(yard.pieces):
        lot = yard.lots[piece]
        lot.bit = 0
        if lot.at not in (one, two) or lot.serve & both != both or draws_shared(yard, piece):
            continue
        if met >= first:
            if free < FREE_MAX:
                lot.bit = 1 << free
                yard.lots[free].movable = piece
                free += 1
            else:
                last = False
        met += 1
    return free, last


@in_place
def draws_shared(yard: Yard, piece: int) -> bool:
    """Whether another piece draws on the same stock."""
    for need in range(yard.need_start[piece], yard.need_start[piece + 1]):
        if yard.clash[need] >= 0:
            return True
    return False


@in_place
def divide(yard: Yard, one: int, two: int, free: int) -> bool:
    """Whether the best division of the free pieces is cheaper than that of before; if so, it stands."""
    whole = (1 << free) - 1
    price_shares(yard, one, free, 0)
    price_shares(yard, two, free, DIVIDED)
    least, best = yard.berths[one].cost + yard.berths[two].cost, -1
    for subset in range(whole + 1):
        cost = yard.shares[subset] + yard.shares[DIVIDED + (whole ^ subset)]
        if cost < least:
            least, best = cost, subset
    if best < 0:
        return False
    for number in range(free):
        shift(yard, yard.lots[number].movable, one if best >> number & 1 else two)
    settle(yard, one)
    settle(yard, two)
    return True


@in_place
def price_shares(yard: Yard, at: int, free: int, side: int) -> None:
    """What the berth asks for each subset of the free pieces beside those that stay."""
    shares = yard.shares[side : side + (1 << free)]
    shares[:] = NO_PRICE
    first = at * (len(yard.berth_tariff) // SHORTLIST)
    for n in range(first, first + yard.berths[at].offers):
        rate_shares(yard, at, yard.berth_tariff[n], side)
    lines, units = yard.berths[at].lines, yard.berths[at].units
    for number in range(free):
        lot = yard.lots[yard.lots[number].movable]
        lines -= lot.at == at
        units -= lot.quantity * (lot.at == at)
    if units == 0:
        shares[0] = 0
    for subset in range(1 if units == 0 else 0, 1 << free):
        more_lines, more_units = lines, units
        for number in range(free):
            more_lines += subset >> number & 1
            more_units += yard.lots[yard.lots[number].movable].quantity * (subset >> number & 1)
        if shares[subset] < NO_PRICE:
            shares[subset] += extras(yard, at, more_lines, more_units)


@in_place
def rate_shares(yard: Yard, at: int, tariff: int, side: int) -> None:
    """Lowers what the berth asks to what the tariff asks for it."""
    tariffs, loads, units = yard.tariffs, yard.loads, yard.units
    load_nothing(tariffs, tariff, loads[0])
    carried = 0
    for piece in range(yard.pieces):
        lot = yard.lots[piece]
        if lot.bit == 0 and lot.at != at:
            continue
        if not unit_fits(tariffs, tariff, units.weight_mg[piece], units.volume_um3[piece]):
            if lot.bit == 0:
                return
            continue
        goods = goods_of(tariffs, tariff, units, piece)
        subset = 0
        while True:
            load_more(tariffs, tariff, goods, loads[subset], loads[subset | lot.bit])
            yard.spent[1] += 1
            subset = (subset - carried) & carried
            if subset == 0:
                break
        carried |= lot.bit
    subset = 0
    while True:
        yard.shares[side + subset] = min(yard.shares[side + subset], load_freight(tariffs, tariff, loads[subset]))
        subset = (subset - carried) & carried
        if subset == 0:
            break
