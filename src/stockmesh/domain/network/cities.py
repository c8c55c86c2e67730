"""Cities with their people: a position where the postcode tells none, and the weights to draw addresses by."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.network.countries import fold_name
from stockmesh.domain.network.distance import straight_metres

# What people add to a city: `Köln (Porz)`, `Newport, Gwent`, `Dublin 2`, `PARIS CEDEX 08`.
_TRIMMINGS: Final = re.compile(r"[,(/0-9]|\bcedex\b", re.IGNORECASE)


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


@dataclass(frozen=True, eq=False)
class CityTable:
    """The cities of the world by country; names are indexed when a country is first asked for."""

    cities: Cities
    _named: dict[str, dict[str, City]] = field(default_factory=dict, init=False, repr=False)

    def list_cities(self, country: str, country_index: int) -> tuple[City, ...]:
        """The cities of a country, largest first."""
        first, last = np.searchsorted(self.cities.country, [country_index, country_index + 1])
        return tuple(self._city(country, row) for row in range(int(first), int(last)))

    def find_city(self, country: str, country_index: int, written: str) -> City | None:
        """The largest city of that name, its radius widened to take in nine in ten people of all so called."""
        if country not in self._named:
            self._named[country] = self._index(country, country_index)
        named = self._named[country]
        names = (fold_name(part) for part in (written, *_TRIMMINGS.split(written)))
        return next((named[name] for name in names if name in named), None)

    def _index(self, country: str, country_index: int) -> dict[str, City]:
        first = int(np.searchsorted(self.cities.country, country_index))
        listed = self.list_cities(country, country_index)
        named: dict[str, list[City]] = {}
        for city in listed:
            named.setdefault(fold_name(city.name), []).append(city)
        for row, name in self.cities.also:
            if first <= row < first + len(listed):
                named.setdefault(fold_name(name), [listed[row - first]])
        return {name: _largest(cities) for name, cities in named.items()}

    def _city(self, country: str, row: int) -> City:
        return City(
            country=country,
            name=self.cities.name[row],
            area=self.cities.area[row],
            latitude_e6=int(self.cities.latitude_e6[row]),
            longitude_e6=int(self.cities.longitude_e6[row]),
            radius_km=int(self.cities.radius_km[row]),
            population=int(self.cities.population[row]),
        )


def _largest(cities: list[City]) -> City:
    """The first of several cities of one name, with the radius that takes in nine in ten of all their people."""
    largest, *others = cities
    reached, wanted = largest.population, sum(city.population for city in cities) * 9
    radius = largest.radius_km
    for metres, population in sorted((straight_metres(largest, city), city.population) for city in others):
        if reached * 10 >= wanted:
            break
        reached += population
        radius = max(radius, -(-metres // 1000))
    return replace(largest, radius_km=radius)
