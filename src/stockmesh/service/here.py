"""The context of the running service, handed to routes that name it."""

from typing import Annotated

from fastapi import Depends, Request

from stockmesh.flows.context import Context


def context_of(request: Request) -> Context:
    """The context the app was created with."""
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(context_of)]
