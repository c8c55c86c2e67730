"""A whole retailer as plain values: what an importer or the sample generator hands to the flows."""

from dataclasses import dataclass, field
from datetime import date, datetime

from stockmesh.domain.carriers.cards import Carrier
from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.network.items import Item, Kit
from stockmesh.domain.network.locations import Location


@dataclass(frozen=True)
class CreditLine:
    """Units credited to a customer, kept for the returns part. `kind` is cancellation or return."""

    reference: str
    credited_at: datetime
    customer: str
    sku: str
    quantity: int
    unit_price_minor: int
    kind: str


@dataclass(frozen=True)
class SetAside:
    """Lines of a file that are not goods orders, counted by reason, with the first few as examples."""

    reason: str
    lines: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class OpeningStock:
    """Units of an item at a location when the books open."""

    sku: str
    location: str
    quantity: int


@dataclass(frozen=True)
class IncomingSupply:
    """Units of an item on their way to a location, sellable from the morning of the day they are due. `reference` is
    the number of the purchase order or advice they come under."""

    sku: str
    location: str
    quantity: int
    due_on: date
    reference: str


@dataclass(frozen=True)
class Position:
    """What a buyer looks at: units of an item at a location that are there or on their way, and the units of the item
    that orders wait for, wherever they come from."""

    sku: str
    location: str
    units: int
    waiting: int


@dataclass(frozen=True)
class Network:
    """Where stock lies and how it travels. fx_ppm: book minor units per minor unit of the currency, times 10^6."""

    locations: tuple[Location, ...]
    carriers: tuple[Carrier, ...]
    fx_ppm: dict[str, int]


@dataclass(frozen=True)
class Retailer:
    """One merchant: catalogue, a stretch of orders in the order of time, credits, and what was set aside and why.

    `lines_read` is what the source held: every one is an order line, a credit line, or counted in `set_aside`. A kit
    stands among the items too, under its own SKU, with its title, price and whole weight.
    """

    owner: Owner
    channels: tuple[Channel, ...]
    items: tuple[Item, ...]
    kits: tuple[Kit, ...]
    orders: tuple[OrderRequest, ...]
    credits: tuple[CreditLine, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
    lines_read: int = 0
