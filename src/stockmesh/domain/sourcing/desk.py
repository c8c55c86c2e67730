"""The buffers one decision after another is worked out on: allocated once per batch, never read before written."""

from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.kernel.compiled import I8, I64
from stockmesh.domain.sourcing.arrays import Demand, Supply, World

EXACT_PIECES: Final = 8
SUBSETS: Final = 1 << EXACT_PIECES
PIECES_PER_LINE: Final = 8
# A subset of t pieces is worth remembering at the 9 - t cheapest locations only; the sum over all 255 subsets.
ENTRIES: Final = 1271
SHORTLIST: Final = 10
STARTS: Final = 4


class Pieces(NamedTuple):
    """What the order asks for that something can serve: whole lines, or the parts of lines that had to be cut.

    Pieces keep the packing order of the lines; the parts of one line are neighbours.
    """

    line: I64  # line index within the batch
    weight_mg: I64  # of one unit
    volume_um3: I64
    quantity: I64
    penalty_minor: I64  # for the whole piece
    need_start: I64  # one more than pieces
    need_row: I64  # row of `Supply.available`, each row once per piece
    need_units: I64
    count: I64  # [1] pieces of a large order


class Doors(NamedTuple):
    """K locations as this order finds them."""

    slot: I64  # working day the shipment would take, -1 when fenced
    fits_all: I8  # 1 when some offer takes the largest unit of the order
    can: I8  # [piece * K + k] 1 when the location can serve the piece alone
    candidate: I64  # locations that can serve anything, ascending
    room: I64  # units of one line each location could give


class Subsets(NamedTuple):
    """Sums over each of the subsets of at most 8 pieces."""

    weight_mg: I64
    volume_um3: I64
    lines: I64
    units: I64
    penalty_minor: I64
    size: I64
    step: I64  # scratch: index of the tariff's break
    member: I64  # scratch: piece indices of one subset


class Rates(NamedTuple):
    """Freight in book minor units by (tariff met in this order, subset)."""

    seen: I64  # [T] stamp of the order that rated the tariff last
    base: I64  # [T] where its prices begin
    price: I64
    offer_base: I64  # scratch: where the prices of one location's offers begin


class Ranks(NamedTuple):
    """For each subset its cheapest locations: [subset * 8 + rank]."""

    count: I64  # [subset]
    room: I64  # [subset] how many are worth keeping
    cost: I64
    candidate: I64


class Steps(NamedTuple):
    """The surviving (location, subset, cost) entries in location order, and the cost tables between locations."""

    start: I64  # [candidates + 1]
    fill: I64  # scratch
    location: I64
    subset: I64
    cost: I64
    best: I64  # [(step * layers + layer) * subsets + subset]


class Loads(NamedTuple):
    """A large order on its shortlist of locations, numbered from the most useful one: [shortlisted]."""

    location: I64
    wait_minor: I64
    offer_count: I64
    tariff: I64  # [shortlisted * offers + n]
    weight_mg: I64
    volume_um3: I64
    units: I64
    lines: I64
    pieces: I64
    cost: I64  # of the shipment as it stands
    guess: I64  # its estimate, exact for a single parcel
    left: I64  # [clash * SHORTLIST + shortlisted] stock of shared rows not yet drawn


class Lots(NamedTuple):
    """The pieces of a large order."""

    at: I64  # shortlist number of the location that serves it, -1 for none
    best_at: I64
    serve: I64  # bits of the shortlisted locations that can serve it alone
    weight_mg: I64
    volume_um3: I64
    by_weight: I64  # pieces, heaviest first
    clash: I64  # [need] index into clash_row, -1 when nobody else draws on it
    movable: I64  # scratch


class Groups(NamedTuple):
    """Pieces that the same shortlisted locations can serve, summed."""

    of: I64  # [serve bits] group, -1 for none
    serve: I64
    weight_mg: I64
    volume_um3: I64
    lines: I64
    units: I64
    penalty_minor: I64


class Starts(NamedTuple):
    """The most promising sets of locations, cheapest estimate first."""

    guess: I64
    members: I64  # bits of shortlisted locations
    hub: I64  # the member that gets everything it can serve
    sums: I64  # scratch: [5 * shortlisted]
    spent: I64  # estimates made, pieces packed


class Desk(NamedTuple):
    """Everything a decision needs to write on. `choice` is the location of each piece, -1 for none."""

    pieces: Pieces
    doors: Doors
    subsets: Subsets
    rates: Rates
    ranks: Ranks
    steps: Steps
    choice: I64
    row_seen: I64  # [R] marks of the orders that drew on the row last
    clash_row: I64  # rows that more than one piece draws on
    clash_need: I64  # [clash * subsets + subset]
    row_clash: I64  # [R] for a row in clash_row: its index there
    scratch: I64
    loads: Loads
    lots: Lots
    groups: Groups
    starts: Starts


class Case(NamedTuple):
    """One order on the desk: what every step of the decision is given."""

    world: World
    demand: Demand
    supply: Supply
    desk: Desk
    order: int


def set_desk(world: World, demand: Demand, supply: Supply) -> Desk:
    """Buffers large enough for every order of the batch."""
    locations = len(world.sites.handling_order_micro)
    lines = max(int(np.diff(demand.line_start).max(initial=0)), 1)
    per_line = max(1, min(world.policy.shipments_max, PIECES_PER_LINE, locations))
    pieces = lines * per_line
    tariffs = len(world.tariffs.fx_ppm)
    offers = max(demand.tariff_of.shape[1], 1)
    rated = min(tariffs, offers)
    needs = max(_most_components(demand), 1) * per_line
    return Desk(
        pieces=Pieces(*(_empty(pieces) for _ in range(5)), _empty(pieces + 1), _empty(needs), _empty(needs), _empty(1)),
        doors=Doors(
            _empty(locations),
            np.empty(locations, np.int8),
            np.empty(pieces * locations, np.int8),
            _empty(locations),
            _empty(locations),
        ),
        subsets=Subsets(*(_empty(SUBSETS) for _ in range(8))),
        rates=Rates(np.full(tariffs, -1, np.int64), _empty(tariffs), _empty(rated * SUBSETS), _empty(offers)),
        ranks=Ranks(_empty(SUBSETS), _empty(SUBSETS), _empty(SUBSETS * EXACT_PIECES), _empty(SUBSETS * EXACT_PIECES)),
        steps=Steps(
            _empty(locations + 1),
            _empty(locations),
            _empty(locations),
            _empty(ENTRIES),
            _empty(ENTRIES),
            _empty((min(ENTRIES, locations) + 1) * SUBSETS * EXACT_PIECES),
        ),
        choice=_empty(pieces),
        row_seen=np.zeros(len(supply.available), np.int64),
        clash_row=_empty(needs // 2 + 1),
        clash_need=_empty((needs // 2 + 1) * SUBSETS),
        row_clash=np.zeros(len(supply.available), np.int64),
        scratch=_empty(max(needs, pieces)),
        loads=Loads(
            *(_empty(SHORTLIST) for _ in range(3)),
            _empty(SHORTLIST * offers),
            *(_empty(SHORTLIST) for _ in range(7)),
            _empty((needs // 2 + 1) * SHORTLIST),
        ),
        lots=Lots(*(_empty(pieces) for _ in range(6)), _empty(needs), _empty(pieces)),
        groups=Groups(_empty(1 << SHORTLIST), *(_empty(pieces) for _ in range(6))),
        starts=Starts(*(_empty(STARTS) for _ in range(3)), _empty(5 * SHORTLIST), _empty(2)),
    )


def _empty(size: int) -> I64:
    return np.empty(size, np.int64)


def _most_components(demand: Demand) -> int:
    bounds = demand.component_start[demand.line_start]
    return int(np.diff(bounds).max(initial=0))
