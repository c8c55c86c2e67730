"""The sourcing policy: read, tried on the latest orders, put in force."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.policies import Comparison
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import ensure_whole, needs
from stockmesh.service.answers import policy
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute

router = APIRouter(prefix="/v1", tags=["policy"], route_class=KeyedRoute)
Reads = Annotated[Reach, needs("orders:read")]
Writes = Annotated[Reach, needs("network:write")]
NEW_POLICY = Body(policy.NewPolicy)
NEW_COMPARISON = Body(policy.NewComparison)


@router.get("/policy", response_model=policy.PolicyInForce)
def get_policy(context: Here, _: Reads) -> Response:
    """The policy that decides, by figure, and as the file to edit."""
    return as_json(policy.in_force(context))


@router.put("/policy", response_model=policy.Published, openapi_extra=NEW_POLICY.described)
async def put_policy(context: Here, reach: Writes, request: Request) -> Response:
    """The policy put in force: what is decided from now on is decided by it."""
    ensure_whole(reach)
    new = await NEW_POLICY.read(request)
    return as_json(await run_in_threadpool(policy.publish, context, new))


router_of_trials = APIRouter(prefix="/v1", tags=["policy"])


@router_of_trials.post("/policy:compare", response_model=Comparison, openapi_extra=NEW_COMPARISON.described)
async def compare_policy(context: Here, reach: Writes, request: Request) -> Response:
    """What a policy would have made of the latest orders, from what each decision saw. Nothing is changed."""
    ensure_whole(reach)
    new = await NEW_COMPARISON.read(request)
    return as_json(await run_in_threadpool(policy.compare, context, new))
