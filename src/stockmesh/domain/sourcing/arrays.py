"""What the compiled core reads and writes: plain integer arrays, one world version, one batch of orders."""

from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.carriers.tariffs import Tariffs
from stockmesh.domain.kernel.compiled import I8, I32, I64

NO_TARIFF: Final = -1
NO_LANE: Final = -1
NO_DAY: Final = 2**31 - 1
BACKORDER, PART, REFUSE = 0, 1, 2  # what a buyer wants when stock is short
UNSEEN: Final = 2  # in Demand.barred: outside the shortlist, and so not among the facts


class Sites(NamedTuple):
    """K locations in the order of their codes, with the carrier services each may hand parcels to.

    The offers of location k are offer_start[k] up to offer_start[k + 1]; ties between offers fall to the first.
    Handling is in micro-units of the book currency.
    """

    handling_order_micro: I64  # [K] once per shipment
    handling_line_micro: I64  # [K]
    handling_unit_micro: I64  # [K]
    offer_start: I64  # [K + 1]


class Policy(NamedTuple):
    """Cost terms and limits, as integers."""

    micro_per_minor: int  # of the book currency
    wait_minor_per_day: int  # for each working day a shipment waits for capacity
    wait_days_max: int  # beyond it a location counts as full
    shipments_max: int  # at least 1


class Terms(NamedTuple):
    """What shipments cost beyond freight and handling, and when they arrive; amounts in the book currency.

    F rows for the destinations (and whatever else they differ by), N orders, O offers, M lines, K locations, L lanes, P
    working days of the offer's location. Days are counted since 1970. Where nothing is known all arrays are empty;
    where units have no cost of their own `unit_micro` has no row. No amount is below nothing.
    """

    row: I32  # [N] row of the first three
    shipment_minor: I64  # [F, O] once a shipment
    kilogram_micro: I64  # [F, O] for each kilogram of goods
    lane: I32  # [F, O] row of `arrives`, NO_LANE where nobody knows how long it takes
    arrives: I32  # [L, P] by which day goods have come whose shipment is begun on working day p
    unit_micro: I64  # [M, K] for each unit of a line, or [0, 0]
    due: I32  # [N] by which day goods are to come, NO_DAY where none is told
    late_minor: I64  # [N] for each day a shipment comes later
    late_days_max: I32  # [N] an offer that comes later still is not used


class Demand(NamedTuple):
    """N orders with M lines; a line is one item or one kit exploded to C components that must be together.

    Lines of one order are sorted by unit weight, unit volume (both descending), then item: the packing order.
    tariff_of has one row per destination and one column per offer: a tariff, or NO_TARIFF when not served.
    """

    line_start: I64  # [N + 1]
    component_start: I64  # [M + 1]
    component_row: I32  # [C] row of `Supply.available`
    component_quantity: I64  # [C] units of the component in one unit of the line
    quantity: I64  # [M]
    weight_mg: I64  # [M] of one unit
    volume_um3: I64  # [M] of one unit
    sides_um: I32  # [M, 3] of one unit, longest first; 0 where nobody knows
    exceeds: I64  # [M] the boxes of the market that a unit does not fit, as bits
    penalty_minor: I64  # [M] for one unit left unserved
    destination: I32  # [N] row of tariff_of
    wish: I8  # [N] BACKORDER, PART or REFUSE
    buffer: I64  # [N] units of every item withheld from this order's channel at every location
    barred: I8  # [N, K] 1 where the order may not be served from
    first_slot: I32  # [N, K] the location's first working day for this order, an index into Supply.slots
    tariff_of: I32  # [D, O]
    terms: Terms


NO_TERMS: Final = Terms(
    row=np.zeros(0, np.int32),
    shipment_minor=np.zeros((0, 0), np.int64),
    kilogram_micro=np.zeros((0, 0), np.int64),
    lane=np.zeros((0, 0), np.int32),
    arrives=np.zeros((0, 0), np.int32),
    unit_micro=np.zeros((0, 0), np.int64),
    due=np.zeros(0, np.int32),
    late_minor=np.zeros(0, np.int64),
    late_days_max=np.zeros(0, np.int32),
)


class Supply(NamedTuple):
    """What is there to take, changed by each decision: R item rows, K locations, P working days of each location."""

    available: I64  # [R, K] sellable less safety stock
    slots: I64  # [K, P] orders a location can still take on a working day


class World(NamedTuple):
    """One world version, compiled."""

    sites: Sites
    tariffs: Tariffs
    policy: Policy


class Plans(NamedTuple):
    """The decisions of a batch. Pieces and shipments of one order are contiguous, in location order.

    status: 0 served whole, 1 served in part, 2 nothing served (short), 3 refused whole by the buyer's wish.
    """

    status: I8  # [N]
    proven: I8  # [N] 1 when under the same facts none is cheaper that cuts no line one location can fill
    cost_minor: I64  # [N] everything, the penalty for unserved units included
    unserved_minor: I64  # [N] the penalty part of it
    piece_start: I64  # [N + 1]
    piece_line: I64  # [...] line index within the batch
    piece_location: I32
    piece_quantity: I64
    shipment_start: I64  # [N + 1]
    shipment_location: I32
    shipment_offer: I32  # index into the offers
    shipment_slot: I32  # working day taken, an index into Supply.slots[location]
    shipment_parcels: I64
    shipment_card_minor: I64  # freight in the card's currency
    shipment_freight_minor: I64  # freight in the book currency
    shipment_handling_minor: I64
    shipment_wait_minor: I64
    shipment_late_minor: I64
    shipment_terms_minor: I64  # what `Terms` adds beyond lateness
