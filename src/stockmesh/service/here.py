"""What the running service holds, handed to routes that name it: the context, and where orders are handed in."""

from typing import Annotated

from fastapi import Depends, Request

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.access.callers import Caller
from stockmesh.flows.context import Context
from stockmesh.flows.stock_levels import ItemAvailability
from stockmesh.service.access.door import Callers
from stockmesh.service.access.site import Site
from stockmesh.service.answers.orders import PlacedOrder, SentOrder
from stockmesh.service.answers.stock import AvailabilityAsked
from stockmesh.service.batching import Batcher

Placing = Batcher[SentOrder, PlacedOrder | Refusal]

Reading = Batcher[AvailabilityAsked, ItemAvailability | Refusal]


def context_of(request: Request) -> Context:
    """The context the app was created with."""
    context: Context = request.app.state.context
    return context


def placing_of(request: Request) -> Placing:
    """Where orders are handed in."""
    placing: Placing = request.app.state.placing
    return placing


def reading_of(request: Request) -> Reading:
    """Where availability is asked for."""
    reading: Reading = request.app.state.reading
    return reading


def callers_of(request: Request) -> Callers:
    """Whom keys and sessions stand for, as this process knows it."""
    callers: Callers = request.app.state.callers
    return callers


def base_of(request: Request) -> str:
    """The address that people know the service by."""
    site: Site = request.app.state.site
    return site.origin or str(request.base_url)


def name_of_caller(request: Request) -> str:
    """By whose word keys and holds are told apart; empty where nobody is asked."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return "" if caller is None or caller.kind == "anyone" else f"{caller.kind}:{caller.id}"


Here = Annotated[Context, Depends(context_of)]
