"""Orders as a list: a page of those that pass a filter."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from stockmesh.domain.fulfilment.order_states import OrderState
from stockmesh.domain.kernel.money import Money
from stockmesh.flows.context import Context
from stockmesh.store.database import rows

Row = dict[str, Any]


class OrderSort(StrEnum):
    """The order of a list of orders. The cost is that of the plan, without the penalty for units unserved."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DEAREST = "dearest"


@dataclass(frozen=True)
class OrderFilter:
    """Which orders; None asks for all. `reference` is a part of it, in any case; `placed_to` is the first instant too
    late; `location` has a planned fulfilment of the order."""

    state: OrderState | None = None
    country: str | None = None
    location: str | None = None
    channel: str | None = None
    customer: str | None = None
    reference: str | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None


@dataclass(frozen=True)
class OrderPosition:
    """The last order of a page: where the next page begins. `position` is its sort value."""

    position: int
    order_id: int


@dataclass(frozen=True)
class OrderRow:
    """One order in a list. `customer` is empty for guests; `assumed` when its destination is made up."""

    order_id: int
    reference: str
    channel: str
    customer: str
    placed_at: datetime
    state: str
    country: str
    area: str
    assumed: bool
    lines: int
    units: int
    waiting: int
    dropped: int
    locations: tuple[str, ...]
    parcels: int
    cost: Money
    proven: bool


@dataclass(frozen=True)
class OrderPage:
    """Orders of one page; `next` is None on the last."""

    items: tuple[OrderRow, ...]
    next: OrderPosition | None


def list_orders(
    context: Context,
    wanted: OrderFilter,
    *,
    sort: OrderSort = OrderSort.NEWEST,
    after: OrderPosition | None = None,
    limit: int = 50,
) -> OrderPage:
    """One page of the orders that pass the filter."""
    with context.database.session() as session:
        keys = rows(
            session,
            f"views/orders_{sort.value}",
            **vars(wanted),
            after_id=after and after.order_id,
            after_position=after and after.position,
            count=limit + 1,
        )
        page, more = keys[:limit], len(keys) > limit
        found = rows(session, "views/order_rows", order_ids=[key["order_id"] for key in page])
    last = OrderPosition(int(page[-1]["position"]), page[-1]["order_id"]) if more else None
    return OrderPage(tuple(map(_order_row, found)), last)


def _order_row(row: Row) -> OrderRow:
    return OrderRow(
        cost=Money(row.pop("cost_minor"), row.pop("currency")), locations=tuple(row.pop("locations")), **row
    )
