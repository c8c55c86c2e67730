"""What may happen to an order before it is released: pause, resume, cancel, change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from stockmesh.domain.fulfilment.order_states import ORDER_LIFE, OrderAction, OrderState
from stockmesh.domain.fulfilment.refusals import AmbiguousOrder, UnknownOrder
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.announcing import announce, cells_at
from stockmesh.flows.context import Context, Present
from stockmesh.flows.deciding import decide
from stockmesh.flows.differences import changes
from stockmesh.flows.giving_back import give_back
from stockmesh.flows.locking import lock_candidates
from stockmesh.flows.order_contacts import redirect_contact
from stockmesh.flows.order_detail import ensure_within
from stockmesh.flows.ordering import CheckedOrder, check_order
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusing import find_refusal
from stockmesh.flows.stock_levels import get_channel
from stockmesh.flows.taking import every_order, take, takes_of
from stockmesh.flows.writing import Writing, line_rows, offset_late, plan_rows, short_of
from stockmesh.store.database import Session, copy_all, execute, find_row, rows

Row = dict[str, Any]


@dataclass(frozen=True)
class OrderChange:
    """What is to be different; None leaves it as it is."""

    destination: Destination | None = None
    lines: tuple[OrderLine, ...] | None = None


def find_order(context: Context, name: str, *, channel: str = "") -> int:
    """The number of the order with this number or reference.

    A number is unique and has the say, unless a channel is named: then a reference in that channel has. Raises
    UnknownOrder, UnknownChannel, and AmbiguousOrder when a reference was used in several channels and none is named.
    """
    number = int(name) if name.isdecimal() and len(name) < 19 else -1
    with context.database.session() as session:
        if channel:
            get_channel(session, channel)
        found = rows(session, "orders/find_id", number=number, reference=name, channel=channel)
    preferred = [row for row in found if row["by_number"] != bool(channel)] or found
    if not preferred:
        raise UnknownOrder(order=name)
    if len(preferred) > 1:
        raise AmbiguousOrder(order=name, channels=tuple(row["channel"] for row in preferred))
    return int(preferred[0]["order_id"])


def pause_order(context: Context, order_id: int, reason: str, *, reach: Reach = EVERYTHING) -> OrderState:
    """The order waits for payment, a fraud check or a person; it keeps its units. Raises NotPossible, UnknownOrder."""

    def work(session: Session) -> OrderState:
        row = lock_order(session, order_id, reach)
        after = _after(row, OrderAction.PAUSE)
        _set_state(session, row, after, pause_reason=reason)
        announce(session, context, "order_paused", order_id, {"reason": reason} | _states(row, after))
        return after

    return context.database.transact(work)


def resume_order(context: Context, order_id: int, *, reach: Reach = EVERYTHING) -> OrderState:
    """The order goes on: open, or waiting while units are short. Raises NotPossible, UnknownOrder."""

    def work(session: Session) -> OrderState:
        row = lock_order(session, order_id, reach)
        after = _after(row, OrderAction.RESUME)
        if any(line["waiting"] for line in rows(session, "orders/lines", order_id=order_id)):
            after = OrderState.WAITING
        _set_state(session, row, after, pause_reason=None)
        announce(session, context, "order_resumed", order_id, _states(row, after))
        return after

    return context.database.transact(work)


def cancel_order(context: Context, order_id: int, reason: str = "", *, reach: Reach = EVERYTHING) -> OrderState:
    """All units and capacity are given back. Raises NotPossible when it is cancelled already, UnknownOrder."""

    def work(session: Session) -> OrderState:
        row = lock_order(session, order_id, reach)
        after = _after(row, OrderAction.CANCEL)
        returned = give_back(session, context, order_id, occurred_at=_instant(context, row))
        execute(session, "orders/drop_lines", order_id=order_id)
        _set_state(session, row, after, pause_reason=None)
        told = {"reason": reason} | _states(row, after)
        announce(session, context, "order_cancelled", order_id, told, cells=returned)
        return after

    return context.database.transact(work)


def change_order(context: Context, order_id: int, change: OrderChange, *, reach: Reach = EVERYTHING) -> OrderState:
    """The order is decided again with another address or other lines, in one act: it never holds nothing.

    It may be given units of any location, so whoever reaches only some changes none. Raises NotPossible, UnknownOrder,
    and whatever placing refuses; then everything is as it was.
    """
    if reach.locations is not None:
        raise UnknownOrder(order=str(order_id))

    def work(session: Session) -> OrderState:
        present = context.hold_present(session)
        row = lock_order(session, order_id, reach)
        after = _after(row, OrderAction.CHANGE)
        before = rows(session, "orders/lines", order_id=order_id)
        order = _changed(context, present, row, before, change)
        lock_candidates(session, present, [order])
        returned = give_back(session, context, order_id, occurred_at=order.request.placed_at)
        execute(session, "orders/delete_lines", order_id=order_id)
        if change.destination is not None:
            redirect_contact(session, order_id, change.destination)
        state, taken = _decide_again(session, context, present, row, order)
        if after is OrderState.OPEN:
            after = state
        execute(
            session,
            "orders/set_round",
            order_id=order_id,
            round=row["round"] + 1,
            state=after.value,
            country=order.destination.country,
            area=order.destination.area,
            destination_told=change.destination is not None,
        )
        now = rows(session, "orders/lines", order_id=order_id)
        there = {"country": order.destination.country, "area": order.destination.area}
        told = {"round": row["round"] + 1} | changes(_told(row, before), _told(there, now))
        announce(session, context, "order_changed", order_id, told, cells=np.concatenate((returned, taken)))
        return after

    return context.database.transact(work)


def lock_order(session: Session, order_id: int, reach: Reach = EVERYTHING) -> Row:
    """The order, locked: nobody else changes it meanwhile. Raises UnknownOrder."""
    ensure_within(session, order_id, reach, wholly=True)
    row = find_row(session, "orders/lock_order", order_id=order_id)
    if row is None:
        raise UnknownOrder(order=str(order_id))
    return row


def _after(row: Row, action: OrderAction) -> OrderState:
    """The state that the action leads to. Raises NotPossible."""
    return ORDER_LIFE.after(OrderState(row["state"]), action, name=str(row["order_id"]))


def _instant(context: Context, row: Row) -> datetime:
    """Now, but never before the order came in: an imported order may lie ahead of our clock."""
    placed_at: datetime = row["placed_at"]
    return max(context.clock(), placed_at)


def _set_state(session: Session, row: Row, after: OrderState, *, pause_reason: str | None) -> None:
    changed = execute(
        session,
        "orders/set_state",
        order_id=row["order_id"],
        before=row["state"],
        state=after.value,
        pause_reason=pause_reason,
    )
    ensure(changed == 1, "a locked order keeps the state it was read in")


def _changed(context: Context, present: Present, row: Row, before: list[Row], change: OrderChange) -> CheckedOrder:
    """The order as it is to be, checked as a new one would be."""
    as_it_is = tuple(OrderLine(line["sku"], line["quantity"], line["unit_price_minor"]) for line in before)
    request = OrderRequest(
        reference=row["reference"],
        channel=row["channel"],
        placed_at=_instant(context, row),
        destination=change.destination or Destination(row["country"], row["area"]),
        lines=as_it_is if change.lines is None else change.lines,
        wish=Wish(row["wish"]),
        customer=row["customer"],
    )
    # Lines that stay are served as they were bought; lines that are said anew are today's.
    bought = {line["sku"]: line["item_id"] for line in before} if change.lines is None else {}
    checked = check_order(context, present, 0, request, bought=bought)
    if isinstance(checked, Refusal):
        raise checked
    return checked


def _decide_again(
    session: Session, context: Context, present: Present, row: Row, order: CheckedOrder
) -> tuple[OrderState, I64]:
    """Sources and takes under the order's next round, and answers the cells taken from; nobody can be faster, for
    the candidate rows are locked."""
    decided = decide(session, context, present, [order])
    refusal = find_refusal(decided, 0)
    if refusal is not None:
        raise refusal
    takes = takes_of(decided, present)
    taken = take(session, present, decided, takes, every_order(decided))
    served = len(decided.plans.shipment_location) > 0
    ensure(bool(taken.won[0]) == served, "locked rows hold what was decided")
    writing = Writing(
        decided,
        takes,
        taken,
        np.ones(1, dtype=np.bool_),
        np.array([row["order_id"]], dtype=np.int64),
        np.array([row["round"] + 1], dtype=np.int64),
        context.clock(),
    )
    short = short_of(decided)
    copy_all(session, [line_rows(writing, short), *plan_rows(session, context, present, writing)])
    offset_late(session, context, writing)
    return OrderState.WAITING if short.waits(decided)[0] else OrderState.OPEN, cells_at(takes.item, takes.location)


def _states(row: Row, after: OrderState) -> Row:
    return changes({"state": row["state"]}, {"state": after.value})


def _told(row: Row, lines_then: list[Row]) -> Row:
    """What an order was before the change or is after it, without anything about the person."""
    lines = [{"sku": line["sku"], "quantity": line["quantity"]} for line in lines_then]
    return {"country": row["country"], "area": row["area"], "lines": lines}
