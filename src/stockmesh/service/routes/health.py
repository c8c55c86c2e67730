"""How the service is."""

import asyncio

from fastapi import APIRouter, Request, Response

from stockmesh.flows.leases import name_process
from stockmesh.service.answers import condition
from stockmesh.service.answers import health as answers
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here

router = APIRouter(prefix="/v1/health", tags=["health"])


@router.get("", response_model=answers.Health)
def health(context: Here) -> Response:
    """Version, database and counts; a problem with 503 when the database cannot be reached."""
    return as_json(answers.health(context))


@router.get("/live", response_model=answers.Life)
async def live() -> Response:
    """That the process answers. One that does not should be restarted."""
    return as_json(answers.life())


@router.get("/ready", response_model=answers.Readiness, responses={503: {"model": answers.Readiness}})
async def ready(request: Request) -> Response:
    """Whether requests should be sent here, every check with its reason; 503 when one fails."""
    # Not in the threads of the other routes: those may all be waiting for the database.
    found = await asyncio.to_thread(answers.readiness, request.app.state.caretaker)
    return as_json(found, 200 if found.status == "ready" else 503)


@router.get("/condition", response_model=condition.Situation)
async def show_condition(request: Request) -> Response:
    """How everything stands: checks, this process, what waits, who works, the last import and backup."""
    return as_json(await asyncio.to_thread(read_situation, request))


def read_situation(request: Request) -> condition.Situation:
    """How everything stands, for the API and the console alike."""
    state = request.app.state
    return condition.situation(state.caretaker, name_process(), state.tide.followers)
