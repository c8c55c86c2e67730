"""What a Prometheus server reads."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from stockmesh.flows.reach import Reach
from stockmesh.service import metrics
from stockmesh.service.access.needing import ensure_whole, needs

router = APIRouter(tags=["health"])
Reads = Annotated[Reach, needs("system:read")]


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def read_metrics(request: Request, reach: Reads) -> Response:
    """The metrics of this process, in Prometheus' text format."""
    ensure_whole(reach)
    told: metrics.Metrics = request.app.state.metrics
    return Response(told.text(), media_type=metrics.MEDIA_TYPE)
