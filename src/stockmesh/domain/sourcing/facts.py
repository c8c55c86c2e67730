"""What a decision saw and what it decided, as bytes: enough to decide again, byte for byte, and to explain.

Everything is 32-bit words, little endian; amounts and quantities take two words, low word first. Availability is
clipped to 31 bits, more than any order may ask for. Nothing here says who the buyer is or where the buyer lives.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I32, I64, compiled
from stockmesh.domain.sourcing.arrays import UNSEEN, Demand, Plans, Supply
from stockmesh.domain.sourcing.extracts import Extract

LAYOUT: Final = 3  # 1 and 2 told of all items together how long the longest is
LAYOUT_WITH_TERMS: Final = 4
HEADER: Final = 9
LINE_WORDS: Final = 13
COMPONENT_WORDS: Final = 3
PIECE_WORDS: Final = 4
SHIPMENT_WORDS: Final = 13
DUE_WORDS: Final = 4  # at the end of facts with terms: due, late_minor, late_days_max
TERMS_WORDS: Final = 4  # more to a shipment with terms: lateness, further terms
OUTCOME_HEADER: Final = 8
CLIP: Final = 2**31 - 1
FULL, BARRED = -1, -2


class Record(NamedTuple):
    """One slice of words per order: order n is words[start[n]:start[n + 1]]."""

    words: I32
    start: I64


class Names(NamedTuple):
    """What the numbers of a batch stand for: the item of every line and of every availability row, the locations and
    offers; and whether an order sees everybody who carries any of its items."""

    line_item: I64
    row_item: I64
    covers: NDArray[np.bool_]
    extract: Extract


class Look(NamedTuple):
    """A batch while its facts are written: the supply is what the next order sees."""

    demand: Demand
    supply: Supply
    names: Names
    wait_days_max: int


@compiled
def _put(words: I32, at: int, value: int) -> None:
    words[at] = np.int32(value & 0x7FFFFFFF)
    words[at + 1] = np.int32(value >> 31)


@compiled
def get_wide(words: I32, at: int) -> int:
    return int((np.int64(words[at + 1]) << 31) | np.int64(words[at]))


@compiled
def seen_wait(slots: I64, first_slot: int, location: int, wait_days_max: int) -> int:
    """Working days until the location has room, or FULL."""
    for wait in range(wait_days_max + 1):
        if first_slot + wait < slots.shape[1] and slots[location, first_slot + wait] > 0:
            return wait
    return FULL


@compiled
def has_terms(demand: Demand) -> bool:
    """Whether the batch was decided with terms beyond freight and handling."""
    return len(demand.terms.row) > 0


@compiled
def _write_due(demand: Demand, order: int, words: I32, at: int) -> None:
    words[at] = demand.terms.due[order]
    _put(words, at + 1, demand.terms.late_minor[order])
    words[at + 3] = demand.terms.late_days_max[order]


@compiled
def _distinct_rows(demand: Demand, order: int, local: I32, rows: I32) -> int:
    """Numbers the availability rows an order touches, in order of first use; answers how many."""
    count = 0
    first = demand.component_start[demand.line_start[order]]
    last = demand.component_start[demand.line_start[order + 1]]
    for component in range(first, last):
        row = demand.component_row[component]
        if local[row] < 0:
            local[row] = count
            rows[count] = row
            count += 1
    return count


@compiled
def _facts_size(lines: int, components: int, rows: int, locations: int) -> int:
    return HEADER + lines * LINE_WORDS + components * COMPONENT_WORDS + rows * (1 + locations) + 2 * locations


@compiled
def _looked_at(demand: Demand, order: int) -> int:
    """How many locations the order's facts are about."""
    return int(np.sum(demand.barred[order] != UNSEEN))


@compiled
def _write_order(look: Look, order: int, words: I32, at: int, local: I32) -> int:
    """The lines and components of one order; answers the position after them."""
    demand = look.demand
    for line in range(demand.line_start[order], demand.line_start[order + 1]):
        words[at] = np.int32(look.names.line_item[line])
        words[at + 1] = np.int32(demand.component_start[line + 1] - demand.component_start[line])
        _put(words, at + 2, demand.quantity[line])
        _put(words, at + 4, demand.weight_mg[line])
        _put(words, at + 6, demand.volume_um3[line])
        _put(words, at + 8, demand.penalty_minor[line])
        words[at + 10 : at + 13] = demand.sides_um[line]
        at += LINE_WORDS
    first = demand.component_start[demand.line_start[order]]
    last = demand.component_start[demand.line_start[order + 1]]
    for component in range(first, last):
        words[at] = local[demand.component_row[component]]
        _put(words, at + 1, demand.component_quantity[component])
        at += COMPONENT_WORDS
    return at


@compiled
def _write_supply(look: Look, order: int, words: I32, at: int, rows: I32) -> None:
    """The items, the locations an order looked at, what they had of the items, and their room."""
    barred = look.demand.barred[order]
    for row in rows:
        words[at] = np.int32(look.names.row_item[row])
        at += 1
    for location in range(len(barred)):
        if barred[location] != UNSEEN:
            words[at] = look.names.extract.location[location]
            at += 1
    for row in rows:
        for location in range(len(barred)):
            if barred[location] != UNSEEN:
                words[at] = np.int32(max(min(look.supply.available[row, location], CLIP), -CLIP))
                at += 1
    for location in range(len(barred)):
        if barred[location] != UNSEEN:
            words[at] = BARRED if barred[location] else _wait_at(look, order, location)
            at += 1


@compiled
def _wait_at(look: Look, order: int, location: int) -> int:
    return seen_wait(look.supply.slots, look.demand.first_slot[order, location], location, look.wait_days_max)


@compiled
def take(demand: Demand, plans: Plans, order: int, supply: Supply) -> None:
    """Takes what an order was given: units of every component and one slot for each shipment."""
    for piece in range(plans.piece_start[order], plans.piece_start[order + 1]):
        line = plans.piece_line[piece]
        location = plans.piece_location[piece]
        for component in range(demand.component_start[line], demand.component_start[line + 1]):
            units = plans.piece_quantity[piece] * demand.component_quantity[component]
            supply.available[demand.component_row[component], location] -= units
    for shipment in range(plans.shipment_start[order], plans.shipment_start[order + 1]):
        supply.slots[plans.shipment_location[shipment], plans.shipment_slot[shipment]] -= 1


@compiled
def _measure_facts(demand: Demand, local: I32, rows: I32) -> I64:
    """Where each order's facts begin, and where the last one's end."""
    orders = len(demand.destination)
    start = np.zeros(orders + 1, dtype=np.int64)
    for order in range(orders):
        count = _distinct_rows(demand, order, local, rows)
        local[rows[:count]] = -1
        first, last = demand.line_start[order], demand.line_start[order + 1]
        components = demand.component_start[last] - demand.component_start[first]
        start[order + 1] = start[order] + _facts_size(last - first, components, count, _looked_at(demand, order))
        start[order + 1] += DUE_WORDS * has_terms(demand)
    return start


@compiled
def _write_facts(look: Look, plans: Plans) -> Record:
    demand = look.demand
    local = np.full(look.supply.available.shape[0], -1, dtype=np.int32)
    rows = np.empty(len(demand.component_row), dtype=np.int32)
    start = _measure_facts(demand, local, rows)
    words = np.zeros(start[-1], dtype=np.int32)
    for order in range(len(demand.destination)):
        at = start[order]
        count = _distinct_rows(demand, order, local, rows)
        first, last = demand.line_start[order], demand.line_start[order + 1]
        words[at] = LAYOUT_WITH_TERMS if has_terms(demand) else LAYOUT
        words[at + 1] = _looked_at(demand, order)
        words[at + 2] = last - first
        words[at + 3] = demand.component_start[last] - demand.component_start[first]
        words[at + 4] = count
        words[at + 5] = demand.wish[order]
        _put(words, at + 6, demand.buffer[order])
        words[at + 8] = look.names.covers[order]
        at = _write_order(look, order, words, at + HEADER, local)
        _write_supply(look, order, words, at, rows[:count])
        if has_terms(demand):
            _write_due(demand, order, words, start[order + 1] - DUE_WORDS)
        local[rows[:count]] = -1
        take(demand, plans, order, look.supply)
    return Record(words, start)


def write_facts(demand: Demand, plans: Plans, before: Supply, names: Names, wait_days_max: int) -> Record:
    """The facts of every order of a batch as it saw them.

    `before` is the supply before the batch and is changed: it ends as what the batch leaves.
    """
    return _write_facts(Look(demand, before, names, wait_days_max), plans)


@compiled
def write_outcomes(demand: Demand, plans: Plans, extract: Extract) -> Record:
    """The outcome of every order of a batch: status, costs, pieces, shipments; slots as days waited."""
    orders = len(plans.status)
    start = np.zeros(orders + 1, dtype=np.int64)
    for order in range(orders):
        pieces = plans.piece_start[order + 1] - plans.piece_start[order]
        shipments = plans.shipment_start[order + 1] - plans.shipment_start[order]
        each = SHIPMENT_WORDS + TERMS_WORDS * has_terms(demand)
        start[order + 1] = start[order] + OUTCOME_HEADER + pieces * PIECE_WORDS + shipments * each
    words = np.zeros(start[orders], dtype=np.int32)
    for order in range(orders):
        at = start[order]
        words[at] = plans.status[order]
        words[at + 1] = plans.proven[order]
        _put(words, at + 2, plans.cost_minor[order])
        _put(words, at + 4, plans.unserved_minor[order])
        words[at + 6] = plans.piece_start[order + 1] - plans.piece_start[order]
        words[at + 7] = plans.shipment_start[order + 1] - plans.shipment_start[order]
        at += OUTCOME_HEADER
        for piece in range(plans.piece_start[order], plans.piece_start[order + 1]):
            words[at] = np.int32(plans.piece_line[piece] - demand.line_start[order])
            words[at + 1] = extract.location[plans.piece_location[piece]]
            _put(words, at + 2, plans.piece_quantity[piece])
            at += PIECE_WORDS
        for shipment in range(plans.shipment_start[order], plans.shipment_start[order + 1]):
            location = plans.shipment_location[shipment]
            words[at] = extract.location[location]
            words[at + 1] = extract.offer[plans.shipment_offer[shipment]]
            words[at + 2] = plans.shipment_slot[shipment] - demand.first_slot[order, location]
            _put(words, at + 3, plans.shipment_parcels[shipment])
            _put(words, at + 5, plans.shipment_card_minor[shipment])
            _put(words, at + 7, plans.shipment_freight_minor[shipment])
            _put(words, at + 9, plans.shipment_handling_minor[shipment])
            _put(words, at + 11, plans.shipment_wait_minor[shipment])
            at += SHIPMENT_WORDS
            if has_terms(demand):
                _put(words, at, plans.shipment_late_minor[shipment])
                _put(words, at + 2, plans.shipment_terms_minor[shipment])
                at += TERMS_WORDS
    return Record(words, start)
