"""What each location asks for every subset of nine to twelve pieces.

A subset is packed by adding its last piece to a smaller one already packed: next fit never looks back.
"""

from typing import NamedTuple

from stockmesh.domain.carriers.tariffs import Tariffs, line_volume, parcel_price, to_book
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.sourcing.arrays import NO_TARIFF
from stockmesh.domain.sourcing.candidates import unit_fits
from stockmesh.domain.sourcing.desk import Case, Loads
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.pricing import NO_PRICE, handling


class Goods(NamedTuple):
    """One piece as a tariff sees it. `full_minor` is the card price of a parcel with nothing else, filled up."""

    weight_mg: int  # of one unit
    volume_um3: int
    quantity: int
    all_weight_mg: int
    all_volume_um3: int
    per_parcel: int
    full_minor: int


@in_place
def price_location(case: Case, candidate: int, pieces: int, clashes: int) -> None:
    """Fills the candidate's row of `loads.price`; NO_PRICE where leaving the subset unserved costs no more."""
    loads, policy, sums = case.desk.loads, case.world.policy, case.desk.subsets
    location = case.desk.doors.candidate[candidate]
    mask = servable(case, location, pieces)
    prices = loads.price[candidate << pieces : (candidate + 1) << pieces]
    prices[:] = NO_PRICE
    for offer in range(case.world.sites.offer_start[location], case.world.sites.offer_start[location + 1]):
        tariff = case.demand.tariff_of[case.demand.destination[case.order], offer]
        if tariff != NO_TARIFF:
            rate_loads(case, tariff, mask, prices)
    for clash in range(clashes):
        forbid_overdrawn(case, location, clash, mask, prices)
    wait = (case.desk.doors.slot[location] - case.demand.first_slot[case.order, location]) * policy.wait_minor_per_day
    subset = mask & -mask
    while subset != 0:
        if prices[subset] < NO_PRICE:
            lines, units = sums.lines[subset], sums.units[subset]
            cost = prices[subset] + wait + handling(case.world.sites, policy.micro_per_minor, location, lines, units)
            prices[subset] = cost if cost < sums.penalty_minor[subset] else NO_PRICE
        subset = (subset - mask) & mask


@in_place
def servable(case: Case, location: int, pieces: int) -> int:
    """The pieces the location can serve, as bits."""
    doors = case.desk.doors
    mask = 0
    for piece in range(pieces):
        mask |= (doors.can[piece * len(doors.slot) + location] != 0) << piece
    return mask


@in_place
def rate_loads(case: Case, tariff: int, mask: int, prices: I64) -> None:
    """Lowers the freight of every subset of the mask to what the tariff asks, in book minor units."""
    asked, loads, tariffs = case.desk.pieces, case.desk.loads, case.world.tariffs
    loads.closed_minor[0] = tariffs.consignment_minor[tariff]
    loads.weight_mg[0] = 0
    loads.volume_um3[0] = 0
    loads.step[0] = tariffs.break_start[tariff]
    carried = 0
    piece = 0
    while mask >> piece != 0:
        bit = 1 << piece
        if mask & bit and unit_fits(tariffs, tariff, asked.weight_mg[piece], asked.volume_um3[piece]):
            goods = goods_of(case, tariff, piece)
            rest = 0
            while True:
                card = load(loads, tariffs, tariff, goods, rest, rest | bit)
                prices[rest | bit] = min(prices[rest | bit], to_book(tariffs, tariff, card))
                rest = (rest - carried) & carried
                if rest == 0:
                    break
            carried |= bit
        piece += 1


@in_place
def goods_of(case: Case, tariff: int, piece: int) -> Goods:
    """The piece with how many of its units fill a parcel, and what that costs."""
    asked, tariffs = case.desk.pieces, case.world.tariffs
    weight, volume = max(asked.weight_mg[piece], 1), max(asked.volume_um3[piece], 1)
    quantity = asked.quantity[piece]
    per_parcel = min(
        tariffs.parcel_weight_max_mg[tariff] // weight, tariffs.parcel_volume_max_um3[tariff] // volume
    )
    full = parcel_price(tariffs, tariff, per_parcel * weight, per_parcel * volume)
    return Goods(weight, volume, quantity, weight * quantity, line_volume(volume, quantity), per_parcel, full)


@in_place
def load(loads: Loads, tariffs: Tariffs, tariff: int, goods: Goods, rest: int, subset: int) -> int:  # noqa: PLR0917
    """The card freight of the subset: the rest, with the goods packed behind it by the carriers' rule."""
    weight_max, volume_max = tariffs.parcel_weight_max_mg[tariff], tariffs.parcel_volume_max_um3[tariff]
    closed, step = loads.closed_minor[rest], loads.step[rest]
    weight, volume = loads.weight_mg[rest] + goods.all_weight_mg, loads.volume_um3[rest] + goods.all_volume_um3
    if weight > weight_max or volume > volume_max:
        weight, volume = loads.weight_mg[rest], loads.volume_um3[rest]
        fit = min((weight_max - weight) // goods.weight_mg, (volume_max - volume) // goods.volume_um3)
        if weight + fit > 0:
            weight, volume = weight + fit * goods.weight_mg, volume + fit * goods.volume_um3
            closed += parcel_price(tariffs, tariff, weight, volume)
        full = (goods.quantity - fit - 1) // goods.per_parcel
        closed += full * goods.full_minor
        left = goods.quantity - fit - full * goods.per_parcel
        weight, volume = left * goods.weight_mg, left * goods.volume_um3
        step = tariffs.break_start[tariff]
    last = tariffs.break_start[tariff + 1] - 1
    while step < last and (weight > tariffs.break_weight_max_mg[step] or volume > tariffs.break_volume_max_um3[step]):
        step += 1
    loads.closed_minor[subset], loads.step[subset] = closed, step
    loads.weight_mg[subset], loads.volume_um3[subset] = weight, volume
    card = closed + tariffs.break_price_minor[step]
    if volume > tariffs.oversize_volume_um3[tariff]:
        card += tariffs.break_oversize_minor[step]
    return int(card)


@in_place
def forbid_overdrawn(case: Case, location: int, clash: int, mask: int, prices: I64) -> None:  # noqa: PLR0917
    """Takes the price off every subset of the mask that draws more from the shared row than the location has."""
    asked, drawn, row = case.desk.pieces, case.desk.loads.drawn, case.desk.clash_row[clash]
    stock = case.supply.available[row, location] - case.demand.buffer[case.order]
    drawn[0] = 0
    lower = 0
    piece = 0
    while mask >> piece != 0:
        bit = 1 << piece
        if mask & bit:
            units = 0
            for need in range(asked.need_start[piece], asked.need_start[piece + 1]):
                if asked.need_row[need] == row:
                    units = asked.need_units[need]
            rest = 0
            while True:
                drawn[rest | bit] = drawn[rest] + units
                if drawn[rest | bit] > stock and drawn[rest | bit] > 0:
                    prices[rest | bit] = NO_PRICE
                rest = (rest - lower) & lower
                if rest == 0:
                    break
            lower |= bit
        piece += 1
