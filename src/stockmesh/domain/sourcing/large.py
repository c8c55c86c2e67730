"""A good plan for more pieces than the exact solver takes."""

from stockmesh.domain.sourcing.desk import Case
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.shared import list_clashes


@in_place
def solve_largely(case: Case, pieces: int) -> bool:
    """False: never proven. Writes into `desk.choice` the location that can serve most of what is left, repeatedly."""
    doors, choice, asked = case.desk.doors, case.desk.choice, case.desk.pieces
    locations = len(doors.slot)
    choice[:pieces] = -1
    if list_clashes(case, pieces) > 0:
        return False
    for _ in range(case.world.policy.shipments_max):
        most, found = 0, -1
        for location in range(locations):
            served = 0
            for piece in range(pieces):
                if choice[piece] < 0 and doors.can[piece * locations + location] != 0:
                    served += asked.penalty_minor[piece]
            if served > most:
                most, found = served, location
        if found < 0:
            break
        for piece in range(pieces):
            if choice[piece] < 0 and doors.can[piece * locations + found] != 0:
                choice[piece] = found
    return False
