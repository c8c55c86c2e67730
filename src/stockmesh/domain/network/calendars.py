"""When a location works: its working days and the instant from which each is too late."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.locations import Location

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class WorkingDays:
    """A location's working days in a stretch of time, ascending.

    `day` is days since 1970; `cutoff_us` the first instant too late for that day, microseconds since 1970 UTC.
    """

    day: I64
    cutoff_us: I64

    def first_slot(self, instants_us: I64) -> I64:
        """For each instant the index of the first working day not yet too late; exactly at the cut-off is late."""
        return np.searchsorted(self.cutoff_us, instants_us, side="right").astype(np.int64)


def is_holiday(calendar: str, day: date) -> bool:
    """Whether a day is a public holiday in a calendar such as GB-ENG, DE-SN or FR."""
    return day in _holidays(calendar, day.year)


@lru_cache(maxsize=512)
def _holidays(calendar: str, year: int) -> frozenset[date]:
    country, _, subdivision = calendar.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def working_days(location: Location, first: date, last: date) -> WorkingDays:
    """The location's working days from `first` to `last`, both inclusive, with their cut-offs.

    The cut-off is local wall-clock time on the day itself, so daylight saving moves it in UTC.
    """
    zone = ZoneInfo(location.timezone)
    special = {one.day: one for one in location.special_days}
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    open_days = [day for day in days if (special[day].is_open if day in special else _works_usually(location, day))]
    times = [(special[day].cutoff_local if day in special else None) or location.cutoff_local for day in open_days]
    cutoffs = [datetime.combine(day, at, zone).astimezone(UTC) for day, at in zip(open_days, times, strict=True)]
    return WorkingDays(
        day=np.array([(day - EPOCH).days for day in open_days], dtype=np.int64),
        cutoff_us=np.array([microseconds(cutoff) for cutoff in cutoffs], dtype=np.int64),
    )


def _works_usually(location: Location, day: date) -> bool:
    return day.isoweekday() in location.working_days and not is_holiday(location.calendar, day)


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant, exact."""
    delta = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
