"""The way from a location by a service to a destination, with everything that says how long it takes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from stockmesh.domain.carriers.cards import Carrier, Service
from stockmesh.domain.carriers.departures import LineHaul
from stockmesh.domain.carriers.transit import Lane, Record
from stockmesh.domain.network.calendars import cutoff_of, instant_of
from stockmesh.domain.network.days import Days, days_of
from stockmesh.domain.network.locations import Location
from stockmesh.domain.network.regions import holidays_at


@dataclass(frozen=True, eq=False)
class Route:
    """From a location by a service to a postal area (empty: somewhere in the country)."""

    location: Location
    carrier: Carrier
    service: Service
    country: str
    area: str

    @cached_property
    def lane(self) -> Lane | None:
        """How long it takes, where that is known."""
        return self.service.transit.find_lane(self.location, self.country, self.area)

    @cached_property
    def line_haul(self) -> LineHaul | None:
        """What brings goods to where the lane begins, where it does not begin at the location."""
        return self.service.transit.find_line_haul(self.lane.via) if self.lane and self.lane.via else None

    @cached_property
    def record(self) -> Record | None:
        """How late the carrier came there so far."""
        return self.carrier.running.find_record(self.country, self.area)

    @cached_property
    def working(self) -> Days:
        """The working days of the location."""
        return days_of(self.location)

    @cached_property
    def delivering(self) -> Days:
        """The days on which the service delivers there."""
        calendar = holidays_at(self.country, self.area)
        return Days(self.service.transit.delivers, (calendar,) if calendar else ())

    @property
    def late_days(self) -> int:
        """The days that are added to the latest day, because nine in ten parcels had come by then."""
        return self.record.late_days if self.record and self.record.is_told else 0

    def picks_up(self, day: date) -> bool:
        """Whether the carrier comes by and somebody is there."""
        dispatch, carrier = self.location.dispatch, self.carrier.code
        pickups = dispatch.pickups_of(carrier)
        if pickups and not any(day.isoweekday() in one.weekdays for one in pickups):
            return False
        comes = dispatch.parcels_max(carrier, day) != 0
        return comes and self.working.has(day) and self.carrier.running.days.has(day)

    def cutoff(self, day: date) -> tuple[datetime, bool]:
        """The first instant too late for work on a working day, in UTC, and whether the pickup of that day sets it."""
        usual = cutoff_of(self.location, day)
        pickup = self.location.dispatch.last_pickup(self.carrier.code, day) if self.picks_up(day) else None
        if pickup is None:
            return usual, False
        packing = timedelta(minutes=self.location.dispatch.pick_and_pack_minutes)
        before = instant_of(self.location, day, pickup) - packing
        return min(usual, before), before < usual
