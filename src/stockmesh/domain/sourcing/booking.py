"""Writing a decision down: shipments priced to the last term, units and slots taken from the supply."""

from typing import NamedTuple

from stockmesh.domain.carriers.parcels import Freight, Units, ship
from stockmesh.domain.carriers.tariffs import UNAVAILABLE, to_book
from stockmesh.domain.sourcing.arrays import NO_TARIFF, Demand, Plans, Supply
from stockmesh.domain.sourcing.candidates import days_late
from stockmesh.domain.sourcing.desk import Case
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.pricing import NO_PRICE, handling, terms_of
from stockmesh.domain.sourcing.shortlist import own_micro

WHOLE, IN_PART, NOTHING, REFUSED = 0, 1, 2, 3


class Offer(NamedTuple):
    """The cheapest way out of a location: offer, its freight on the card and in the book currency, and what it costs
    besides."""

    offer: int
    freight: Freight
    book_minor: int
    terms_minor: int


@in_place
def book_plan(case: Case, plans: Plans, pieces: int) -> None:
    """Writes the shipments and pieces of `desk.choice` in location order and takes what they use.

    The order's cost stands at the penalty of everything unserved when this begins.
    """
    order, asked, gathered = case.order, case.desk.pieces, case.desk.scratch
    shipment = plans.shipment_start[order]
    written = plans.piece_start[order]
    location = next_location(case, pieces, -1)
    while location >= 0:
        count = 0
        for piece in range(pieces):
            if case.desk.choice[piece] == location:
                gathered[count] = piece
                count += 1
                plans.unserved_minor[order] -= asked.penalty_minor[piece]
                plans.cost_minor[order] -= asked.penalty_minor[piece]
        written = book_pieces(case, plans, location, count, written)
        book_shipment(case, plans, location, count, shipment)
        shipment += 1
        location = next_location(case, pieces, location)
    plans.shipment_start[order + 1] = shipment
    plans.piece_start[order + 1] = written


@in_place
def next_location(case: Case, pieces: int, after: int) -> int:
    """The lowest chosen location above the given one, -1 when there is none."""
    found = -1
    for piece in range(pieces):
        location = case.desk.choice[piece]
        if location > after and (found < 0 or location < found):
            found = location
    return found


@in_place
def cheapest_offer(case: Case, location: int, count: int) -> Offer:
    """The cheapest offer for the first `count` pieces named in the scratch, the first among equals."""
    asked, tariffs = case.desk.pieces, case.world.tariffs
    units = Units(asked.weight_mg, asked.volume_um3, asked.quantity, asked.exceeds)
    weight, own = 0, 0
    for piece in case.desk.scratch[:count]:
        weight += max(asked.weight_mg[piece], 1) * asked.quantity[piece]
        own += own_micro(case, piece, location)
    best = Offer(-1, Freight(UNAVAILABLE, 0), NO_PRICE, 0)
    for offer in range(case.world.sites.offer_start[location], case.world.sites.offer_start[location + 1]):
        tariff = case.desk.doors.tariff[offer]
        if tariff == NO_TARIFF:
            continue
        freight = ship(tariffs, tariff, units, case.desk.scratch[:count])
        if freight.card_minor == UNAVAILABLE:
            continue
        book = to_book(tariffs, tariff, freight.card_minor)
        terms = terms_of(case, offer, weight, own)
        if book + terms < best.book_minor + best.terms_minor:
            best = Offer(offer, freight, book, terms)
    return best


@in_place
def book_pieces(case: Case, plans: Plans, location: int, count: int, written: int) -> int:
    """Where the next piece goes; takes the stock. Parts of one line that meet at a location become one piece."""
    asked, gathered = case.desk.pieces, case.desk.scratch
    first = written
    for at in range(count):
        piece = gathered[at]
        if written > first and plans.piece_line[written - 1] == asked.line[piece]:
            plans.piece_quantity[written - 1] += asked.quantity[piece]
        else:
            plans.piece_line[written] = asked.line[piece]
            plans.piece_location[written] = location
            plans.piece_quantity[written] = asked.quantity[piece]
            written += 1
        for need in range(asked.need_start[piece], asked.need_start[piece + 1]):
            case.supply.available[asked.need_row[need], location] -= asked.need_units[need]
    return written


@in_place
def book_shipment(case: Case, plans: Plans, location: int, count: int, shipment: int) -> None:
    """Prices one shipment of the pieces named in the scratch, adds it to the order's cost and takes the slot."""
    asked, gathered, policy = case.desk.pieces, case.desk.scratch, case.world.policy
    lines, units, line = 0, 0, -1
    for at in range(count):
        lines += asked.line[gathered[at]] != line
        line = asked.line[gathered[at]]
        units += asked.quantity[gathered[at]]
    offer = cheapest_offer(case, location, count)
    slot = case.desk.doors.slot[location]
    days = slot - case.demand.first_slot[case.order, location]
    handled = handling(case.world.sites, policy.micro_per_minor, location, lines, units)
    plans.shipment_location[shipment] = location
    plans.shipment_offer[shipment] = offer.offer
    plans.shipment_slot[shipment] = slot
    plans.shipment_parcels[shipment] = offer.freight.parcels
    plans.shipment_card_minor[shipment] = offer.freight.card_minor
    plans.shipment_freight_minor[shipment] = offer.book_minor
    plans.shipment_handling_minor[shipment] = handled
    plans.shipment_wait_minor[shipment] = days * policy.wait_minor_per_day
    late = late_minor(case, offer.offer, slot)
    plans.shipment_late_minor[shipment] = late
    plans.shipment_terms_minor[shipment] = offer.terms_minor - late
    plans.cost_minor[case.order] += offer.book_minor + offer.terms_minor + handled + days * policy.wait_minor_per_day
    case.supply.slots[location, slot] -= 1


@in_place
def late_minor(case: Case, offer: int, slot: int) -> int:
    """What it costs that a shipment begun in the slot comes later than it is due."""
    terms = case.demand.terms
    if len(terms.row) == 0:
        return 0
    late = days_late(terms, case.order, terms.lane[terms.row[case.order], offer], slot)
    return int(late * terms.late_minor[case.order])


@in_place
def put_back(demand: Demand, supply: Supply, plans: Plans, order: int) -> None:
    """Gives back the units and slots that an order's plan took."""
    for piece in range(plans.piece_start[order], plans.piece_start[order + 1]):
        line, location = plans.piece_line[piece], plans.piece_location[piece]
        for need in range(demand.component_start[line], demand.component_start[line + 1]):
            units = plans.piece_quantity[piece] * demand.component_quantity[need]
            supply.available[demand.component_row[need], location] += units
    for shipment in range(plans.shipment_start[order], plans.shipment_start[order + 1]):
        supply.slots[plans.shipment_location[shipment], plans.shipment_slot[shipment]] += 1
