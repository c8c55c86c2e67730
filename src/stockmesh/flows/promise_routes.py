"""The ways goods can go in a market, and by when they come: kept beside the market, since neither changes.

Ways that look alike to a destination are one: the same offer, lane, holidays there and record. So what is worked out
for one postal area stands for all areas of a lane.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import Final

import numpy as np

from stockmesh.domain.carriers.delivery_days import NEVER, delivery_days
from stockmesh.domain.carriers.promising import Moment, Onward, begin, onward
from stockmesh.domain.carriers.routes import Route
from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.network.calendars import EPOCH
from stockmesh.domain.network.places import Fix
from stockmesh.domain.sourcing.market import Offer, WorldFacts

ENTRIES_KEPT: Final = 5_000_000
WAYS_KEPT: Final = 200_000
UNKNOWN: Final = -1


@dataclass(eq=False)
class Routes:
    """The ways of a market by number; what was asked for is remembered. Safe to share between threads."""

    facts: WorldFacts
    offers: tuple[Offer, ...]
    _routes: list[Route] = field(default_factory=list)
    _numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    _rows: dict[tuple[str, str], I32] = field(default_factory=dict)
    _ways: dict[tuple[int, date], Onward] = field(default_factory=dict)
    _latest: dict[tuple[date, int], dict[int, I32]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @cached_property
    def _services(self) -> dict[str, tuple[int, int]]:
        """Where a service stands: the carrier's place and its own."""
        return {
            service.code: (number, place)
            for number, carrier in enumerate(self.facts.carriers)
            for place, service in enumerate(carrier.services)
        }

    def numbers(self, place: Fix, offers: Sequence[int]) -> I32:
        """The number of the way of each of these offers to a place."""
        key = (place.country, place.area)
        with self._lock:
            row = self._rows.get(key)
            if row is None:
                if len(self._rows) * len(self.offers) >= ENTRIES_KEPT:
                    self._rows.clear()
                row = self._rows[key] = np.full(len(self.offers), UNKNOWN, dtype=np.int32)
            found = row[offers]
            if (found == UNKNOWN).any():
                for offer in offers:
                    if row[offer] == UNKNOWN:
                        row[offer] = self._number(offer, place)
                found = row[offers]
        return found

    def _number(self, offer: int, place: Fix) -> int:
        at, service = self.offers[offer].location, self.offers[offer].service
        number, own = self._services[service]
        carrier = self.facts.carriers[number]
        route = Route(self.facts.locations[at], carrier, carrier.services[own], place.country, place.area)
        key = (offer, id(route.lane), route.delivering, id(route.record))
        if key not in self._numbers:
            self._routes.append(route)
            self._numbers[key] = len(self._routes) - 1
        return self._numbers[key]

    def route(self, number: int) -> Route:
        """The way of that number."""
        return self._routes[number]

    def onward(self, number: int, start: date) -> Onward:
        """From the start of work to the door."""
        way = self._ways.get((number, start))
        if way is None:
            if len(self._ways) >= WAYS_KEPT:
                self._ways.clear()
            way = self._ways[number, start] = onward(self._routes[number], start)
        return way

    def latest(self, numbers: Sequence[int], first: date, count: int) -> I32:
        """By which day goods have come for work that begins on each of some days, NEVER where nobody knows:
        [numbers, days]."""
        window = (first, count)
        with self._lock:
            if window not in self._latest:
                self._latest.clear()
            known = self._latest.setdefault(window, {})
            missing = [number for number in numbers if number not in known]
        days = delivery_days([self._routes[number] for number in missing], first, count).latest
        with self._lock:
            known.update(zip(missing, days, strict=True))
        return np.stack([known[number] for number in numbers]) if numbers else np.zeros((0, count), np.int32)


def arrivals(routes: Routes, numbers: Sequence[int], day: I64, now: datetime) -> I32:
    """By which day goods have come that are started on the p-th working day of their location: [numbers, P].

    `day[k, p]` are the working days of all locations, 0 past the last. Whoever comes too late for a carrier's pickup
    begins no sooner than the day whose pickup can be reached, whatever room the location has.
    """
    told = day[day > 0]
    first = int(told.min()) if len(told) else 0
    count = int(told.max()) - first + 1 if len(told) else 1
    latest = routes.latest(numbers, EPOCH + timedelta(days=first), count)
    locations = {place.code: number for number, place in enumerate(routes.facts.locations)}
    found = np.full((len(numbers), day.shape[1]), NEVER, dtype=np.int32)
    sooner: dict[tuple[str, str], int] = {}
    for row, number in enumerate(numbers):
        route = routes.route(number)
        key = (route.location.code, route.carrier.code)
        if key not in sooner:
            begun = begin(route, Moment(now))
            sooner[key] = NEVER if begun is None else (begun.start - EPOCH).days
        mine = day[locations[route.location.code]]
        starts = np.maximum(mine, sooner[key]) - first
        within = (mine > 0) & (starts < count)
        found[row, within] = latest[row, starts[within]]
    return found
