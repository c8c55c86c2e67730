"""Orders: listing, reading, placing, and telling one to pause, go on or be cancelled."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.context import Context
from stockmesh.flows.explaining import OrderExplanation
from stockmesh.flows.order_detail import OrderDetail
from stockmesh.flows.order_life import lock_order
from stockmesh.flows.order_views import OrderRow
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import orders
from stockmesh.service.answers.lists import Listing, Text
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import CSV_ANSWER, IN_LINES, CsvFile, answer_list, as_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute
from stockmesh.service.versions import as_version, change_version, etag_of
from stockmesh.store.database import Session

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=KeyedRoute)
Reads = Annotated[Reach, needs("orders:read")]
Writes = Annotated[Reach, needs("orders:write")]
ReadsContacts = Annotated[Reach, needs("contacts:read")]
WritesContacts = Annotated[Reach, needs("contacts:write")]
OrderId = Annotated[int, Path(ge=1, le=2**63 - 1, description="the order's number in the books")]

IfMatch = Annotated[str | None, Header(max_length=400, description="the ETag that is meant to be changed")]
NEW_CHANGE = Body(orders.NewChange)
REASON = Body(orders.Reason, default=orders.Reason())


@router.get("", response_model=Listing[OrderRow], responses=IN_LINES)
def list_orders(
    context: Here, reach: Reads, request: Request, query: Annotated[orders.OrderQuery, Query()]
) -> Response:
    """A page of orders, the newest first unless asked otherwise. Accepting lines of JSON answers all of them, a line
    each."""
    return answer_list(request, query, partial(orders.order_page, context, reach=reach))


@router.get(".csv", response_class=CsvFile, status_code=200, responses=CSV_ANSWER)
def export_orders(context: Here, reach: Reads, asked: Annotated[orders.OrdersAsked, Query()]) -> Response:
    """All orders that pass the filter as CSV, safe to open in a spreadsheet."""
    return CsvFile(orders.order_lines(context, asked, reach), "orders")


@router.get("/named", response_model=Listing[OrderRow])
def list_orders_named(context: Here, reach: Reads, name: Text) -> Response:
    """The orders that have this number or this whole reference; two channels may use the same reference."""
    return as_json(orders.orders_named(context, name, reach))


@router.get("/{order_id}", response_model=OrderDetail)
def get_order(context: Here, reach: Reads, order_id: OrderId, request: Request) -> Response:
    """Everything about one order but the reasons."""
    return as_version(request, orders.order_detail(context, order_id, reach))


@router.patch("/{order_id}", response_model=OrderDetail, openapi_extra=NEW_CHANGE.described)
async def change_order(
    context: Here, reach: Writes, order_id: OrderId, request: Request, if_match: IfMatch = None
) -> Response:
    """The order with other lines or another address, decided again in one act; refused, it stays as it was."""
    change = await NEW_CHANGE.read(request)
    target = _Target(context, order_id, reach)
    return await _change(target, if_match, lambda: orders.change(context, order_id, change, reach))


@dataclass(frozen=True)
class _Target:
    """The order that a request changes, as far as its caller reaches."""

    context: Context
    order_id: int
    reach: Reach

    def read(self) -> OrderDetail:
        return orders.order_detail(self.context, self.order_id, self.reach)

    def lock(self, session: Session) -> object:
        return lock_order(session, self.order_id, self.reach)


async def _change(target: _Target, if_match: str | None, change: Callable[[], object]) -> Response:
    """What the change answers, with the ETag the order has then."""

    def changed() -> tuple[object, str]:
        return change(), etag_of(target.read())

    told, etag = await run_in_threadpool(
        change_version, target.context, if_match, target.read, lock=target.lock, change=changed
    )
    return as_json(told, headers={"ETag": etag})


@router.get("/{order_id}/plan", response_model=orders.OrderPlan)
def get_plan(context: Here, reach: Reads, order_id: OrderId) -> Response:
    """The plan in force, with what is left unserved."""
    return as_json(orders.order_plan(context, order_id, reach))


@router.get("/{order_id}/explanation", response_model=OrderExplanation)
def get_explanation(
    context: Here,
    reach: Reads,
    order_id: OrderId,
    round_no: Annotated[
        int | None, Query(alias="round", ge=1, le=32_767, description="the latest when left out")
    ] = None,
) -> Response:
    """Why the order is sourced as it is: the bill, the next best plans, and for every location why not."""
    return as_json(orders.order_explanation(context, order_id, reach, round_no))


@router.get("/{order_id}/contact", response_model=orders.OrderContact)
def get_contact(context: Here, reach: ReadsContacts, order_id: OrderId, request: Request) -> Response:
    """Who receives the order, which no other answer tells."""
    return as_version(request, orders.order_contact(context, order_id, reach))


@router.delete("/{order_id}/contact", response_model=orders.OrderContact)
def erase_contact(
    context: Here, reach: WritesContacts, order_id: OrderId, request: Request, if_match: IfMatch = None
) -> Response:
    """The order without its contact, which is erased for good; the books stay whole."""
    erased = change_version(
        context,
        if_match,
        lambda: orders.order_contact(context, order_id, reach),
        lock=_Target(context, order_id, reach).lock,
        change=lambda: orders.erase_contact(context, order_id, reach),
    )
    return as_version(request, erased)


@router.post("/{order_id}/cancel", response_model=orders.ToldOrder, openapi_extra=REASON.described)
async def cancel_order(
    context: Here, reach: Writes, order_id: OrderId, request: Request, if_match: IfMatch = None
) -> Response:
    """The order cancelled, all its units given back."""
    reason = await REASON.read(request)
    target = _Target(context, order_id, reach)
    return await _change(target, if_match, lambda: orders.cancel(context, order_id, reason, reach))


@router.post("/{order_id}/pause", response_model=orders.ToldOrder, openapi_extra=REASON.described)
async def pause_order(
    context: Here, reach: Writes, order_id: OrderId, request: Request, if_match: IfMatch = None
) -> Response:
    """The order waiting for a person; it keeps its units."""
    reason = await REASON.read(request)
    target = _Target(context, order_id, reach)
    return await _change(target, if_match, lambda: orders.pause(context, order_id, reason, reach))


@router.post("/{order_id}/resume", response_model=orders.ToldOrder)
async def resume_order(context: Here, reach: Writes, order_id: OrderId, if_match: IfMatch = None) -> Response:
    """The order going on after a pause."""
    target = _Target(context, order_id, reach)
    return await _change(target, if_match, lambda: orders.resume(context, order_id, reach))
