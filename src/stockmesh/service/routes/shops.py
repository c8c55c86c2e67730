"""Connected shops: where they send their messages, and what became of each.

A shop proves with a signature over the body that a message is its own, and with nothing else: it holds no key.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.reach import Reach
from stockmesh.flows.shops.connections import Shop
from stockmesh.flows.shops.inbox import receive_message
from stockmesh.flows.shops.messages import ShopMessage, discard_message, retry_messages
from stockmesh.flows.shops.pulling import begin_pull
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import shops
from stockmesh.service.answers.lists import Listing
from stockmesh.service.encoding import as_json, read_bytes
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute

MESSAGE_BYTES_MAX: Final = 16_000_000
# A delivery of a shop has a number of its own, which it is taken once by: it needs no Idempotency-Key.
router = APIRouter(prefix="/v1/shops", tags=["shops"])
keyed_router = APIRouter(prefix="/v1/shops", tags=["shops"], route_class=KeyedRoute)
Reads = Annotated[Reach, needs("shops:read")]
Writes = Annotated[Reach, needs("shops:write")]
MessageId = Annotated[int, Path(ge=1, le=2**63 - 1, description="the message's number")]
MESSAGE: Final = {
    "requestBody": {"required": True, "description": "as the shop sends it", "content": {"application/json": {}}}
}
ShopCode = Annotated[str, Path(max_length=40, description="the code of a connected shop")]


# Not 204: WooCommerce takes nothing but 200 for an address that works.
@router.post("/{shop}/webhooks", response_class=Response, openapi_extra=MESSAGE)
async def take_shop_message(context: Here, request: Request, shop: ShopCode) -> Response:
    """Nothing: the message is stored and will be applied. Repeated deliveries are taken and do nothing."""
    body = await read_bytes(request, largest=MESSAGE_BYTES_MAX)
    # ASGI gives header names in lower case.
    headers = dict(request.headers.items())
    await run_in_threadpool(receive_message, context, shop, headers, body)
    return Response()


@router.get("", response_model=Listing[Shop])
def list_shops(context: Here, reach: Reads) -> Response:
    """All connected shops, without their secrets: when each was last heard, what waits, what was set aside."""
    return as_json(Listing(shops.shop_list(context, reach), None))


@router.get("/{shop}", response_model=Shop)
def get_shop(context: Here, reach: Reads, shop: ShopCode) -> Response:
    """One connected shop."""
    return as_json(shops.one_shop(context, shop, reach))


@keyed_router.post("/{shop}/pull", response_model=Shop, status_code=202)
def pull_catalogue(context: Here, reach: Writes, shop: ShopCode) -> Response:
    """The shop, which is asked for all its products from now on, page by page; `pull` tells how far it is. A pull that
    did not come to its end goes on."""
    return as_json(begin_pull(context, shop, reach=reach), 202)


@router.get("/{shop}/messages", response_model=Listing[ShopMessage])
def list_messages(
    context: Here, reach: Reads, shop: ShopCode, query: Annotated[shops.MessageQuery, Query()]
) -> Response:
    """A page of the shop's messages, the newest first: what became of each, and why it was set aside."""
    return as_json(shops.message_page(context, shop, query, reach))


@keyed_router.post("/{shop}/retry", response_model=shops.Retried, status_code=202)
def retry_all(context: Here, reach: Writes, shop: ShopCode) -> Response:
    """How many messages of the shop that were set aside wait to be applied again."""
    return as_json(shops.Retried(retry_messages(context, shop=shop, reach=reach)), 202)


@keyed_router.post("/{shop}/messages/{message_id}/retry", response_model=shops.Retried, status_code=202)
def retry_one(context: Here, reach: Writes, shop: ShopCode, message_id: MessageId) -> Response:
    """The message, set aside before, waits to be applied again."""
    return as_json(shops.Retried(retry_messages(context, shop=shop, message_id=message_id, reach=reach)), 202)


@keyed_router.post("/{shop}/messages/{message_id}/discard", status_code=204, response_class=Response)
def discard(context: Here, reach: Writes, shop: ShopCode, message_id: MessageId) -> Response:
    """Nothing: the message is not applied, and what it said is forgotten."""
    discard_message(context, message_id, shop=shop, reach=reach)
    return Response(status_code=204)
