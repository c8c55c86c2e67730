"""Where something is: a country, a postal area, a position, and how sure we are of it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a position was found, best first."""

    EXACT = "exact"
    PREFIX = "prefix"
    CITY = "city"
    COUNTRY = "country"


@dataclass(frozen=True)
class Fix:
    """A position with its honesty: the level it was found on and the radius it may be off by.

    `area` is the normalised postal area that the position stands for (GB outcode, NL four digits, US ZIP, ...): the
    finest thing decisions and books ever hold of an address. Micro-degrees; kilometres.
    """

    country: str
    area: str
    latitude_e6: int
    longitude_e6: int
    level: Level
    radius_km: int
    landmass: str
