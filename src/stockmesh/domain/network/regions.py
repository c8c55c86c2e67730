"""Whose public holidays a destination keeps: the country's, or those of the part its postal area lies in.

Parts are told where they keep other days that stop deliveries. In Germany an area is given to the state most of it
lies in. In the United States deliveries stop on federal holidays alone.
"""

from functools import lru_cache
from typing import Final

import holidays

from stockmesh.domain.network.postcodes import OUTCODES

_PARTS: Final = {
    "GB": {"SCT": "AB DD DG EH FK G HS IV KA KW KY ML PA PH TD ZE", "NIR": "BT", "WLS": "CF LD LL NP SA"},
    "CA": {"NL": "A", "NS": "B", "PE": "C", "NB": "E", "QC": "G H J", "ON": "K L M N P", "MB": "R", "SK": "S",
           "AB": "T", "BC": "V", "NT": "X", "NU": "X0A X0B X0C", "YT": "Y"},
    "AU": {"NSW": "1 2", "ACT": "02 260 2610 2611 2612 2614 2615 2616 2617 2618 29", "VIC": "3 8", "QLD": "4 9",
           "SA": "5", "WA": "6", "TAS": "7", "NT": "0"},
    "ES": {"AN": "04 11 14 18 21 23 29 41", "AR": "22 44 50", "AS": "33", "CB": "39", "CE": "51",
           "CL": "05 09 24 34 37 40 42 47 49", "CM": "02 13 16 19 45", "CN": "35 38", "CT": "08 17 25 43",
           "EX": "06 10", "GA": "15 27 32 36", "IB": "07", "MC": "30", "MD": "28", "ML": "52", "NC": "31",
           "PV": "01 20 48", "RI": "26", "VC": "03 12 46"},
    "FR": {"57": "57", "6AE": "67 68", "971": "971", "972": "972", "973": "973", "974": "974", "976": "976"},
    "DE": {"SN": "01 02 04 08 09", "BB": "03 14 15 16 172", "ST": "06 388 389 39", "TH": "07 364 373 98 99",
           "BE": "10 11 12 13 140 141", "MV": "17 18 19 239", "HH": "20 210 211 22",
           "SH": "215 229 23 24 25", "NI": "21 26 27 29 30 31 37 38 49", "HB": "275 28",
           "NW": "32 33 40 41 42 44 45 46 47 48 494 495 50 51 52 53 57 58 59", "HE": "34 35 36 372 60 61 63 64 65",
           "RP": "54 55 56 668 669 67 767 768", "SL": "66",
           "BW": "68 69 70 71 72 73 74 75 76 77 78 79 88 89 979",
           "BY": "637 638 639 80 81 82 83 84 85 86 87 881 892 893 894 90 91 92 93 94 95 96 97"},
}  # fmt: skip
# What an area is that no row names.
_ELSEWHERE: Final = {"GB": "GB-ENG"}
_BY_BEGINNING: Final = {
    country: {beginning: f"{country}-{part}" for part, listed in parts.items() for beginning in listed.split()}
    for country, parts in _PARTS.items()
}


@lru_cache(maxsize=1)
def calendars() -> frozenset[str]:
    """Every calendar of public holidays there is: countries, and their parts such as DE-SN."""
    known = holidays.list_supported_countries(include_aliases=False)
    return frozenset(known) | {f"{country}-{part}" for country, parts in known.items() for part in parts}


def is_calendar(calendar: str) -> bool:
    """Whether there is a calendar of that name."""
    return calendar in calendars()


@lru_cache(maxsize=65_536)
def holidays_at(country: str, area: str) -> str:
    """The calendar of public holidays at a destination, as `is_holiday` takes it; empty where none is known."""
    beginnings = _BY_BEGINNING.get(country)
    if beginnings is None:
        return country if is_calendar(country) else ""
    # An outcode begins with one or two letters; `G1` lies in Glasgow and `GL1` does not.
    if country in OUTCODES:
        letters = "".join(sign for sign in area[:2] if sign.isalpha())
        return beginnings.get(letters, _ELSEWHERE[country])
    found = (beginnings.get(area[:length]) for length in range(len(area), 0, -1))
    return next((one for one in found if one), country)
