"""The one door to sourcing: a batch of orders in, their plans out, each decided on what the ones before it left."""

from collections.abc import Callable
from itertools import pairwise
from operator import mul
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.sourcing.arrays import REFUSE, Demand, Plans, Supply, World
from stockmesh.domain.sourcing.booking import IN_PART, NOTHING, REFUSED, WHOLE, book_plan, put_back
from stockmesh.domain.sourcing.candidates import open_doors
from stockmesh.domain.sourcing.cutting import cut_lines
from stockmesh.domain.sourcing.desk import EXACT_PIECES, PIECES_PER_LINE, Case, set_desk
from stockmesh.domain.sourcing.exact import solve_exactly
from stockmesh.domain.sourcing.in_place import entrance, in_place
from stockmesh.domain.sourcing.large import solve_largely
from stockmesh.domain.sourcing.pricing import PENALTY_MAX
from stockmesh.domain.sourcing.relaxed import solve_relaxed

PER_ORDER: Final = ("status", "proven", "cost_minor", "unserved_minor")
BYTES: Final = frozenset({"status", "proven"})
SMALL: Final = frozenset({"piece_location", "shipment_location", "shipment_offer", "shipment_slot"})


def decide_batch(world: World, demand: Demand, supply: Supply, *, apart: bool = False) -> Plans:
    """The plan of every order, decided one after the other in the order given.

    `supply` is changed: it holds what is left when the last order has been decided. Give a copy to keep yours. Orders
    decided `apart` see nothing of each other: each takes from all there is, and `supply` stays as it was.
    A pure function of its arguments: no clock, no chance, and an order that takes nothing leaves no trace.
    """
    demand = _in_range(demand)
    orders = len(demand.destination)
    desk = set_desk(world, demand, supply)
    plans = _blank(orders, len(demand.quantity) + len(desk.choice))
    decided = 0
    while decided < orders:
        decided = decide_from(Case(world, demand, supply, desk, decided), plans, apart)
        if decided < orders:
            plans = _doubled(plans)
    return _trimmed(plans)


@entrance
def decide_from(case: Case, plans: Plans, apart: bool) -> int:
    """The number of orders decided: all from `case.order` on, or up to one that `plans` may not have room for."""
    demand = case.demand
    orders = len(demand.destination)
    per_line = max(1, min(case.world.policy.shipments_max, PIECES_PER_LINE, len(case.desk.doors.slot)))
    for order in range(case.order, orders):
        lines = demand.line_start[order + 1] - demand.line_start[order]
        if plans.piece_start[order] + lines * per_line > len(plans.piece_line):
            return order
        decide_order(Case(case.world, demand, case.supply, case.desk, order), plans)
        if apart:
            put_back(demand, case.supply, plans, order)
    return orders


@in_place
def decide_order(case: Case, plans: Plans) -> None:
    """Decides one order, writes it down and takes what it uses."""
    order = case.order
    refuses = case.demand.wish[order] == REFUSE
    units = write_nothing(case, plans)
    plans.status[order] = REFUSED if refuses else NOTHING
    if open_doors(case) == 0:
        return
    cut = cut_lines(case)
    plans.proven[order] = not cut.cut
    if refuses and cut.short:
        return
    plans.proven[order] = choose_locations(case, cut.pieces) and not cut.cut
    served = count_served(case, cut.pieces)
    if served == 0 or (refuses and served < units):
        return
    plans.status[order] = WHOLE if served == units else IN_PART
    book_plan(case, plans, cut.pieces)


@in_place
def write_nothing(case: Case, plans: Plans) -> int:
    """How many units the order asks for; writes the plan that sends none of them."""
    order, demand = case.order, case.demand
    units, wanted = 0, 0
    for line in range(demand.line_start[order], demand.line_start[order + 1]):
        units += demand.quantity[line]
        wanted += demand.penalty_minor[line] * demand.quantity[line]
    plans.cost_minor[order] = wanted
    plans.unserved_minor[order] = wanted
    plans.piece_start[order + 1] = plans.piece_start[order]
    plans.shipment_start[order + 1] = plans.shipment_start[order]
    plans.proven[order] = True
    return units


@in_place
def choose_locations(case: Case, pieces: int) -> bool:
    """Whether the choice is proven the best; writes the location of each piece into `desk.choice`."""
    if pieces > EXACT_PIECES:
        if solve_relaxed(case, pieces):
            return True
        solve_largely(case, pieces)
        return False
    if pieces > 0:
        solve_exactly(case, pieces)
    return True


@in_place
def count_served(case: Case, pieces: int) -> int:
    """How many units have been given a location."""
    served = 0
    for piece in range(pieces):
        if case.desk.choice[piece] >= 0:
            served += case.desk.pieces.quantity[piece]
    return served


def _in_range(demand: Demand) -> Demand:
    """The demand with unit penalties capped where those of an order exceed PENALTY_MAX: as good as always itself.

    The cap depends on the order alone, so an order is decided alike alone and in a batch.
    """
    if int(demand.penalty_minor.max(initial=0)) * int(demand.quantity.sum()) <= PENALTY_MAX:
        return demand
    penalty = demand.penalty_minor.copy()
    for first, last in pairwise(demand.line_start.tolist()):
        units = demand.quantity[first:last].tolist()
        if sum(map(mul, penalty[first:last].tolist(), units)) > PENALTY_MAX:
            penalty[first:last] = np.minimum(penalty[first:last], PENALTY_MAX // sum(units))
    return demand._replace(penalty_minor=penalty)


def _blank(orders: int, pieces: int) -> Plans:
    def column(name: str) -> NDArray[np.generic]:
        if name.endswith("_start"):
            return np.zeros(orders + 1, np.int64)
        kind = np.int8 if name in BYTES else np.int32 if name in SMALL else np.int64
        return np.empty(orders if name in PER_ORDER else pieces, kind)

    return Plans(*(column(name) for name in Plans._fields))  # type: ignore[arg-type]


def _per_row(plans: Plans, change: Callable[[str, NDArray[np.generic]], NDArray[np.generic]]) -> Plans:
    columns = zip(Plans._fields, plans, strict=True)
    return Plans(
        *(column if name in PER_ORDER or name.endswith("_start") else change(name, column) for name, column in columns)  # type: ignore[arg-type]
    )


def _doubled(plans: Plans) -> Plans:
    return _per_row(plans, lambda _, column: np.concatenate([column, np.empty_like(column)]))


def _trimmed(plans: Plans) -> Plans:
    pieces, shipments = int(plans.piece_start[-1]), int(plans.shipment_start[-1])
    return _per_row(plans, lambda name, column: column[: pieces if name.startswith("piece") else shipments])
