"""Promises: what would be done for a cart if it were ordered now; nothing is written but a hold that is asked for."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.domain.fulfilment.refusals import UnknownChannel
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.promise_values import Promise
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.access.selling import ensure_sells, sells_through
from stockmesh.service.answers import promises
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here, name_of_caller
from stockmesh.service.keyed import KeyedRoute
from stockmesh.service.problems import describe_refusal
from stockmesh.service.refusals import TooManyOrders

router = APIRouter(prefix="/v1", tags=["promises"])
Reads = Annotated[Reach, needs("orders:read")]
Writes = Annotated[Reach, needs("orders:write")]
CARTS_MAX: Final = 1_000
NEW_PROMISE = Body(promises.NewPromise)
NEW_PROMISES = Body(promises.NewPromises)
NEW_HELD_PROMISE = Body(promises.NewHeldPromise)


@router.post("/promises", response_model=Promise, openapi_extra=NEW_PROMISE.described)
async def promise_cart(context: Here, _: Reads, request: Request) -> Response:
    """What could be done for a cart now: the cheapest plan and the fastest, when each is delivered, and why."""
    cart = await NEW_PROMISE.read(request)
    ensure_sells(request, cart.channel)
    [found] = await run_in_threadpool(promises.promises, context, [cart])
    if isinstance(found, Refusal):
        raise found
    return as_json(found)


@router.post("/promises:batch", response_model=promises.PromiseBatch, openapi_extra=NEW_PROMISES.described)
async def promise_carts(context: Here, _: Reads, request: Request) -> Response:
    """The same for many carts, each as if it were the only one."""
    asked = await NEW_PROMISES.read(request)
    if len(asked.carts) > CARTS_MAX:
        raise TooManyOrders(largest=CARTS_MAX)
    within = [cart for cart in asked.carts if sells_through(request, cart.channel)]
    found = iter(await run_in_threadpool(promises.promises, context, within))
    outcomes = [
        next(found) if sells_through(request, cart.channel) else UnknownChannel(channel=cart.channel)
        for cart in asked.carts
    ]
    return as_json({"outcomes": [_outcome(one) for one in outcomes]})


keyed_router = APIRouter(prefix="/v1", tags=["promises"], route_class=KeyedRoute)


@keyed_router.post(
    "/promises:hold", response_model=promises.HeldPromise, status_code=201, openapi_extra=NEW_HELD_PROMISE.described
)
async def promise_and_hold(context: Here, _: Writes, request: Request) -> Response:
    """The same for one cart, whose units are kept for some minutes; an order that names the hold takes them over."""
    new = await NEW_HELD_PROMISE.read(request)
    ensure_sells(request, new.channel)
    held = await run_in_threadpool(promises.promise_and_hold, context, new, name_of_caller(request))
    return as_json(held, 201, {"Location": f"/v1/holds/{held.hold.hold_id}"})


def _outcome(found: Promise | Refusal) -> dict[str, Any]:
    if isinstance(found, Refusal):
        problem = describe_refusal(found)
        return {"status": problem["status"], "promise": None, "problem": problem}
    return {"status": 200, "promise": found, "problem": None}
