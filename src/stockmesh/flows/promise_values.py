"""What is promised, as values: options of a cart, their shipments with the steps to each day, and what waits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from stockmesh.domain.carriers.promising import TRANSIT_DAYS, Step
from stockmesh.domain.kernel.money import Money

SUPPLY: Final = "supply"  # not enough is on its way for what waits
CHEAPEST, FASTEST = "cheapest", "fastest"


@dataclass(frozen=True)
class Delivery:
    """Between which days it is delivered; null as long as what `missing` names is not in the books: `transit_days` of
    a lane, `supply` for what waits, `working_days` of a location or carrier."""

    earliest: date | None
    latest: date | None
    missing: tuple[str, ...]


UNKNOWN_LANE: Final = Delivery(None, None, (TRANSIT_DAYS,))
NO_SUPPLY: Final = Delivery(None, None, (SUPPLY,))


@dataclass(frozen=True)
class PromisedUnits:
    """Units of a line in a shipment."""

    line_no: int
    sku: str
    units: int


@dataclass(frozen=True)
class PromisedShipment:
    """What one location would send. Work begins on `starts_on`: the first working day before whose cut-off the order
    comes and that has room; the carrier takes it on `ships_on`. `steps` lead from the order to the door."""

    location: str
    carrier: str
    service: str
    parcels: int
    starts_on: date
    ships_on: date | None
    order_by: datetime
    freight: Money
    handling: Money
    wait: Money
    cost: Money
    units: tuple[PromisedUnits, ...]
    delivery: Delivery
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class PromisedLine:
    """A line of the cart: units that would be sent, wait for supply, or be dropped by the buyer's wish.

    `waits_until` is the day from which supply on its way covers what waits, after all that other orders wait for; null
    when nothing waits, or not enough is on its way. `delivery` is when what waits would be delivered from where that
    supply comes to, by the service that is soonest there; null when nothing waits.
    """

    line_no: int
    sku: str
    quantity: int
    sent: int
    waiting: int
    dropped: int
    waits_until: date | None
    delivery: Delivery | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class PromiseOption:
    """One plan for a cart. `kinds`: whether it is the cheapest, which is what placing the order now would do, the
    fastest, or both. `served`: whole, part, none, or refused by the buyer's wish.

    `starts_on` is when work on the last shipment would begin; `order_by` the first instant too late for all this, so
    many seconds from now; `delivery` covers all of it, what waits for supply too. `penalty` is what units unserved
    weigh in the decision.
    """

    kinds: tuple[str, ...]
    served: str
    cost: Money
    penalty: Money
    proven: bool
    starts_on: date | None
    order_by: datetime | None
    order_within_seconds: int | None
    delivery: Delivery
    shipments: tuple[PromisedShipment, ...]
    lines: tuple[PromisedLine, ...]


@dataclass(frozen=True)
class Promise:
    """What could be done for a cart if it were ordered at this instant: the cheapest plan first."""

    as_of: datetime
    options: tuple[PromiseOption, ...]

    @property
    def cheapest(self) -> PromiseOption:
        """What placing the order now would do."""
        return self.options[0]

    @property
    def fastest(self) -> PromiseOption | None:
        """The plan whose last shipment comes first, where days are known."""
        return next((one for one in self.options if FASTEST in one.kinds), None)


def together(parts: list[Delivery]) -> Delivery:
    """The delivery of all of several: its ends are those of the last, and it lacks what any of them lacks."""
    missing = tuple(dict.fromkeys(name for part in parts for name in part.missing))
    earliest = [part.earliest for part in parts if part.earliest is not None]
    latest = [part.latest for part in parts if part.latest is not None]
    if missing or not parts or len(earliest) < len(parts) or len(latest) < len(parts):
        return Delivery(None, None, missing)
    return Delivery(max(earliest), max(latest), ())
