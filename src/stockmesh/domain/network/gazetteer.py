"""Where a postcode lies, from a compiled table: exact, else the longest shorter prefix, else city, else country."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.network.cities import City, CityTable
from stockmesh.domain.network.countries import country_code
from stockmesh.domain.network.distance import Position, haversine_metres
from stockmesh.domain.network.landmass import landmass_of
from stockmesh.domain.network.places import Fix, Level
from stockmesh.domain.network.postcodes import PostalArea, is_postal_area, postal_area, shorter_areas

AREA_SIGNS: Final = 8  # the longest area the table can hold
_PER_LENGTH: Final = 16
_PER_COUNTRY: Final = 36**AREA_SIGNS * _PER_LENGTH


class Spots(NamedTuple):
    """Positions by ascending `area_key`: micro-degrees, and the radius in km within which nine in ten lie."""

    key: I64
    latitude_e6: I32
    longitude_e6: I32
    radius_km: I32


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
    city_table: CityTable

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
        return self.city_table.list_cities(code, self._index[code])

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

    def _by_city(self, country: str, written: str) -> _Spot | None:
        city = self.city_table.find_city(country, self._index[country], written) if written else None
        if city is None:
            return None
        return _Spot(city.latitude_e6, city.longitude_e6, city.radius_km, Level.CITY, city.area)

    def _by_country(self, country: str) -> _Spot:
        return _spot(self.centroids, self._index[country], Level.COUNTRY, "")


def _find_row(keys: memoryview, key: int) -> int:
    row = bisect_left(keys, key)
    return row if row < len(keys) and keys[row] == key else -1


def _spot(spots: Spots, row: int, level: Level, area: str) -> _Spot:
    return _Spot(int(spots.latitude_e6[row]), int(spots.longitude_e6[row]), int(spots.radius_km[row]), level, area)
