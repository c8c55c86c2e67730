"""Promises as the API takes and answers them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.flows.promise import promise
from stockmesh.flows.promise_values import Promise
from stockmesh.service.answers.orders import NewDestination, NewLine


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
