"""Promises as the API takes and answers them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.flows.hold_cart import Cart, hold_cart
from stockmesh.flows.hold_views import Hold, get_hold
from stockmesh.flows.promise import promise
from stockmesh.flows.promise_values import Promise
from stockmesh.service.answers.orders import Int64, NewDestination, NewLine


class NewPromise(msgspec.Struct, forbid_unknown_fields=True):
    """A cart to be promised something for, as if it were ordered now."""

    channel: str
    destination: NewDestination
    lines: list[NewLine]
    wish: Wish = Wish.BACKORDER

    def request(self, context: Context) -> OrderRequest:
        """The order the cart would be."""
        return OrderRequest(
            reference="cart",
            channel=self.channel,
            placed_at=context.clock(),
            destination=Destination(self.destination.country, self.destination.postcode, self.destination.city),
            lines=tuple(OrderLine(line.sku, line.quantity, line.unit_price_minor) for line in self.lines),
            wish=self.wish,
        )


class NewHeldPromise(NewPromise, forbid_unknown_fields=True):
    """A cart to be promised something for and held: all of it with the wish `refuse`, else whatever there is of it."""

    minutes: Int64 | None = None
    customer: str = ""

    def cart(self, context: Context, caller: str) -> Cart:
        """The cart to be held."""
        asked = self.request(context)
        part = self.wish is not Wish.REFUSE
        return Cart(self.channel, asked.destination, asked.lines, part, self.customer, caller)


@dataclass(frozen=True)
class HeldPromise:
    """What a cart is promised, and the hold that keeps its units where the cheapest option takes them."""

    promise: Promise
    hold: Hold


class NewPromises(msgspec.Struct, forbid_unknown_fields=True):
    """Carts to be promised something for, each as if it were the only one."""

    carts: list[NewPromise]


@dataclass(frozen=True)
class PromiseOutcome:
    """The promise for one cart, or the problem."""

    status: int
    promise: Promise | None
    problem: dict[str, Any] | None


@dataclass(frozen=True)
class PromiseBatch:
    """One outcome for every cart, in their order."""

    outcomes: tuple[PromiseOutcome, ...]


def promises(context: Context, carts: Sequence[NewPromise]) -> list[Promise | Refusal]:
    """The promise for every cart, or its refusal. Raises EmptyNetwork."""
    return promise(context, [cart.request(context) for cart in carts])


def promise_and_hold(context: Context, new: NewHeldPromise, caller: str) -> HeldPromise:
    """The promise for a cart, whose units are kept. Raises what either is refused for."""
    [found] = promises(context, [new])
    if isinstance(found, Refusal):
        raise found
    hold_id = hold_cart(context, new.cart(context, caller), minutes=new.minutes)
    return HeldPromise(found, get_hold(context, hold_id))
