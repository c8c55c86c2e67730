"""The screens of carriers: services and cards, one card with its prices, and what all ask for a shipment."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from stockmesh.domain.carriers.words import card_terms, surcharge_amount, surcharge_conditions, unit_text, zone_prices
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import carriers, network
from stockmesh.service.console.frame import query_of, render
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
Reads = Annotated[Reach, needs("orders:read")]


@router.get("/console/carriers")
def carriers_page(
    request: Request, context: Here, reach: Reads, query: Annotated[carriers.QuoteQuery, Query()]
) -> Response:
    """All services, and the quotes for a shipment where one is asked for. The shipment is the address."""
    found, problem = None, ""
    if query.is_asked:
        try:
            found = carriers.quotation(context, query.wish(), reach)
        except Refusal as refused:
            problem = str(refused)
    return render(
        request,
        "carriers.html",
        200 if not problem else 422,
        carriers=carriers.carrier_list(context, reach).items,
        locations=network.sites(context, reach),
        query=query,
        found=found,
        problem=problem,
        asked=query_of(query.model_dump(mode="json", exclude_defaults=True)),
    )


@router.get("/console/carriers/{service}")
def card_page(
    request: Request,
    context: Here,
    _: Reads,
    service: Annotated[str, Path(max_length=60)],
    version: Annotated[str | None, Query(max_length=60)] = None,
) -> Response:
    """One card of a service: terms, prices by zone, surcharges, and the other cards."""
    found = carriers.card_of(context, service, version)
    return render(
        request,
        "card.html",
        found=found,
        terms=list(card_terms(found.card)),
        unit=unit_text(found.card),
        prices=[(rates, zone_prices(found.card, rates)) for rates in found.card.rates],
        surcharges=[
            (one, surcharge_amount(found.card, one), surcharge_conditions(found.card, one))
            for one in found.card.surcharges
        ],
    )
