"""One order with everything the books know of it: lines, fulfilments, events, the decision in force."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec

from stockmesh.domain.fulfilment.order_states import ORDER_LIFE, OrderState
from stockmesh.domain.fulfilment.refusals import UnknownOrder
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.network.places import Level
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store.database import Session, find_row, rows

Row = dict[str, Any]


@dataclass(frozen=True)
class DestinationView:
    """Where an order goes, as finely as the books know: country and postal area, with the position found for it.

    `level` and `radius_km` say how sure the position is; `assumed` when no source told us the destination.
    """

    country: str
    area: str
    latitude_e6: int
    longitude_e6: int
    level: Level
    radius_km: int
    assumed: bool


@dataclass(frozen=True)
class OrderLineView:
    """A line as the buyer sees it. `assumed` names the facts of the item that no source told us; milligrams."""

    line_no: int
    sku: str
    title: str
    is_kit: bool
    quantity: int
    waiting: int
    dropped: int
    unit_price: Money
    weight_mg: int
    assumed: tuple[str, ...]


@dataclass(frozen=True)
class UnitsGiven:
    """Units of an item that a fulfilment was given for a line, and how many of them it holds now."""

    line_no: int
    sku: str
    title: str
    committed: int
    held: int


@dataclass(frozen=True)
class FulfilmentView:
    """One location's part of an order, with its share of the cost. A void one belonged to an earlier plan."""

    fulfilment_no: int
    round: int
    state: str
    location: str
    location_name: str
    service: str
    carrier: str
    parcels: int
    starts_on: date
    freight: Money
    handling: Money
    wait: Money
    cost: Money
    units: tuple[UnitsGiven, ...]


@dataclass(frozen=True)
class DecisionView:
    """The decision in force: its cost, the penalty for units unserved apart, and what it can be replayed with.

    `proven` when under the same facts no plan is cheaper that cuts no line one location can fill.
    """

    round: int
    decided_at: datetime
    plan_cost: Money
    unserved: Money
    proven: bool
    world_id: int
    world_digest: str
    policy: str
    engine: str


@dataclass(frozen=True)
class OrderEvent:
    """Something that happened to the order."""

    event_id: int
    recorded_at: datetime
    kind: str
    body: Any


@dataclass(frozen=True)
class OrderDetail:
    """Everything about one order but the reasons."""

    order_id: int
    reference: str
    channel: str
    customer: str
    placed_at: datetime
    recorded_at: datetime
    state: str
    pause_reason: str | None
    possible: tuple[str, ...]
    wish: str
    destination: DestinationView
    lines: tuple[OrderLineView, ...]
    fulfilments: tuple[FulfilmentView, ...]
    events: tuple[OrderEvent, ...]
    decision: DecisionView

    @property
    def planned(self) -> tuple[FulfilmentView, ...]:
        """The fulfilments of the plan in force."""
        return tuple(part for part in self.fulfilments if part.state == "planned")


# What an order may be told from outside; the rest of its machine is driven by flows.
TOLD: Final = ("pause", "resume", "cancel", "change")


def ensure_within(session: Session, order_id: int, reach: Reach, *, wholly: bool = False) -> None:
    """Nothing when the order lies within reach; wholly, with every location that sends something of it.

    Raises UnknownOrder.
    """
    if reach.is_everything:
        return
    if find_row(session, "orders/within", order_id=order_id, wholly=wholly, **reach.parameters()) is None:
        raise UnknownOrder(order=str(order_id))


def get_order(context: Context, order_id: int, *, reach: Reach = EVERYTHING) -> OrderDetail:
    """Everything about one order but the reasons; who reaches some locations is told what these send and what that
    costs. Raises UnknownOrder."""
    with context.database.session() as session:
        ensure_within(session, order_id, reach)
        row = find_row(session, "views/order_header", order_id=order_id)
        if row is None:
            raise UnknownOrder(order=str(order_id))
        currency = row["currency"]
        fulfilments = _fulfilments(session, order_id, currency, reach)
        return OrderDetail(
            order_id=order_id,
            reference=row["reference"],
            channel=row["channel"],
            customer=row["customer"],
            placed_at=row["placed_at"],
            recorded_at=row["recorded_at"],
            state=row["state"],
            pause_reason=row["pause_reason"],
            possible=tuple(action for action in ORDER_LIFE.possible(OrderState(row["state"])) if action in TOLD),
            wish=row["wish"],
            destination=_destination(context, row),
            lines=tuple(_line(line, currency) for line in rows(session, "views/order_lines", order_id=order_id)),
            fulfilments=fulfilments,
            events=tuple(_event(event) for event in rows(session, "views/order_events", order_id=order_id)),
            decision=_decision(row if reach.locations is None else _seen_from(row, fulfilments), currency),
        )


def _destination(context: Context, row: Row) -> DestinationView:
    place = context.gazetteer.locate(row["country"], row["area"])
    return DestinationView(
        country=row["country"],
        area=row["area"],
        latitude_e6=place.latitude_e6,
        longitude_e6=place.longitude_e6,
        level=place.level,
        radius_km=place.radius_km,
        assumed=row["assumed"],
    )


def _line(row: Row, currency: str) -> OrderLineView:
    return OrderLineView(
        unit_price=Money(row.pop("unit_price_minor"), currency), assumed=tuple(sorted(row.pop("assumed"))), **row
    )


def _seen_from(row: Row, fulfilments: tuple[FulfilmentView, ...]) -> Row:
    """The decision as some locations see it: what they are paid for."""
    planned = sum(part.cost.minor for part in fulfilments if part.state == "planned")
    return {**row, "cost_minor": planned, "unserved_minor": 0}


def _fulfilments(session: Session, order_id: int, currency: str, reach: Reach) -> tuple[FulfilmentView, ...]:
    units: defaultdict[int, list[UnitsGiven]] = defaultdict(list)
    for row in rows(session, "views/order_units", order_id=order_id):
        units[row.pop("fulfilment_no")].append(UnitsGiven(**row))
    return tuple(
        _fulfilment(row, currency, tuple(units[row["fulfilment_no"]]))
        for row in rows(session, "views/order_fulfilments", order_id=order_id, **reach.parameters())
    )


def _fulfilment(row: Row, currency: str, units: tuple[UnitsGiven, ...]) -> FulfilmentView:
    amounts = {name: row.pop(f"{name}_minor") for name in ("freight", "handling", "wait")}
    return FulfilmentView(
        starts_on=row.pop("slot_day"),
        cost=Money(sum(amounts.values()), currency),
        units=units,
        freight=Money(amounts["freight"], currency),
        handling=Money(amounts["handling"], currency),
        wait=Money(amounts["wait"], currency),
        **row,
    )


def _event(row: Row) -> OrderEvent:
    body = row.pop("body")
    return OrderEvent(body=msgspec.json.decode(body) if body else None, **row)


def _decision(row: Row, currency: str) -> DecisionView:
    return DecisionView(
        round=row["round"],
        decided_at=row["decided_at"],
        plan_cost=Money(row["cost_minor"] - row["unserved_minor"], currency),
        unserved=Money(row["unserved_minor"], currency),
        proven=row["proven"],
        world_id=row["world_id"],
        world_digest=row["digest"],
        policy=row["policy"],
        engine=row["engine"],
    )
