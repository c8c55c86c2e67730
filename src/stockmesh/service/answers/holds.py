"""Cart holds as the API takes and answers them."""

from typing import Annotated, Literal

import msgspec
from pydantic import Field

from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.flows import hold_cart, hold_views
from stockmesh.flows.context import Context
from stockmesh.flows.hold_cart import Cart
from stockmesh.flows.hold_views import Hold
from stockmesh.flows.reach import Reach
from stockmesh.service.answers.lists import EmptyIsNone, Listing, ListQuery, Text, listing
from stockmesh.service.answers.orders import Int64, NewDestination, NewLine

State = Literal["open", "released", "expired", "used", "all"]


class HoldQuery(ListQuery):
    """Which holds; the open ones unless asked otherwise."""

    state: State = "open"
    channel: Annotated[Text | None, EmptyIsNone] = None
    customer: Annotated[Text | None, EmptyIsNone] = Field(default=None, description="whose carts")


class NewHold(msgspec.Struct, forbid_unknown_fields=True):
    """A cart to be held. `wish`: all of it or nothing (`refuse`), or whatever there is of it (`part`)."""

    channel: str
    destination: NewDestination
    lines: list[NewLine]
    minutes: Int64 | None = None
    wish: Literal["refuse", "part"] = "refuse"
    customer: str = ""

    def cart(self, caller: str) -> Cart:
        """The cart that flows take."""
        return Cart(
            channel=self.channel,
            destination=Destination(self.destination.country, self.destination.postcode, self.destination.city),
            lines=tuple(OrderLine(line.sku, line.quantity, line.unit_price_minor) for line in self.lines),
            part=self.wish == "part",
            customer=self.customer,
            caller=caller,
        )


class Extension(msgspec.Struct, forbid_unknown_fields=True):
    """How many minutes from now a hold is to last."""

    minutes: Int64


def hold_page(context: Context, query: HoldQuery, reach: Reach) -> Listing[Hold]:
    """One page of holds, the newest first. Raises BadCursor and UnknownChannel."""
    return listing(
        hold_views.list_holds(
            context,
            state=None if query.state == "all" else query.state,
            channel=query.channel,
            customer=query.customer,
            reach=reach,
            after=query.cursor or "",
            count=query.limit,
        )
    )


def open_hold(context: Context, new: NewHold, caller: str) -> Hold:
    """The cart held. Raises what the flow refuses."""
    return hold_views.get_hold(context, hold_cart.hold_cart(context, new.cart(caller), minutes=new.minutes))


def extend_hold(context: Context, hold_id: int, extension: Extension, reach: Reach) -> Hold:
    """The hold with its new end. Raises UnknownHold, HoldNotOpen and HoldTooLong."""
    hold_cart.extend_hold(context, hold_id, minutes=extension.minutes, reach=reach)
    return hold_views.get_hold(context, hold_id, reach=reach)


def release_hold(context: Context, hold_id: int, reach: Reach) -> tuple[Hold, frozenset[int]]:
    """The hold given up, and the items whose units can be sold. Raises UnknownHold and HoldNotOpen."""
    items = hold_cart.release_hold(context, hold_id, reach=reach)
    return hold_views.get_hold(context, hold_id, reach=reach), items
