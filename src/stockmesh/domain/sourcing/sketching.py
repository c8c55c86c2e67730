"""A first plan of a large order: pieces are lumped until they are few enough for the cheapest plan of the lumps.

It finds the right set of locations, and their parcels well filled; what the lumps keep together, the search may part.
"""

from typing import Final

from stockmesh.domain.sourcing.desk import SHORTLIST, Case, Yard
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.pricing import Size
from stockmesh.domain.sourcing.relaxed import solve_lumps

LUMPS: Final = 12


@in_place
def sketch_plan(case: Case, yard: Yard, clashes: int) -> bool:
    """Whether the cheapest plan of the lumps over the shortlist was found and written into `desk.choice`."""
    lumps = lump_pieces(case, yard)
    sum_lumps(case, Size(yard.pieces, lumps))
    candidate = case.desk.doors.candidate
    for at in range(yard.shortlisted):
        hole = at
        while hole > 0 and candidate[hole - 1] > yard.berths[at].location:
            candidate[hole] = candidate[hole - 1]
            hole -= 1
        candidate[hole] = yard.berths[at].location
    return solve_lumps(case, Size(yard.pieces, lumps), yard.shortlisted, clashes)


@in_place
def lump_pieces(case: Case, yard: Yard) -> int:
    """How many lumps there are: two and two are joined until they are few enough."""
    lump, groups = case.desk.tables.lump, yard.groups
    for piece in range(yard.pieces):
        lump[piece] = piece
        groups[piece].serve = yard.lots[piece].serve
        groups[piece].weight_mg = yard.lots[piece].weight_mg
    count = yard.pieces
    while count > LUMPS:
        one, two = nearest(yard, count)
        count -= 1
        groups[one].serve &= groups[two].serve
        groups[one].weight_mg += groups[two].weight_mg
        groups[two] = groups[count]
        for piece in range(yard.pieces):
            if lump[piece] == two:
                lump[piece] = one
            elif lump[piece] == count:
                lump[piece] = two
    return count


@in_place
def nearest(yard: Yard, count: int) -> tuple[int, int]:
    """The two lumps whose servers differ least, the lightest together among equals."""
    groups = yard.groups
    best, least, lightest = (0, 1), SHORTLIST + 1, 0
    for two in range(1, count):
        for one in range(two):
            differing = groups[one].serve ^ groups[two].serve
            differences = 0
            while differing != 0:
                differences += 1
                differing &= differing - 1
            weight = groups[one].weight_mg + groups[two].weight_mg
            if differences < least or (differences == least and weight < lightest):
                best, least, lightest = (one, two), differences, weight
    return best


@in_place
def sum_lumps(case: Case, size: Size) -> None:
    """Fills `desk.subsets` for the lumps; parts of one line count as lines of their own."""
    asked, sums = case.desk.pieces, case.desk.subsets
    sums.weight_mg[0] = 0
    sums.lines[0] = 0
    sums.units[0] = 0
    sums.penalty_minor[0] = 0
    for number in range(size.lumps):
        weight, lines, units, penalty = 0, 0, 0, 0
        for piece in range(size.pieces):
            if case.desk.tables.lump[piece] == number:
                weight += max(asked.weight_mg[piece], 1) * asked.quantity[piece]
                lines += 1
                units += asked.quantity[piece]
                penalty += asked.penalty_minor[piece]
        bit = 1 << number
        for rest in range(bit):
            sums.weight_mg[bit | rest] = sums.weight_mg[rest] + weight
            sums.lines[bit | rest] = sums.lines[rest] + lines
            sums.units[bit | rest] = sums.units[rest] + units
            sums.penalty_minor[bit | rest] = sums.penalty_minor[rest] + penalty
