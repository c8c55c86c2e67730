"""The screens: each reads the answers of the API and writes a page."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.responses import RedirectResponse

from stockmesh.domain.fulfilment.order_states import OrderState
from stockmesh.flows.context import Context
from stockmesh.flows.reach import Reach
from stockmesh.flows.stock_levels import StockLevel
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import network, orders, stock
from stockmesh.service.answers.lists import ROWS_MAX, Text
from stockmesh.service.console.frame import query_of, render
from stockmesh.service.console.order_screen import lines_by_need, show_named, show_reasons
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
ReadsOrders = Annotated[Reach, needs("orders:read")]
ReadsStock = Annotated[Reach, needs("stock:read")]
OrderId = Annotated[int, Path(ge=1, le=2**63 - 1)]

LINES_IN_PREVIEW: Final = 12
HOLDERS_SHOWN: Final = 10
MOVEMENTS_SHOWN: Final = 15
INCOMING_SHOWN: Final = 10
SORTS: Final = (("newest", "Newest first"), ("oldest", "Oldest first"), ("dearest", "Dearest first"))


@router.get("/")
@router.get("/console")
@router.get("/console/")
@router.get("/console/orders/")
def start() -> Response:
    """The way to the first screen."""
    return RedirectResponse("/console/orders", 303)


@router.get("/console/stock")
def stock_page(
    request: Request, context: Here, reach: ReadsStock, query: Annotated[stock.StockQuery, Query()]
) -> Response:
    """The stock of every item at every location. The rows come from the API; the filter is the address."""
    network.ensure_location(context, query.location, reach)
    network.ensure_channel(context, query.channel, reach)
    asked = query.model_dump(mode="json", exclude_defaults=True)
    return render(
        request,
        "stock.html",
        query=query,
        api=f"/v1/stock?{query_of(asked)}".rstrip("?"),
        file=f"/v1/stock.csv?{query_of(asked, cursor=None, limit=None)}".rstrip("?"),
        locations=network.sites(context, reach),
        channels=network.channel_codes(context, reach),
    )


@router.get("/console/stock/cell")
def stock_cell(
    request: Request,
    context: Here,
    reach: ReadsStock,
    *,
    sku: Text,
    location: Text,
    owner: Text | None = None,
    channel: Text | None = None,
) -> Response:
    """The drawer's view of an item at a location: who holds units, how they came and went, the other locations."""
    return render(
        request,
        "stock_cell.html",
        location=location,
        item=stock.availability(context, sku, reach, owner=owner, channel=channel or None, location=None),
        cell=find_cell(context, (sku, owner, location), reach),
        holders=stock.holder_page(
            context, stock.HolderQuery(sku=sku, owner=owner, location=location, limit=HOLDERS_SHOWN), reach
        ),
        movements=stock.movement_page(
            context, stock.MovementQuery(sku=sku, owner=owner, location=location, limit=MOVEMENTS_SHOWN), reach
        ),
        incoming=stock.incoming_page(context, stock.IncomingQuery(sku=sku, owner=owner, limit=INCOMING_SHOWN), reach),
        asked=query_of({"sku": sku, "owner": owner, "location": location}),
        api=f"/v1/stock?{query_of({'search': sku, 'location': location})}",
    )


def find_cell(context: Context, named: tuple[str, str | None, str], reach: Reach) -> StockLevel | None:
    """The item's row of the stock list at a location; None for a kit, which has no stock of its own."""
    sku, owner, location = named
    page = stock.stock_page(context, stock.StockQuery(search=sku, location=location, limit=ROWS_MAX), reach)
    return next((cell for cell in page.items if cell.sku == sku and owner in (None, cell.owner)), None)


@router.get("/console/orders")
def orders_page(
    request: Request, context: Here, reach: ReadsOrders, query: Annotated[orders.OrderQuery, Query()]
) -> Response:
    """The list of orders. Its filter is its address."""
    # What a form sent empty is not asked for: the address and its JSON twin stay short.
    page = orders.order_page(context, query, reach)
    asked = query.model_dump(mode="json", exclude_defaults=True)
    filtered = {name for name in asked if name not in ("sort", "cursor", "limit")}
    return render(
        request,
        "orders.html",
        query=query,
        page=page,
        is_filtered=bool(filtered) or query.cursor is not None,
        first=query_of(asked, cursor=None),
        following=query_of(asked, cursor=page.next_cursor),
        api=f"/v1/orders?{query_of(asked)}".rstrip("?"),
        file=f"/v1/orders.csv?{query_of(asked, cursor=None, limit=None)}".rstrip("?"),
        states=[state.value for state in OrderState],
        sorts=SORTS,
        locations=network.sites(context, reach),
        channels=network.channel_codes(context, reach),
    )


@router.get("/console/orders/{order_id:int}/preview")
def order_preview(request: Request, context: Here, reach: ReadsOrders, order_id: OrderId) -> Response:
    """The drawer's short view of an order."""
    order = orders.order_detail(context, order_id, reach)
    return render(
        request,
        "order_preview.html",
        order=order,
        lines=lines_by_need(order),
        lines_shown=LINES_IN_PREVIEW,
        api=f"/v1/orders/{order_id}",
    )


@router.get("/console/orders/{order_id:int}/reasons")
def order_reasons(request: Request, context: Here, reach: ReadsOrders, order_id: OrderId) -> Response:
    """The part of an order's page that says why; read after the page, for it decides again many times."""
    return show_reasons(request, context, order_id, reach)


@router.get("/console/orders/{name:path}")
def order_page(request: Request, context: Here, reach: ReadsOrders, name: Text) -> Response:
    """One order by its number or reference: its plan on the map, the bill, the reasons, what happened."""
    return show_named(request, context, name, reach)
