"""A good plan for more pieces than are solved exactly: promising sets of locations, each improved step by step."""

from typing import Final, NamedTuple

from stockmesh.domain.carriers.parcels import Units
from stockmesh.domain.sourcing.candidates import unit_fits
from stockmesh.domain.sourcing.desk import SHORTLIST, STARTS, Case, Yard
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.loads import can_take, fits_parcel, settle, shift
from stockmesh.domain.sourcing.local_search import improve_plan, polish
from stockmesh.domain.sourcing.location_sets import group_pieces, list_starts
from stockmesh.domain.sourcing.pricing import NO_PRICE
from stockmesh.domain.sourcing.shared import list_clashes
from stockmesh.domain.sourcing.shortlist import choose_bulk, list_shortlist, weigh_lots
from stockmesh.domain.sourcing.sketching import sketch_plan

SKETCHED_MAX: Final = 24  # pieces


class Effort(NamedTuple):
    """How many starts are looked at with the real cards, and how many of them are improved step by step."""

    laid_out: int
    searched: int


@in_place
def solve_largely(case: Case, pieces: int) -> None:
    """Writes a good location of each piece into `desk.choice`."""
    bits = choose_bulk(case, pieces)
    yard = open_yard(case, pieces, 0, bits)
    weigh_lots(case, yard)
    clashes = list_clashes(case, pieces)
    mark_clashes(case, yard, clashes)
    yard = open_yard(case, pieces, list_shortlist(case, yard), bits)
    least = search_sketch(case, yard, clashes)
    effort = effort_for(pieces)
    if least < NO_PRICE:
        effort = Effort(effort.laid_out, 2)
    starts = min(list_starts(yard, group_pieces(yard)), effort.laid_out)
    for start in range(starts):
        lay_out(case, yard, start)
        polish(yard)
        yard.starts[start].guess = total_cost(yard)
    for _ in range(min(starts, effort.searched)):
        start = cheapest_start(yard, starts)
        if least < NO_PRICE and yard.starts[start].guess > least + abs(least) // 8:
            break
        yard.starts[start].guess = NO_PRICE
        lay_out(case, yard, start)
        polish(yard)
        improve_plan(yard)
        least = keep_cheaper(yard, least)
    for piece in range(pieces):
        at = yard.lots[piece].best_at
        case.desk.choice[piece] = yard.berths[at].location if at >= 0 else -1


@in_place
def search_sketch(case: Case, yard: Yard, clashes: int) -> int:
    """The cost of the best plan found from a sketch, NO_PRICE when none is made: when parcels pose no question."""
    for piece in range(yard.pieces):
        yard.lots[piece].best_at = -1
    if yard.pieces > SKETCHED_MAX or fits_parcels(yard) or not sketch_plan(case, yard, clashes):
        return NO_PRICE
    lay_out_sketch(case, yard)
    improve_plan(yard)
    return keep_cheaper(yard, NO_PRICE)


@in_place
def keep_cheaper(yard: Yard, least: int) -> int:
    """The lower of the plan's cost and the least so far; remembers the plan when it is the plan's."""
    cost = total_cost(yard)
    if cost < least:
        for piece in range(yard.pieces):
            yard.lots[piece].best_at = yard.lots[piece].at
    return min(cost, least)


@in_place
def fits_parcels(yard: Yard) -> bool:
    """Whether every berth has an offer that takes the whole order in one parcel."""
    weight, bulk = 0, 0
    for piece in range(yard.pieces):
        weight += yard.lots[piece].weight_mg
        bulk += yard.lots[piece].bulk
    fits = True
    for at in range(yard.shortlisted):
        fits &= fits_parcel(yard, at, weight, bulk)
    return fits


@in_place
def effort_for(pieces: int) -> Effort:
    """The smaller the order the wider the search: a step costs time in proportion to the pieces."""
    if pieces <= 16:
        return Effort(STARTS, 3)
    if pieces <= 40:
        return Effort(STARTS // 2, 2)
    return Effort(6, 1)


@in_place
def cheapest_start(yard: Yard, starts: int) -> int:
    """The start whose plan costs least as it was laid out."""
    best = 0
    for start in range(starts):
        if yard.starts[start].guess < yard.starts[best].guess:
            best = start
    return best


@in_place
def open_yard(case: Case, pieces: int, shortlisted: int, bulk_bits: int) -> Yard:
    """The yard of this order."""
    yard, asked = case.desk.yard, case.desk.pieces
    exceeds = 0
    for piece in range(pieces):
        exceeds |= asked.exceeds[piece]
    return Yard(
        case.world.tariffs,
        Units(asked.weight_mg, asked.volume_um3, asked.quantity, asked.exceeds),
        asked.need_start,
        asked.need_units,
        yard.clash,
        yard.left,
        yard.berths,
        yard.berth_tariff,
        yard.berth_minor,
        yard.berth_micro,
        yard.lot_micro,
        yard.lot_own,
        yard.group_micro,
        yard.lots,
        yard.groups,
        yard.group_of,
        yard.starts,
        yard.sums,
        yard.gathered,
        yard.spent,
        case.world.policy.micro_per_minor,
        case.world.policy.shipments_max,
        pieces,
        exceeds,
        shortlisted,
        bulk_bits,
    )


@in_place
def mark_clashes(case: Case, yard: Yard, clashes: int) -> None:
    """Writes for each need which shared row it draws on, -1 for none."""
    asked, desk = case.desk.pieces, case.desk
    for need in range(asked.need_start[yard.pieces]):
        row = asked.need_row[need]
        clash = desk.row_clash[row]
        yard.clash[need] = clash if clash < clashes and desk.clash_row[clash] == row else -1


@in_place
def lay_out(case: Case, yard: Yard, start: int) -> None:
    """Puts the pieces on the members of a start: the hub first, then the others in the order of the shortlist."""
    clear_yard(case, yard)
    members, hub = yard.starts[start].members, yard.starts[start].hub
    for piece in range(yard.pieces):
        if can_take(yard, piece, hub):
            shift(yard, piece, hub)
            continue
        for at in range(yard.shortlisted):
            if members >> at & 1 and can_take(yard, piece, at):
                shift(yard, piece, at)
                break
    for at in range(yard.shortlisted):
        if settle(yard, at) >= NO_PRICE:
            keep_carried(yard, at)
            settle(yard, at)


@in_place
def lay_out_sketch(case: Case, yard: Yard) -> None:
    """Puts the pieces where `desk.choice` says."""
    clear_yard(case, yard)
    for piece in range(yard.pieces):
        for at in range(yard.shortlisted):
            if yard.berths[at].location == case.desk.choice[piece] and can_take(yard, piece, at):
                shift(yard, piece, at)
    for at in range(yard.shortlisted):
        settle(yard, at)


@in_place
def clear_yard(case: Case, yard: Yard) -> None:
    """Takes all pieces off all berths."""
    for at in range(yard.shortlisted):
        berth = yard.berths[at]
        berth.weight_mg = 0
        berth.bulk = 0
        berth.units = 0
        berth.lines = 0
        berth.own_micro = 0
        berth.guess_micro = 0
        berth.pieces = 0
    for piece in range(yard.pieces):
        yard.lots[piece].at = -1
    fill_stock(case, yard)


@in_place
def fill_stock(case: Case, yard: Yard) -> None:
    """What each berth has of the rows that several pieces draw on."""
    asked = case.desk.pieces
    for need in range(asked.need_start[yard.pieces]):
        clash = yard.clash[need]
        if clash >= 0:
            stock = case.supply.available[asked.need_row[need]]
            for at in range(yard.shortlisted):
                left = stock[yard.berths[at].location] - case.demand.buffer[case.order]
                yard.left[clash * SHORTLIST + at] = max(left, 0)


@in_place
def keep_carried(yard: Yard, at: int) -> None:
    """Takes off a shipment that no offer carries whole what its best offer does not carry."""
    first = at * (len(yard.berth_tariff) // SHORTLIST)
    chosen, most = -1, -1
    for n in range(first, first + yard.berths[at].offers):
        saved = 0
        for piece in range(yard.pieces):
            if yard.lots[piece].at == at and carried(yard, yard.berth_tariff[n], piece):
                saved += yard.lots[piece].penalty_minor
        if saved > most:
            chosen, most = yard.berth_tariff[n], saved
    for piece in range(yard.pieces):
        if yard.lots[piece].at == at and not carried(yard, chosen, piece):
            shift(yard, piece, -1)


@in_place
def carried(yard: Yard, tariff: int, piece: int) -> bool:
    """Whether a unit of the piece fits a parcel of the tariff."""
    units = yard.units
    return unit_fits(yard.tariffs, tariff, units.exceeds[piece], units.weight_mg[piece], units.volume_um3[piece])


@in_place
def total_cost(yard: Yard) -> int:
    """Shipments and the penalty of what they leave."""
    cost = 0
    for at in range(yard.shortlisted):
        cost += yard.berths[at].cost
    for piece in range(yard.pieces):
        if yard.lots[piece].at < 0:
            cost += yard.lots[piece].penalty_minor
    return cost
