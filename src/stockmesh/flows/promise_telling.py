"""Plans of the core told as promises: shipments with their days and steps, and lines with what waits."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final

import numpy as np

from stockmesh.domain.carriers.promising import WORKING_DAYS, Begun, Moment, Onward, Step, begin
from stockmesh.domain.fulfilment.requests import Wish
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.network.calendars import EPOCH
from stockmesh.domain.sourcing.arrays import NO_TARIFF, Plans
from stockmesh.domain.sourcing.plans import Status
from stockmesh.flows.deciding import Decided
from stockmesh.flows.ordering import CheckedOrder
from stockmesh.flows.promise_routes import Routes
from stockmesh.flows.promise_supply import Due, Supplies
from stockmesh.flows.promise_values import (
    NO_SUPPLY,
    UNKNOWN_LANE,
    Delivery,
    PromisedLine,
    PromisedShipment,
    PromisedUnits,
    PromiseOption,
    together,
)

STATES: Final = {Status.WHOLE: "whole", Status.IN_PART: "part", Status.NOTHING: "none", Status.REFUSED: "refused"}
NO_DAYS: Final = Delivery(None, None, (WORKING_DAYS,))


@dataclass(frozen=True)
class Way:
    """The days and steps of shipments that begin on one day and go one way, and until when one has to order."""

    starts_on: date
    ships_on: date | None
    order_by: datetime
    delivery: Delivery
    steps: tuple[Step, ...]


@dataclass(eq=False)
class Telling:
    """A batch whose plans are told; days and steps that orders share are worked out once."""

    decided: Decided
    routes: Routes
    supplies: Supplies
    now: datetime
    _ways: dict[tuple[int, date], Way] = field(default_factory=dict)
    _begun: dict[tuple[str, str, date], Begun | None] = field(default_factory=dict)

    @cached_property
    def _currency(self) -> str:
        return self.decided.asked.present.facts.book_currency

    @cached_property
    def _carriers(self) -> dict[str, str]:
        return {one.code: carrier.code for carrier in self.routes.facts.carriers for one in carrier.services}

    def option(self, kinds: tuple[str, ...], plans: Plans, order: int) -> PromiseOption:
        """One order's plan as an option."""
        shipments = self._shipments(plans, order)
        lines = self._lines(plans, order)
        penalty = int(plans.unserved_minor[order])
        order_by = min((one.order_by for one in shipments), default=None)
        waiting = [line.delivery for line in lines if line.delivery is not None]
        return PromiseOption(
            kinds=kinds,
            served=STATES[Status(int(plans.status[order]))],
            cost=Money(int(plans.cost_minor[order]) - penalty, self._currency),
            penalty=Money(penalty, self._currency),
            proven=bool(plans.proven[order]),
            starts_on=max((one.starts_on for one in shipments), default=None),
            order_by=order_by,
            order_within_seconds=None if order_by is None else int((order_by - self.now).total_seconds()),
            delivery=together([*(one.delivery for one in shipments), *waiting]),
            shipments=shipments,
            lines=lines,
        )

    def _shipments(self, plans: Plans, order: int) -> tuple[PromisedShipment, ...]:
        asked, currency = self.decided.asked, self._currency
        units = self._units(plans, order)
        found = []
        for one in range(int(plans.shipment_start[order]), int(plans.shipment_start[order + 1])):
            place, offer = int(plans.shipment_location[one]), int(plans.shipment_offer[one])
            day = int(asked.window.day[place, int(plans.shipment_slot[one])])
            way = self._way(offer, asked.orders[order], EPOCH + timedelta(days=day))
            freight, handling, wait = (
                Money(int(amount[one]), currency)
                for amount in (plans.shipment_freight_minor, plans.shipment_handling_minor, plans.shipment_wait_minor)
            )
            service = asked.market.offers[offer].service
            found.append(
                PromisedShipment(
                    location=asked.market.facts.locations[place].code,
                    carrier=self._carriers[service],
                    service=service,
                    parcels=int(plans.shipment_parcels[one]),
                    starts_on=way.starts_on,
                    ships_on=way.ships_on,
                    order_by=way.order_by,
                    freight=freight,
                    handling=handling,
                    wait=wait,
                    cost=Money(freight.minor + handling.minor + wait.minor, currency),
                    units=tuple(units[place]),
                    delivery=way.delivery,
                    steps=way.steps,
                )
            )
        return tuple(found)

    def _way(self, offer: int, order: CheckedOrder, day: date) -> Way:
        """The days of a shipment for which the books keep room on a day."""
        [number] = self.routes.numbers(order.destination, [offer]).tolist()
        way = self._ways.get((number, day))
        if way is None:
            way = self._ways[number, day] = self._new_way(number, day)
        return way

    def _new_way(self, number: int, day: date) -> Way:
        route = self.routes.route(number)
        key = (route.location.code, route.carrier.code, day)
        if key not in self._begun:
            self._begun[key] = begin(route, Moment(self.now), lambda one: one >= day)
        begun = self._begun[key]
        if begun is None:
            return Way(day, None, self.now, NO_DAYS, ())
        onward = self.routes.onward(number, begun.start)
        steps = (*begun.steps, *onward.steps)
        return Way(begun.start, onward.ships_on, begun.cutoff.astimezone(UTC), _delivery(onward), steps)

    def _units(self, plans: Plans, order: int) -> dict[int, list[PromisedUnits]]:
        """What the order's plan takes from each location (its index)."""
        lines, skus = self.decided.asked.lines, _skus(self.decided.asked.orders[order])
        found: defaultdict[int, list[PromisedUnits]] = defaultdict(list)
        for piece in range(int(plans.piece_start[order]), int(plans.piece_start[order + 1])):
            number = int(lines.number[plans.piece_line[piece]])
            units = PromisedUnits(number, skus[number - 1], int(plans.piece_quantity[piece]))
            found[int(plans.piece_location[piece])].append(units)
        return found

    def _lines(self, plans: Plans, index: int) -> tuple[PromisedLine, ...]:
        order, lines = self.decided.asked.orders[index], self.decided.asked.lines
        start, skus = self.decided.demand.line_start, _skus(order)
        sent: defaultdict[int, int] = defaultdict(int)
        for piece in range(int(plans.piece_start[index]), int(plans.piece_start[index + 1])):
            sent[int(plans.piece_line[piece])] += int(plans.piece_quantity[piece])
        found = []
        for line in range(int(start[index]), int(start[index + 1])):
            number, quantity = int(lines.number[line]), int(lines.quantity[line])
            short = quantity - sent[line]
            waits = short if order.request.wish is Wish.BACKORDER else 0
            due = self.supplies.until(int(lines.item[line]), waits, order.channel.locations) if waits else None
            delivery, steps = self._waiting(due, order, index) if waits else (None, ())
            found.append(
                PromisedLine(
                    number, skus[number - 1], quantity, sent[line], waits, short - waits,
                    None if due is None else due.day, delivery, steps,
                )
            )  # fmt: skip
        return tuple(sorted(found, key=lambda one: one.line_no))

    def _waiting(self, due: Due | None, order: CheckedOrder, index: int) -> tuple[Delivery, tuple[Step, ...]]:
        """When supply is delivered on from where it comes to, by the service of that location that is soonest there."""
        if due is None:
            return NO_SUPPLY, ()
        asked = self.decided.asked
        best: tuple[Delivery, tuple[Step, ...]] = (UNKNOWN_LANE, ())
        tariffs = asked.market.tariff_row(order.destination)
        demand = self.decided.demand
        lines = slice(demand.line_start[index], demand.line_start[index + 1])
        exceeds, refuses = np.bitwise_or.reduce(demand.exceeds[lines]), asked.market.world.tariffs.rows["refuses"]
        for offer, one in enumerate(asked.market.offers):
            if asked.market.facts.locations[one.location].code != due.location or tariffs[offer] == NO_TARIFF:
                continue
            if exceeds & refuses[tariffs[offer]]:
                continue
            [number] = self.routes.numbers(order.destination, [offer]).tolist()
            begun = begin(self.routes.route(number), Moment(self.now, supply_on=due.day))
            onward = None if begun is None else self.routes.onward(number, begun.start)
            if begun is None or onward is None or onward.latest is None:
                continue
            if best[0].latest is None or onward.latest < best[0].latest:
                best = (_delivery(onward), (*begun.steps, *onward.steps))
        return best


def _delivery(onward: Onward) -> Delivery:
    return Delivery(onward.earliest, onward.latest, onward.missing)


def _skus(order: CheckedOrder) -> tuple[str, ...]:
    """The SKU of every line, lines of one item summed."""
    return tuple(dict.fromkeys(line.sku for line in order.request.lines))
