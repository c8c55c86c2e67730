"""The screens of webhooks: where events are sent, and of each endpoint what became of every message."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from stockmesh.flows.context import Context
from stockmesh.flows.event_kinds import GROUPS, TOPICS
from stockmesh.flows.reach import Reach
from stockmesh.flows.webhook_endpoints import EndpointSecret
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import webhooks
from stockmesh.service.console.frame import query_of, render
from stockmesh.service.encoding import read_form
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
Reads = Annotated[Reach, needs("webhooks:read")]
Writes = Annotated[Reach, needs("webhooks:write")]
EndpointId = Annotated[int, Path(ge=1, le=2**31 - 1)]
WEBHOOKS: Final = "/console/webhooks"
STATES: Final = {"due": "waiting", "delivered": "delivered", "failed": "given up"}
BY_GROUP: Final = {group: [topic for topic in TOPICS if topic.startswith(f"{group}.")] for group in GROUPS}


@router.get(WEBHOOKS)
def endpoints_page(request: Request, context: Here, reach: Reads) -> Response:
    """All endpoints, and the form that adds one."""
    return _show_all(request, context, reach)


@router.post(WEBHOOKS)
async def add_endpoint(request: Request, context: Here, reach: Writes) -> Response:
    """The endpoints with the new one, whose secret is told this once."""
    form = await read_form(request)
    new = webhooks.NewEndpoint(form.get("url", [""])[0].strip(), list(form.get("topic", ())))
    added = await run_in_threadpool(webhooks.add_endpoint, context, new, reach)
    return await run_in_threadpool(_show_all, request, context, reach, added)


@router.get(WEBHOOKS + "/{endpoint_id}")
def endpoint_page(
    request: Request,
    context: Here,
    reach: Reads,
    endpoint_id: EndpointId,
    query: Annotated[webhooks.DeliveryQuery, Query()],
) -> Response:
    """One endpoint with its log. The filter of the log is its address."""
    return _show_one(request, context, reach, endpoint_id, query)


@router.post(WEBHOOKS + "/{endpoint_id}/rotate")
def rotate_secret(request: Request, context: Here, reach: Writes, endpoint_id: EndpointId) -> Response:
    """The endpoint with a new secret, told this once; the one before goes on signing for a day."""
    rotated = webhooks.rotate_secret(context, endpoint_id, webhooks.Rotation(), reach)
    return _show_one(request, context, reach, endpoint_id, webhooks.DeliveryQuery(), rotated=rotated)


@router.post(WEBHOOKS + "/{endpoint_id}/remove")
def remove_endpoint(context: Here, reach: Writes, endpoint_id: EndpointId) -> Response:
    """The way back to the endpoints; this one is gone with its secrets and its log."""
    webhooks.remove_endpoint(context, endpoint_id, reach)
    return RedirectResponse(WEBHOOKS, 303)


def _show_all(request: Request, context: Context, reach: Reach, added: EndpointSecret | None = None) -> Response:
    endpoints = webhooks.endpoint_list(context, reach)
    return render(request, "webhooks.html", endpoints=endpoints, told=added, topics=BY_GROUP, **_rights(request))


def _show_one(
    request: Request,
    context: Context,
    reach: Reach,
    endpoint_id: int,
    query: webhooks.DeliveryQuery,
    *,
    rotated: EndpointSecret | None = None,
) -> Response:
    page = webhooks.deliveries(context, endpoint_id, query, reach)
    asked = query.model_dump(mode="json", exclude_defaults=True)
    within = partial(query_of, asked)
    return render(
        request,
        "webhook.html",
        endpoint=webhooks.one_endpoint(context, endpoint_id, reach),
        page=page,
        query=query,
        told=rotated,
        topics=BY_GROUP,
        states=STATES,
        first=within(cursor=None),
        following=within(cursor=page.next_cursor),
        api=f"/v1/webhooks/{endpoint_id}/deliveries?{within()}".rstrip("?"),
        **_rights(request),
    )


def _rights(request: Request) -> dict[str, Any]:
    return {"may_change": "webhooks:write" in caller_of(request).scopes}
