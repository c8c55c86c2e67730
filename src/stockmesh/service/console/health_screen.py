"""The screen that says how the service is: read anew every few seconds, and there also while the database is not."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response

from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import ensure_whole, needs
from stockmesh.service.answers.condition import Situation
from stockmesh.service.console.frame import render
from stockmesh.service.routes.health import read_situation

router = APIRouter(include_in_schema=False)
Reads = Annotated[Reach, needs("system:read")]

# What a lease is for, in words; the name where there are none.
WORK: Final = {
    "events": "Gives events their positions",
    "webhooks": "Sends webhooks",
    "seal": "Seals events in blocks",
    "imports": "Applies files that were brought",
    "shops": "Applies what shops sent",
    "shop_pulls": "Asks shops for what they never told",
    "shop_levels": "Tells shops their stock levels",
    "expire_holds": "Gives back carts whose time is over",
    "prune_holds": "Forgets old carts",
    "prune_keys": "Forgets old idempotency keys",
}


@router.get("/console/health")
async def health_page(request: Request, reach: Reads) -> Response:
    """How everything stands."""
    ensure_whole(reach)
    found: Situation = await asyncio.to_thread(read_situation, request)
    return render(request, "health.html", found=found, work=WORK, api="/v1/health/condition")
