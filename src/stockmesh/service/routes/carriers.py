"""Carriers with their rate cards, and what they ask for a shipment."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.quote_values import Quotation
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import ensure_whole, needs
from stockmesh.service.answers import carriers
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute

CARDS_BYTES_MAX: Final = 20_000_000
router = APIRouter(prefix="/v1", tags=["carriers"])
Reads = Annotated[Reach, needs("orders:read")]
Writes = Annotated[Reach, needs("network:write")]
Code = Annotated[str, Path(max_length=60)]
NEW_QUOTE = Body(carriers.NewQuote)
NEW_CARDS = Body(dict[str, Any], largest=CARDS_BYTES_MAX)


@router.get("/carriers", response_model=carriers.CarrierList)
def list_carriers(context: Here, reach: Reads) -> Response:
    """All carriers with their services, the cards of each by their days, and what to mind about them."""
    return as_json(carriers.carrier_list(context, reach))


@router.get("/carriers/{carrier}", response_model=dict[str, Any])
def get_carrier(context: Here, _: Reads, carrier: Code) -> Response:
    """A carrier whole, as the card document that `import rate-cards` reads."""
    return as_json(carriers.carrier_document(context, carrier))


keyed_router = APIRouter(prefix="/v1", tags=["carriers"], route_class=KeyedRoute)


@keyed_router.post("/carriers", response_model=carriers.CardsBrought, openapi_extra=NEW_CARDS.described)
async def bring_cards(context: Here, reach: Writes, request: Request, *, dry_run: bool = False) -> Response:
    """The services and cards of a card document, as `GET /v1/carriers/{carrier}` answers it: what is not known is
    added, a card that takes over the days of another supersedes it. A dry run only says what would be."""
    ensure_whole(reach)
    document = await NEW_CARDS.read(request)
    return as_json(await run_in_threadpool(partial(carriers.bring_cards, context, document, dry_run=dry_run)))


@router.post("/quotes", response_model=Quotation, openapi_extra=NEW_QUOTE.described)
async def quote_shipment(context: Here, reach: Reads, request: Request) -> Response:
    """What every service asks for a shipment, cheapest first; those that do not take it last, with the reason."""
    new = await NEW_QUOTE.read(request)
    return as_json(await run_in_threadpool(carriers.quotation, context, new.wish(), reach))
