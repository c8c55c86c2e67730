"""How the service is."""

from fastapi import APIRouter, Request, Response

from stockmesh.service.access.needing import find_caller
from stockmesh.service.answers import health as answers
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here

router = APIRouter(prefix="/v1", tags=["health"])


@router.get("/health", response_model=answers.Health)
def get_health(context: Here, request: Request) -> Response:
    """Whether the service can answer, which everybody may ask; version and counts for those who reach everything."""
    caller = find_caller(request)
    all_told = caller is not None and caller.reach.is_everything and "stock:read" in caller.scopes
    return as_json(answers.health(context, all_told=all_told))
