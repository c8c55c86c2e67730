"""Webhooks: endpoints that events are sent to, their secrets, and the log of deliveries."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows import webhook_endpoints
from stockmesh.flows.reach import Reach
from stockmesh.flows.webhook_endpoints import Delivery, Endpoint, EndpointSecret
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import webhooks
from stockmesh.service.answers.lists import Listing
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute

SECRET = {"Cache-Control": "no-store"}
router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=KeyedRoute)
Reads = Annotated[Reach, needs("webhooks:read")]
Writes = Annotated[Reach, needs("webhooks:write")]
EndpointId = Annotated[int, Path(ge=1, le=2**31 - 1, description="the endpoint's number")]
DeliveryId = Annotated[int, Path(ge=1, le=2**63 - 1, description="the delivery's number")]
NEW_ENDPOINT = Body(webhooks.NewEndpoint)
ROTATION = Body(webhooks.Rotation, default=webhooks.Rotation())


@router.get("", response_model=Listing[Endpoint])
def list_endpoints(context: Here, reach: Reads) -> Response:
    """All endpoints, without their secrets."""
    return as_json(Listing(webhooks.endpoints(context, reach), None))


@router.post("", response_model=EndpointSecret, status_code=201, openapi_extra=NEW_ENDPOINT.described)
async def add_endpoint(context: Here, reach: Writes, request: Request) -> Response:
    """The endpoint's number and its secret, which is told this once; it is sent what happens from now on."""
    new = await NEW_ENDPOINT.read(request)
    added = await run_in_threadpool(webhooks.add_endpoint, context, new, reach)
    return as_json(added, 201, {"Location": f"/v1/webhooks/{added.endpoint_id}"} | SECRET)


@router.get("/{endpoint_id}", response_model=Endpoint)
def get_endpoint(context: Here, reach: Reads, endpoint_id: EndpointId) -> Response:
    """One endpoint: whether it is sent to, since when it took nothing, what waits for it."""
    return as_json(webhooks.one_endpoint(context, endpoint_id, reach))


@router.delete("/{endpoint_id}", status_code=204, response_class=Response)
def remove_endpoint(context: Here, reach: Writes, endpoint_id: EndpointId) -> Response:
    """Nothing: the endpoint is gone with its secrets and its log."""
    webhooks.remove_endpoint(context, endpoint_id, reach)
    return Response(status_code=204)


@router.post("/{endpoint_id}/rotate", response_model=EndpointSecret, openapi_extra=ROTATION.described)
async def rotate_secret(context: Here, reach: Writes, endpoint_id: EndpointId, request: Request) -> Response:
    """A new secret, told this once; the one before goes on signing beside it for a while."""
    rotation = await ROTATION.read(request)
    rotated = await run_in_threadpool(webhooks.rotate_secret, context, endpoint_id, rotation, reach)
    return as_json(rotated, headers=SECRET)


@router.post("/{endpoint_id}/disable", response_model=Endpoint)
def disable_endpoint(context: Here, reach: Writes, endpoint_id: EndpointId) -> Response:
    """The endpoint, sent nothing more; what happens meanwhile is kept for it."""
    told = webhook_endpoints.set_active(context, endpoint_id, active=False, reason="Disabled by hand.", reach=reach)
    return as_json(told)


@router.post("/{endpoint_id}/enable", response_model=Endpoint)
def enable_endpoint(context: Here, reach: Writes, endpoint_id: EndpointId) -> Response:
    """The endpoint, sent to again from where it stopped."""
    return as_json(webhook_endpoints.set_active(context, endpoint_id, active=True, reach=reach))


@router.post("/{endpoint_id}/test", response_model=webhooks.Queued, status_code=202)
def send_test(context: Here, reach: Writes, endpoint_id: EndpointId) -> Response:
    """A test message on its way; the log tells how it went."""
    return as_json(webhooks.Queued(webhook_endpoints.send_test(context, endpoint_id, reach=reach), endpoint_id), 202)


@router.get("/{endpoint_id}/deliveries", response_model=Listing[Delivery])
def list_deliveries(
    context: Here, reach: Reads, endpoint_id: EndpointId, query: Annotated[webhooks.DeliveryQuery, Query()]
) -> Response:
    """The log of an endpoint, the newest first: attempts, answers, when the next attempt is."""
    return as_json(webhooks.deliveries(context, endpoint_id, query, reach))


@router.post("/deliveries/{delivery_id}/replay", response_model=webhooks.Queued, status_code=202)
def replay_delivery(context: Here, reach: Writes, delivery_id: DeliveryId) -> Response:
    """The delivery once more, whatever became of it."""
    endpoint_id = webhook_endpoints.replay_delivery(context, delivery_id, reach=reach)
    return as_json(webhooks.Queued(delivery_id, endpoint_id), 202)
