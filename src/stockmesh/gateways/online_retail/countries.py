"""Country names as order files write them, and what the vague ones are taken to mean."""

from functools import cache
from typing import Final, NamedTuple

from stockmesh.domain.network.countries import country_code
from stockmesh.domain.network.refusals import UnknownCountry


class Whereabouts(NamedTuple):
    """The countries a name may stand for, and whether the file left us to assume which."""

    countries: tuple[str, ...]
    is_assumed: bool


# The draw of a town by population decides between the two bailiwicks of the Channel Islands. Nine lines in ten are
# British, so "Unspecified" is read as GB; Germany is the file's largest market inside the Community.
VAGUE: Final = {
    "channel islands": Whereabouts(("JE", "GG"), is_assumed=True),
    "unspecified": Whereabouts(("GB",), is_assumed=True),
    "european community": Whereabouts(("DE",), is_assumed=True),
}


@cache
def get_country(name: str) -> Whereabouts:
    """What a country name stands for. Raises UnknownCountry."""
    return VAGUE.get(name.casefold()) or Whereabouts((country_code(name),), is_assumed=False)


@cache
def is_known(name: str) -> bool:
    """Whether a name stands for a country at all."""
    try:
        get_country(name)
    except UnknownCountry:
        return False
    return True
