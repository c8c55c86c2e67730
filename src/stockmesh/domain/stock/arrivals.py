"""What arrives against supply that was announced."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Arrival:
    """Units of an item that came to a location on an incoming supply, named by its reference. `owner` may be empty
    where only one has the SKU."""

    reference: str
    sku: str
    location: str
    quantity: int
    occurred_at: datetime
    owner: str = ""


@dataclass(frozen=True)
class SafetyStock:
    """Units of an item at a location that are kept back from every channel."""

    sku: str
    location: str
    units: int
    owner: str = ""
