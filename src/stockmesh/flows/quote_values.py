"""What is asked of carriers and what they answer: shipments, quotes with their bills, and reasons."""

from dataclasses import dataclass
from datetime import date, datetime

from stockmesh.domain.carriers.bills import BillLine
from stockmesh.domain.carriers.boxes import Sides
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.domain.kernel.money import Money


@dataclass(frozen=True)
class WishedParcel:
    """A parcel as it stands on the scale: milligrams, sides longest first, and how many alike."""

    weight_mg: int
    sides: Sides
    count: int = 1


@dataclass(frozen=True)
class Wish:
    """What is to be sent where: goods by SKU, or parcels; from which locations (none named: all)."""

    destination: Destination
    lines: tuple[OrderLine, ...] = ()
    parcels: tuple[WishedParcel, ...] = ()
    locations: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuotedParcel:
    """`count` parcels alike: what each weighs and takes up, what is billed (thousandths of the card's unit), and its
    bill in micro-units of the card's currency, which adds up to the price."""

    count: int
    weight_mg: int
    volume_um3: int
    billable_thousandths: int
    size: str
    price: Money
    bill: tuple[BillLine, ...]


@dataclass(frozen=True)
class Quote:
    """What one service asks for the shipment from one location, or why it does not take it (`reason`).

    `freight` is the carrier's price in the book currency, `handling` the location's; `cost` is both. Days are None
    where nobody told how long the lane takes.
    """

    location: str
    carrier: str
    service: str
    service_name: str
    card_version: str
    synthetic: bool
    zone: str
    reason: str | None
    parcels: tuple[QuotedParcel, ...] = ()
    consignment: tuple[BillLine, ...] = ()
    carrier_total: Money | None = None
    tax: Money | None = None
    freight: Money | None = None
    handling: Money | None = None
    cost: Money | None = None
    ships_on: date | None = None
    earliest: date | None = None
    latest: date | None = None
    on_time_ppm: int | None = None


@dataclass(frozen=True)
class Quotation:
    """All quotes for a shipment: the cheapest first, then those who do not take it."""

    quoted_at: datetime
    quotes: tuple[Quote, ...]
