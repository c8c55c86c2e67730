"""What each location asks for every subset of up to twelve lumps: pieces that are never parted."""

from stockmesh.domain.carriers.parcels import Units
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.sourcing.arrays import NO_TARIFF
from stockmesh.domain.sourcing.candidates import unit_fits
from stockmesh.domain.sourcing.desk import Case
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loading import goods_of, load_freight, load_more, load_nothing
from stockmesh.domain.sourcing.pricing import NO_PRICE, Size, handling, sum_own, terms_of


@in_place
def price_location(case: Case, candidate: int, size: Size, clashes: int) -> None:
    """Fills the candidate's row of `tables.price`; NO_PRICE where leaving the subset unserved costs no more."""
    policy, sums = case.world.policy, case.desk.subsets
    location = case.desk.doors.candidate[candidate]
    mask = servable(case, location, size)
    prices = case.desk.tables.price[candidate << size.lumps : (candidate + 1) << size.lumps]
    prices[:] = NO_PRICE
    unit_micro = case.demand.terms.unit_micro[:, location]
    sum_own(case.desk.pieces, unit_micro, case.desk.tables.lump, size, sums.own_micro)
    for offer in range(case.world.sites.offer_start[location], case.world.sites.offer_start[location + 1]):
        if case.desk.doors.tariff[offer] != NO_TARIFF:
            rate_subsets(case, offer, size, mask, prices)
    for clash in range(clashes):
        forbid_overdrawn(case, location, clash, size, prices)
    wait = (case.desk.doors.slot[location] - case.demand.first_slot[case.order, location]) * policy.wait_minor_per_day
    subset = mask & -mask
    while subset != 0:
        if prices[subset] < NO_PRICE:
            lines, units = sums.lines[subset], sums.units[subset]
            cost = prices[subset] + wait + handling(case.world.sites, policy.micro_per_minor, location, lines, units)
            prices[subset] = cost if cost < sums.penalty_minor[subset] else NO_PRICE
        subset = (subset - mask) & mask


@in_place
def servable(case: Case, location: int, size: Size) -> int:
    """The lumps the location can serve, as bits."""
    doors = case.desk.doors
    mask = (1 << size.lumps) - 1
    for piece in range(size.pieces):
        if doors.can[piece * len(doors.slot) + location] == 0:
            mask &= ~(1 << case.desk.tables.lump[piece])
    return mask


@in_place
def rate_subsets(case: Case, offer: int, size: Size, mask: int, prices: I64) -> None:
    """Lowers the price of every subset of the mask to freight and terms of the offer, in book minor units."""
    tariff, sums = case.desk.doors.tariff[offer], case.desk.subsets
    asked, loads, tariffs, lump = case.desk.pieces, case.desk.loads, case.world.tariffs, case.desk.tables.lump
    units = Units(asked.weight_mg, asked.volume_um3, asked.quantity, asked.exceeds)
    for piece in range(size.pieces):
        if not unit_fits(tariffs, tariff, asked.exceeds[piece], asked.weight_mg[piece], asked.volume_um3[piece]):
            mask &= ~(1 << lump[piece])
    has_terms = len(case.demand.terms.row) > 0
    load_nothing(tariffs, tariff, loads[0])
    begun = 0
    for piece in range(size.pieces):
        bit = 1 << lump[piece]
        if mask & bit:
            goods = goods_of(tariffs, tariff, units, piece)
            others = begun & ~bit
            rest = 0
            while True:
                load_more(tariffs, tariff, goods, loads[rest | begun & bit], loads[rest | bit])
                rest = (rest - others) & others
                if rest == 0:
                    break
            begun |= bit
    subset = mask & -mask
    while subset != 0:
        price = load_freight(tariffs, tariff, loads[subset])
        if has_terms:
            price += terms_of(case, offer, sums.weight_mg[subset], sums.own_micro[subset])
        prices[subset] = min(prices[subset], price)
        subset = (subset - mask) & mask


@in_place
def forbid_overdrawn(case: Case, location: int, clash: int, size: Size, prices: I64) -> None:
    """Takes the price off every subset that draws more from the shared row than the location has."""
    drawn, row = case.desk.tables.drawn, case.desk.clash_row[clash]
    stock = max(case.supply.available[row, location] - case.demand.buffer[case.order], 0)
    drawn[0] = 0
    for lump in range(size.lumps):
        units = 0
        for piece in range(size.pieces):
            if case.desk.tables.lump[piece] == lump:
                units += units_drawn(case, piece, row)
        bit = 1 << lump
        for rest in range(bit):
            drawn[bit | rest] = drawn[rest] + units
            if drawn[bit | rest] > stock:
                prices[bit | rest] = NO_PRICE


@in_place
def units_drawn(case: Case, piece: int, row: int) -> int:
    """How many units of the stock row the piece needs."""
    asked = case.desk.pieces
    for need in range(asked.need_start[piece], asked.need_start[piece + 1]):
        if asked.need_row[need] == row:
            return int(asked.need_units[need])
    return 0
