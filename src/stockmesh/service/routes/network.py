"""Where stock lies."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import network as answers
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here

router = APIRouter(prefix="/v1", tags=["network"])


@router.get("/locations", response_model=answers.LocationList)
def list_locations(
    context: Here,
    reach: Annotated[Reach, needs("stock:read")],
    query: Annotated[answers.LocationQuery, Query()],
) -> Response:
    """The locations with hours, costs, capacity, and what they hold."""
    return as_json(answers.location_list(context, reach, query))
