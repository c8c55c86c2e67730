"""Days on which something is done: weekdays, less public holidays, but for the days told apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from stockmesh.domain.network.calendars import holiday_name
from stockmesh.domain.network.locations import Location, SpecialDay

MONDAY_TO_FRIDAY: Final = (1, 2, 3, 4, 5)
EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)
# Nothing rests longer than this; who does, is not counted on at all.
SEARCH_DAYS: Final = 400


@dataclass(frozen=True)
class Days:
    """`weekdays` are ISO weekdays; `holidays` the calendars whose public holidays are kept (GB-ENG, DE-SN, FR);
    `special_days` work otherwise than these say, in their order."""

    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    holidays: tuple[str, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()

    @cached_property
    def _special(self) -> dict[date, SpecialDay]:
        return {one.day: one for one in self.special_days}

    def has(self, day: date) -> bool:
        """Whether it is done on the day."""
        special = self._special.get(day)
        if special is not None:
            return special.is_open
        return day.isoweekday() in self.weekdays and not any(holiday_name(one, day) for one in self.holidays)

    def why_not(self, day: date) -> str:
        """Why it is not done on the day: the holiday, what the day is called, or the weekday; empty where it is."""
        if self.has(day):
            return ""
        special = self._special.get(day)
        if special is not None:
            return special.name or "told closed"
        names = (holiday_name(one, day) for one in self.holidays)
        return next((name for name in names if name), f"{day:%A}")


def first_from(days: Days, day: date) -> date | None:
    """The first day from this one on, itself included, on which it is done; None when none comes within a year."""
    return next((one for one in _from(day) if days.has(one)), None)


def days_after(days: Days, day: date, count: int) -> date | None:
    """The day so many of these days later. A day that is none of them is first put off to the next that is."""
    found = first_from(days, day)
    for _ in range(count):
        found = found and first_from(days, found + timedelta(days=1))
    return found


def passed_over(days: Days, first: date, last: date) -> tuple[str, ...]:
    """Why nothing is done on days from `first` until before `last`, each reason once."""
    span = (first + timedelta(days=offset) for offset in range((last - first).days))
    return tuple(dict.fromkeys(why for why in map(days.why_not, span) if why))


def days_of(location: Location) -> Days:
    """The working days of a location."""
    return Days(location.working_days, (location.calendar,), location.special_days)


def _from(day: date) -> Iterator[date]:
    return (day + timedelta(days=offset) for offset in range(SEARCH_DAYS))


def day_text(day: date) -> str:
    """A day as people write it: Wed 23 Dec 2026."""
    return f"{day:%a} {day.day} {day:%b} {day.year}"
