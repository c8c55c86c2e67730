"""Placing orders, one or many: whatever arrives at the same time is placed together."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Request, Response

from stockmesh.domain.fulfilment.refusals import UnknownChannel
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import orders
from stockmesh.service.encoding import as_json, read_json
from stockmesh.service.here import context_of, placing_of
from stockmesh.service.problems import describe_refusal
from stockmesh.service.refusals import TooManyOrders

router = APIRouter(prefix="/v1", tags=["orders"])
Writes = Annotated[Reach, needs("orders:write")]
ORDERS_MAX: Final = 5_000
BATCH_BYTES_MAX: Final = 20_000_000


@router.post("/orders", response_model=orders.PlacedOrder, status_code=201)
async def place_order(request: Request, reach: Writes) -> Response:
    """The order as placed: 201, or 200 when the same order had been placed before."""
    new = await read_json(request, orders.NewOrder)
    ensure_sells(request, new.channel)
    outcome = await placing_of(request).ask(_sent(new, request, context_of(request).clock()))
    if isinstance(outcome, Refusal):
        raise outcome
    return as_json(outcome, _status(outcome), {"Location": f"/v1/orders/{outcome.order_id}"})


@router.post("/orders:batch", response_model=orders.PlacedBatch)
async def place_orders(request: Request, reach: Writes) -> Response:
    """The outcome of every order, in their order: a bad one is refused alone, the others are placed."""
    batch = await read_json(request, orders.NewBatch, largest=BATCH_BYTES_MAX)
    if len(batch.orders) > ORDERS_MAX:
        raise TooManyOrders(largest=ORDERS_MAX)
    now = context_of(request).clock()
    sells = caller_of(request).sells
    within = [order for order in batch.orders if sells is None or order.channel in sells]
    placed = iter(await placing_of(request).ask_all([_sent(order, request, now) for order in within]))
    outcomes = [next(placed) if sells is None or order.channel in sells else beyond(order) for order in batch.orders]
    return as_json({"outcomes": [_describe(outcome) for outcome in outcomes]})


def _sent(new: orders.NewOrder, request: Request, now: datetime) -> orders.SentOrder:
    return orders.SentOrder(new.request(now), request.state.actor_number)


def ensure_sells(request: Request, channel: str) -> None:
    """Nothing when the caller may place orders through the channel. Raises UnknownChannel."""
    sells = caller_of(request).sells
    if sells is not None and channel not in sells:
        raise UnknownChannel(channel=channel)


def beyond(order: orders.NewOrder) -> Refusal:
    """What an order through a channel beyond reach is answered: there is no such channel."""
    return UnknownChannel(channel=order.channel)


def _status(placed: orders.PlacedOrder) -> int:
    return 200 if placed.repeated else 201


def _describe(outcome: orders.PlacedOrder | Refusal) -> dict[str, Any]:
    """An outcome with the status it would have had alone."""
    if isinstance(outcome, Refusal):
        return {"status": describe_refusal(outcome)["status"], "order": None, "problem": describe_refusal(outcome)}
    return {"status": _status(outcome), "order": msgspec.to_builtins(outcome), "problem": None}


HOT: Final = {("POST", "/v1/orders"): place_order}
