"""Orders: listing, reading, placing, and telling one to pause, go on or be cancelled."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.explaining import OrderExplanation
from stockmesh.flows.order_detail import OrderDetail
from stockmesh.flows.order_views import OrderRow
from stockmesh.service.answers import orders
from stockmesh.service.answers.lists import Listing, Text
from stockmesh.service.encoding import IN_LINES, answer_list, as_json, read_json
from stockmesh.service.here import Here

router = APIRouter(prefix="/v1/orders", tags=["orders"])
OrderId = Annotated[int, Path(ge=1, le=2**63 - 1, description="the order's number in the books")]


@router.get("", response_model=Listing[OrderRow], responses=IN_LINES)
def list_orders(context: Here, request: Request, query: Annotated[orders.OrderQuery, Query()]) -> Response:
    """A page of orders, the newest first unless asked otherwise. Accepting lines of JSON answers all of them, a line
    each."""
    return answer_list(request, query, partial(orders.order_page, context))


@router.get("/named", response_model=Listing[OrderRow])
def list_orders_named(context: Here, name: Text) -> Response:
    """The orders that have this number or this whole reference; two channels may use the same reference."""
    return as_json(orders.orders_named(context, name))


@router.get("/{order_id}", response_model=OrderDetail)
def get_order(context: Here, order_id: OrderId) -> Response:
    """Everything about one order but the reasons."""
    return as_json(orders.order_detail(context, order_id))


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
async def cancel_order(context: Here, order_id: OrderId, request: Request) -> Response:
    """The order cancelled, all its units given back."""
    reason = await read_json(request, orders.Reason, default=orders.Reason())
    return as_json(await run_in_threadpool(orders.cancel, context, order_id, reason))


@router.post("/{order_id}/pause", response_model=orders.ToldOrder)
async def pause_order(context: Here, order_id: OrderId, request: Request) -> Response:
    """The order waiting for a person; it keeps its units."""
    reason = await read_json(request, orders.Reason, default=orders.Reason())
    return as_json(await run_in_threadpool(orders.pause, context, order_id, reason))


@router.post("/{order_id}/resume", response_model=orders.ToldOrder)
async def resume_order(context: Here, order_id: OrderId) -> Response:
    """The order going on after a pause."""
    return as_json(await run_in_threadpool(orders.resume, context, order_id))
