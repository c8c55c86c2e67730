"""Cart holds: units kept for a cart for some minutes, decided by the same core as orders; extended, given up, expired.

A hold takes units, not capacity: which day its order is started is decided when it is placed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context, Present
from stockmesh.flows.deciding import Decided, decide
from stockmesh.flows.hold_units import (
    KeptUnits,
    LockedHold,
    TakenMeanwhile,
    cells_of_units,
    give_back_units,
    keep_units,
    lock_hold,
    units_of,
)
from stockmesh.flows.ordering import CheckedOrder, check_order
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import HoldNotOpen, HoldTooLarge, HoldTooLong, TooManyHolds
from stockmesh.flows.refusing import find_refusal
from stockmesh.flows.taking import takes_of
from stockmesh.flows.writing import short_of
from stockmesh.store.database import Session, column, execute, find_row
from stockmesh.store.vectors import Vector


@dataclass(frozen=True)
class Cart:
    """What a buyer has in mind. With `part` whatever there is of it is held; otherwise all of it or nothing.

    `customer` is empty for guests; `caller` is who asks on their behalf.
    """

    channel: str
    destination: Destination
    lines: tuple[OrderLine, ...]
    part: bool = False
    customer: str = ""
    caller: str = ""

    def request(self, now: datetime) -> OrderRequest:
        """The order the cart would be."""
        wish = Wish.PART if self.part else Wish.REFUSE
        return OrderRequest("cart", self.channel, now, self.destination, self.lines, wish, self.customer)


def hold_cart(context: Context, cart: Cart, *, minutes: int | None = None) -> int:
    """The number of the hold: the cart's units are kept until its time is over, and nobody else is given them.

    Raises HoldTooLong, HoldTooLarge, TooManyHolds, ShortStock, and what an order is refused for.
    """
    limits = context.hold_limits
    lasting = limits.minutes if minutes is None else minutes
    if not 1 <= lasting <= limits.minutes_max:
        raise HoldTooLong(minutes=lasting, longest=limits.minutes_max)
    hold = partial(_hold, context=context, cart=cart, lasting=timedelta(minutes=lasting))
    try:
        return context.database.transact(partial(hold, lock_first=False))
    except TakenMeanwhile:
        return context.database.transact(partial(hold, lock_first=True))


def _hold(session: Session, *, context: Context, cart: Cart, lasting: timedelta, lock_first: bool) -> int:
    present = context.hold_present(session)
    now = context.clock()
    order = check_order(context, present, 0, cart.request(now))
    if isinstance(order, Refusal):
        raise order
    _check_limits(session, context, order, cart.caller)
    if lock_first:
        execute(session, "stock/lock_items", items=Vector(_items(present, order)))
    decided = decide(session, context, present, [order])
    refusal = find_refusal(decided, 0)
    if refusal is not None:
        raise refusal
    hold_id = _write_hold(session, decided, cart, expires_at=now + lasting)
    units = _units(decided, present, hold_id)
    keep_units(session, context, units, buffer=order.channel.buffer_units, occurred_at=now)
    kept = units_of(session, [hold_id])
    told = {"hold_id": hold_id, "channel": cart.channel, "expires_at": (now + lasting).isoformat()}
    _announce(session, context, "hold_opened", told, kept)
    return hold_id


def _check_limits(session: Session, context: Context, order: CheckedOrder, caller: str) -> None:
    """Raises HoldTooLarge and TooManyHolds. A caller who opens several in the same instant may pass the number by as
    many; a customer may not."""
    limits = context.hold_limits
    if sum(order.quantities) > limits.units_max:
        raise HoldTooLarge(units=sum(order.quantities), largest=limits.units_max)
    whose_cart = {"customer": order.request.customer, "channel_id": order.channel.channel_id}
    if order.request.customer:
        execute(session, "holds/fence", **whose_cart)
    found = find_row(session, "holds/count_open", **whose_cart, caller=caller, now=context.clock())
    ensure(found is not None, "an aggregate always answers one row")
    for whose, most in (("customer", limits.of_customer), ("caller", limits.of_caller)):
        if found and found[whose] >= most:
            raise TooManyHolds(whose=whose, most=most)


def _items(present: Present, order: CheckedOrder) -> I64:
    parts = {part for item in order.items for part, _ in present.catalogue.components.get(item, ((item, 1),))}
    return column(sorted(parts))


def _write_hold(session: Session, decided: Decided, cart: Cart, *, expires_at: datetime) -> int:
    [order] = decided.asked.orders
    row = find_row(
        session,
        "holds/open",
        held_at=order.request.placed_at,
        expires_at=expires_at,
        cost_minor=int(decided.plans.cost_minor[0] - decided.plans.unserved_minor[0]),
        channel_id=order.channel.channel_id,
        country=order.destination.country,
        area=order.destination.area,
        customer=cart.customer,
        caller=cart.caller,
    )
    ensure(row is not None, "an insert answers its number")
    hold_id = int(row["hold_id"]) if row else 0
    lines = decided.asked.lines
    execute(
        session,
        "holds/write_lines",
        hold_id=hold_id,
        lines=Vector(lines.number),
        items=Vector(lines.item),
        quantities=Vector(lines.quantity),
        held=Vector(lines.quantity - short_of(decided).dropped),
    )
    return hold_id


def _units(decided: Decided, present: Present, hold_id: int) -> list[KeptUnits]:
    """The units of the plan by line and cell, in key order; pieces of a line that share a component are one entry."""
    takes = takes_of(decided, present)
    lines = decided.asked.lines.number[takes.line]
    summed: dict[tuple[int, int, int], int] = {}
    entries = zip(takes.item.tolist(), takes.location.tolist(), lines.tolist(), takes.quantity.tolist(), strict=True)
    for item, location, line, quantity in entries:
        summed[item, location, line] = summed.get((item, location, line), 0) + quantity
    return [KeptUnits(hold_id, line, (item, place), units) for (item, place, line), units in sorted(summed.items())]


def extend_hold(context: Context, hold_id: int, *, minutes: int, reach: Reach = EVERYTHING) -> datetime:
    """Until when the hold lasts now: so many minutes from this instant.

    Raises UnknownHold, HoldNotOpen, and HoldTooLong when it would last longer in all than holds may.
    """
    longest = context.hold_limits.minutes_max

    def work(session: Session) -> datetime:
        hold = lock_hold(session, hold_id, reach)
        now = context.clock()
        ensure_open(hold, now)
        expires_at = now + timedelta(minutes=max(minutes, 0))
        if minutes < 1 or expires_at - hold.held_at > timedelta(minutes=longest):
            raise HoldTooLong(minutes=minutes, longest=longest)
        execute(session, "holds/extend", hold_id=hold_id, expires_at=expires_at)
        announce(
            session,
            context,
            "hold_extended",
            hold_id,
            {"hold_id": hold_id, "channel": hold.channel, "expires_at": expires_at.isoformat()},
        )
        return expires_at

    return context.database.transact(work)


def release_hold(context: Context, hold_id: int, *, reach: Reach = EVERYTHING) -> frozenset[int]:
    """The items whose units can be sold, for the hold is given up. Raises UnknownHold and HoldNotOpen."""

    def work(session: Session) -> frozenset[int]:
        hold = lock_hold(session, hold_id, reach)
        ensure_open(hold, context.clock())
        return close_holds(session, context, [hold], "released")

    return context.database.transact(work)


def ensure_open(hold: LockedHold, now: datetime) -> None:
    """Nothing, or raises HoldNotOpen: also for one whose time is over and that nobody swept yet."""
    state = hold.state_at(now)
    if state != "open":
        raise HoldNotOpen(hold=hold.hold_id, state=state)


def close_holds(session: Session, context: Context, holds: Sequence[LockedHold], state: str) -> frozenset[int]:
    """The items given back: locked holds are closed as released or expired, with an event for each."""
    now = context.clock()
    hold_ids = [hold.hold_id for hold in holds]
    units = units_of(session, hold_ids)
    give_back_units(session, context, units, occurred_at=now)
    execute(session, "holds/close", holds=Vector(column(hold_ids)), state=state, closed_at=now, order_id=None)
    for hold in holds:
        mine = [one for one in units if one.hold_id == hold.hold_id]
        told = {"hold_id": hold.hold_id, "channel": hold.channel}
        _announce(session, context, f"hold_{state}", told, mine)
    return frozenset(one.key[0] for one in units)


def _announce(session: Session, context: Context, kind: str, told: dict[str, Any], units: Sequence[KeptUnits]) -> None:
    body = {**told, "units": [one.told() for one in units]}
    announce(session, context, kind, told["hold_id"], body, cells=cells_of_units(units))
