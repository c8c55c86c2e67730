"""The screens of shops: how each is, what it sent, what was set aside and why, to be tried again or discarded."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import shops
from stockmesh.service.console.frame import query_of, render
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
Reads = Annotated[Reach, needs("shops:read")]
ShopCode = Annotated[str, Path(max_length=40)]
STATES: Final = {"waiting": "waiting", "failed": "set aside", "applied": "applied", "discarded": "discarded"}


@router.get("/console/shops")
def shops_page(request: Request, context: Here, reach: Reads) -> Response:
    """All connected shops."""
    return render(request, "shops.html", shops=shops.shop_list(context, reach))


@router.get("/console/shops/{shop}")
def shop_page(
    request: Request, context: Here, reach: Reads, shop: ShopCode, query: Annotated[shops.MessageQuery, Query()]
) -> Response:
    """One shop with its messages. Their filter is its address."""
    page = shops.message_page(context, shop, query, reach)
    asked = query.model_dump(mode="json", exclude_defaults=True)
    return render(
        request,
        "shop.html",
        shop=shops.one_shop(context, shop, reach),
        page=page,
        query=query,
        states=STATES,
        may_change="shops:write" in caller_of(request).scopes,
        first=query_of(asked, cursor=None),
        following=query_of(asked, cursor=page.next_cursor),
        api=f"/v1/shops/{shop}/messages?{query_of(asked)}".rstrip("?"),
    )
