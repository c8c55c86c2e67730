"""Stock: cells, availability, holders, movements, supply on its way."""

import re
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.reach import Reach
from stockmesh.flows.stock_journal import IncomingLine, JournalEntry
from stockmesh.flows.stock_levels import DAYS_MAX, ItemAsked, ItemAvailability, PromiseByDate, StockLevel
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import stock
from stockmesh.service.answers.lists import Listing, Text
from stockmesh.service.encoding import CSV_ANSWER, IN_LINES, CsvFile, answer_list, as_json
from stockmesh.service.here import Here, reading_of
from stockmesh.service.shortcut import Endpoints

router = APIRouter(prefix="/v1", tags=["stock"])
PLAIN: Final = re.compile("[A-Za-z0-9._~-]{1,100}")  # signs that a query need not escape
Reads = Annotated[Reach, needs("stock:read")]
Sku = Annotated[Text, Query()]
Owner = Annotated[Text | None, Query(description="whose item, where several owners have the SKU")]


@router.get("/stock", response_model=Listing[StockLevel], responses=IN_LINES)
def list_stock(context: Here, reach: Reads, request: Request, query: Annotated[stock.StockQuery, Query()]) -> Response:
    """Every item at every location: units by state, available, withheld, on the way. Accepting
    lines of JSON answers all of them, a line each."""
    return answer_list(request, query, partial(stock.stock_page, context, reach=reach))


@router.get("/stock.csv", response_class=CsvFile, status_code=200, responses=CSV_ANSWER)
def export_stock(context: Here, reach: Reads, asked: Annotated[stock.StockAsked, Query()]) -> Response:
    """All cells that pass the filter as CSV, safe to open in a spreadsheet."""
    return CsvFile(stock.stock_lines(context, asked, reach), "stock")


@router.get("/stock/holders", response_model=stock.HolderPage)
def list_holders(context: Here, reach: Reads, query: Annotated[stock.HolderQuery, Query()]) -> Response:
    """The orders that hold units of an item at a location."""
    return as_json(stock.holder_page(context, query, reach))


@router.get("/stock/movements", response_model=Listing[JournalEntry])
def list_movements(context: Here, reach: Reads, query: Annotated[stock.MovementQuery, Query()]) -> Response:
    """The journal of an item: how its units came, moved and went."""
    return as_json(stock.movement_page(context, query, reach))


@router.get("/stock/incoming", response_model=Listing[IncomingLine])
def list_incoming(context: Here, reach: Reads, query: Annotated[stock.IncomingQuery, Query()]) -> Response:
    """Supply on its way."""
    return as_json(stock.incoming_page(context, query, reach))


@router.get("/availability", response_model=ItemAvailability)
async def get_availability(
    request: Request,
    reach: Reads,
    sku: Sku,
    *,
    owner: Owner = None,
    channel: Text | None = None,
    location: Text | None = None,
) -> Response:
    """What may be sold of an item or kit, in all and by location."""
    asked = stock.AvailabilityAsked(ItemAsked(sku, owner or "", channel), location, reach)
    found = await reading_of(request).ask(asked)
    if isinstance(found, Refusal):
        raise found
    return as_json(found)


async def answer_availability(request: Request, reach: Reads) -> Response | None:
    """The same for a question that asks for nothing but a plainly written SKU; None leaves it to the usual way."""
    name, _, sku = request.scope["query_string"].decode("latin-1").partition("=")
    return await get_availability(request, reach, sku) if name == "sku" and PLAIN.fullmatch(sku) else None


@router.get("/availability/days", response_model=PromiseByDate)
def get_availability_by_day(
    context: Here,
    reach: Reads,
    *,
    sku: Sku,
    owner: Owner = None,
    channel: Text | None = None,
    location: Text | None = None,
    days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = 28,
) -> Response:
    """What may be promised of an item on each of the next days."""
    return as_json(
        stock.availability_by_day(context, sku, reach, owner=owner, channel=channel, location=location, days=days)
    )


HOT: Final[Endpoints] = {("GET", "/v1/availability"): answer_availability}
