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
    """A position with its honesty: the level it was found on and the radius within which nine addresses in ten lie.

    `area` is the normalised postal area of the address (GB outcode, NL four digits, US ZIP, ...): the finest thing
    decisions and books ever hold of it. Where what was typed has not the country's form, it is what the position was
    found by, or empty. `landmass` names what a lorry can drive around. Micro-degrees; kilometres.
    """

    country: str
    area: str
    latitude_e6: int
    longitude_e6: int
    level: Level
    radius_km: int
    landmass: str
