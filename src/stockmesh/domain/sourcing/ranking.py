"""For each subset of pieces, the few locations an optimal plan can need for it.

A plan that sends subset T of L pieces from a location has at most L - |T| other shipments. So when L - |T| + 1
locations are at least as cheap for T, one of them is free, and a location behind them all never helps: dropping
it is exact. The same holds for a shipment that costs at least the penalty of leaving its pieces unserved.
"""

from stockmesh.domain.sourcing.arrays import NO_TARIFF
from stockmesh.domain.sourcing.desk import EXACT_PIECES, SUBSETS, Case
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.pricing import (
    NO_PRICE,
    TO_PACK,
    Size,
    handling,
    pack_subset,
    rate_subsets,
    sum_own,
    terms_of,
)


@in_place
def list_candidates(case: Case, pieces: int) -> int:
    """How many locations can serve any piece; writes them into `doors.candidate`, ascending."""
    doors = case.desk.doors
    locations = len(doors.slot)
    count = 0
    for location in range(locations):
        useful = False
        for piece in range(pieces):
            useful |= doors.can[piece * locations + location] != 0
        if useful:
            doors.candidate[count] = location
            count += 1
    return count


@in_place
def rank_locations(case: Case, pieces: int, candidates: int, clashes: int) -> None:
    """Fills `desk.ranks`: per subset its cheapest locations in order of cost, then location."""
    ranks = case.desk.ranks
    for subset in range(1 << pieces):
        ranks.held[subset] = 0
        ranks.room[subset] = pieces + 1 - case.desk.subsets.size[subset]
    rated = 0
    for at in range(candidates):
        location = case.desk.doors.candidate[at]
        rated = rate_offers(case, location, rated, 1 << pieces)
        rank_location(case, at, pieces, clashes)


@in_place
def rate_offers(case: Case, location: int, rated: int, count: int) -> int:
    """How many tariffs this order has met so far; writes where the prices of the location's offers begin."""
    doors, rates, sites = case.desk.doors, case.desk.rates, case.world.sites
    first = sites.offer_start[location]
    for offer in range(first, sites.offer_start[location + 1]):
        tariff = doors.tariff[offer]
        rates.offer_base[offer - first] = -1
        if tariff == NO_TARIFF:
            continue
        if rates.seen[tariff] != case.order:
            rates.seen[tariff] = case.order
            rates.base[tariff] = rated * count
            price = rates.price[rated * count : (rated + 1) * count]
            rate_subsets(case.world.tariffs, tariff, case.desk.subsets, price, count)
            rated += 1
        rates.offer_base[offer - first] = rates.base[tariff]
    return rated


@in_place
def rank_location(case: Case, candidate: int, pieces: int, clashes: int) -> None:
    """Enters one location into the ranks of every subset it can serve, lower locations first."""
    doors, ranks, sums = case.desk.doors, case.desk.ranks, case.desk.subsets
    policy, sites = case.world.policy, case.world.sites
    location = doors.candidate[candidate]
    days = doors.slot[location] - case.demand.first_slot[case.order, location]
    wait = days * policy.wait_minor_per_day
    mask = 0
    for piece in range(pieces):
        mask |= (doors.can[piece * len(doors.slot) + location] != 0) << piece
    least = wait + handling(sites, policy.micro_per_minor, location, 0, 0)
    has_terms = len(case.demand.terms.row) > 0
    if has_terms:
        unit_micro = case.demand.terms.unit_micro[:, location]
        sum_own(case.desk.pieces, unit_micro, case.desk.tables.lump, Size(pieces, pieces), sums.own_micro)
    subset = mask & -mask
    while subset != 0:
        limit = sums.penalty_minor[subset]
        room = ranks.room[subset]
        if ranks.held[subset] == room:
            limit = min(limit, ranks.cost[subset * EXACT_PIECES + room - 1])
        cost = cheapest_price(case, location, subset, has_terms)
        if cost + least < limit and (clashes == 0 or has_room(case, location, subset, clashes)):
            lines, units = sums.lines[subset], sums.units[subset]
            cost += wait + handling(sites, policy.micro_per_minor, location, lines, units)
            if cost < limit:
                enter_rank(case, subset, candidate, cost)
        subset = (subset - mask) & mask


@in_place
def cheapest_price(case: Case, location: int, subset: int, has_terms: bool) -> int:
    """The lowest freight and terms of the location's offers, NO_PRICE when none takes the subset."""
    rates, sites, sums = case.desk.rates, case.world.sites, case.desk.subsets
    first = sites.offer_start[location]
    cheapest = NO_PRICE
    for offer in range(first, sites.offer_start[location + 1]):
        base = rates.offer_base[offer - first]
        if base < 0:
            continue
        price = rates.price[base + subset]
        if price == TO_PACK:
            price = pack_subset(case, case.desk.doors.tariff[offer], subset)
            rates.price[base + subset] = price
        if has_terms:
            price += terms_of(case, offer, sums.weight_mg[subset], sums.own_micro[subset])
        cheapest = min(cheapest, price)
    return cheapest


@in_place
def has_room(case: Case, location: int, subset: int, clashes: int) -> bool:
    """Whether the location's stock covers the sum of what the subset draws from each shared row."""
    for clash in range(clashes):
        stock = case.supply.available[case.desk.clash_row[clash], location] - case.demand.buffer[case.order]
        need = case.desk.clash_need[clash * SUBSETS + subset]
        if need > 0 and need > stock:
            return False
    return True


@in_place
def enter_rank(case: Case, subset: int, candidate: int, cost: int) -> None:
    """Inserts the candidate by cost behind its equals; the last falls out when the subset's ranks are full."""
    ranks = case.desk.ranks
    first = subset * EXACT_PIECES
    room = ranks.room[subset]
    if ranks.held[subset] < room:
        ranks.held[subset] += 1
    at = first + ranks.held[subset] - 1
    while at > first and ranks.cost[at - 1] > cost:
        ranks.cost[at] = ranks.cost[at - 1]
        ranks.candidate[at] = ranks.candidate[at - 1]
        at -= 1
    ranks.cost[at] = cost
    ranks.candidate[at] = candidate
