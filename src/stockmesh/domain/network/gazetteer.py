"""Where a postcode lies, from a compiled table: exact, else the longest shorter prefix, else city, else country."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.network.countries import country_code, fold_name
from stockmesh.domain.network.distance import Position, haversine_metres, straight_metres
from stockmesh.domain.network.landmass import landmass_of
from stockmesh.domain.network.places import Fix, Level
from stockmesh.domain.network.postcodes import PostalArea, is_postal_area, postal_area, shorter_areas

# What people add to a city: `Köln (Porz)`, `Newport, Gwent`, `Dublin 2`, `PARIS CEDEX 08`.
_CITY_TRIMMINGS: Final = re.compile(r"[,(/0-9]|\bcedex\b", re.IGNORECASE)

AREA_SIGNS: Final = 8  # the longest area the table can hold
_PER_LENGTH: Final = 16
_PER_COUNTRY: Final = 36**AREA_SIGNS * _PER_LENGTH


class Spots(NamedTuple):
    """Positions by ascending `area_key`: micro-degrees, and the radius in km within which nine in ten lie."""

    key: I64
    latitude_e6: I32
    longitude_e6: I32
    radius_km: I32


class Cities(NamedTuple):
    """Cities by country (an index), population descending, name. `area` is the nearest postal area, or empty.

    `also` holds further names of cities: (index of the city, name).
    """

    country: I32
    name: Sequence[str]
    area: Sequence[str]
    latitude_e6: I32
    longitude_e6: I32
    radius_km: I32
    population: I64
    also: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True)
class City:
    """A city with the postal area its centre lies in (empty where we have no postal table)."""

    country: str
    name: str
    area: str
    latitude_e6: int
    longitude_e6: int
    radius_km: int
    population: int


class _Spot(NamedTuple):
    """What a step of the chain found: row values, the level, and the area it was found by."""

    latitude_e6: int
    longitude_e6: int
    radius_km: int
    level: Level
    area: str


def area_key(country_index: int, area: str) -> int:
    """The place of an area in the table's order: country, then the area's signs, shorter before longer."""
    signs = area[:AREA_SIGNS]
    return country_index * _PER_COUNTRY + int(signs.ljust(AREA_SIGNS, "0"), 36) * _PER_LENGTH + len(signs)


def area_of_key(key: int) -> str:
    """The area that a key stands for: the reverse of `area_key`."""
    signs, length = divmod(key % _PER_COUNTRY, _PER_LENGTH)
    return np.base_repr(signs, 36).rjust(AREA_SIGNS, "0")[:length]


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The compiled table. `countries` are ISO codes in order; `codes` are postal areas, `prefixes` what several share;
    `centroids` has one row per country."""

    countries: tuple[str, ...]
    codes: Spots
    prefixes: Spots
    centroids: Spots
    city_table: Cities
    _city_names: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict, init=False, repr=False)

    def locate(self, country: str, postcode: str, city: str = "") -> Fix:
        """The best position the table has for an address; any text answers. Raises UnknownCountry."""
        place = postal_area(country, postcode)
        spot = self._by_postcode(place) or self._by_city(place.country, city) or self._by_country(place.country)
        area = place.area
        if spot.level is not Level.EXACT and not is_postal_area(place.country, area):
            area = spot.area
        ground = spot.area if spot.area and spot.level is Level.CITY else area or spot.area
        return Fix(
            country=place.country,
            area=area,
            latitude_e6=spot.latitude_e6,
            longitude_e6=spot.longitude_e6,
            level=spot.level,
            radius_km=spot.radius_km,
            landmass=landmass_of(place.country, ground, spot.latitude_e6, spot.longitude_e6),
        )

    def cities(self, country: str) -> tuple[City, ...]:
        """The cities of a country, largest first: what a draw weighted by population needs. Raises UnknownCountry."""
        code = country_code(country)
        first, last = self._city_rows(code)
        return tuple(self._city(code, row) for row in range(first, last))

    def areas_near(self, country: str, centre: Position, radius_km: int) -> tuple[str, ...]:
        """The postal areas of a country within a radius, in table order; none where we have no postal table."""
        index = self._index[country_code(country)]
        first = bisect_left(self._code_keys, index * _PER_COUNTRY)
        last = bisect_left(self._code_keys, (index + 1) * _PER_COUNTRY)
        metres = haversine_metres(
            self.codes.latitude_e6[first:last].astype(np.int64),
            self.codes.longitude_e6[first:last].astype(np.int64),
            np.array(centre.latitude_e6, dtype=np.int64),
            np.array(centre.longitude_e6, dtype=np.int64),
        )
        return tuple(area_of_key(self._code_keys[first + row]) for row in np.flatnonzero(metres <= radius_km * 1000))

    @cached_property
    def _index(self) -> dict[str, int]:
        return {code: index for index, code in enumerate(self.countries)}

    @cached_property
    def _code_keys(self) -> memoryview:
        return self.codes.key.data

    @cached_property
    def _prefix_keys(self) -> memoryview:
        return self.prefixes.key.data

    def _by_postcode(self, place: PostalArea) -> _Spot | None:
        if not place.area:
            return None
        index = self._index[place.country]
        found = self._find_code(index, place.area, Level.EXACT) if len(place.area) <= AREA_SIGNS else None
        if found is not None:
            return found
        for area in (place.area, *shorter_areas(place.country, place.area)):
            if len(area) <= AREA_SIGNS:
                found = self._find_prefix(index, area) or self._find_code(index, area, Level.PREFIX)
                if found is not None:
                    return found
        return None

    def _find_code(self, country_index: int, area: str, level: Level) -> _Spot | None:
        row = _find_row(self._code_keys, area_key(country_index, area))
        return None if row < 0 else _spot(self.codes, row, level, area)

    def _find_prefix(self, country_index: int, area: str) -> _Spot | None:
        row = _find_row(self._prefix_keys, area_key(country_index, area))
        return None if row < 0 else _spot(self.prefixes, row, Level.PREFIX, area)

    def _by_city(self, country: str, city: str) -> _Spot | None:
        if not city:
            return None
        names = self._names_of(country)
        for written in (city, *_CITY_TRIMMINGS.split(city)):
            if (known := names.get(fold_name(written))) is not None:
                row, radius_km = known
                table = self.city_table
                latitude, longitude = int(table.latitude_e6[row]), int(table.longitude_e6[row])
                return _Spot(latitude, longitude, radius_km, Level.CITY, table.area[row])
        return None

    def _by_country(self, country: str) -> _Spot:
        return _spot(self.centroids, self._index[country], Level.COUNTRY, "")

    def _city_rows(self, country: str) -> tuple[int, int]:
        index = self._index[country]
        first, last = np.searchsorted(self.city_table.country, [index, index + 1])
        return int(first), int(last)

    def _city(self, country: str, row: int) -> City:
        table = self.city_table
        return City(
            country=country,
            name=table.name[row],
            area=table.area[row],
            latitude_e6=int(table.latitude_e6[row]),
            longitude_e6=int(table.longitude_e6[row]),
            radius_km=int(table.radius_km[row]),
            population=int(table.population[row]),
        )

    def _names_of(self, country: str) -> dict[str, tuple[int, int]]:
        """Folded name -> (row of the largest city so called, radius km); built when a country is first asked for."""
        if country not in self._city_names:
            first, last = self._city_rows(country)
            rows: dict[str, list[int]] = {}
            for row in range(first, last):
                rows.setdefault(fold_name(self.city_table.name[row]), []).append(row)
            for row, name in self.city_table.also:
                if first <= row < last:
                    rows.setdefault(fold_name(name), [row])
            self._city_names[country] = {
                name: (same[0], self._shared_radius(country, same)) for name, same in rows.items()
            }
        return self._city_names[country]

    def _shared_radius(self, country: str, rows: list[int]) -> int:
        """The radius around the largest of several cities of one name that takes in nine of ten of their people."""
        largest, *others = (self._city(country, row) for row in rows)
        reached, wanted = largest.population, sum(int(self.city_table.population[row]) for row in rows) * 9
        radius = largest.radius_km
        for metres, population in sorted((straight_metres(largest, city), city.population) for city in others):
            if reached * 10 >= wanted:
                break
            reached += population
            radius = max(radius, -(-metres // 1000))
        return radius


def _find_row(keys: memoryview, key: int) -> int:
    row = bisect_left(keys, key)
    return row if row < len(keys) and keys[row] == key else -1


def _spot(spots: Spots, row: int, level: Level, area: str) -> _Spot:
    return _Spot(int(spots.latitude_e6[row]), int(spots.longitude_e6[row]), int(spots.radius_km[row]), level, area)
