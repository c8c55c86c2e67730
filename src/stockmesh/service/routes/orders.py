"""Orders: listing, reading, placing, and telling one to pause, go on or be cancelled."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.context import Context
from stockmesh.flows.explaining import OrderExplanation
from stockmesh.flows.order_detail import OrderDetail
from stockmesh.flows.order_life import lock_order
from stockmesh.flows.order_views import OrderRow
from stockmesh.service.answers import orders
from stockmesh.service.answers.lists import Listing, Text
from stockmesh.service.encoding import as_json, read_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute
from stockmesh.service.versions import as_version, change_version, etag_of

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=KeyedRoute)
OrderId = Annotated[int, Path(ge=1, le=2**63 - 1, description="the order's number in the books")]

IfMatch = Annotated[str | None, Header(max_length=400, description="the ETag that is meant to be changed")]


@router.get("", response_model=Listing[OrderRow])
def list_orders(context: Here, query: Annotated[orders.OrderQuery, Query()]) -> Response:
    """A page of orders, the newest first unless asked otherwise."""
    return as_json(orders.order_page(context, query))


@router.get("/named", response_model=Listing[OrderRow])
def list_orders_named(context: Here, name: Text) -> Response:
    """The orders that have this number or this whole reference; two channels may use the same reference."""
    return as_json(orders.orders_named(context, name))


@router.get("/{order_id}", response_model=OrderDetail)
def get_order(context: Here, order_id: OrderId, request: Request) -> Response:
    """Everything about one order but the reasons."""
    return as_version(request, orders.order_detail(context, order_id))


@router.patch("/{order_id}", response_model=OrderDetail)
async def change_order(context: Here, order_id: OrderId, request: Request, if_match: IfMatch = None) -> Response:
    """The order with other lines or another address, decided again in one act; refused, it stays as it was."""
    change = await read_json(request, orders.NewChange)
    return await _change(context, order_id, if_match, lambda: orders.change(context, order_id, change))


async def _change(context: Context, order_id: int, if_match: str | None, change: Callable[[], object]) -> Response:
    """What the change answers, with the ETag the order has then."""

    def changed() -> tuple[object, str]:
        return change(), etag_of(orders.order_detail(context, order_id))

    told, etag = await run_in_threadpool(
        change_version,
        context,
        if_match,
        lambda: orders.order_detail(context, order_id),
        lock=lambda session: lock_order(session, order_id),
        change=changed,
    )
    return as_json(told, headers={"ETag": etag})


@router.get("/{order_id}/plan", response_model=orders.OrderPlan)
def get_plan(context: Here, order_id: OrderId) -> Response:
    """The plan in force, with what is left unserved."""
    return as_json(orders.order_plan(context, order_id))


@router.get("/{order_id}/explanation", response_model=OrderExplanation)
def get_explanation(
    context: Here,
    order_id: OrderId,
    round_no: Annotated[
        int | None, Query(alias="round", ge=1, le=32_767, description="the latest when left out")
    ] = None,
) -> Response:
    """Why the order is sourced as it is: the bill, the next best plans, and for every location why not."""
    return as_json(orders.order_explanation(context, order_id, round_no))


@router.get("/{order_id}/contact", response_model=orders.OrderContact)
def get_contact(context: Here, order_id: OrderId) -> Response:
    """Who receives the order, which no other answer tells."""
    return as_json(orders.order_contact(context, order_id))


@router.delete("/{order_id}/contact", response_model=orders.OrderContact)
def erase_contact(context: Here, order_id: OrderId) -> Response:
    """The order without its contact, which is erased for good; the books stay whole."""
    return as_json(orders.erase_contact(context, order_id))


@router.post("/{order_id}/cancel", response_model=orders.ToldOrder)
async def cancel_order(context: Here, order_id: OrderId, request: Request, if_match: IfMatch = None) -> Response:
    """The order cancelled, all its units given back."""
    reason = await read_json(request, orders.Reason, default=orders.Reason())
    return await _change(context, order_id, if_match, lambda: orders.cancel(context, order_id, reason))


@router.post("/{order_id}/pause", response_model=orders.ToldOrder)
async def pause_order(context: Here, order_id: OrderId, request: Request, if_match: IfMatch = None) -> Response:
    """The order waiting for a person; it keeps its units."""
    reason = await read_json(request, orders.Reason, default=orders.Reason())
    return await _change(context, order_id, if_match, lambda: orders.pause(context, order_id, reason))


@router.post("/{order_id}/resume", response_model=orders.ToldOrder)
async def resume_order(context: Here, order_id: OrderId, if_match: IfMatch = None) -> Response:
    """The order going on after a pause."""
    return await _change(context, order_id, if_match, lambda: orders.resume(context, order_id))
