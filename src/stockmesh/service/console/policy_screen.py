"""The screen of the policy: its figures, a new one tried on the latest orders, and put in force."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import caller_of, ensure_whole, needs
from stockmesh.service.answers import policy
from stockmesh.service.console.frame import render
from stockmesh.service.encoding import read_form
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
Reads = Annotated[Reach, needs("orders:read")]
Writes = Annotated[Reach, needs("network:write")]
POLICY: Final = "/console/policy"


@router.get(POLICY)
def policy_page(request: Request, context: Here, reach: Reads) -> Response:
    """The policy in force, and the form to try another."""
    return _show(request, context, reach)


@router.post(POLICY + "/compare")
async def compare_policy(request: Request, context: Here, reach: Writes) -> Response:
    """The screen with what another policy would have made of the latest orders; or what is wrong with it."""
    ensure_whole(reach)
    new = policy.NewComparison(toml=(await read_form(request)).get("toml", [""])[0])
    try:
        found = await run_in_threadpool(policy.compare, context, new)
    except Refusal as refused:
        return await run_in_threadpool(_show, request, context, reach, toml=new.toml, problem=str(refused))
    return await run_in_threadpool(_show, request, context, reach, toml=new.toml, found=found)


@router.post(POLICY + "/publish")
async def publish_policy(request: Request, context: Here, reach: Writes) -> Response:
    """The way back to the screen, with the policy in force; or what is wrong with it."""
    ensure_whole(reach)
    new = policy.NewPolicy(toml=(await read_form(request)).get("toml", [""])[0])
    try:
        await run_in_threadpool(policy.publish, context, new)
    except Refusal as refused:
        return await run_in_threadpool(_show, request, context, reach, toml=new.toml, problem=str(refused))
    return RedirectResponse(POLICY, 303)


def _show(
    request: Request, context: Context, reach: Reach, *, toml: str = "", found: Any = None, problem: str = ""
) -> Response:
    current = policy.in_force(context)
    return render(
        request,
        "policy.html",
        422 if problem else 200,
        current=current,
        toml=toml or current.toml,
        found=found,
        problem=problem,
        may_change="network:write" in caller_of(request).scopes and reach.is_everything,
    )
