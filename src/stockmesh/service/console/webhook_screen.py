"""The screens of webhooks: endpoints, how each is, the log of deliveries; secrets are shown once."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.flows.event_kinds import GROUPS
from stockmesh.flows.reach import Reach
from stockmesh.flows.webhook_endpoints import EndpointSecret
from stockmesh.service import problems
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import webhooks
from stockmesh.service.console.frame import query_of, render
from stockmesh.service.encoding import read_form
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
WEBHOOKS: Final = "/console/webhooks"
STATES: Final = {"due": "due", "delivered": "delivered", "failed": "given up"}
Reads = Annotated[Reach, needs("webhooks:read")]
Writes = Annotated[Reach, needs("webhooks:write")]
EndpointId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Asked = Annotated[webhooks.DeliveryQuery, Query()]
EVERY_DELIVERY: Final = webhooks.DeliveryQuery()


@router.get(WEBHOOKS)
def webhooks_page(request: Request, context: Here, reach: Reads) -> Response:
    """All endpoints, and the form that adds one."""
    return _show_all(request, context, reach)


@router.post(WEBHOOKS)
async def add_webhook(request: Request, context: Here, reach: Writes) -> Response:
    """The new endpoint with its secret; or the form once more as it was filled in, and what was wrong with it."""
    form = await read_form(request)
    new = webhooks.NewEndpoint(form.get("url", [""])[0].strip(), form.get("topic", []))
    try:
        made = await run_in_threadpool(webhooks.add_endpoint, context, new, reach)
    except Refusal as refused:
        given = {"url": new.url, "topics": new.topics, "problem": str(refused)}
        status = problems.describe_failure(refused)["status"]
        return await run_in_threadpool(_show_all, request, context, reach, status=status, given=given)
    return await run_in_threadpool(_show_one, request, context, reach, made.endpoint_id, made=made)


@router.get(WEBHOOKS + "/{endpoint_id:int}")
def webhook_page(request: Request, context: Here, reach: Reads, endpoint_id: EndpointId, query: Asked) -> Response:
    """One endpoint with its log. The filter of the log is its address."""
    return _show_one(request, context, reach, endpoint_id, query=query)


@router.post(WEBHOOKS + "/{endpoint_id:int}/rotate")
def rotate_webhook(request: Request, context: Here, reach: Writes, endpoint_id: EndpointId) -> Response:
    """The endpoint with its new secret; the one before signs beside it for a day."""
    made = webhooks.rotate_secret(context, endpoint_id, webhooks.Rotation(), reach)
    return _show_one(request, context, reach, endpoint_id, made=made)


@router.post(WEBHOOKS + "/{endpoint_id:int}/remove")
def remove_webhook(context: Here, reach: Writes, endpoint_id: EndpointId) -> Response:
    """The way back to the endpoints; this one is gone."""
    webhooks.remove_endpoint(context, endpoint_id, reach)
    return RedirectResponse(WEBHOOKS, 303)


def _show_all(
    request: Request, context: Context, reach: Reach, *, status: int = 200, given: dict[str, Any] | None = None
) -> Response:
    return render(
        request,
        "webhooks.html",
        status,
        endpoints=webhooks.endpoints(context, reach),
        groups=GROUPS,
        given=given or {"url": "", "topics": [], "problem": ""},
        may_change=_may_change(request),
    )


def _show_one(
    request: Request,
    context: Context,
    reach: Reach,
    endpoint_id: int,
    *,
    query: webhooks.DeliveryQuery = EVERY_DELIVERY,
    made: EndpointSecret | None = None,
) -> Response:
    asked = query.model_dump(mode="json", exclude_defaults=True)
    page = webhooks.deliveries(context, endpoint_id, query, reach)
    return render(
        request,
        "webhook.html",
        endpoint=webhooks.one_endpoint(context, endpoint_id, reach),
        made=made,
        page=page,
        query=query,
        states=STATES,
        is_filtered=bool(asked),
        may_change=_may_change(request),
        first=query_of(asked, cursor=None),
        following=query_of(asked, cursor=page.next_cursor),
        api=f"/v1/webhooks/{endpoint_id}/deliveries?{query_of(asked)}".rstrip("?"),
    )


def _may_change(request: Request) -> bool:
    return "webhooks:write" in caller_of(request).scopes
