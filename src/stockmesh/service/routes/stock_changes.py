"""What changes stock: counts, receipts, moves, adjustments, safety stock, supply on its way."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.announce_supply import SupplyTold
from stockmesh.flows.context import Context
from stockmesh.flows.reach import Reach
from stockmesh.flows.stock_books import Gain
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import stock_changes as changes
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute
from stockmesh.service.refusals import TooManyEntries
from stockmesh.service.serving import serving

router = APIRouter(prefix="/v1/stock", tags=["stock"], route_class=KeyedRoute)
Writes = Annotated[Reach, needs("stock:write")]
ENTRIES_MAX: Final = 5_000
NEW_COUNTS = Body(changes.NewCounts)
NEW_RECEIPTS = Body(changes.NewReceipts)
NEW_MOVES = Body(changes.NewMoves)
NEW_ADJUSTMENTS = Body(changes.NewAdjustments)
NEW_SAFETIES = Body(changes.NewSafeties)
NEW_SUPPLIES = Body(changes.NewSupplies)


@router.post("/counts", response_model=changes.CountBatch, openapi_extra=NEW_COUNTS.described)
async def count_stock(context: Here, reach: Writes, request: Request) -> Response:
    """The outcome of every count: the books agree with it, it came before, it is older than the last, or a
    problem. Waiting orders are given what was found."""
    new = await NEW_COUNTS.read(request)
    _check(len(new.counts))
    return await _book(context, partial(changes.count, context, new, reach))


@router.post("/receipts", response_model=changes.Booked, openapi_extra=NEW_RECEIPTS.described)
async def receive_stock(context: Here, reach: Writes, request: Request) -> Response:
    """Supply received: all of it is booked, or none. Waiting orders are given what came."""
    new = await NEW_RECEIPTS.read(request)
    _check(len(new.receipts))
    return await _book(context, partial(changes.receive, context, new, reach))


@router.post("/moves", response_model=changes.Booked, openapi_extra=NEW_MOVES.described)
async def move_stock(context: Here, reach: Writes, request: Request) -> Response:
    """Units moved between states or locations: all of it is booked, or none."""
    new = await NEW_MOVES.read(request)
    _check(len(new.moves))
    return await _book(context, partial(changes.move, context, new, reach))


@router.post("/adjustments", response_model=changes.Booked, openapi_extra=NEW_ADJUSTMENTS.described)
async def adjust_stock(context: Here, reach: Writes, request: Request) -> Response:
    """Sellable units corrected by a difference, with a reason: all of it is booked, or none."""
    new = await NEW_ADJUSTMENTS.read(request)
    _check(len(new.adjustments))
    return await _book(context, partial(changes.adjust, context, new, reach))


@router.put("/safety", response_model=changes.Booked, openapi_extra=NEW_SAFETIES.described)
async def set_safety_stock(context: Here, reach: Writes, request: Request) -> Response:
    """Safety stock in force: all of the settings, or none."""
    new = await NEW_SAFETIES.read(request)
    _check(len(new.settings))
    return await _book(context, partial(changes.keep_back, context, new, reach))


@router.post("/incoming", response_model=SupplyTold, openapi_extra=NEW_SUPPLIES.described)
async def tell_supply(context: Here, reach: Writes, request: Request) -> Response:
    """Supply on its way, new or changed; a line is known by reference, item and location."""
    new = await NEW_SUPPLIES.read(request)
    _check(len(new.lines))
    return as_json(await run_in_threadpool(changes.tell_supply, context, new, reach))


def _check(entries: int) -> None:
    if entries > ENTRIES_MAX:
        raise TooManyEntries(largest=ENTRIES_MAX)


async def _book(context: Context, book: Callable[[], tuple[object, tuple[Gain, ...]]]) -> Response:
    """What was booked; who waits for what it made available is served once it is committed."""
    booked, gained = await run_in_threadpool(book)
    response = as_json(booked)
    response.background = serving(context, {one.item_id for one in gained})
    return response
