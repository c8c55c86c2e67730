"""Line-haul: goods of many orders leave together for a gateway in the customer's region, on days of a timetable."""

from dataclasses import dataclass

from stockmesh.domain.network.days import MONDAY_TO_FRIDAY, Days
from stockmesh.domain.network.locations import SpecialDay


@dataclass(frozen=True)
class LineHaul:
    """A timetable: on which ISO weekdays it leaves for the gateway, and how many of the carrier's days it is under way.

    Goods picked up on a day leave with that day's departure. `special_days` leave otherwise than the weekdays say.
    """

    code: str
    gateway: str
    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    days_min: int = 1
    days_max: int = 1
    special_days: tuple[SpecialDay, ...] = ()

    @property
    def departures(self) -> Days:
        """The days it leaves."""
        return Days(self.weekdays, (), self.special_days)
