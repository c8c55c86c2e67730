"""Where parcels go when a file knows only the country: a town drawn by population, the same for a customer always."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, Protocol

from stockmesh.domain.fulfilment.requests import Destination
from stockmesh.domain.network.cities import City
from stockmesh.domain.network.distance import Position
from stockmesh.gateways.online_retail.chance import draw

# A smaller town is one postal area, or nearly; a larger one is spread over those around its centre.
LARGE_TOWN: Final = 100_000


class Towns(Protocol):
    """What we ask of a gazetteer: the towns of a country, and the postal areas around one."""

    def cities(self, country: str) -> Sequence[City]:
        """The towns of a country; none where it knows none."""

    def areas_near(self, country: str, centre: Position, radius_km: int) -> Sequence[str]:
        """The postal areas within a radius; none where it has no postal table."""


@dataclass(frozen=True)
class Townsfolk:
    """The towns of one or more countries with the running sum of their people."""

    towns: tuple[City, ...]
    edges: tuple[int, ...]


@dataclass
class Destinations:
    """Draws destinations by name of the addressee; remembers what it has drawn."""

    towns: Towns
    seed: int
    _drawn: dict[tuple[tuple[str, ...], str], Destination] = field(default_factory=dict)
    _townsfolk: dict[tuple[str, ...], Townsfolk] = field(default_factory=dict)
    _areas: dict[City, Sequence[str]] = field(default_factory=dict)

    def assume(self, countries: tuple[str, ...], addressee: str) -> Destination:
        """The destination of an addressee (a customer, or a guest's invoice) somewhere in the countries."""
        known = self._drawn.get((countries, addressee))
        if known is None:
            known = self._drawn[countries, addressee] = self._draw(countries, addressee)
        return known

    def _draw(self, countries: tuple[str, ...], addressee: str) -> Destination:
        if countries not in self._townsfolk:
            self._townsfolk[countries] = self._count(countries)
        folk = self._townsfolk[countries]
        if not folk.towns:
            return Destination(countries[0], "")
        head = draw(self.seed, "town", *countries, addressee, below=folk.edges[-1])
        town = folk.towns[bisect_right(folk.edges, head)]
        areas = self._areas_of(town)
        area = areas[draw(self.seed, "area", *countries, addressee, below=len(areas))]
        return Destination(town.country, area, town.name)

    def _count(self, countries: tuple[str, ...]) -> Townsfolk:
        towns = tuple(town for country in countries for town in self.towns.cities(country) if town.population > 0)
        return Townsfolk(towns, tuple(accumulate(town.population for town in towns)))

    def _areas_of(self, town: City) -> Sequence[str]:
        if town.population < LARGE_TOWN:
            return (town.area,)
        if town not in self._areas:
            self._areas[town] = self.towns.areas_near(town.country, town, town.radius_km) or (town.area,)
        return self._areas[town]
