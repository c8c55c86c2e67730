"""Where stock lies: warehouses, fulfilment centres, stores, third-party sites, returns hubs."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from stockmesh.domain.network.pickups import AS_IT_COMES, Dispatch


class LocationKind(StrEnum):
    WAREHOUSE = "warehouse"
    FULFILMENT_CENTRE = "fulfilment_centre"
    STORE = "store"
    THIRD_PARTY = "third_party"
    RETURNS_HUB = "returns_hub"


@dataclass(frozen=True)
class SpecialDay:
    """A day on which a location works though it does not usually, or the other way round; or with a cut-off of its own
    (None: the usual one)."""

    day: date
    is_open: bool
    cutoff_local: time | None = None
    name: str = ""


@dataclass(frozen=True)
class Location:
    """A place that holds stock. Handling costs are micro-units of the owner's book currency.

    `calendar` is a country with an optional subdivision as the `holidays` library writes them (GB-ENG, DE-SN, FR);
    `working_days` are ISO weekdays (1 Monday to 7 Sunday); `cutoff_local` is the first instant that is too late for
    the same working day; `daily_orders_max` is how many orders the site can start on one working day;
    `carriers` are the codes of the carriers that pick up there; `serves` the countries it ships to (empty: all that
    have a card); `special_days` are days on which it does not work as usual, in their order; `dispatch` is how goods
    leave it.
    """

    code: str
    name: str
    kind: LocationKind
    country: str
    postcode: str
    latitude_e6: int
    longitude_e6: int
    timezone: str
    calendar: str
    working_days: tuple[int, ...]
    cutoff_local: time
    handling_order_micro: int
    handling_line_micro: int
    handling_unit_micro: int
    daily_orders_max: int
    carriers: tuple[str, ...]
    serves: tuple[str, ...] = ()
    is_open: bool = True
    special_days: tuple[SpecialDay, ...] = ()
    dispatch: Dispatch = AS_IT_COMES
