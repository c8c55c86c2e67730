"""Lists as CSV, whole: page after page, so that a million rows take no more memory than one page of them."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final, TypeVar

from stockmesh.flows.audit_trail import AuditEntry, AuditFilter, describe_change, list_audit
from stockmesh.flows.context import Context
from stockmesh.flows.order_views import OrderFilter, OrderRow, OrderSort, list_orders
from stockmesh.flows.page_marks import Page
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_levels import StockFilter, StockLevel, list_stock
from stockmesh.gateways.sheets.cells import write_rows

R = TypeVar("R")
Columns = dict[str, Callable[[Any], Any]]

PAGE: Final = 1_000


def _named(*names: str) -> Columns:
    return {name: attrgetter(name) for name in names}


ORDER_COLUMNS: Final[Columns] = {
    **_named("order_id", "reference", "channel", "customer", "placed_at", "state", "country", "area", "lines", "units"),
    **_named("waiting", "dropped", "locations", "parcels"),
    "cost_minor": attrgetter("cost.minor"),
    "currency": attrgetter("cost.currency"),
}
STOCK_COLUMNS: Final = _named(
    *(
        "sku",
        "owner",
        "title",
        "location",
        "on_hand",
        "sellable",
        "committed",
        "reserved",
        "quality_control",
        "damaged",
    ),
    *("refurbish", "shortfall", "safety_stock", "withheld", "available", "incoming", "next_due", "waiting"),
    *("counted_as_of", "counted_kind"),
)
AUDIT_COLUMNS: Final[Columns] = {
    **_named("entry_id", "at", "actor", "actor_kind", "topic", "about"),
    "change": describe_change,
    **_named("reason"),
}


def export_orders(
    context: Context, wanted: OrderFilter, sort: OrderSort = OrderSort.NEWEST, *, reach: Reach = EVERYTHING
) -> Iterator[str]:
    """Orders that pass the filter as CSV, some at a time. Raises what the list does, before anything is answered."""

    def read(after: str) -> Page[OrderRow]:
        return list_orders(context, wanted, sort=sort, after=after, count=PAGE, reach=reach)

    return _written(ORDER_COLUMNS, read)


def export_stock(context: Context, wanted: StockFilter, *, reach: Reach = EVERYTHING) -> Iterator[str]:
    """Cells of stock that pass the filter, likewise."""

    def read(after: str) -> Page[StockLevel]:
        return list_stock(context, wanted, after=after, count=PAGE, reach=reach)

    return _written(STOCK_COLUMNS, read)


def export_audit(context: Context, wanted: AuditFilter, *, reach: Reach = EVERYTHING) -> Iterator[str]:
    """Entries of the audit trail that pass the filter, likewise."""

    def read(after: str) -> Page[AuditEntry]:
        return list_audit(context, wanted, after=after, count=PAGE, reach=reach)

    return _written(AUDIT_COLUMNS, read)


def _written(columns: Columns, read: Callable[[str], Page[R]]) -> Iterator[str]:
    # Read before the first line is answered, so that a refusal is still one.
    return _lines(columns, read(""), read)


def _lines(columns: Columns, page: Page[R], read: Callable[[str], Page[R]]) -> Iterator[str]:
    yield write_rows([list(columns)])
    while True:
        yield write_rows([told(row) for told in columns.values()] for row in page.rows)
        if page.next is None:
            return
        page = read(page.next)
