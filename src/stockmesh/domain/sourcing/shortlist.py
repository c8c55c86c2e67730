"""Which locations are worth considering for a large order: those that save most, and one for every piece."""

from typing import Final

from stockmesh.domain.carriers.tariffs import line_volume, parcel_price, to_book
from stockmesh.domain.sourcing.arrays import NO_TARIFF
from stockmesh.domain.sourcing.candidates import unit_fits
from stockmesh.domain.sourcing.desk import SHORTLIST, Case, Yard
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loads import Heap, estimate
from stockmesh.domain.sourcing.pricing import NO_PRICE
from stockmesh.domain.sourcing.ranking import list_candidates

COARSE_BITS: Final = 30
BULK_SUM_BITS: Final = 61
SIDES_MAX: Final = 1 << 36  # minor units: times the micro-units of one they stay far inside 64 bits


@in_place
def choose_bulk(case: Case, pieces: int) -> int:
    """The bits to drop from volumes so that the sum over the order stays inside 2^61 or a trifle more.

    No unit is larger than 2^60 um3 and no order has more than 2^31 of them, so the coarse sum fits as well.
    """
    asked = case.desk.pieces
    coarse = 0
    for piece in range(pieces):
        coarse += ((asked.volume_um3[piece] >> COARSE_BITS) + 1) * asked.quantity[piece]
    bits = 0
    while coarse >> bits > 1 << (BULK_SUM_BITS - COARSE_BITS):
        bits += 1
    return bits


@in_place
def in_bulk(volume_um3: int, quantity: int, bits: int) -> int:
    """The volume of all units with the bits dropped, rounded up once."""
    rest = volume_um3 & ((1 << bits) - 1)
    return (volume_um3 >> bits) * quantity + ((rest * quantity + (1 << bits) - 1) >> bits)


@in_place
def weigh_lots(case: Case, yard: Yard) -> None:
    """Writes the sums of each piece, and the pieces by weight."""
    asked, lots = case.desk.pieces, yard.lots
    for piece in range(yard.pieces):
        lot = lots[piece]
        lot.line = asked.line[piece]
        lot.quantity = asked.quantity[piece]
        lot.penalty_minor = asked.penalty_minor[piece]
        lot.weight_mg = max(asked.weight_mg[piece], 1) * asked.quantity[piece]
        volume = max(asked.volume_um3[piece], 1)
        lot.volume_um3 = line_volume(volume, asked.quantity[piece])
        lot.bulk = in_bulk(volume, asked.quantity[piece], yard.bulk_bits)
        hole = piece
        while hole > 0 and lots[lots[hole - 1].by_weight].weight_mg < lot.weight_mg:
            lots[hole].by_weight = lots[hole - 1].by_weight
            hole -= 1
        lots[hole].by_weight = piece


@in_place
def list_shortlist(case: Case, yard: Yard) -> int:
    """How many locations have a berth, the most useful first.

    Useful is the penalty a location saves less what its shipment is estimated to cost: over all pieces for every
    first place, for every second over the pieces that nobody before it can serve, as long as there are any.
    """
    doors = case.desk.doors
    candidates = list_candidates(case, yard.pieces)
    for piece in range(yard.pieces):
        yard.lots[piece].serve = 0
    count = 0
    while count < min(candidates, SHORTLIST):
        uncovered = count % 2 == 1 and any_uncovered(yard)
        chosen, most = -1, 0
        for candidate in range(candidates):
            if doors.candidate[candidate] < 0:
                continue
            enlist(case, yard, count, doors.candidate[candidate])
            saved = saving(case, yard, count, uncovered)
            if chosen < 0 or saved > most:
                chosen, most = candidate, saved
        enlist(case, yard, count, doors.candidate[chosen])
        doors.candidate[chosen] = -1
        for piece in range(yard.pieces):
            if doors.can[piece * len(doors.slot) + yard.berths[count].location] != 0:
                yard.lots[piece].serve |= 1 << count
        count += 1
    return count


@in_place
def any_uncovered(yard: Yard) -> bool:
    """Whether some piece can be served by nobody who has a berth so far."""
    uncovered = False
    for piece in range(yard.pieces):
        uncovered |= yard.lots[piece].serve == 0
    return uncovered


@in_place
def enlist(case: Case, yard: Yard, at: int, location: int) -> None:
    """Gives a location a berth, with its handling, its wait and its tariffs to the destination."""
    sites, demand = case.world.sites, case.demand
    berth = yard.berths[at]
    berth.location = location
    berth.order_micro = sites.handling_order_micro[location]
    berth.line_micro = sites.handling_line_micro[location]
    berth.unit_micro = sites.handling_unit_micro[location]
    days = case.desk.doors.slot[location] - demand.first_slot[case.order, location]
    berth.wait_minor = days * case.world.policy.wait_minor_per_day
    count = 0
    first = at * (len(yard.berth_tariff) // SHORTLIST)
    for offer in range(sites.offer_start[location], sites.offer_start[location + 1]):
        tariff = case.desk.doors.tariff[offer]
        if tariff != NO_TARIFF:
            yard.berth_tariff[first + count] = tariff
            yard.berth_minor[first + count] = case.desk.doors.fixed_minor[offer]
            yard.berth_micro[first + count] = case.desk.doors.kilogram_micro[offer]
            count += 1
    berth.offers = count
    for piece in range(yard.pieces):
        own = own_micro(case, piece, location)
        yard.lot_own[piece * SHORTLIST + at] = own
        yard.lot_micro[piece * SHORTLIST + at] = own
        if yard.units.exceeds[piece] != 0:
            yard.lot_micro[piece * SHORTLIST + at] += sides_micro(yard, piece, at)


@in_place
def sides_micro(yard: Yard, piece: int, at: int) -> int:
    """About what carriers ask more for a piece because of its sides, in micro-units: as if it went alone."""
    exceeds, tariffs = yard.units.exceeds[piece], yard.tariffs
    weight, volume = max(yard.units.weight_mg[piece], 1), max(yard.units.volume_um3[piece], 1)
    first = at * (len(yard.berth_tariff) // SHORTLIST)
    least = NO_PRICE
    for n in range(first, first + yard.berths[at].offers):
        tariff = yard.berth_tariff[n]
        if unit_fits(tariffs, tariff, exceeds, weight, volume):
            per_parcel = min(
                tariffs.rows[tariff].weight_max_mg // weight,
                tariffs.rows[tariff].volume_max_um3 // volume,
                yard.lots[piece].quantity,
            )
            parcels = (yard.lots[piece].quantity - 1) // per_parcel + 1
            dear = parcel_price(tariffs, tariff, exceeds, per_parcel * weight, per_parcel * volume)
            plain = parcel_price(tariffs, tariff, 0, per_parcel * weight, per_parcel * volume)
            least = min(least, to_book(tariffs, tariff, parcels * max(dear - plain, 0)))
    return int(least * yard.micro_per_minor) if least < SIDES_MAX else 0


@in_place
def own_micro(case: Case, piece: int, location: int) -> int:
    """What the units of a piece cost at a location beyond freight and handling."""
    unit_micro = case.demand.terms.unit_micro
    if len(unit_micro) == 0:
        return 0
    return int(unit_micro[case.desk.pieces.line[piece], location] * case.desk.pieces.quantity[piece])


@in_place
def saving(case: Case, yard: Yard, at: int, uncovered: bool) -> int:
    """The penalty the berth saves by serving all it can, less the estimated cost of that shipment."""
    doors = case.desk.doors
    location = yard.berths[at].location
    saved, weight, bulk, lines, units, own = 0, 0, 0, 0, 0, 0
    for piece in range(yard.pieces):
        lot = yard.lots[piece]
        if doors.can[piece * len(doors.slot) + location] == 0 or (uncovered and lot.serve != 0):
            continue
        saved += lot.penalty_minor
        weight += lot.weight_mg
        bulk += lot.bulk
        units += lot.quantity
        own += yard.lot_micro[piece * SHORTLIST + at]
        lines += 1
    return int(saved - estimate(yard, at, Heap(weight, bulk, lines, units, own)))
