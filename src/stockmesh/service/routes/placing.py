"""Placing orders, one or many: whatever arrives at the same time is placed together."""

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.domain.fulfilment.refusals import UnknownChannel
from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.reach import Reach
from stockmesh.flows.refusals import KeyRunning
from stockmesh.flows.request_keys import KeyedRequest, check_key, with_key
from stockmesh.service.access.needing import find_caller, needs
from stockmesh.service.access.selling import ensure_sells, sells_through
from stockmesh.service.acting import number_of_caller
from stockmesh.service.answers import orders
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import context_of, name_of_caller, placing_of
from stockmesh.service.keyed import HEADER, PARAMETER, REPLAYED, KeyedRoute, fingerprint_of
from stockmesh.service.problems import describe_refusal
from stockmesh.service.refusals import TooManyOrders
from stockmesh.service.shortcut import Endpoints

router = APIRouter(prefix="/v1", tags=["orders"])
keyed_router = APIRouter(prefix="/v1", tags=["orders"], route_class=KeyedRoute)
Writes = Annotated[Reach, needs("orders:write")]
ORDERS_MAX: Final = 5_000
BATCH_BYTES_MAX: Final = 20_000_000
NEW_ORDER = Body(orders.NewOrder)
NEW_BATCH = Body(orders.NewBatch, largest=BATCH_BYTES_MAX)


@router.post(
    "/orders",
    response_model=orders.PlacedOrder,
    status_code=201,
    responses={200: {"model": orders.PlacedOrder, "description": "It had been placed before."}},
    openapi_extra=NEW_ORDER.described | {"parameters": [PARAMETER]},
)
async def place_order(request: Request, reach: Writes) -> Response:
    """The order as placed: 201, or 200 when the same order had been placed before."""
    new = await NEW_ORDER.read(request)
    ensure_sells(request, new.channel)
    order = new.request(context_of(request).clock())
    key = request.headers.get(HEADER)
    if key is None:
        outcome = await placing_of(request).ask(orders.SentOrder(order, await _actor(request)))
    else:
        outcome = await _ask_once(request, key, order)
    if isinstance(outcome, Refusal):
        raise outcome
    headers = {"Location": f"/v1/orders/{outcome.order_id}"}
    if isinstance(outcome, orders.ReplayedOrder):
        headers |= REPLAYED
    return as_json(outcome, _status(outcome), headers)


async def answer_order(request: Request, reach: Writes) -> Response | None:
    """The same for a question that says nothing in its address; None leaves it to the usual way, which refuses it."""
    return None if request.scope["query_string"] else await place_order(request, reach)


async def _ask_once(request: Request, key: str, order: OrderRequest) -> orders.PlacedOrder | Refusal:
    """The outcome of an order with a key, which is written with the batch it is placed in."""
    keyed = KeyedRequest(name_of_caller(request), check_key(key), fingerprint_of(request, request.state.body))
    running: set[tuple[str, str]] = request.app.state.keys_running
    if keyed.name in running:
        return KeyRunning(key=key)
    running.add(keyed.name)
    try:
        return await placing_of(request).ask(orders.SentOrder(with_key(order, keyed), await _actor(request)))
    finally:
        running.discard(keyed.name)


@keyed_router.post("/orders:batch", response_model=orders.PlacedBatch, openapi_extra=NEW_BATCH.described)
async def place_orders(request: Request, reach: Writes) -> Response:
    """The outcome of every order, in their order: a bad one is refused alone, the others are placed."""
    batch = await NEW_BATCH.read(request)
    if len(batch.orders) > ORDERS_MAX:
        raise TooManyOrders(largest=ORDERS_MAX)
    now = context_of(request).clock()
    sells = [sells_through(request, order.channel) for order in batch.orders]
    actor = await _actor(request)
    sent = [
        orders.SentOrder(order.request(now), actor) for order, sold in zip(batch.orders, sells, strict=True) if sold
    ]
    # With a key all of the batch is one transaction, the key with it; otherwise it is placed with what else comes in.
    if HEADER in request.headers:
        placed = iter(await run_in_threadpool(orders.place_batch, context_of(request), sent))
    else:
        placed = iter(await placing_of(request).ask_all(sent))
    outcomes = [next(placed) if sold else beyond(order) for order, sold in zip(batch.orders, sells, strict=True)]
    return as_json({"outcomes": [_describe(outcome) for outcome in outcomes]})


async def _actor(request: Request) -> int:
    return await number_of_caller(context_of(request), find_caller(request))


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


HOT: Final[Endpoints] = {("POST", "/v1/orders"): answer_order}
