"""Where shops send their messages. Whoever calls proves it with a signature over the body, and with nothing else."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.shops.inbox import receive_message
from stockmesh.service.encoding import read_bytes
from stockmesh.service.here import Here

MESSAGE_BYTES_MAX: Final = 16_000_000
router = APIRouter(prefix="/v1/shops", tags=["shops"])
MESSAGE: Final = {
    "requestBody": {"required": True, "description": "as the shop sends it", "content": {"application/json": {}}}
}
ShopCode = Annotated[str, Path(max_length=40, description="the code of a connected shop")]


@router.post("/{shop}/webhooks", status_code=204, response_class=Response, openapi_extra=MESSAGE)
async def take_shop_message(context: Here, request: Request, shop: ShopCode) -> Response:
    """Nothing: the message is stored and will be applied. Repeated deliveries are taken and do nothing."""
    body = await read_bytes(request, largest=MESSAGE_BYTES_MAX)
    # ASGI gives header names in lower case.
    headers = dict(request.headers.items())
    await run_in_threadpool(receive_message, context, shop, headers, body)
    return Response(status_code=204)
