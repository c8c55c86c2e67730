"""The buffers one decision after another is worked out on: allocated once per batch, never read before written."""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.carriers.parcels import Units
from stockmesh.domain.carriers.tariffs import Tariffs
from stockmesh.domain.kernel.compiled import I8, I32, I64
from stockmesh.domain.sourcing.arrays import Demand, Supply, World

EXACT_PIECES: Final = 8
SUBSETS: Final = 1 << EXACT_PIECES
PIECES_PER_LINE: Final = 8
# A subset of t pieces is worth remembering at the 9 - t cheapest locations only; the sum over all 255 subsets.
ENTRIES: Final = 1271
RELAXED_PIECES: Final = 12
RELAXED_CANDIDATES: Final = 64
RESTORED_MAX: Final = 6
SHORTLIST: Final = 10
STARTS: Final = 32


Rows: TypeAlias = NDArray[np.void]


class Pieces(NamedTuple):
    """What the order asks for that something can serve: whole lines, or the parts of lines that had to be cut.

    Pieces keep the packing order of the lines; the parts of one line are neighbours.
    """

    line: I64  # line index within the batch
    weight_mg: I64  # of one unit
    volume_um3: I64
    exceeds: I64
    quantity: I64
    penalty_minor: I64  # for the whole piece
    need_start: I64  # one more than pieces
    need_row: I64  # row of `Supply.available`, each row once per piece
    need_units: I64


class Doors(NamedTuple):
    """K locations as this order finds them."""

    slot: I64  # working day the shipment would take, -1 when fenced
    fits_all: I8  # 1 when some offer takes the largest unit of the order
    can: I8  # [piece * K + k] 1 when the location can serve the piece alone
    candidate: I64  # locations that can serve anything, ascending
    room: I64  # units of one line each location could give
    tariff: I32  # [offer] what it would carry the order under, NO_TARIFF when it is not used; of open locations only
    fixed_minor: I64  # [offer] what it adds to the freight once a shipment, lateness included; 0 without terms
    kilogram_micro: I64  # [offer] and for each kilogram


class Subsets(NamedTuple):
    """Sums over each of the subsets of at most 12 pieces; size, step and member are used up to 8."""

    weight_mg: I64
    volume_um3: I64
    exceeds: I64
    lines: I64
    units: I64
    penalty_minor: I64
    own_micro: I64  # what the units cost beyond freight and handling at one location
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

    held: I64  # [subset]
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


# A subset of the pieces as one tariff packs it: the parcels closed, with the consignment, and the one still open.
LOAD: Final = np.dtype(
    [(name, np.int64) for name in ("closed_minor", "weight_mg", "volume_um3", "exceeds", "row", "step")]
)


class Tables(NamedTuple):
    """Nine to twelve pieces: what every subset costs from every candidate, and the cost tables made of it."""

    lump: I64  # [piece] which of the lumps it is in
    drawn: I64  # [subset] scratch: units of one shared row
    price: I64  # [candidate * subsets + subset]
    least: I64  # [subset] over the candidates that may send twice
    server: I64  # [subset] which of them
    restored: I64  # [candidate] 1 when it may send once only
    step_candidate: I64  # [step] those candidates
    best: I64  # [(step * layers + layer) * subsets + subset]


# One shortlisted location of a large order: what it charges, and the shipment as it stands.
BERTH: Final = np.dtype(
    [
        (name, np.int64)
        for name in (
            "location", "wait_minor", "order_micro", "line_micro", "unit_micro", "offers",
            "weight_mg", "bulk", "units", "lines", "own_micro", "guess_micro", "pieces", "cost",
        )
    ]
)  # fmt: skip
# One piece of a large order: where it lies (-1: nowhere), the bits of the berths that can serve it, its sums.
LOT: Final = np.dtype(
    [
        (name, np.int64)
        for name in (
            "at", "best_at", "serve", "line", "quantity", "weight_mg", "volume_um3", "bulk", "penalty_minor",
            "by_weight", "movable", "moved",
        )
    ]
)  # fmt: skip
# Pieces that the same berths can serve, summed.
GROUP: Final = np.dtype(
    [(name, np.int64) for name in ("serve", "lines", "units", "weight_mg", "bulk", "own_micro", "penalty_minor")]
)
# A set of berths to begin from, as bits; the hub is the member that gets everything it can serve.
START: Final = np.dtype([(name, np.int64) for name in ("guess", "members", "hub")])


class Yard(NamedTuple):
    """A large order in the making: only what the search needs, since every call hands all of it on.

    Sixty-four bits hold nine cubic metres, and a large order may have thousands: so volumes are added up as bulk, in
    units of 2^bulk_bits um3. Of an order up to two cubic metres bulk_bits is 0 and bulk is the volume.
    """

    tariffs: Tariffs
    units: Units
    need_start: I64
    need_units: I64
    clash: I64  # [need] index of the shared row, -1 when no other piece draws on it
    left: I64  # [clash * SHORTLIST + berth] stock of shared rows not yet drawn
    berths: Rows
    berth_tariff: I64  # [berth * offers + n]
    berth_minor: I64  # [berth * offers + n] what the offer adds once a shipment
    berth_micro: I64  # [berth * offers + n] and for each kilogram
    lot_micro: I64  # [piece * SHORTLIST + berth] what the units about cost beyond freight and handling, for estimates
    lot_own: I64  # the same without what carriers ask for their sides, which is part of the freight
    group_micro: I64  # [group * SHORTLIST + berth]
    lots: Rows
    groups: Rows
    group_of: I64  # [serve bits] group, -1 for none
    starts: Rows
    sums: Rows  # scratch: one group per berth
    gathered: I64  # scratch: pieces of one shipment
    spent: I64  # estimates made, pieces packed
    micro_per_minor: int
    shipments_max: int
    pieces: int
    exceeds: int  # boxes that some piece does not fit
    shortlisted: int
    bulk_bits: int


class Desk(NamedTuple):
    """Everything a decision needs to write on. `choice` is the location of each piece, -1 for none."""

    pieces: Pieces
    doors: Doors
    subsets: Subsets
    rates: Rates
    ranks: Ranks
    steps: Steps
    loads: Rows  # [subset]
    tables: Tables
    choice: I64
    row_seen: I64  # [R] scratch: how many pieces draw on the row
    clash_row: I64  # rows that more than one piece draws on
    clash_need: I64  # [clash * subsets + subset]
    row_clash: I64  # [R] for a row in clash_row: its index there
    scratch: I64
    yard: Yard


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
    tariffs = len(world.tariffs.rows)
    offers = max(demand.tariff_of.shape[1], 1)
    rated = min(tariffs, offers)
    needs = max(_most_components(demand), 1) * per_line
    wide = 1 << min(pieces, RELAXED_PIECES) if pieces > EXACT_PIECES else 0
    return Desk(
        pieces=_set_pieces(pieces, needs),
        doors=Doors(
            _empty(locations),
            np.empty(locations, np.int8),
            np.empty(pieces * locations, np.int8),
            _empty(locations),
            _empty(locations),
            np.empty(offers, np.int32),
            np.zeros(offers, np.int64),
            np.zeros(offers, np.int64),
        ),
        subsets=Subsets(*(_empty(max(SUBSETS, wide)) for _ in Subsets._fields)),
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
        loads=np.empty(wide, LOAD),
        tables=_set_tables(pieces, min(locations, RELAXED_CANDIDATES), min(world.policy.shipments_max, RELAXED_PIECES)),
        choice=_empty(pieces),
        row_seen=_empty(len(supply.available)),
        clash_row=_empty(needs // 2 + 1),
        clash_need=_empty((needs // 2 + 1) * SUBSETS),
        row_clash=np.zeros(len(supply.available), np.int64),
        scratch=_empty(max(needs, pieces)),
        yard=_set_yard(world, offers, pieces, needs),
    )


def _set_pieces(pieces: int, needs: int) -> Pieces:
    return Pieces(
        line=_empty(pieces),
        weight_mg=_empty(pieces),
        volume_um3=_empty(pieces),
        exceeds=_empty(pieces),
        quantity=_empty(pieces),
        penalty_minor=_empty(pieces),
        need_start=_empty(pieces + 1),
        need_row=_empty(needs),
        need_units=_empty(needs),
    )


def _set_tables(pieces: int, candidates: int, shipments_max: int) -> Tables:
    subsets = 1 << min(pieces, RELAXED_PIECES) if pieces > EXACT_PIECES else 0
    return Tables(
        lump=_empty(pieces),
        drawn=_empty(subsets),
        price=_empty(candidates * subsets),
        least=_empty(subsets),
        server=_empty(subsets),
        restored=_empty(candidates),
        step_candidate=_empty(RESTORED_MAX),
        best=_empty((RESTORED_MAX + 1) * (max(shipments_max, 0) + 1) * subsets),
    )


def _set_yard(world: World, offers: int, pieces: int, needs: int) -> Yard:
    none = _empty(0)
    return Yard(
        tariffs=world.tariffs,
        units=Units(none, none, none, none),
        need_start=none,
        need_units=none,
        clash=_empty(needs),
        left=_empty((needs // 2 + 1) * SHORTLIST),
        berths=np.empty(SHORTLIST, BERTH),
        berth_tariff=_empty(SHORTLIST * offers),
        berth_minor=_empty(SHORTLIST * offers),
        berth_micro=_empty(SHORTLIST * offers),
        lot_micro=_empty(pieces * SHORTLIST),
        lot_own=_empty(pieces * SHORTLIST),
        group_micro=_empty(pieces * SHORTLIST),
        lots=np.empty(pieces, LOT),
        groups=np.empty(pieces, GROUP),
        group_of=_empty(1 << SHORTLIST),
        starts=np.empty(STARTS, START),
        sums=np.empty(SHORTLIST, GROUP),
        gathered=_empty(pieces),
        spent=_empty(2),
        micro_per_minor=world.policy.micro_per_minor,
        shipments_max=world.policy.shipments_max,
        pieces=0,
        exceeds=0,
        shortlisted=0,
        bulk_bits=0,
    )


def _empty(size: int) -> I64:
    return np.empty(size, np.int64)


def _most_components(demand: Demand) -> int:
    bounds = demand.component_start[demand.line_start]
    return int(np.diff(bounds).max(initial=0))
