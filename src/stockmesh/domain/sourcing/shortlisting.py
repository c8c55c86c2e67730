"""In a network of hundreds of locations an order first looks at a few: those cheapest to ship from, and the nearest.

The ranking knows the destination but neither the order's goods nor any stock, so it is made once per destination. An
order that the first few cannot serve whole from one place looks at more, and one that those cannot serve whole looks
at all: see `looks_further`.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.carriers.tariffs import Tariffs, parcel_price, to_book
from stockmesh.domain.kernel.compiled import I32, I64, compiled
from stockmesh.domain.sourcing.arrays import NO_TARIFF, UNSEEN, Demand, Plans, Sites, World

LIGHT_MG, LIGHT_UM3 = 1_000_000, 4 * 10**15  # a kilogram in four litres
HEAVY_MG, HEAVY_UM3 = 10_000_000, 4 * 10**16
CHEAP_LIGHT: Final = 4
CHEAP_HEAVY: Final = 2
NEAREST: Final = 2
FIRST_LOOK: Final = CHEAP_LIGHT + CHEAP_HEAVY + NEAREST
SECOND_LOOK: Final = 32
UNREACHABLE: Final = 2**62


def rank_for(world: World, tariff_row: I32, metres: I64) -> I64:
    """All locations that reach a destination, in the order in which they are worth a look."""
    by_cost = _ranked(parcel_costs(world, tariff_row, LIGHT_MG, LIGHT_UM3), metres)
    by_heavy_cost = _ranked(parcel_costs(world, tariff_row, HEAVY_MG, HEAVY_UM3), metres)
    by_distance = by_cost[np.argsort(metres[by_cost], kind="stable")]
    chosen = by_cost[:CHEAP_LIGHT].tolist()
    for ranked, most in (
        (by_heavy_cost, CHEAP_LIGHT + CHEAP_HEAVY),
        (by_distance, FIRST_LOOK),
        (by_cost, len(metres)),
        (by_heavy_cost, len(metres)),
    ):
        known = set(chosen)
        fresh = [place for place in ranked.tolist() if place not in known]
        chosen += fresh[: most - len(chosen)]
    return np.array(chosen, dtype=np.int64)


def _ranked(cost: I64, metres: I64) -> I64:
    """The reachable locations, cheapest first; ties by distance, then by code."""
    order = np.lexsort((np.arange(len(cost)), metres, cost))
    return order[cost[order] < UNREACHABLE].astype(np.int64)


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
                price = parcel_price(world.tariffs, tariff, weight_mg, volume_um3)
                freight = to_book(world.tariffs, tariff, price + world.tariffs.consignment_minor[tariff])
                cost[location] = min(
                    cost[location], freight + _handling(sites, location) // world.policy.micro_per_minor
                )
    return cost


@compiled
def _fits(tariffs: Tariffs, tariff: int, weight_mg: int, volume_um3: int) -> bool:
    within_weight = weight_mg <= tariffs.parcel_weight_max_mg[tariff]
    return bool(within_weight and volume_um3 <= tariffs.parcel_volume_max_um3[tariff])


@compiled
def _handling(sites: Sites, location: int) -> int:
    per_order, per_line = sites.handling_order_micro[location], sites.handling_line_micro[location]
    return int(per_order + per_line + sites.handling_unit_micro[location])


def disprove(plans: Plans, demand: Demand) -> None:
    """Takes the proof from plans of orders that did not look at every location."""
    plans.proven[(demand.barred == UNSEEN).any(axis=1)] = 0


def looks_further(plans: Plans, looked_at: int) -> NDArray[np.bool_]:
    """Which orders should look at more locations: [orders]. After a first look those not served whole from one place,
    after a second those not served whole."""
    further: NDArray[np.bool_] = plans.status != 0
    if looked_at <= FIRST_LOOK:
        further |= np.diff(plans.shipment_start) != 1
    return further
