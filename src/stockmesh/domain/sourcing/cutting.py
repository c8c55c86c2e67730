"""From lines to pieces: a line that no single location can fill is cut beforehand into location-sized parts.

The rule: largest stock first (ties: location order), each part as large as that location allows, at most as many
parts as shipments are allowed (and never more than PIECES_PER_LINE); what is left over stays unserved.

A line that one location can fill is not cut, even where cutting would cost less. So a plan without a cut line that is
called proven is the cheapest among plans that serve every line whole from one location or not at all; a plan with a
cut line is never called proven, since the parts were not weighed against others.
"""

from typing import NamedTuple

from stockmesh.domain.sourcing.candidates import carries, find_servers
from stockmesh.domain.sourcing.desk import PIECES_PER_LINE, Case
from stockmesh.domain.sourcing.in_place import in_place


class Cut(NamedTuple):
    """How many pieces there are, whether a line had to be cut, and whether units are left that nothing can serve."""

    pieces: int
    cut: bool
    short: bool


@in_place
def cut_lines(case: Case) -> Cut:
    """The pieces of an order, written in packing order."""
    demand = case.demand
    count = 0
    cut = False
    short = False
    case.desk.pieces.need_start[0] = 0
    for line in range(demand.line_start[case.order], demand.line_start[case.order + 1]):
        if demand.quantity[line] <= 0:
            continue
        write_piece(case, count, line, demand.quantity[line])
        if find_servers(case, count):
            count += 1
            continue
        parts, left = cut_line(case, count)
        count += parts
        cut |= parts > 0
        short |= left > 0
    return Cut(count, cut, short)


@in_place
def write_piece(case: Case, piece: int, line: int, quantity: int) -> None:
    """A piece of the line with its needs; a component named twice is needed once, in the sum."""
    demand, pieces = case.demand, case.desk.pieces
    pieces.line[piece] = line
    pieces.weight_mg[piece] = demand.weight_mg[line]
    pieces.volume_um3[piece] = demand.volume_um3[line]
    pieces.exceeds[piece] = demand.exceeds[line]
    pieces.quantity[piece] = quantity
    pieces.penalty_minor[piece] = demand.penalty_minor[line] * quantity
    first = pieces.need_start[piece]
    end = first
    for component in range(demand.component_start[line], demand.component_start[line + 1]):
        row = demand.component_row[component]
        units = demand.component_quantity[component] * quantity
        at = first
        while at < end and pieces.need_row[at] != row:
            at += 1
        if at == end:
            pieces.need_row[at] = row
            pieces.need_units[at] = 0
            end += 1
        pieces.need_units[at] += units
    pieces.need_start[piece + 1] = end


@in_place
def cut_line(case: Case, piece: int) -> tuple[int, int]:
    """The number of parts written from `piece` on, and the units of the line left over."""
    room = case.desk.doors.room
    line = case.desk.pieces.line[piece]
    left = case.desk.pieces.quantity[piece]
    measure_room(case, piece)
    parts_max = min(case.world.policy.shipments_max, PIECES_PER_LINE, len(room))
    parts = 0
    while parts < parts_max and left > 0:
        location = room.argmax()
        quantity = min(room[location], left)
        if quantity <= 0:
            break
        room[location] = 0
        write_piece(case, piece + parts, line, quantity)
        find_servers(case, piece + parts)
        parts += 1
        left -= quantity
    return parts, left


@in_place
def measure_room(case: Case, piece: int) -> None:
    """Writes into `doors.room` how many units of the piece's line each open location could give."""
    doors, pieces = case.desk.doors, case.desk.pieces
    line = pieces.line[piece]
    wanted = pieces.quantity[piece]
    for location in range(len(doors.slot)):
        room = 0
        if doors.slot[location] >= 0 and (doors.fits_all[location] != 0 or carries(case, location, line)):
            room = wanted
            for need in range(pieces.need_start[piece], pieces.need_start[piece + 1]):
                each = max(pieces.need_units[need] // wanted, 1)
                stock = case.supply.available[pieces.need_row[need], location] - case.demand.buffer[case.order]
                room = min(room, max(stock, 0) // each)
        doors.room[location] = room
