"""The screen that tries promises: a cart, where it goes, and what would be promised with every step to each day."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from stockmesh.domain.fulfilment.requests import Wish
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.access.selling import ensure_sells
from stockmesh.service.answers import network, promises
from stockmesh.service.answers.lists import Asked, Text
from stockmesh.service.answers.orders import NewDestination, NewLine
from stockmesh.service.console.frame import render
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
Reads = Annotated[Reach, needs("orders:read")]


class CartQuery(Asked):
    """A cart as the form asks for it; `goods` are lines such as `SKU=2`, apart by commas or spaces."""

    goods: Annotated[str, Field(max_length=2_000)] = ""
    country: Text = ""
    postcode: Text = ""
    channel: Text = ""
    wish: Wish = Wish.BACKORDER


@router.get("/console/promise")
def promise_page(request: Request, context: Here, reach: Reads, query: Annotated[CartQuery, Query()]) -> Response:
    """The form, and the options of the cart where one is asked for."""
    found, problem = None, ""
    if query.goods.strip():
        try:
            ensure_sells(request, query.channel)
            [found] = promises.promises(context, [_cart(query)])
            if isinstance(found, Refusal):
                found, problem = None, str(found)
        except (Refusal, ValueError) as refused:
            problem = str(refused)
    return render(
        request,
        "promise.html",
        422 if problem else 200,
        query=query,
        channels=network.channel_codes(context, reach),
        wishes=[wish.value for wish in Wish],
        found=found,
        problem=problem,
    )


def _cart(query: CartQuery) -> promises.NewPromise:
    """The cart of a form. Raises ValueError for what is no SKU with a quantity."""
    lines: list[Any] = []
    for word in query.goods.replace(",", " ").split():
        sku, separator, units = word.rpartition("=")
        if not separator:
            sku, units = word, "1"
        if not sku or not units.isdecimal() or len(units) > 7:
            raise ValueError(f"{word!r} is not SKU=QUANTITY.")
        lines.append(NewLine(sku, int(units)))
    return promises.NewPromise(query.channel, NewDestination(query.country, query.postcode), lines, query.wish)
