"""What shops tell, in our words, whichever shop it was."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from stockmesh.domain.fulfilment.requests import Contact, OrderLine


class Standing(StrEnum):
    """What the shop wants of an order. open: to be sourced. paused: its units are held while it waits for payment or a
    person. shipping: the shop has begun to ship it, what is in the books stays. cancelled: all units are given back."""

    OPEN = "open"
    PAUSED = "paused"
    SHIPPING = "shipping"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Version:
    """Which of two messages about one thing is the newer: by the shop's instant, then by how far the thing had come."""

    as_of: datetime
    rank: int


@dataclass(frozen=True)
class OrderContent:
    """What an order asks for: nothing of the person but country and postal area. `reason` is why it is paused."""

    reference: str
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    country: str = ""
    area: str = ""
    customer: str = ""
    reason: str = ""


@dataclass(frozen=True)
class OrderTold:
    """An order as it stood at a version. Content is told while the shop has not begun to ship. `to_look_up`: the
    message leaves out what the content hangs on, and the shop is to be asked."""

    number: str
    version: Version
    standing: Standing
    content: OrderContent | None
    contact: Contact | None = field(default=None, repr=False)
    to_look_up: bool = False


@dataclass(frozen=True)
class VariantTold:
    """One thing of a product that can be bought. None: the shop does not say. Milligrams, micrometres, minor units."""

    variant: str
    stock_number: str
    sku: str
    title: str
    managed: bool | None = None
    shipped: bool | None = None
    price_minor: int | None = None
    weight_mg: int | None = None
    sides_um: tuple[int, int, int] | None = None
    hs_code: str | None = None
    origin_country: str | None = None


@dataclass(frozen=True)
class ProductTold:
    """A product with its variants as of a version. `complete`: variants that are not named are gone. `alone`: one
    variant of it was asked for by itself."""

    number: str
    version: Version
    variants: tuple[VariantTold, ...]
    complete: bool = True
    alone: bool = False

    @property
    def subject(self) -> str:
        """What its messages are about."""
        return f"variant/{self.variants[0].variant}" if self.alone else f"product/{self.number}"


@dataclass(frozen=True)
class GoodsTold:
    """Facts of the goods behind a variant, found by the number its stock is kept under or by its SKU."""

    stock_number: str
    version: Version
    sku: str
    weight_mg: int | None = None
    hs_code: str | None = None
    origin_country: str | None = None
    managed: bool | None = None
    shipped: bool | None = None


@dataclass(frozen=True)
class Gone:
    """An order or a product was taken away, or brought back."""

    subject: str
    restored: bool = False


@dataclass(frozen=True)
class LevelTold:
    """How many units the shop counts as available at one of its locations."""

    stock_number: str
    location: str
    available: int
    as_of: datetime


@dataclass(frozen=True)
class Nothing:
    """A message that asks for nothing here, and why."""

    reason: str


Message = OrderTold | ProductTold | GoodsTold | Gone | LevelTold | Nothing
