"""Promises: what would be done for carts if they were ordered now. A dry run of the very core that places orders.

Nothing is written and nothing is kept: who needs the units kept holds the cart. Each cart is decided apart, as if it
were the only one. The books know no transit times of carriers yet, so no day of delivery is told; what is missing is.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from stockmesh.domain.fulfilment.requests import OrderRequest, Wish
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.network.calendars import EPOCH
from stockmesh.domain.sourcing.plans import Status
from stockmesh.domain.sourcing.shortlisting import looks_further
from stockmesh.flows.context import Context, Present
from stockmesh.flows.deciding import Decided, decide
from stockmesh.flows.looking import Look
from stockmesh.flows.ordering import CheckedOrder, check_order
from stockmesh.store.database import Session, column, rows
from stockmesh.store.vectors import Vector

LOOKS: Final = (Look.BEST, Look.MORE, Look.ALL)
STATES: Final = {Status.WHOLE: "whole", Status.IN_PART: "part", Status.NOTHING: "none", Status.REFUSED: "refused"}
# What a day of delivery needs and the books do not hold.
UNKNOWN: Final = ("transit_days",)


@dataclass(frozen=True)
class Delivery:
    """Between which days it is delivered; null as long as what `missing` names is not in the books."""

    earliest: date | None
    latest: date | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class PromisedUnits:
    """Units of a line in a shipment."""

    line_no: int
    sku: str
    units: int


@dataclass(frozen=True)
class PromisedShipment:
    """What one location would send. `ships_on` is the working day it would be started: the first before whose cut-off
    the order comes and that has room."""

    location: str
    carrier: str
    service: str
    parcels: int
    ships_on: date
    freight: Money
    handling: Money
    wait: Money
    cost: Money
    units: tuple[PromisedUnits, ...]
    delivery: Delivery


@dataclass(frozen=True)
class PromisedLine:
    """A line of the cart: units that would be sent, wait for supply, or be dropped by the buyer's wish.

    `waits_until` is the day from which supply on its way covers what waits, after all that other orders wait for; null
    when nothing waits, or not enough is on its way.
    """

    line_no: int
    sku: str
    quantity: int
    sent: int
    waiting: int
    dropped: int
    waits_until: date | None


@dataclass(frozen=True)
class Promise:
    """The plan a cart would be given now. `served`: whole, part, none, or refused by the buyer's wish.

    `ships_on` is when the last shipment would be started; `penalty` is what units unserved weigh in the decision.
    """

    served: str
    cost: Money
    penalty: Money
    proven: bool
    ships_on: date | None
    delivery: Delivery
    shipments: tuple[PromisedShipment, ...]
    lines: tuple[PromisedLine, ...]


NO_DELIVERY: Final = Delivery(None, None, UNKNOWN)


def promise(context: Context, carts: Sequence[OrderRequest]) -> list[Promise | Refusal]:
    """The promise for every cart, in their order, or why it would be refused. Raises EmptyNetwork.

    All are sourced for this instant, whatever theirs. Nothing is locked: stock may be gone a moment later.
    """
    now = context.clock()
    with context.database.session() as session:
        present = context.present(session)
        asked = [check_order(context, present, place, replace(one, placed_at=now)) for place, one in enumerate(carts)]
        found: dict[int, Promise] = {}
        for look in LOOKS:
            orders = [one for one in asked if isinstance(one, CheckedOrder) and one.place not in found]
            if orders:
                decided = decide(session, context, present, orders, look=look, apart=True)
                found |= _read(session, present, decided, today=now.date())
    return [found[place] if isinstance(one, CheckedOrder) else one for place, one in enumerate(asked)]


def _read(session: Session, present: Present, decided: Decided, *, today: date) -> dict[int, Promise]:
    """The promises of orders that need not look further, by place."""
    further = looks_further(decided.plans, decided.complete) if decided.narrowed else np.zeros(0, dtype=np.bool_)
    settled = [index for index in range(len(decided.asked.orders)) if not (decided.narrowed and further[index])]
    sent = np.zeros(len(decided.asked.lines.item), dtype=np.int64)
    np.add.at(sent, decided.plans.piece_line, decided.plans.piece_quantity)
    due = _Supplies(session, decided, sent, today)
    return {
        decided.asked.orders[index].place: _promise(present, decided, index, sent.tolist(), due) for index in settled
    }


class _Supplies:
    """When supply on its way covers what lines wait for; asked of the books once, and only for what is short."""

    def __init__(self, session: Session, decided: Decided, sent: I64, today: date) -> None:
        lines = decided.asked.lines
        self._components = decided.asked.present.catalogue.components
        short = {int(item) for item in lines.item[sent < lines.quantity]}
        parts = column(sorted({part for item in short for part, _ in self._parts(item)}))
        self._waiting: dict[int, int] = {}
        self._due: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        if len(parts):
            found = rows(session, "promises/waiting", items=Vector(parts))
            self._waiting = {row["item_id"]: row["units"] for row in found}
            for row in rows(session, "promises/supply", items=Vector(parts), today=today):
                self._due[row["item_id"]].append(row)

    def _parts(self, item: int) -> tuple[tuple[int, int], ...]:
        return self._components.get(item, ((item, 1),))

    def until(self, item: int, units: int, locations: Collection[str]) -> date | None:
        """From which day so many more units of an item or kit are covered at some locations, or at all if none is
        named."""
        days = [self._covered(part, units * each, locations) for part, each in self._parts(item)]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None

    def _covered(self, part: int, units: int, locations: Collection[str]) -> date | None:
        wanted = self._waiting.get(part, 0) + units
        for row in self._due[part]:
            wanted -= row["units"] if not locations or row["location"] in locations else 0
            if wanted <= 0:
                day: date = row["due_on"]
                return day
        return None


def _promise(present: Present, decided: Decided, index: int, sent: list[int], due: _Supplies) -> Promise:
    plans, currency = decided.plans, present.facts.book_currency
    shipments = _shipments(present, decided, index)
    penalty = int(plans.unserved_minor[index])
    return Promise(
        served=STATES[Status(int(plans.status[index]))],
        cost=Money(int(plans.cost_minor[index]) - penalty, currency),
        penalty=Money(penalty, currency),
        proven=bool(plans.proven[index]),
        ships_on=max((one.ships_on for one in shipments), default=None),
        delivery=NO_DELIVERY,
        shipments=shipments,
        lines=_lines(decided, index, sent, due),
    )


def _span(decided: Decided, index: int) -> range:
    """The lines of an order within the batch."""
    start = decided.demand.line_start
    return range(int(start[index]), int(start[index + 1]))


def _skus(order: CheckedOrder) -> tuple[str, ...]:
    """The SKU of every line, lines of one item summed."""
    return tuple(dict.fromkeys(line.sku for line in order.request.lines))


def _lines(decided: Decided, index: int, sent: list[int], due: _Supplies) -> tuple[PromisedLine, ...]:
    order, lines = decided.asked.orders[index], decided.asked.lines
    skus, keeps = _skus(order), order.request.wish is Wish.BACKORDER
    found = []
    for line in _span(decided, index):
        number, item, quantity = int(lines.number[line]), int(lines.item[line]), int(lines.quantity[line])
        short = quantity - sent[line]
        until = due.until(item, short, order.channel.locations) if short and keeps else None
        waiting, dropped = (short, 0) if keeps else (0, short)
        found.append(PromisedLine(number, skus[number - 1], quantity, sent[line], waiting, dropped, until))
    return tuple(sorted(found, key=lambda one: one.line_no))


def _shipments(present: Present, decided: Decided, index: int) -> tuple[PromisedShipment, ...]:
    plans, market, currency = decided.plans, decided.asked.market, present.facts.book_currency
    carrier_of = {service.code: carrier.code for carrier in market.facts.carriers for service in carrier.services}
    units = _units(decided, index)
    found = []
    for one in range(int(plans.shipment_start[index]), int(plans.shipment_start[index + 1])):
        place, service = int(plans.shipment_location[one]), market.offers[int(plans.shipment_offer[one])].service
        freight, handling, wait = (
            Money(int(amount[one]), currency)
            for amount in (plans.shipment_freight_minor, plans.shipment_handling_minor, plans.shipment_wait_minor)
        )
        day = int(decided.asked.window.day[place, int(plans.shipment_slot[one])])
        found.append(
            PromisedShipment(
                location=market.facts.locations[place].code,
                carrier=carrier_of[service],
                service=service,
                parcels=int(plans.shipment_parcels[one]),
                ships_on=EPOCH + timedelta(days=day),
                freight=freight,
                handling=handling,
                wait=wait,
                cost=Money(freight.minor + handling.minor + wait.minor, currency),
                units=tuple(units[place]),
                delivery=NO_DELIVERY,
            )
        )
    return tuple(found)


def _units(decided: Decided, index: int) -> dict[int, list[PromisedUnits]]:
    """What the order's plan takes from each location (its index)."""
    plans, lines, skus = decided.plans, decided.asked.lines, _skus(decided.asked.orders[index])
    found: defaultdict[int, list[PromisedUnits]] = defaultdict(list)
    for piece in range(int(plans.piece_start[index]), int(plans.piece_start[index + 1])):
        number = int(lines.number[plans.piece_line[piece]])
        units = PromisedUnits(number, skus[number - 1], int(plans.piece_quantity[piece]))
        found[int(plans.piece_location[piece])].append(units)
    return found
