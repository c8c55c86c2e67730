"""Orders as the API answers them: pages, details, plans, and what placing or telling one led to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from pydantic import BeforeValidator, Field

from stockmesh.domain.fulfilment.order_states import OrderState
from stockmesh.domain.fulfilment.requests import Contact, Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows import order_contacts, order_life
from stockmesh.flows.context import Context
from stockmesh.flows.explaining import OrderExplanation, explain_order
from stockmesh.flows.exports import export_orders
from stockmesh.flows.order_detail import DecisionView, FulfilmentView, OrderDetail, OrderLineView, get_order
from stockmesh.flows.order_views import OrderFilter, OrderRow, OrderSort, list_named, list_orders
from stockmesh.flows.place_orders import Placed, Refused, place_orders
from stockmesh.flows.reach import Reach
from stockmesh.service.answers import network
from stockmesh.service.answers.lists import (
    ROWS,
    Asked,
    EmptyIsNone,
    Listing,
    ListQuery,
    Moment,
    Text,
    end_of,
    first_of,
    listing,
)

Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class OrdersAsked(Asked):
    """What a list of orders can be asked for. Days are UTC; `placed_to` is the last day meant, or the first instant too
    late."""

    state: Annotated[OrderState | None, EmptyIsNone] = None
    country: Annotated[Text | None, EmptyIsNone] = None
    location: Annotated[Text | None, EmptyIsNone] = None
    channel: Annotated[Text | None, EmptyIsNone] = None
    owner: Annotated[Text | None, EmptyIsNone] = Field(default=None, description="whose channels")
    customer: Annotated[Text | None, EmptyIsNone] = None
    reference: Annotated[Text | None, EmptyIsNone] = Field(
        default=None, description="a part of it, in the newest 200,000"
    )
    placed_from: Annotated[Moment | None, EmptyIsNone] = None
    placed_to: Annotated[Moment | None, EmptyIsNone] = None
    sort: Annotated[OrderSort, BeforeValidator(lambda sort: sort or OrderSort.NEWEST)] = OrderSort.NEWEST

    def wanted(self) -> OrderFilter:
        """The filter that flows take."""
        return OrderFilter(
            state=self.state,
            country=self.country,
            location=self.location,
            channel=self.channel,
            owner=self.owner,
            customer=self.customer,
            reference=self.reference,
            placed_from=first_of(self.placed_from),
            placed_to=end_of(self.placed_to),
        )


class OrderQuery(OrdersAsked, ListQuery):
    """The same, page by page."""


def order_page(context: Context, query: OrderQuery, reach: Reach) -> Listing[OrderRow]:
    """One page of orders. Raises BadCursor, UnknownLocation, UnknownChannel and UnknownOwner."""
    network.ensure_location(context, query.location, reach)
    network.ensure_channel(context, query.channel, reach)
    after = query.cursor or ""
    return listing(list_orders(context, query.wanted(), reach=reach, sort=query.sort, after=after, count=query.limit))


def order_lines(context: Context, asked: OrdersAsked, reach: Reach) -> Iterator[str]:
    """All orders that pass the filter, as CSV. Raises UnknownLocation and UnknownChannel."""
    return export_orders(context, asked.wanted(), asked.sort, reach=reach)


def orders_named(context: Context, name: str, reach: Reach) -> Listing[OrderRow]:
    """The orders that have this number or this whole reference, the one with the number first."""
    return Listing(list_named(context, name, reach=reach, count=ROWS), None)


def order_detail(context: Context, order_id: int, reach: Reach) -> OrderDetail:
    """Everything about an order but the reasons. Raises UnknownOrder."""
    return get_order(context, order_id, reach=reach)


@dataclass(frozen=True)
class OrderPlan:
    """The plan in force: what each location sends, what is left, and what it costs."""

    order_id: int
    state: str
    decision: DecisionView
    fulfilments: tuple[FulfilmentView, ...]
    unserved: tuple[OrderLineView, ...]


def order_plan(context: Context, order_id: int, reach: Reach) -> OrderPlan:
    """The plan in force of an order. Raises UnknownOrder."""
    order = get_order(context, order_id, reach=reach)
    return OrderPlan(
        order_id=order_id,
        state=order.state,
        decision=order.decision,
        fulfilments=order.planned,
        unserved=tuple(line for line in order.lines if line.waiting + line.dropped),
    )


def order_explanation(context: Context, order_id: int, reach: Reach, round_no: int | None = None) -> OrderExplanation:
    """Why an order is sourced as it is, in its latest round or another. Raises UnknownOrder."""
    return explain_order(context, order_id, round_no, reach=reach)


class NewLine(msgspec.Struct, forbid_unknown_fields=True):
    """A line of a new order; the price is minor units of the book currency for one unit."""

    sku: str
    quantity: Int64
    unit_price_minor: Int64 = 0


class NewDestination(msgspec.Struct, forbid_unknown_fields=True):
    """Where a new order goes."""

    country: str
    postcode: str
    city: str = ""


class NewContact(msgspec.Struct, forbid_unknown_fields=True):
    """Who receives a new order; postcode and city are the destination's unless they are said here."""

    name: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    email: str = ""
    phone: str = ""


class NewOrder(msgspec.Struct, forbid_unknown_fields=True):
    """An order to be placed; without `placed_at` it is placed now.

    `hold` is the number of a cart hold that the order takes over; where that is not open any more the order is refused,
    or, unless the hold is required, placed without it.
    """

    reference: str
    channel: str
    destination: NewDestination
    lines: list[NewLine]
    placed_at: datetime | None = None
    wish: Wish = Wish.BACKORDER
    customer: str = ""
    contact: NewContact | None = None
    hold: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None
    hold_required: bool = True

    def request(self, now: datetime) -> OrderRequest:
        """The request that flows take."""
        return OrderRequest(
            reference=self.reference,
            channel=self.channel,
            placed_at=self.placed_at or now,
            destination=Destination(self.destination.country, self.destination.postcode, self.destination.city),
            lines=tuple(OrderLine(line.sku, line.quantity, line.unit_price_minor) for line in self.lines),
            wish=self.wish,
            customer=self.customer,
            contact=None if self.contact is None else Contact(**msgspec.structs.asdict(self.contact)),
            hold=self.hold or 0,
            hold_required=self.hold_required,
        )


class NewBatch(msgspec.Struct, forbid_unknown_fields=True):
    """Orders to be placed together."""

    orders: list[NewOrder]


@dataclass(frozen=True)
class PlacedOrder:
    """An order in the books. `repeated` when the same request had been placed before. `cost` is what the plan pays;
    `penalty` is what units unserved weighed in the decision, which nobody pays."""

    order_id: int
    reference: str
    state: str
    cost: Money
    penalty: Money
    repeated: bool


@dataclass(frozen=True)
class ReplayedOrder(PlacedOrder):
    """The answer to a request that came before under the same key."""


@dataclass(frozen=True)
class BatchOutcome:
    """What became of one order of a batch: the status it would have had alone, and the order or the problem."""

    status: int
    order: PlacedOrder | None
    problem: dict[str, Any] | None


@dataclass(frozen=True)
class PlacedBatch:
    """One outcome for every order sent, in their order."""

    outcomes: tuple[BatchOutcome, ...]


@dataclass(frozen=True)
class SentOrder:
    """An order to be placed, and the number of the actor who sent it."""

    request: OrderRequest
    actor: int


def place_batch(context: Context, sent: Sequence[SentOrder]) -> list[PlacedOrder | Refusal]:
    """The orders as placed, committed and durable, each refused one as its refusal. Raises EmptyNetwork."""
    outcomes = place_orders(context, [one.request for one in sent], actors=[one.actor for one in sent])
    currency = context.lately().facts.book_currency
    return [outcome.refusal if isinstance(outcome, Refused) else _placed(outcome, currency) for outcome in outcomes]


def _placed(outcome: Placed, currency: str) -> PlacedOrder:
    kind = ReplayedOrder if outcome.replayed else PlacedOrder
    return kind(
        order_id=outcome.order_id,
        reference=outcome.reference,
        state=outcome.state,
        cost=Money(outcome.cost_minor, currency),
        penalty=Money(outcome.penalty_minor, currency),
        repeated=outcome.repeated,
    )


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why an order is paused or cancelled, in the words of whoever does it."""

    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


@dataclass(frozen=True)
class OrderContact:
    """Who receives an order; null when nobody said, or it was erased."""

    order_id: int
    contact: Contact | None


def order_contact(context: Context, order_id: int, reach: Reach) -> OrderContact:
    """Who receives an order. Raises UnknownOrder."""
    return OrderContact(order_id, order_contacts.find_contact(context, order_id, reach=reach))


def erase_contact(context: Context, order_id: int, reach: Reach) -> OrderContact:
    """The order without its contact, which is gone for good. Raises UnknownOrder."""
    order_contacts.erase_contact(context, order_id, reach=reach)
    return OrderContact(order_id, None)


@dataclass(frozen=True)
class ToldOrder:
    """The state an order came to."""

    order_id: int
    state: str


def cancel(context: Context, order_id: int, reason: Reason, reach: Reach) -> ToldOrder:
    """The order with all units given back. Raises UnknownOrder and NotPossible."""
    return ToldOrder(order_id, order_life.cancel_order(context, order_id, reason.reason, reach=reach))


def pause(context: Context, order_id: int, reason: Reason, reach: Reach) -> ToldOrder:
    """The order waiting for a person, its units kept. Raises UnknownOrder and NotPossible."""
    return ToldOrder(order_id, order_life.pause_order(context, order_id, reason.reason, reach=reach))


def resume(context: Context, order_id: int, reach: Reach) -> ToldOrder:
    """The order going on. Raises UnknownOrder and NotPossible."""
    return ToldOrder(order_id, order_life.resume_order(context, order_id, reach=reach))


class NewChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be different in an order; what is left out stays. Lines are said anew, all of them."""

    destination: NewDestination | None = None
    lines: list[NewLine] | None = None


def change(context: Context, order_id: int, new: NewChange, reach: Reach) -> OrderDetail:
    """The order decided again with other lines or another address. Raises UnknownOrder, NotPossible, and whatever
    placing refuses."""
    to, lines = new.destination, new.lines
    changed = order_life.OrderChange(
        destination=None if to is None else Destination(to.country, to.postcode, to.city),
        lines=None if lines is None else tuple(OrderLine(one.sku, one.quantity, one.unit_price_minor) for one in lines),
    )
    order_life.change_order(context, order_id, changed, reach=reach)
    return get_order(context, order_id, reach=reach)
