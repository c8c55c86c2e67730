"""Orders as a list: a page of those that pass a filter."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec

from stockmesh.domain.fulfilment.order_states import OrderState
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.network.countries import country_code
from stockmesh.domain.stock.refusals import BadCursor
from stockmesh.flows.context import Context
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_levels import ensure_owner, get_channel, get_location_id
from stockmesh.store.database import Session, rows

Row = dict[str, Any]
PAGE: Final = 50
NUMBER_DIGITS_MAX: Final = 18


class OrderSort(StrEnum):
    """The order of a list of orders. The cost is that of the plan, without the penalty for units unserved.

    `dearest` compares the newest 50,000 orders that pass the filter.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    DEAREST = "dearest"


@dataclass(frozen=True)
class OrderFilter:
    """Which orders; None asks for all. `reference` is a part of it, in any case, looked for in the newest
    200,000 orders (`list_named` finds a whole one in all); `placed_to` is the first instant too
    late; `location` has a planned fulfilment of the order."""

    state: OrderState | None = None
    country: str | None = None
    location: str | None = None
    channel: str | None = None
    owner: str | None = None
    customer: str | None = None
    reference: str | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None


@dataclass(frozen=True)
class OrderRow:
    """One order in a list. `customer` is empty for guests; `assumed` when its destination is made up. `cost` is what
    its plan pays; `penalty` is what its units unserved weighed in the decision, which nobody pays."""

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
    penalty: Money
    proven: bool


BigInt = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


def list_orders(
    context: Context,
    wanted: OrderFilter,
    *,
    reach: Reach = EVERYTHING,
    sort: OrderSort = OrderSort.NEWEST,
    after: str = "",
    count: int = PAGE,
) -> Page[OrderRow]:
    """One page of the orders that pass the filter; a country may be named as orders name it.

    Raises UnknownCountry, UnknownLocation, UnknownChannel and UnknownOwner, and BadCursor also for the mark of another
    sort.
    """
    position, last_id = _position(sort, after) if after else (None, None)
    with context.database.session() as session:
        keys = rows(
            session,
            "views/orders_dearest" if sort is OrderSort.DEAREST else "views/orders_page",
            **vars(_checked(session, wanted, reach)),
            **reach.parameters(),
            sort=sort.value,
            after_position=position,
            after_id=last_id,
            count=count + 1,
        )
        shown = keys[:count]
        found = rows(session, "views/order_rows", order_ids=[key["order_id"] for key in shown], **reach.parameters())
    last = shown[-1] if len(keys) > count else None
    mark = None if last is None else write_mark((sort, int(last["position"]), last["order_id"]))
    return Page(tuple(map(_order_row, found)), mark)


def list_named(context: Context, name: str, *, reach: Reach = EVERYTHING, count: int = PAGE) -> tuple[OrderRow, ...]:
    """The orders that have this number or this whole reference, the one with the number first; none is no order's name.

    A reference is unique within a channel, so that a name can stand for several orders.
    """
    number = int(name) if name.isdecimal() and len(name) <= NUMBER_DIGITS_MAX else -1
    with context.database.session() as session:
        asked = {"number": number, "reference": name, "count": count}
        keys = rows(session, "views/orders_named", **asked, **reach.parameters())
        found = rows(session, "views/order_rows", order_ids=[key["order_id"] for key in keys], **reach.parameters())
    return tuple(map(_order_row, found))


def _checked(session: Session, wanted: OrderFilter, reach: Reach) -> OrderFilter:
    """The filter with its country as a code, once all it names is known: a misspelt name is no empty list."""
    if wanted.location is not None:
        get_location_id(session, wanted.location, reach)
    if wanted.channel is not None:
        get_channel(session, wanted.channel, reach)
    ensure_owner(session, wanted.owner or "", reach)
    return wanted if wanted.country is None else replace(wanted, country=country_code(wanted.country))


def _position(sort: OrderSort, after: str) -> tuple[int, int]:
    said, position, order_id = read_mark(after, tuple[OrderSort, BigInt, BigInt])
    if said is not sort:
        raise BadCursor(cursor=after)
    return position, order_id


def _order_row(row: Row) -> OrderRow:
    currency = row.pop("currency")
    return OrderRow(
        cost=Money(row.pop("cost_minor"), currency),
        penalty=Money(row.pop("unserved_minor"), currency),
        locations=tuple(row.pop("locations")),
        **row,
    )
