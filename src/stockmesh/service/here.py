"""What the running service holds, handed to routes that name it: the context, and where orders are handed in."""

from typing import Annotated

from fastapi import Depends, Request

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.service.answers.orders import PlacedOrder
from stockmesh.service.batching import Batcher

Placing = Batcher[OrderRequest, PlacedOrder | Refusal]


def context_of(request: Request) -> Context:
    """The context the app was created with."""
    context: Context = request.app.state.context
    return context


def placing_of(request: Request) -> Placing:
    """Where orders are handed in."""
    placing: Placing = request.app.state.placing
    return placing


def caller_of(request: Request) -> str:
    """Who is calling, by whose word keys and holds are told apart; empty while nobody is asked."""
    return str(getattr(request.state, "caller", "") or "")


Here = Annotated[Context, Depends(context_of)]
