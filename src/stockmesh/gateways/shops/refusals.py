"""What a shop's message or connection can be refused for."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnreadableMessage(Refusal):
    """A shop's message that does not have the documented form. What it said is not repeated: it may be a person's."""

    field: str
    reason: str
    code = "unreadable_message"
    text = "The shop's message cannot be read: {field} {reason}."


@dataclass(eq=False)
class LineWithoutSku(Refusal):
    """Goods that nobody can find without a number."""

    line: int
    title: str
    code = "line_without_sku"
    text = "Line {line} ({title!r}) is shipped and has no SKU. Give the product a SKU in the shop, then save the order."


@dataclass(eq=False)
class NoAddress(Refusal):
    """An order that is picked up, or whose address is missing."""

    reference: str
    code = "no_address"
    text = "Order {reference!r} has goods to ship but no shipping address: is it picked up? Nothing was sourced for it."


@dataclass(eq=False)
class ForeignCurrency(Refusal):
    """The shop's own currency is not that of the owner's books."""

    currency: str
    book_currency: str
    code = "foreign_currency"
    text = "The shop sells in {currency}, the owner's books are kept in {book_currency}. Set the shop's own currency."


@dataclass(eq=False)
class BadAmount(Refusal):
    """Money that is finer than its currency, negative, or no number."""

    field: str
    currency: str
    code = "bad_amount"
    text = "The shop's message cannot be read: {field} is not an amount in {currency}."


@dataclass(eq=False)
class BadSignature(Refusal):
    """A message that was not signed with the secret of a shop we know. Which of both is not told."""

    code = "bad_signature"
    text = "The message is not signed by a shop that is connected here."


@dataclass(eq=False)
class BadShop(Refusal):
    """A connection that cannot work."""

    reason: str
    code = "bad_shop"
    text = "The shop cannot be connected: {reason}."
