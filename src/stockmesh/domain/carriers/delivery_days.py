"""When goods come for every day work could begin on: the steps of `promising.onward` for whole windows of days at once.

Every step is a table from days to days, so the way of a route is a few tables read one after the other. Tables are
made once for each calendar, and the way once for all routes that share theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.carriers.routes import Route
from stockmesh.domain.kernel.compiled import I32
from stockmesh.domain.network.calendars import EPOCH, holidays_of
from stockmesh.domain.network.days import SEARCH_DAYS, Days

NEVER: Final = 2**31 - 1  # no such day is known
HORIZON_DAYS: Final = 2 * SEARCH_DAYS  # what takes longer than this has no day
Mask = NDArray[np.bool_]
Table = NDArray[np.intp]  # from the index of a day to that of another; the index after the last stands for never


class DeliveryDays(NamedTuple):
    """For every route and day on which work may begin: when it is shipped and between which days it is delivered, in
    days since 1970, NEVER where that is not known."""

    ships: I32  # [routes, days]
    earliest: I32  # [routes, days]
    latest: I32  # [routes, days]


def delivery_days(routes: Sequence[Route], first: date, count: int) -> DeliveryDays:
    """The days for work that begins on each of `count` days from `first` on, itself included."""
    tables = _Tables(first, count)
    shape = (len(routes), count)
    found = DeliveryDays(*(np.full(shape, NEVER, dtype=np.int32) for _ in DeliveryDays._fields))
    for number, route in enumerate(routes):
        for column, days in zip(found, tables.way(route), strict=True):
            column[number] = days
    return found


@dataclass(eq=False)
class _Tables:
    """The tables of one window, each made once."""

    first: date
    count: int
    _masks: dict[Days, Mask] = field(default_factory=dict)
    _after: dict[tuple[object, int], Table] = field(default_factory=dict)
    _ways: dict[object, DeliveryDays] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return self.count + HORIZON_DAYS

    def way(self, route: Route) -> DeliveryDays:
        """The days of one route; shared with all that look alike."""
        dispatch, carrier, lane = route.location.dispatch, route.carrier, route.lane
        pickups = dispatch.pickups_of(carrier.code)
        dated = tuple(one for one in dispatch.carrier_days if one.carrier == carrier.code)
        leaving = (route.working, carrier.running.days, pickups, dated)
        key = (*leaving, dispatch.processing_days, lane, route.line_haul, route.delivering, route.late_days)
        if key not in self._ways:
            self._ways[key] = self._way(route, leaving)
        return self._ways[key]

    def _way(self, route: Route, leaving: object) -> DeliveryDays:
        work = np.arange(self.count)
        ready = self.after(route.working, route.location.dispatch.processing_days)[work]
        ships = self._table(leaving, 0, lambda: self._pickups(route))[ready]
        return DeliveryDays(self._days(ships), *(self._days(end) for end in self._ends(route, ships)))

    def _ends(self, route: Route, ships: Table) -> tuple[Table, Table]:
        lane, haul, running = route.lane, route.line_haul, route.carrier.running.days
        if lane is None:
            never = np.full(len(ships), self.width)
            return never, never
        under_way = ((0, lane.days_min), (0, lane.days_max))
        if haul is not None:
            ships = self.after(haul.departures, 0)[ships]
            under_way = ((haul.days_min, lane.days_min), (haul.days_max, lane.days_max))
        ends = []
        for hauled, carried in under_way:
            come = self.after(running, hauled)[ships] if haul is not None else ships
            for days in (carried, lane.remote_days, lane.customs_days):
                come = self.after(running, days)[come]
            ends.append(self.after(route.delivering, 0)[come])
        return ends[0], self.after(route.delivering, route.late_days)[ends[1]]

    def after(self, days: Days, count: int) -> Table:
        """The table from every day to the one so many of these days later."""
        return self._table(days, count, lambda: self._mask(days))

    def _table(self, key: object, count: int, mask: Callable[[], Mask]) -> Table:
        found = self._after.get((key, count))
        if found is None:
            if count == 0:
                found = _first_from(mask())
            else:
                nearest, before = self._table(key, 0, mask), self._table(key, count - 1, mask)
                found = nearest[np.minimum(before + 1, self.width)]
            self._after[key, count] = found
        return found

    def _mask(self, days: Days) -> Mask:
        """Which days of the window are among these."""
        if days not in self._masks:
            weekday = (np.arange(self.width) + self.first.weekday()) % 7 + 1
            mask = np.isin(weekday, days.weekdays)
            for calendar in days.holidays:
                for year in range(self.first.year, self._last.year + 1):
                    self._set(mask, holidays_of(calendar, year), value=False)
            for special in days.special_days:
                self._set(mask, (special.day,), value=special.is_open)
            self._masks[days] = mask
        return self._masks[days]

    @property
    def _last(self) -> date:
        return self.first + timedelta(days=self.width - 1)

    def _set(self, mask: Mask, days: Sequence[date], *, value: bool) -> None:
        places = [(day - self.first).days for day in days]
        mask[[place for place in places if 0 <= place < self.width]] = value

    def _pickups(self, route: Route) -> Mask:
        """The days on which the carrier comes by: see `Route.picks_up`."""
        dispatch, carrier = route.location.dispatch, route.carrier.code
        week = [self.first + timedelta(days=offset) for offset in range(7)]
        pickups = dispatch.pickups_of(carrier)
        usual = [
            not pickups or (day.isoweekday() in {one for each in pickups for one in each.weekdays}) for day in week
        ]
        comes = [on and _usual_parcels(route, day) != 0 for on, day in zip(usual, week, strict=True)]
        mask = np.resize(np.array(comes, dtype=np.bool_), self.width)
        for one in dispatch.carrier_days:
            if one.carrier == carrier:
                on = usual[(one.day - self.first).days % 7]
                self._set(mask, (one.day,), value=on and one.parcels_max != 0)
        return mask & self._mask(route.working) & self._mask(route.carrier.running.days)

    def _days(self, places: Table) -> I32:
        first = (self.first - EPOCH).days
        return np.where(places < self.width, places + first, NEVER).astype(np.int32)


def _usual_parcels(route: Route, day: date) -> int | None:
    """How many parcels the carrier takes on such a weekday, whatever is told of the day itself."""
    return route.location.dispatch.usual_parcels(route.carrier.code, day.isoweekday())


def _first_from(mask: Mask) -> Table:
    """The table from every day to the first one from it on, itself included, that is set."""
    width = len(mask)
    place = np.where(mask, np.arange(width), width)
    nearest = np.minimum.accumulate(place[::-1])[::-1]
    nearest[nearest - np.arange(width) >= SEARCH_DAYS] = width
    return np.append(nearest, width)
