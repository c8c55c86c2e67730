"""Pieces that draw on the same stock: the same item alone and in a kit, or the parts of a cut line."""

from stockmesh.domain.sourcing.desk import SUBSETS, Case
from stockmesh.domain.sourcing.in_place import in_place


@in_place
def list_clashes(case: Case, pieces: int) -> int:
    """How many stock rows more than one piece draws on; writes them into `clash_row`."""
    asked, seen = case.desk.pieces, case.desk.row_seen
    clashes = 0
    for need in range(asked.need_start[pieces]):
        seen[asked.need_row[need]] = 0
    for need in range(asked.need_start[pieces]):
        row = asked.need_row[need]
        if seen[row] == 1:
            case.desk.clash_row[clashes] = row
            case.desk.row_clash[row] = clashes
            clashes += 1
        seen[row] += 1
    return clashes


@in_place
def sum_clashes(case: Case, pieces: int, clashes: int) -> None:
    """What each subset of at most eight pieces draws from each shared row, in `clash_need`."""
    asked, need = case.desk.pieces, case.desk.clash_need
    for clash in range(clashes):
        base = clash * SUBSETS
        need[base] = 0
        for piece in range(pieces):
            units = 0
            for at in range(asked.need_start[piece], asked.need_start[piece + 1]):
                if asked.need_row[at] == case.desk.clash_row[clash]:
                    units = asked.need_units[at]
            for rest in range(1 << piece):
                need[base + (1 << piece) + rest] = need[base + rest] + units
