"""The working days a batch can reach, at every location, with the room left on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.network.calendars import WorkingDays, working_days
from stockmesh.domain.network.locations import Location
from stockmesh.flows.context import Present
from stockmesh.store.database import Session, arrays


@dataclass(frozen=True, eq=False)
class Window:
    """K locations and P working days each; locations with the same hours share theirs.

    `day[k, p]` is days since 1970; past a location's last day it is 0.
    """

    days_of: tuple[WorkingDays, ...]
    day: I64
    slots: I64

    def first_slots(self, placed_us: I64, locations: I64) -> I32:
        """The index of the first working day still open to every order at some locations: [orders, locations]."""
        distinct = {id(days): days for days in self.days_of}
        number = {key: index for index, key in enumerate(distinct)}
        first = np.stack([days.first_slot(placed_us) for days in distinct.values()], axis=1).astype(np.int32)
        return np.take(first, [number[id(self.days_of[location])] for location in locations.tolist()], axis=1)


def load_window(session: Session, present: Present, first: date, last: date) -> Window:
    """The window for orders placed from `first` to `last`, with room as the books stand."""
    reach = timedelta(days=21 + 2 * present.facts.policy.wait_days_max)
    start = _month_start(first - timedelta(days=2))
    end = last + reach
    end = _month_start(end.replace(day=1) + timedelta(days=32)) - timedelta(days=1)
    calendar = _calendar(present.facts.locations, start, end)
    slots = calendar.slots.copy()
    found = arrays(session, "orders/taken_days", first=first - timedelta(days=2), last=end)
    for location_id, day, taken in zip(found["location_id"], found["day"], found["taken"], strict=True):
        index = present.directory.index_of.get(int(location_id))
        if index is None:
            continue
        slot = np.searchsorted(calendar.days_of[index].day, day)
        if slot < len(calendar.days_of[index].day) and calendar.days_of[index].day[slot] == day:
            slots[index, slot] -= taken
    return Window(calendar.days_of, calendar.day, slots)


@lru_cache(maxsize=64)
def _calendar(locations: tuple[Location, ...], start: date, end: date) -> Window:
    """The window with every day still empty."""
    distinct = {_hours(location): location for location in locations}
    known = {hours: working_days(location, start, end) for hours, location in distinct.items()}
    days_of = tuple(known[_hours(location)] for location in locations)
    width = max((len(days.day) for days in days_of), default=0)
    day = np.zeros((len(locations), width), dtype=np.int64)
    slots = np.zeros((len(locations), width), dtype=np.int64)
    for index, (location, days) in enumerate(zip(locations, days_of, strict=True)):
        day[index, : len(days.day)] = days.day
        slots[index, : len(days.day)] = location.daily_orders_max
    return Window(days_of, day, slots)


def _hours(location: Location) -> tuple[object, ...]:
    """What a location's working days depend on: many locations share them."""
    usual = (location.timezone, location.calendar, location.working_days, location.cutoff_local)
    return (*usual, location.special_days)


def _month_start(day: date) -> date:
    return day.replace(day=1)


def span_days(instants: Sequence[date]) -> int:
    """How many days lie between the earliest and the latest."""
    return (max(instants) - min(instants)).days
