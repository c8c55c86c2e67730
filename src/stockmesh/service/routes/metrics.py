"""What a Prometheus server reads."""

from fastapi import APIRouter, Request, Response

from stockmesh.service import metrics

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def read_metrics(request: Request) -> Response:
    """The metrics of this process, in Prometheus' text format."""
    told: metrics.Metrics = request.app.state.metrics
    return Response(told.text(), media_type=metrics.MEDIA_TYPE)
