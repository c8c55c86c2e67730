"""Cart holds: units kept for a cart for some minutes."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.hold_units import lock_hold
from stockmesh.flows.hold_views import Hold, get_hold
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.access.selling import ensure_sells
from stockmesh.service.answers import holds
from stockmesh.service.answers.lists import Listing
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here, name_of_caller
from stockmesh.service.keyed import KeyedRoute
from stockmesh.service.serving import serving
from stockmesh.service.versions import as_version, change_version

router = APIRouter(prefix="/v1/holds", tags=["holds"], route_class=KeyedRoute)
Reads = Annotated[Reach, needs("orders:read")]
Writes = Annotated[Reach, needs("orders:write")]
HoldId = Annotated[int, Path(ge=1, le=2**63 - 1, description="the hold's number")]
IfMatch = Annotated[str | None, Header(max_length=400, description="the ETag that is meant to be changed")]
NEW_HOLD = Body(holds.NewHold)
EXTENSION = Body(holds.Extension)


@router.get("", response_model=Listing[Hold])
def list_holds(context: Here, reach: Reads, query: Annotated[holds.HoldQuery, Query()]) -> Response:
    """A page of holds, the newest first; the open ones unless asked otherwise."""
    return as_json(holds.hold_page(context, query, reach))


@router.post("", response_model=Hold, status_code=201, openapi_extra=NEW_HOLD.described)
async def hold_cart(context: Here, _: Writes, request: Request) -> Response:
    """The cart held: its units are kept where an order would take them, and sold to nobody else until it expires."""
    new = await NEW_HOLD.read(request)
    ensure_sells(request, new.channel)
    hold = await run_in_threadpool(holds.open_hold, context, new, name_of_caller(request))
    return as_version(request, hold, 201, {"Location": f"/v1/holds/{hold.hold_id}"})


@router.get("/{hold_id}", response_model=Hold)
def read_hold(context: Here, reach: Reads, hold_id: HoldId, request: Request) -> Response:
    """One hold: what it keeps and until when."""
    return as_version(request, get_hold(context, hold_id, reach=reach))


@router.post("/{hold_id}/extend", response_model=Hold, openapi_extra=EXTENSION.described)
async def extend_hold(
    context: Here, reach: Writes, hold_id: HoldId, request: Request, if_match: IfMatch = None
) -> Response:
    """The hold with another end, so many minutes from now."""
    extension = await EXTENSION.read(request)
    hold = await run_in_threadpool(
        change_version,
        context,
        if_match,
        lambda: get_hold(context, hold_id, reach=reach),
        lock=lambda session: lock_hold(session, hold_id, reach),
        change=lambda: holds.extend_hold(context, hold_id, extension, reach),
    )
    return as_version(request, hold)


@router.delete("/{hold_id}", response_model=Hold)
def release_hold(context: Here, reach: Writes, hold_id: HoldId, request: Request, if_match: IfMatch = None) -> Response:
    """The hold given up: its units can be sold, and waiting orders are given them first."""
    hold, items = change_version(
        context,
        if_match,
        lambda: get_hold(context, hold_id, reach=reach),
        lock=lambda session: lock_hold(session, hold_id, reach),
        change=lambda: holds.release_hold(context, hold_id, reach),
    )
    response = as_version(request, hold)
    response.background = serving(context, items)
    return response
