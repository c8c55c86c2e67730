"""How the service is."""

from fastapi import APIRouter, Response

from stockmesh.service.answers import health as answers
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here

router = APIRouter(prefix="/v1", tags=["health"])


@router.get("/health", response_model=answers.Health)
def health(context: Here) -> Response:
    """Version, database and counts; a problem with 503 when the database cannot be reached."""
    return as_json(answers.health(context))
