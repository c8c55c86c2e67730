"""How goods leave a location: how long work takes there, and when which carrier comes by for how much."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final


@dataclass(frozen=True)
class Pickup:
    """A carrier comes by: the code of the carrier, ISO weekdays, local time, and how many parcels it takes at most on
    one day (None: all there are)."""

    carrier: str
    weekdays: tuple[int, ...]
    at_local: time
    parcels_max: int | None = None


@dataclass(frozen=True)
class CarrierDay:
    """How many parcels a carrier takes on one day, whatever it takes usually; with 0 it does not come."""

    carrier: str
    day: date
    parcels_max: int


@dataclass(frozen=True)
class Dispatch:
    """From the start of work on an order to the lorry. Without pickups of a carrier it comes every day that both work.

    `processing_days` are working days between start and ready; `pick_and_pack_minutes` is how long before a pickup the
    order must be there; `putaway_minutes` how long after the morning of its day supply can be sold;
    `assumed` when nobody told all this.
    """

    processing_days: int = 0
    pick_and_pack_minutes: int = 0
    putaway_minutes: int = 0
    pickups: tuple[Pickup, ...] = ()
    carrier_days: tuple[CarrierDay, ...] = ()
    assumed: bool = False

    def pickups_of(self, carrier: str) -> tuple[Pickup, ...]:
        """When a carrier comes by, as far as anybody said."""
        return tuple(one for one in self.pickups if one.carrier == carrier)

    def parcels_max(self, carrier: str, day: date) -> int | None:
        """How many parcels a carrier takes on a day; None: all there are."""
        told = [one.parcels_max for one in self.carrier_days if (one.carrier, one.day) == (carrier, day)]
        return told[0] if told else self.usual_parcels(carrier, day.isoweekday())

    def usual_parcels(self, carrier: str, weekday: int) -> int | None:
        """The same of a weekday of which nothing else is told."""
        usual = [one.parcels_max for one in self.pickups_of(carrier) if weekday in one.weekdays]
        known = [parcels for parcels in usual if parcels is not None]
        return sum(known) if usual and len(known) == len(usual) else None

    def last_pickup(self, carrier: str, day: date) -> time | None:
        """The local time of a carrier's last pickup on a day, None where none is told or it does not come."""
        times = [one.at_local for one in self.pickups_of(carrier) if day.isoweekday() in one.weekdays]
        return max(times, default=None) if self.parcels_max(carrier, day) != 0 else None


AS_IT_COMES: Final = Dispatch()
