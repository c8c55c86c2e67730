"""What an order can be refused for. Nothing has happened when one of these is raised."""

from dataclasses import dataclass
from datetime import date

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnknownItem(Refusal):
    sku: str
    line: int
    code = "unknown_item"
    text = "Line {line}: no item has the SKU {sku!r}. Import the item first, or correct the SKU."


@dataclass(eq=False)
class UnknownChannel(Refusal):
    channel: str
    code = "unknown_channel"
    text = "No channel is called {channel!r}."


@dataclass(eq=False)
class ChannelTaken(Refusal):
    channel: str
    code = "channel_taken"
    text = "Channel {channel!r} belongs to another owner. Choose another code."


@dataclass(eq=False)
class UnknownLocation(Refusal):
    location: str
    code = "unknown_location"
    text = "No location has the code {location!r}. `stockmesh locations list` shows all."


@dataclass(eq=False)
class DecidedElsewhere(Refusal):
    order: int
    code = "decided_elsewhere"
    text = "Order {order} was taken over with its units from another system: there is no decision of ours to explain."


@dataclass(eq=False)
class UnknownOrder(Refusal):
    order: str
    code = "unknown_order"
    text = "No order {order!r}. `stockmesh orders list` shows the latest."


@dataclass(eq=False)
class AmbiguousOrder(Refusal):
    """A reference is unique in its channel alone, and nobody said which channel."""

    order: str
    channels: tuple[str, ...]
    code = "ambiguous_order"
    text = (
        "{order!r} is an order of several channels: {channels}. Say which with --channel, or give the order's number."
    )


@dataclass(eq=False)
class BadQuantity(Refusal):
    line: int
    quantity: int
    largest: int
    code = "bad_quantity"
    text = "Line {line}: a quantity must be from 1 to {largest:,}, not {quantity:,}."


@dataclass(eq=False)
class BadPrice(Refusal):
    line: int
    unit_price_minor: int
    code = "bad_price"
    text = "Line {line}: a unit price must be from 0 to 10^12 minor units, not {unit_price_minor:,}."


@dataclass(eq=False)
class EmptyOrder(Refusal):
    reference: str
    code = "empty_order"
    text = "Order {reference!r} has no lines."


@dataclass(eq=False)
class OrderTooLarge(Refusal):
    lines: int
    largest: int
    code = "order_too_large"
    text = "The order has {lines:,} lines; at most {largest:,} are sourced as one. Send it as several orders."


@dataclass(eq=False)
class BadReference(Refusal):
    reference: str
    code = "bad_reference"
    text = "An order's reference must have 1 to 120 printable characters, not blanks alone; got {reference!r}."


@dataclass(eq=False)
class BadCustomer(Refusal):
    customer: str
    code = "bad_customer"
    text = "A customer's number has at most 120 printable characters; got {customer!r}. Leave it out for guests."


@dataclass(eq=False)
class BadContact(Refusal):
    """A part of a contact that cannot be kept. What was sent is not repeated: it is somebody's."""

    part: str
    largest: int
    code = "bad_contact"
    text = "The contact's {part} must have at most {largest} printable characters."


@dataclass(eq=False)
class BadInstant(Refusal):
    placed_at: str
    code = "bad_instant"
    text = "{placed_at} is not an instant we can use: give a time zone and a year from 2000 to 2100."


@dataclass(eq=False)
class ReferenceTaken(Refusal):
    """The same reference came before with other content."""

    reference: str
    order_id: int
    code = "reference_taken"
    text = (
        "Reference {reference!r} already belongs to order {order_id} with other content. Use a new reference, "
        "or `stockmesh orders change`."
    )


@dataclass(eq=False)
class EmptyNetwork(Refusal):
    code = "empty_network"
    text = "There are no locations yet. `stockmesh demo` (or `make demo`) loads a sample network with a retailer."


@dataclass(eq=False)
class NotServed(Refusal):
    """No open location has a carrier with a card for the destination."""

    country: str
    area: str
    code = "not_served"
    text = "No location has a rate card that reaches {country} {area}. Publish a card with a zone for it."


@dataclass(eq=False)
class NoCardInForce(Refusal):
    """On the day of the order no service has a rate card at all."""

    day: date
    code = "no_card_in_force"
    text = "No rate card is valid on {day}. Correct the day of the order, or bring in a card that covers it."


@dataclass(eq=False)
class UnitTooLarge(Refusal):
    """A unit that is heavier, bulkier or longer than any parcel of any carrier may be."""

    sku: str
    line: int
    code = "unit_too_large"
    text = (
        "Line {line}: no carrier takes a unit of {sku!r}; it is too heavy, too bulky or too long for a parcel. "
        "Correct the item's weight and sides, or add a service that takes it."
    )


@dataclass(eq=False)
class ShortStock(Refusal):
    """The buyer wanted all or nothing (or anything at all), and there is not enough."""

    skus: tuple[str, ...]
    code = "short_stock"
    text = "Not enough stock to fill the order as wished: {skus}."


@dataclass(eq=False)
class Poisoned(Refusal):
    """The database would not take this order's rows; the others of its batch are unharmed."""

    reference: str
    reason: str
    code = "poisoned_order"
    text = "Order {reference!r} could not be written: {reason}."
