"""What a buyer asks for: the order as it comes in, before anything is decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Wish(StrEnum):
    """What the buyer wants when stock is short."""

    BACKORDER = "backorder"
    PART = "part"
    REFUSE = "refuse"


@dataclass(frozen=True)
class OrderLine:
    """Units of one item or kit. The price is minor units of the book currency for one unit, as sold."""

    sku: str
    quantity: int
    unit_price_minor: int = 0


@dataclass(frozen=True)
class Destination:
    """Where to: a country (ISO 3166 alpha-2) and a postcode as people type it; the city helps where it is unknown."""

    country: str
    postcode: str
    city: str = ""


@dataclass(frozen=True)
class Contact:
    """Who receives an order. Kept apart from it and erased without it; no decision depends on any of this."""

    name: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class OrderRequest:
    """One order. `reference` is the merchant's own number, unique in its channel: the same reference with the same
    content is the same order, with other content it is refused. `customer` is empty for guests. The contact is no
    part of the content.

    `assumed` names what no source told us (for the sample data: "destination"). `hold` is the number of the cart hold
    that the order takes over, 0 for none; where the hold is no longer open the order is refused, or, if none is
    required, placed without.
    """

    reference: str
    channel: str
    placed_at: datetime
    destination: Destination
    lines: tuple[OrderLine, ...]
    wish: Wish = Wish.BACKORDER
    customer: str = ""
    assumed: frozenset[str] = frozenset()
    contact: Contact | None = None
    hold: int = 0
    hold_required: bool = True
