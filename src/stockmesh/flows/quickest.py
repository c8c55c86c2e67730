"""The plan that comes first: the cheapest of those whose last shipment is delivered on the earliest day there is.

The core is asked for the cheapest plan that comes by a day, for all orders of a batch at once, and the days between
what is certainly too early and what is known to do are halved until nothing lies between.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.carriers.delivery_days import NEVER
from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.sourcing.arrays import NO_TARIFF, Plans, Terms
from stockmesh.flows.deciding import Decided, decide_again
from stockmesh.flows.promise_routes import Routes, arrivals

Mask = NDArray[np.bool_]
LATEST_KNOWN: Final = NEVER - 1


@dataclass(frozen=True, eq=False)
class Lanes:
    """The ways of a batch: which one every offer of the extract is to each destination, and by when goods come.

    `number[n]` is the way whose days stand in row n of `arrives`.
    """

    row: I32  # [orders] row of `lane`
    lane: I32  # [destinations, offers of the extract] row of `arrives`
    number: list[int]
    arrives: I32  # [lanes, working days]

    def terms(self, due: I32) -> Terms:
        """The terms under which only what comes by an order's day is used."""
        orders, (rows, offers) = len(due), self.lane.shape
        return Terms(
            row=self.row,
            shipment_minor=np.zeros((rows, offers), dtype=np.int64),
            kilogram_micro=np.zeros((rows, offers), dtype=np.int64),
            lane=self.lane,
            arrives=self.arrives,
            unit_micro=np.zeros((0, 0), dtype=np.int64),
            due=due,
            late_minor=np.zeros(orders, dtype=np.int64),
            late_days_max=np.zeros(orders, dtype=np.int32),
        )


def lanes_of(decided: Decided, routes: Routes, now: datetime) -> Lanes:
    """The ways of a batch that was decided for this instant."""
    asked, offers = decided.asked, decided.names.extract.offer.tolist()
    keys = [(order.destination.country, order.destination.area) for order in asked.orders]
    place_of = {key: order.destination for key, order in zip(keys, asked.orders, strict=True)}
    row_of = {key: row for row, key in enumerate(place_of)}
    numbers = np.stack([routes.numbers(place, offers) for place in place_of.values()])
    number, lane = np.unique(numbers, return_inverse=True)
    return Lanes(
        row=np.array([row_of[key] for key in keys], dtype=np.int32),
        lane=lane.reshape(numbers.shape).astype(np.int32),
        number=number.tolist(),
        arrives=arrivals(routes, number.tolist(), asked.window.day, now),
    )


def quickest(decided: Decided, lanes: Lanes, wanted: Mask) -> list[Plans | None]:
    """For each order the plans of the batch in which its own comes first, those decided where none comes sooner; None
    where no plan that serves as much has known days. Only `wanted` orders are asked for."""
    cheapest = decided.plans
    days = last_days(cheapest, decided, lanes)
    found: list[Plans | None] = [cheapest if known else None for known in (days < NEVER).tolist()]
    low = _soonest(decided, lanes)
    high = np.where(days < NEVER, days, LATEST_KNOWN)
    # Where the cheapest plan has no known day, one that has is looked for first.
    tried = np.where(days < NEVER, (low.astype(np.int64) + high) // 2, LATEST_KNOWN).astype(np.int32)
    open_ = wanted & (low < high) & (np.diff(cheapest.shipment_start) > 0)
    while open_.any():
        plans = decide_again(decided, lanes.terms(np.where(open_, tried, LATEST_KNOWN).astype(np.int32)))
        days = last_days(plans, decided, lanes)
        does = (plans.unserved_minor <= cheapest.unserved_minor) & (days <= tried)
        for order in np.flatnonzero(open_ & does).tolist():
            found[order] = plans
        none = open_ & ~does & (tried == LATEST_KNOWN)
        high = np.where(open_ & does, days, high)
        low = np.where(open_ & ~does, tried + 1, low)
        open_ &= (low < high) & ~none
        tried = ((low.astype(np.int64) + high) // 2).astype(np.int32)
    return found


def last_days(plans: Plans, decided: Decided, lanes: Lanes) -> I32:
    """The day by which an order's last shipment has come, NEVER where nobody knows or nothing is sent: [orders]."""
    owner = np.repeat(np.arange(len(plans.status)), np.diff(plans.shipment_start))
    offer = np.searchsorted(decided.names.extract.offer, plans.shipment_offer)
    come = lanes.arrives[lanes.lane[lanes.row[owner], offer], plans.shipment_slot]
    found = np.full(len(plans.status), -1, dtype=np.int32)
    np.maximum.at(found, owner, come)
    found[found < 0] = NEVER
    return found


def _soonest(decided: Decided, lanes: Lanes) -> I32:
    """The first day on which anything could come: [orders]."""
    demand = decided.demand
    place = np.repeat(np.arange(len(decided.names.extract.location)), _offers_per_location(decided))
    lane = lanes.lane[lanes.row]
    slot = demand.first_slot[:, place]
    come = lanes.arrives[lane, np.minimum(slot, lanes.arrives.shape[1] - 1)]
    used = (demand.tariff_of[demand.destination] != NO_TARIFF) & (demand.barred[:, place] == 0)
    soonest: I32 = np.where(used, come, NEVER).min(axis=1, initial=NEVER).astype(np.int32)
    return soonest


def _offers_per_location(decided: Decided) -> I64:
    start = decided.asked.market.world.sites.offer_start
    return np.diff(start)[decided.names.extract.location]
