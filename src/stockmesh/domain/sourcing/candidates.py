"""Which locations are open to an order, and which could serve a piece: fences first, then stock."""

from stockmesh.domain.carriers.tariffs import Tariffs
from stockmesh.domain.sourcing.arrays import NO_DAY, NO_LANE, NO_TARIFF, Terms
from stockmesh.domain.sourcing.desk import Case
from stockmesh.domain.sourcing.in_place import in_place

FENCED = -1


@in_place
def open_doors(case: Case) -> int:
    """How many locations may serve the order at all: not barred, a free day, some offer that comes in time."""
    demand, doors, order = case.demand, case.desk.doors, case.order
    sites, tariffs = case.world.sites, case.world.tariffs
    heaviest, largest, exceeds = 0, 0, 0
    for line in range(demand.line_start[order], demand.line_start[order + 1]):
        heaviest = max(heaviest, demand.weight_mg[line])
        largest = max(largest, demand.volume_um3[line])
        exceeds |= demand.exceeds[line]
    tariff_of = demand.tariff_of[demand.destination[order]]
    has_terms = len(demand.terms.row) > 0
    opened = 0
    for location in range(len(doors.slot)):
        doors.slot[location] = FENCED
        if demand.barred[order, location] != 0:
            continue
        served = False
        fits_all = False
        for offer in range(sites.offer_start[location], sites.offer_start[location + 1]):
            tariff = tariff_of[offer]
            doors.tariff[offer] = tariff
            if tariff != NO_TARIFF:
                served = True
                fits_all |= unit_fits(tariffs, tariff, exceeds, heaviest, largest)
        if not served:
            continue
        doors.slot[location] = free_slot(case, location)
        doors.fits_all[location] = fits_all
        if has_terms and doors.slot[location] != FENCED:
            open_offers(case, location, exceeds, heaviest, largest)
        opened += doors.slot[location] != FENCED
    return opened


@in_place
def open_offers(case: Case, location: int, exceeds: int, heaviest: int, largest: int) -> None:
    """Takes offers away that would come too late, and writes what the others add to the freight."""
    doors, sites = case.desk.doors, case.world.sites
    slot = doors.slot[location]
    served, fits_all = False, False
    for offer in range(sites.offer_start[location], sites.offer_start[location + 1]):
        tariff = open_offer(case, offer, slot)
        if tariff != NO_TARIFF:
            served = True
            fits_all |= unit_fits(case.world.tariffs, tariff, exceeds, heaviest, largest)
    doors.fits_all[location] = fits_all
    if not served:
        doors.slot[location] = FENCED


@in_place
def open_offer(case: Case, offer: int, slot: int) -> int:
    """The tariff of an offer whose shipment would be begun in the slot, NO_TARIFF where it is not used."""
    terms, doors, order = case.demand.terms, case.desk.doors, case.order
    row = terms.row[order]
    late = days_late(terms, order, terms.lane[row, offer], slot)
    if late > terms.late_days_max[order]:
        doors.tariff[offer] = NO_TARIFF
    doors.fixed_minor[offer] = terms.shipment_minor[row, offer] + late * terms.late_minor[order]
    doors.kilogram_micro[offer] = terms.kilogram_micro[row, offer]
    return int(doors.tariff[offer])


@in_place
def days_late(terms: Terms, order: int, lane: int, slot: int) -> int:
    """By how many days a shipment begun in the slot comes later than it is due; none where nobody can know."""
    if lane == NO_LANE or terms.due[order] == NO_DAY:
        return 0
    return max(int(terms.arrives[lane, slot]) - int(terms.due[order]), 0)


@in_place
def free_slot(case: Case, location: int) -> int:
    """The first working day with room for one more shipment, or FENCED when the location is full for this order."""
    slots = case.supply.slots
    first = case.demand.first_slot[case.order, location]
    last = min(first + case.world.policy.wait_days_max, slots.shape[1] - 1)
    if first < 0:
        return FENCED
    for slot in range(first, last + 1):
        if slots[location, slot] > 0:
            return slot
    return FENCED


@in_place
def unit_fits(tariffs: Tariffs, tariff: int, exceeds: int, weight_mg: int, volume_um3: int) -> bool:
    """Whether one unit fits a parcel of the tariff."""
    return bool(
        exceeds & tariffs.rows[tariff].refuses == 0
        and max(weight_mg, 1) <= tariffs.rows[tariff].weight_max_mg
        and max(volume_um3, 1) <= tariffs.rows[tariff].volume_max_um3
    )


@in_place
def carries(case: Case, location: int, line: int) -> bool:
    """Whether some offer of the location takes one unit of the line."""
    demand, sites = case.demand, case.world.sites
    for offer in range(sites.offer_start[location], sites.offer_start[location + 1]):
        tariff = case.desk.doors.tariff[offer]
        if tariff != NO_TARIFF and unit_fits(
            case.world.tariffs, tariff, demand.exceeds[line], demand.weight_mg[line], demand.volume_um3[line]
        ):
            return True
    return False


@in_place
def find_servers(case: Case, piece: int) -> bool:
    """Whether some open location can serve the whole piece, stock and carrier considered; marks them in `doors.can`."""
    doors, pieces = case.desk.doors, case.desk.pieces
    locations = len(doors.slot)
    can = doors.can[piece * locations : (piece + 1) * locations]
    for location in range(locations):
        can[location] = doors.slot[location] >= 0
    for need in range(pieces.need_start[piece], pieces.need_start[piece + 1]):
        wanted = pieces.need_units[need] + case.demand.buffer[case.order]
        stock = case.supply.available[pieces.need_row[need]]
        for location in range(locations):
            can[location] &= stock[location] >= wanted
    found = False
    for location in range(locations):
        if can[location] != 0:
            can[location] = doors.fits_all[location] != 0 or carries(case, location, pieces.line[piece])
            found |= can[location] != 0
    return found
