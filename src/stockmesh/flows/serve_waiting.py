"""Stock has come: orders whose units wait are sourced again, oldest first.

What is received or moved by hand goes to those who wait for it at once; orders that come in between the booking and
this compete as they would have before it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
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
from stockmesh.flows.stock_books import Gain
from stockmesh.flows.taking import every_order, take, takes_of
from stockmesh.flows.writing import Writing, event_rows, offset_late, plan_rows, short_of
from stockmesh.store.database import Session, column, copy_all, execute, rows
from stockmesh.store.vectors import Vector

BATCH: Final = 200
Position = tuple[datetime, int]
Row = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """How many waiting orders were looked at, how many were given units, and how many units. Where only some items were
    asked for, all three speak of these alone, in themselves or within kits."""

    orders: int
    served: int
    units: int


def serve_waiting(context: Context, *, items: Collection[int] | None = None) -> Served:
    """Gives waiting orders what has become available, oldest order first, in small transactions.

    With `items` only orders that wait for these are looked at.
    """
    total = Served(0, 0, 0)
    after = (datetime.min.replace(tzinfo=UTC), 0)
    wanted = None if items is None else Vector(column(sorted(items)))
    while True:
        last, part = context.database.transact(partial(_serve_batch, context=context, after=after, wanted=wanted))
        total = Served(total.orders + part.orders, total.served + part.served, total.units + part.units)
        if last is None:
            return total
        after = last


def serve_gained(context: Context, gained: Iterable[Gain]) -> Served:
    """Gives waiting orders the units that a receipt or move made available."""
    return serve_waiting(context, items={one.item_id for one in gained})


def _serve_batch(
    session: Session, *, context: Context, after: Position, wanted: Vector | None
) -> tuple[Position | None, Served]:
    """The place of the last order looked at (None when there are no more) and what was given."""
    found = rows(
        session,
        "orders/lock_waiting",
        after_placed=after[0],
        after_id=after[1],
        now=context.clock(),
        wanted=wanted,
        most=BATCH,
    )
    if not found:
        return None, Served(0, 0, 0)
    present = context.hold_present(session)
    order_ids = Vector(column([row["order_id"] for row in found]))
    waiting = rows(session, "orders/waiting_lines", orders=order_ids, wanted=wanted)
    checked = _checked(context, present, found, waiting)
    served = _serve(session, context, present, checked, waiting) if checked else Served(0, 0, 0)
    return (found[-1]["placed_at"], found[-1]["order_id"]), replace(served, orders=len(found))


def _serve(
    session: Session, context: Context, present: Present, checked: list[tuple[CheckedOrder, Row]], waiting: list[Row]
) -> Served:
    order_ids = column([row["order_id"] for _, row in checked])
    decided = decide(session, context, present, [order for order, _ in checked])
    decided = _numbered(decided, order_ids, waiting)
    takes = takes_of(decided, present)
    taken = take(session, present, decided, takes, every_order(decided))
    rounds = column([row["round"] + 1 for _, row in checked])
    writing = Writing(decided, takes, taken, taken.won, order_ids, rounds, context.clock())
    events = event_rows(session, context, writing, "order_resourced")
    copy_all(session, [*plan_rows(session, context, present, writing), *events])
    offset_late(session, context, writing)
    return _serve_lines(session, writing, waiting)


def _checked(
    context: Context, present: Present, found: list[Row], waiting: list[Row]
) -> list[tuple[CheckedOrder, Row]]:
    """The waiting part of each order as an order of its own; what can no longer be sourced keeps waiting.

    A kit is served as it was bought, whatever it is made of today.
    """
    lines: defaultdict[int, list[OrderLine]] = defaultdict(list)
    bought: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for line in waiting:
        lines[line["order_id"]].append(OrderLine(line["sku"], line["waiting"], line["unit_price_minor"]))
        bought[line["order_id"]][line["sku"]] = line["item_id"]
    now = context.clock()
    checked: list[tuple[CheckedOrder, Row]] = []
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
        order = check_order(context, present, len(checked), request, bought=bought[row["order_id"]])
        if not isinstance(order, Refusal):
            checked.append((order, row))
    return checked


def _numbered(decided: Decided, order_ids: I64, waiting: list[Row]) -> Decided:
    """The decision under the line numbers that the orders were placed with: the lines that wait are not all of them."""
    line_of = {(line["order_id"], line["item_id"]): line["line_no"] for line in waiting}
    lines = decided.asked.lines
    keys = zip(order_ids[lines.order].tolist(), lines.item.tolist(), strict=True)
    number = column([line_of[key] for key in keys])
    return replace(decided, asked=replace(decided.asked, lines=replace(lines, number=number)))


def _serve_lines(session: Session, writing: Writing, waiting: list[Row]) -> Served:
    """Counts waiting units down by what was committed; answers who was given how many of the units asked for."""
    decided, order_ids, won = writing.decided, writing.order_ids, writing.taken.won
    lines = decided.asked.lines
    served = decided.demand.quantity - short_of(decided).waiting
    mine = won[lines.order] & (served > 0)
    orders, items = order_ids[lines.order[mine]], lines.item[mine]
    units = served[mine]
    execute(session, "orders/serve_lines", orders=Vector(orders), items=Vector(items), units=Vector(units))
    execute(session, "orders/next_rounds", orders=Vector(order_ids[won]))
    wanted = {(line["order_id"], line["item_id"]) for line in waiting if line["wanted"]}
    asked_for = np.array([key in wanted for key in zip(orders.tolist(), items.tolist(), strict=True)], dtype=np.bool_)
    return Served(0, len(np.unique(orders[asked_for])), int(units[asked_for].sum()))
