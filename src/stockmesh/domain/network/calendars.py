"""When a location works: its working days and the instant from which each is too late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
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


def holiday_name(calendar: str, day: date) -> str:
    """What a day is called that is a public holiday in a calendar, in that country's own words; empty for others."""
    return _holidays(calendar, day.year).get(day, "")


def holidays_of(calendar: str, year: int) -> tuple[date, ...]:
    """The public holidays of a year, in their order."""
    return tuple(sorted(day for day in _holidays(calendar, year) if day.year == year))


@lru_cache(maxsize=2_048)
def _holidays(calendar: str, year: int) -> Mapping[date, str]:
    country, _, subdivision = calendar.partition("-")
    return MappingProxyType(dict(holidays.country_holidays(country, subdiv=subdivision or None, years=year)))


def working_days(location: Location, first: date, last: date) -> WorkingDays:
    """The location's working days from `first` to `last`, both inclusive, with their cut-offs.

    The cut-off is local wall-clock time on the day itself, so daylight saving moves it in UTC.
    """
    special = {one.day: one for one in location.special_days}
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    open_days = [day for day in days if (special[day].is_open if day in special else _works_usually(location, day))]
    times = [(special[day].cutoff_local if day in special else None) or location.cutoff_local for day in open_days]
    cutoffs = [instant_of(location, day, at) for day, at in zip(open_days, times, strict=True)]
    return WorkingDays(
        day=np.array([(day - EPOCH).days for day in open_days], dtype=np.int64),
        cutoff_us=np.array([microseconds(cutoff) for cutoff in cutoffs], dtype=np.int64),
    )


def cutoff_of(location: Location, day: date) -> datetime:
    """The first instant that is too late for a working day of the location, in UTC."""
    own = next((one.cutoff_local for one in location.special_days if one.day == day), None)
    return instant_of(location, day, own or location.cutoff_local)


def instant_of(location: Location, day: date, at: time) -> datetime:
    """The instant at which a clock on the location's wall shows a time, in UTC.

    Of an hour that comes twice the first is meant; in one that is left out the clock is read as if it were not.
    """
    return datetime.combine(day, at, ZoneInfo(location.timezone)).astimezone(UTC)


def _works_usually(location: Location, day: date) -> bool:
    return day.isoweekday() in location.working_days and not is_holiday(location.calendar, day)


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant, exact."""
    delta = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
