"""Items, locations, owners and channels: read, and changed where that is a matter of one of them."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.domain.network.locations import Location
from stockmesh.flows import master_views
from stockmesh.flows.master_views import ChannelView, ItemView, OwnerView
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import masters
from stockmesh.service.answers.lists import Listing, Text
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute
from stockmesh.service.versions import as_version, change_version

router = APIRouter(prefix="/v1", tags=["masters"], route_class=KeyedRoute)
Reads = Annotated[Reach, needs("stock:read")]
WritesItems = Annotated[Reach, needs("items:write")]
WritesLocations = Annotated[Reach, needs("locations:write")]
Sku = Annotated[Text, Path(min_length=1, description="the item's SKU")]
Code = Annotated[Text, Path(min_length=1, description="its code")]
Owner = Annotated[Text, Query(description="whose item, where several owners have the SKU")]
IfMatch = Annotated[str | None, Header(max_length=400, description="the ETag that is meant to be changed")]
IfNoneMatch = Annotated[str | None, Header(max_length=400, description="`*` makes it only where there is none")]
NEW_ITEM = Body(masters.NewItem)
LOCATION_CHANGE = Body(masters.LocationChange)


@router.get("/items", response_model=Listing[ItemView])
def list_items(context: Here, reach: Reads, query: Annotated[masters.ItemQuery, Query()]) -> Response:
    """A page of items and kits with their physical facts."""
    return as_json(masters.item_page(context, query, reach))


@router.get("/items/{sku:path}", response_model=ItemView)
def read_item(context: Here, reach: Reads, sku: Sku, request: Request, owner: Owner = "") -> Response:
    """One item or kit."""
    return as_version(request, master_views.read_item(context, sku, owner=owner, reach=reach))


@router.put("/items/{sku:path}", response_model=ItemView, openapi_extra=NEW_ITEM.described)
async def put_item(
    context: Here,
    reach: WritesItems,
    sku: Sku,
    request: Request,
    *,
    owner: Owner = "",
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The item as said, new or changed as a whole; with components it is a kit."""
    new = await NEW_ITEM.read(request)
    item = await run_in_threadpool(
        change_version,
        context,
        if_match,
        lambda: master_views.read_item(context, sku, owner=owner, reach=reach),
        lock=masters.claim_network,
        change=lambda: masters.put_item(context, sku, owner, new, reach=reach),
        if_none_match=if_none_match,
    )
    return as_version(request, item)


@router.get("/locations/{code:path}", response_model=Location)
def read_location(context: Here, reach: Reads, code: Code, request: Request) -> Response:
    """One location with hours, costs and capacity."""
    return as_version(request, master_views.read_location(context, code, reach=reach))


@router.patch("/locations/{code:path}", response_model=Location, openapi_extra=LOCATION_CHANGE.described)
async def change_location(
    context: Here, reach: WritesLocations, code: Code, request: Request, if_match: IfMatch = None
) -> Response:
    """The location as changed: closed or opened, with other hours, room or carriers. Orders placed keep their plans."""
    change = await LOCATION_CHANGE.read(request)
    location = await run_in_threadpool(
        change_version,
        context,
        if_match,
        lambda: master_views.read_location(context, code, reach=reach),
        lock=masters.claim_network,
        change=lambda: masters.patch_location(context, code, change, reach),
    )
    return as_version(request, location)


@router.get("/owners", response_model=Listing[OwnerView])
def list_owners(context: Here, reach: Reads) -> Response:
    """All owners, by code."""
    return as_json(Listing(master_views.list_owners(context, reach=reach), None))


@router.get("/owners/{code:path}", response_model=OwnerView)
def read_owner(context: Here, reach: Reads, code: Code, request: Request) -> Response:
    """One owner."""
    return as_version(request, master_views.read_owner(context, code, reach=reach))


@router.get("/channels", response_model=Listing[ChannelView])
def list_channels(context: Here, reach: Reads) -> Response:
    """All channels, by code."""
    return as_json(Listing(master_views.list_channels(context, reach=reach), None))


@router.get("/channels/{code:path}", response_model=ChannelView)
def read_channel(context: Here, reach: Reads, code: Code, request: Request) -> Response:
    """One channel."""
    return as_version(request, master_views.read_channel(context, code, reach=reach))
