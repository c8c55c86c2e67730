"""How the service is."""

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Request, Response

from stockmesh.flows.leases import name_process
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import ensure_whole, find_caller, needs
from stockmesh.service.answers import condition
from stockmesh.service.answers import health as answers
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here

router = APIRouter(prefix="/v1/health", tags=["health"])
Reads = Annotated[Reach, needs("system:read")]


@router.get("", response_model=answers.Health)
def get_health(context: Here, request: Request) -> Response:
    """Whether the service can answer, which everybody may ask; version and counts for those who reach everything."""
    caller = find_caller(request)
    all_told = caller is not None and caller.reach.is_everything and "stock:read" in caller.scopes
    return as_json(answers.health(context, all_told=all_told))


@router.get("/live", response_model=answers.Life)
async def live() -> Response:
    """That the process answers. One that does not should be restarted."""
    return as_json(answers.life())


@router.get("/ready", response_model=answers.Readiness, responses={503: {"model": answers.Readiness}})
async def ready(request: Request) -> Response:
    """Whether requests should be sent here, 503 when not; every check with its reason to
    those who may see how the service is."""
    # Not in the threads of the other routes: those may all be waiting for the database.
    caller = find_caller(request)
    all_told = caller is not None and "system:read" in caller.scopes
    found = await asyncio.to_thread(partial(answers.readiness, request.app.state.caretaker, all_told=all_told))
    return as_json(found, 200 if found.status == "ready" else 503)


@router.get("/condition", response_model=condition.Situation)
async def show_condition(request: Request, reach: Reads) -> Response:
    """How everything stands: checks, this process, what waits, who works, the last import and backup."""
    ensure_whole(reach)
    return as_json(await asyncio.to_thread(read_situation, request))


def read_situation(request: Request) -> condition.Situation:
    """How everything stands, for the API and the console alike."""
    state = request.app.state
    return condition.situation(state.caretaker, name_process(), state.tide.followers)
