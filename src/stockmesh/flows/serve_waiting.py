"""Stock has come: orders whose units wait are sourced again, oldest first."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import numpy as np

from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context, Present
from stockmesh.flows.deciding import Decided, decide
from stockmesh.flows.ordering import CheckedOrder, check_order
from stockmesh.flows.taking import every_order, take, takes_of
from stockmesh.flows.writing import Writing, short_of, write_decisions, write_events, write_plans
from stockmesh.store.database import Session, column, execute, rows
from stockmesh.store.vectors import Vector

BATCH: Final = 200
Position = tuple[datetime, int]


@dataclass(frozen=True)
class Served:
    """How many waiting orders were looked at, how many were given units, and how many units."""

    orders: int
    served: int
    units: int


def serve_waiting(context: Context) -> Served:
    """Gives waiting orders what has become available, oldest order first, in small transactions."""
    total = Served(0, 0, 0)
    after = (datetime.min.replace(tzinfo=UTC), 0)
    while True:
        last, part = context.database.transact(partial(_serve_batch, context=context, after=after))
        total = Served(total.orders + part.orders, total.served + part.served, total.units + part.units)
        if last is None:
            return total
        after = last


def _serve_batch(session: Session, *, context: Context, after: Position) -> tuple[Position | None, Served]:
    """The place of the last order looked at (None when there are no more) and what was given."""
    found = rows(
        session, "orders/lock_waiting", after_placed=after[0], after_id=after[1], now=context.clock(), most=BATCH
    )
    if not found:
        return None, Served(0, 0, 0)
    present = context.hold_present(session)
    waiting = rows(session, "orders/waiting_lines", orders=Vector(column([row["order_id"] for row in found])))
    checked = _checked(context, present, found, waiting)
    units = 0
    won = np.zeros(0, dtype=np.bool_)
    if checked:
        order_ids = column([row["order_id"] for _, row in checked])
        decided = decide(session, context, present, [order for order, _ in checked])
        decided = _numbered(decided, order_ids, waiting)
        takes = takes_of(decided, present)
        won = take(session, present, decided, takes, every_order(decided))
        rounds = column([row["round"] + 1 for _, row in checked])
        writing = Writing(decided, takes, won, order_ids, rounds, context.clock())
        write_plans(session, context, present, writing)
        write_decisions(session, present, writing)
        write_events(session, context, writing, "order_resourced")
        units = _serve_lines(session, decided, order_ids, won)
    return (found[-1]["placed_at"], found[-1]["order_id"]), Served(len(found), int(won.sum()), units)


def _checked(
    context: Context, present: Present, found: list[dict[str, Any]], waiting: list[dict[str, Any]]
) -> list[tuple[CheckedOrder, dict[str, Any]]]:
    """The waiting part of each order as an order of its own; what can no longer be sourced keeps waiting."""
    lines: defaultdict[int, list[OrderLine]] = defaultdict(list)
    for line in waiting:
        lines[line["order_id"]].append(OrderLine(line["sku"], line["waiting"], line["unit_price_minor"]))
    now = context.clock()
    checked: list[tuple[CheckedOrder, dict[str, Any]]] = []
    for row in found:
        request = OrderRequest(
            reference=row["reference"],
            channel=row["channel"],
            placed_at=now,
            destination=Destination(row["country"], row["area"]),
            lines=tuple(lines[row["order_id"]]),
            wish=Wish(row["wish"]),
            customer=row["customer"],
        )
        order = check_order(context, present, len(checked), request)
        if not isinstance(order, Refusal):
            checked.append((order, row))
    return checked


def _numbered(decided: Decided, order_ids: I64, waiting: list[dict[str, Any]]) -> Decided:
    """The decision under the line numbers that the orders were placed with: the lines that wait are not all of them."""
    line_of = {(line["order_id"], line["item_id"]): line["line_no"] for line in waiting}
    lines = decided.asked.lines
    keys = zip(order_ids[lines.order].tolist(), lines.item.tolist(), strict=True)
    number = column([line_of[key] for key in keys])
    return replace(decided, asked=replace(decided.asked, lines=replace(lines, number=number)))


def _serve_lines(session: Session, decided: Decided, order_ids: I64, won: np.ndarray[Any, Any]) -> int:
    """Counts waiting units down by what was committed; answers how many."""
    lines = decided.asked.lines
    short = short_of(decided)
    served = decided.demand.quantity - short.waiting
    mine = won[lines.order] & (served > 0)
    execute(
        session,
        "orders/serve_lines",
        orders=Vector(order_ids[lines.order[mine]]),
        items=Vector(lines.item[mine]),
        units=Vector(served[mine]),
    )
    execute(session, "orders/next_rounds", orders=Vector(order_ids[won]))
    return int(served[mine].sum())
