"""How long carriers take: on which days they move goods, the lanes of their services, and how late they were so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from stockmesh.domain.carriers.departures import LineHaul
from stockmesh.domain.carriers.zones import (
    CountryRule,
    PrefixRule,
    RangeRule,
    Trip,
    ZoneIndex,
    ZoneRule,
    ZoneScheme,
    index_scheme,
    zone_of,
)
from stockmesh.domain.kernel.money import PPM
from stockmesh.domain.network.days import MONDAY_TO_FRIDAY, Days
from stockmesh.domain.network.locations import Location, SpecialDay

# Of fewer parcels than these nobody can tell how late one in ten comes.
PARCELS_MIN: Final = 30
EVERYWHERE: Final = ""
Places: TypeAlias = ZoneIndex


@dataclass(frozen=True)
class Record:
    """How late a carrier's parcels came to a region: a country (empty: anywhere), perhaps some of its postal areas.

    `parcels[n]` came n days later than the latest day told for them; those in time are `parcels[0]`.
    """

    country: str
    areas: tuple[str, ...] = ()
    parcels: tuple[int, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether there are enough parcels to tell anything."""
        return sum(self.parcels) >= PARCELS_MIN

    @property
    def late_days(self) -> int:
        """By how many days nine in ten parcels had come."""
        wanted, came = sum(self.parcels) * 9, 0
        for days, parcels in enumerate(self.parcels):
            came += parcels * 10
            if came >= wanted:
                return days
        return 0

    @property
    def on_time_ppm(self) -> int:
        """The share of parcels that came in time, in parts per million."""
        return self.parcels[0] * PPM // max(sum(self.parcels), 1) if self.parcels else 0


@dataclass(frozen=True)
class Running:
    """On which days a carrier moves goods, and its record by region. Without a calendar it keeps no holidays.

    `assumed` when nobody told the days.
    """

    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    calendar: str = ""
    special_days: tuple[SpecialDay, ...] = ()
    records: tuple[Record, ...] = ()
    assumed: bool = False

    @cached_property
    def days(self) -> Days:
        """The days it moves goods."""
        return Days(self.weekdays, (self.calendar,) if self.calendar else (), self.special_days)

    @cached_property
    def _regions(self) -> Places:
        return index_places({n: (record.country, record.areas) for n, record in enumerate(self.records)})

    def find_record(self, country: str, area: str) -> Record | None:
        """The record of the smallest region that a destination lies in."""
        found = find_place(self._regions, country, area)
        return None if found is None else self.records[found]


@dataclass(frozen=True)
class Lane:
    """How many of the carrier's days a service takes from some origins to some destinations, at least and at most.

    `origins` are codes of locations or countries (none: wherever it picks up); `country` with `areas` is where it goes
    (areas as beginnings or ranges, none: all of it; no country: the rest of the world). `remote_days` and
    `customs_days` come on top; `via` is the line-haul that brings goods to where this lane begins.
    """

    days_min: int
    days_max: int
    country: str = EVERYWHERE
    areas: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    remote_days: int = 0
    customs_days: int = 0
    via: str = ""


@dataclass(frozen=True)
class Transit:
    """The lanes of a service, the ISO weekdays on which it delivers, and the line-hauls its lanes may begin with.

    `assumed` when no carrier told these figures; `source` says who did.
    """

    lanes: tuple[Lane, ...] = ()
    delivers: tuple[int, ...] = MONDAY_TO_FRIDAY
    line_hauls: tuple[LineHaul, ...] = ()
    assumed: bool = False
    source: str = ""

    @cached_property
    def _by_origin(self) -> Mapping[str, Places]:
        """The lanes told for every origin, by number."""
        origins = dict.fromkeys(origin for lane in self.lanes for origin in lane.origins or (EVERYWHERE,))
        return {
            origin: index_places(
                {n: (one.country, one.areas) for n, one in enumerate(self.lanes) if _begins(one, origin)}
            )
            for origin in origins
        }

    def find_lane(self, location: Location, country: str, area: str) -> Lane | None:
        """The lane from a location to a destination; None where nobody told how long it takes.

        One told for the location wins over one for its country, and that over one for anywhere.
        """
        for origin in (location.code, location.country, EVERYWHERE):
            places = self._by_origin.get(origin)
            found = None if places is None else find_place(places, country, area)
            if found is not None:
                return self.lanes[found]
        return None

    def find_line_haul(self, code: str) -> LineHaul | None:
        """The line-haul of that code."""
        return next((one for one in self.line_hauls if one.code == code), None)


NO_TRANSIT: Final = Transit()
USUAL: Final = Running()


def index_places(places: Mapping[int, tuple[str, tuple[str, ...]]]) -> Places:
    """Numbered places, each a country with areas of it (none: all), ready to look up."""
    rules: list[ZoneRule] = []
    rest = ""
    for number, (country, areas) in places.items():
        name = str(number)
        if country == EVERYWHERE:
            rest = rest or name
        elif not areas:
            rules.append(CountryRule(name, (country,)))
        else:
            ranges = tuple(area for area in areas if "-" in area)
            beginnings = tuple(area for area in areas if "-" not in area)
            rules += [RangeRule(name, country, ranges)] if ranges else []
            rules += [PrefixRule(name, country, beginnings)] if beginnings else []
    return index_scheme(ZoneScheme(tuple(rules), rest))


def find_place(places: Places, country: str, area: str) -> int | None:
    """The number of the smallest place that a destination lies in: areas by range, by beginning, country, anywhere."""
    found = zone_of(places, Trip(country, area))
    return None if found is None else int(found)


def _begins(lane: Lane, origin: str) -> bool:
    return origin in lane.origins if lane.origins else origin == EVERYWHERE
