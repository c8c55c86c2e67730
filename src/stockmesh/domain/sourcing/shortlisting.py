"""In a network of hundreds of locations an order first looks at a few: the cheapest that carry all it wants.

Locations are ranked once per destination and size of the goods, whatever their stock; which of them carry an item is
known without reading any. An order that those few cannot serve whole from one place looks at more, and one that those
cannot serve whole looks at all: see `looks_further`.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.carriers.tariffs import Tariffs, parcel_price, to_book
from stockmesh.domain.kernel.compiled import I8, I32, I64, compiled
from stockmesh.domain.sourcing.arrays import NO_TARIFF, UNSEEN, Plans, Sites, World

KILOGRAM_MG, FOUR_LITRES_UM3 = 1_000_000, 4 * 10**15
SIZES: Final = tuple(
    (KILOGRAM_MG * tenths // 10, FOUR_LITRES_UM3 * tenths // 10) for tenths in (2, 5, 10, 20, 50, 100, 200)
)
FIRST_LOOK: Final = 4
SECOND_LOOK: Final = 32
UNREACHABLE: Final = 2**62
CHOSEN: Final = -1


class Wants(NamedTuple):
    """What N orders want and who carries it: R item rows, K locations, D rankings."""

    start: I64  # [N + 1] where an order's rows begin in `row`
    row: I32  # item rows, one entry per component of each line
    carried: NDArray[np.bool_]  # [R, K]
    ranking: I32  # [N] row of `ranked`
    ranked: I32  # [D, K] locations in the order in which they are worth a look, then -1


def size_of(weight_mg: int, volume_um3: int) -> int:
    """The first of SIZES that goods of this weight and volume do not exceed, or the last."""
    for size, (heaviest, bulkiest) in enumerate(SIZES):
        if weight_mg <= heaviest and volume_um3 <= bulkiest:
            return size
    return len(SIZES) - 1


def rank_for(world: World, tariff_row: I32, metres: I64, size: int) -> I32:
    """All locations that reach a destination, cheapest first for one parcel of a size; ties by distance, then by code.

    Those from where only smaller parcels can be sent come after all others.
    """
    cost = np.full(len(metres), UNREACHABLE, dtype=np.int64)
    smaller = np.zeros(len(metres), dtype=np.int64)
    for step, (weight_mg, volume_um3) in enumerate(reversed(SIZES[: size + 1])):
        missing = cost == UNREACHABLE
        if not missing.any():
            break
        cost[missing] = parcel_costs(world, tariff_row, weight_mg, volume_um3)[missing]
        smaller[missing] = step
    order = np.lexsort((np.arange(len(cost)), metres, cost, smaller))
    return order[cost[order] < UNREACHABLE].astype(np.int32)


@compiled
def parcel_costs(world: World, tariff_row: I32, weight_mg: int, volume_um3: int) -> I64:
    """Book minor units for a one-line parcel from every location, UNREACHABLE where none can be sent: [locations]."""
    sites = world.sites
    locations = len(sites.handling_order_micro)
    cost = np.full(locations, UNREACHABLE, dtype=np.int64)
    for location in range(locations):
        for offer in range(sites.offer_start[location], sites.offer_start[location + 1]):
            tariff = tariff_row[offer]
            if tariff != NO_TARIFF and _fits(world.tariffs, tariff, weight_mg, volume_um3):
                price = parcel_price(world.tariffs, tariff, 0, weight_mg, volume_um3)
                freight = to_book(world.tariffs, tariff, price + world.tariffs.rows[tariff].consignment_minor)
                cost[location] = min(
                    cost[location], freight + _handling(sites, location) // world.policy.micro_per_minor
                )
    return cost


@compiled
def _fits(tariffs: Tariffs, tariff: int, weight_mg: int, volume_um3: int) -> bool:
    within_weight = weight_mg <= tariffs.rows[tariff].weight_max_mg
    return bool(within_weight and volume_um3 <= tariffs.rows[tariff].volume_max_um3)


@compiled
def _handling(sites: Sites, location: int) -> int:
    per_order, per_line = sites.handling_order_micro[location], sites.handling_line_micro[location]
    return int(per_order + per_line + sites.handling_unit_micro[location])


class Narrowed(NamedTuple):
    """Which orders look only where all they want is carried, and which see everybody who carries anything they want:
    a plan of theirs is as good as if they had looked everywhere."""

    complete: NDArray[np.bool_]  # [N]
    covers: NDArray[np.bool_]  # [N]


@compiled
def narrow(wants: Wants, barred: I8, first: bool) -> Narrowed:
    """Sets `barred` to UNSEEN wherever an order does not look.

    At `first` an order looks at the few best locations that carry all it wants. Where nobody carries all, and in later
    rounds, it looks wherever anything it wants is carried.
    """
    orders = len(wants.ranking)
    found = Narrowed(np.zeros(orders, dtype=np.bool_), np.zeros(orders, dtype=np.bool_))
    for order in range(orders):
        chosen = np.empty(SECOND_LOOK, dtype=np.int32)
        count = _choose(wants, order, barred[order], chosen[:FIRST_LOOK], True)
        found.complete[order] = first and count > 0
        _mark(barred[order], chosen[:count])
        if not found.complete[order]:
            more = _choose(wants, order, barred[order], chosen[count:], False)
            _mark(barred[order], chosen[count : count + more])
        found.covers[order] = _choose(wants, order, barred[order], np.empty(1, dtype=np.int32), False) == 0
        for location in range(barred.shape[1]):
            barred[order, location] = 0 if barred[order, location] == CHOSEN else UNSEEN
    return found


@compiled
def _mark(barred: I8, chosen: I32) -> None:
    for location in chosen:
        barred[location] = CHOSEN


@compiled
def _choose(wants: Wants, order: int, barred: I8, chosen: I32, wholly: bool) -> int:
    """How many of the best locations have been written to `chosen`: those that carry all it wants, or any of it."""
    rows = wants.row[wants.start[order] : wants.start[order + 1]]
    count = 0
    for location in wants.ranked[wants.ranking[order]]:
        if location < 0 or count == len(chosen):
            break
        if barred[location] == 0 and _carries(wants.carried, rows, location, wholly):
            chosen[count] = location
            count += 1
    return count


@compiled
def _carries(carried: NDArray[np.bool_], rows: I32, location: int, wholly: bool) -> bool:
    for row in rows:
        if carried[row, location] != wholly:
            return not wholly
    return wholly


def disprove(plans: Plans, covers: NDArray[np.bool_]) -> None:
    """Takes the proof from plans of orders that did not see everybody who carries what they want."""
    plans.proven[~covers] = 0


def looks_further(plans: Plans, complete: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which orders should look at more locations: [orders]. Those not served whole, and of those that looked only
    where all is carried (`complete`) the ones not served from one place."""
    further: NDArray[np.bool_] = plans.status != 0
    further |= complete & (np.diff(plans.shipment_start) != 1)
    return further
