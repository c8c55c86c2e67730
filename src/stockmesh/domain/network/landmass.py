"""Which places a lorry can drive between. Road bridges and road tunnels join land; ferries and trains do not.

So Denmark and Sweden belong to the continent, Skye to Great Britain and Singapore to Asia; Great Britain itself does
not, its tunnel being a railway's.
"""

from typing import Final

from stockmesh.domain.network.postcodes import shorter_areas

MAINLAND: Final = "Afro-Eurasia"

# Countries off the mainland; those of several islands stand as one, however many ferries run inside.
_COUNTRIES: Final = {
    "Great Britain": "GB",
    "Ireland": "IE",
    "Jersey": "JE",
    "Guernsey": "GG",
    "Isle of Man": "IM",
    "Iceland": "IS",
    "Malta": "MT",
    "Cyprus": "CY",
    "Åland": "AX",
    "Faroe Islands": "FO",
    "Greenland": "GL",
    "Svalbard": "SJ",
    "North America": "US CA MX GT BZ SV HN NI CR PA",
    "South America": "CO VE GY SR GF BR EC PE BO PY CL AR UY",
    "Hispaniola": "DO HT",
    "Saint Martin": "MF SX",
    "Borneo": "BN",
    "New Guinea": "PG",
    "Guam": "GU",
    "Puerto Rico": "PR",
    "US Virgin Islands": "VI",
    "Guadeloupe": "GP",
    "Martinique": "MQ",
    "Réunion": "RE",
    "Mayotte": "YT",
    "Saint Pierre and Miquelon": "PM",
    "Japan": "JP",
    "Taiwan": "TW",
    "Philippines": "PH",
    "Indonesia": "ID",
    "Timor": "TL",
    "Sri Lanka": "LK",
    "Maldives": "MV",
    "Australia": "AU",
    "New Zealand": "NZ",
    "Madagascar": "MG",
    "Antarctica": "AQ",
}
# Small island states and territories: each is a landmass by the name of its code.
_ALONE: Final = (
    "AG AI AS AW BB BL BM BQ BS BV CC CK CU CV CW CX DM FJ FK FM GD GS HM IO JM KI KM KN KY LC MH MP MS MU NC NF NR NU "
    "PF PN PW SB SC SH ST TC TF TK TO TT TV UM VC VG VU WF WS"
)

# Postal areas apart from the rest of their country.
_AREAS: Final = {
    "Ireland": {"GB": "BT"},
    "Isle of Wight": {"GB": "PO30-41"},
    "Isles of Scilly": {"GB": "TR21-25"},
    "Outer Hebrides": {"GB": "HS"},
    "Orkney": {"GB": "KW15-17"},
    "Shetland": {"GB": "ZE"},
    "Hebrides and Clyde": {"GB": "PA20 PA41-49 PA60-78 PH42-44 KA27-28"},
    "Corsica": {"FR": "20"},
    "Guadeloupe": {"FR": "971"},
    "Martinique": {"FR": "972"},
    "South America": {"FR": "973"},
    "Réunion": {"FR": "974"},
    "Saint Pierre and Miquelon": {"FR": "975"},
    "Mayotte": {"FR": "976"},
    "Saint Martin": {"FR": "978"},
    "Polynesia": {"FR": "987"},
    "New Caledonia": {"FR": "988"},
    "Sardinia": {"IT": "07 08 09"},
    "Sicily": {"IT": "90 91 92 93 94 95 96 97 98"},
    "Balearic Islands": {"ES": "07"},
    "Canary Islands": {"ES": "35 38"},
    "Madeira": {"PT": "90 91 92 93 94"},
    "Azores": {"PT": "95 96 97 98 99"},
    "Åland": {"FI": "22"},
    "Bornholm": {"DK": "37"},
    "Gotland": {"SE": "62"},
    "Saaremaa": {"EE": "93 94"},
    "Hiiumaa": {"EE": "92"},
    "Heligoland": {"DE": "27498"},
    "Svalbard": {"NO": "917"},
    "Crete": {"GR": "70 71 72 73 74"},
    "Dodecanese": {"GR": "85"},
    "Cyclades": {"GR": "84"},
    "North Aegean": {"GR": "81 82 83"},
    "Ionian Islands": {"GR": "28 29 49"},
    "Hawaii": {"US": "967 968"},
    "Puerto Rico": {"US": "006 007 009"},
    "US Virgin Islands": {"US": "008"},
    "Guam": {"US": "969"},
    "Newfoundland": {"CA": "A"},
    "North America": {"CA": "A0P A2V"},
    "Vancouver Island": {"CA": "V8K V8L V8M V8N V8P V8R V8S V8T V8V V8W V8X V8Y V8Z V9 V0P V0R V0S"},
    "Haida Gwaii": {"CA": "V0T"},
}

# Where no postal table tells: south, west, north, east in micro-degrees. Rough, and only for city positions.
_BOXES: Final = (
    ("GR", "Crete", 34_700_000, 23_400_000, 35_720_000, 26_450_000),
    ("GR", "Dodecanese", 35_300_000, 26_200_000, 37_500_000, 28_350_000),
    ("GR", "Cyclades", 36_200_000, 24_250_000, 38_000_000, 26_100_000),
    ("GR", "North Aegean", 37_400_000, 25_400_000, 40_100_000, 27_200_000),
    ("GR", "Ionian Islands", 37_600_000, 19_300_000, 39_850_000, 20_120_000),
    ("GR", "Ionian Islands", 37_600_000, 20_120_000, 38_500_000, 20_990_000),
    ("AU", "Tasmania", -44_000_000, 143_500_000, -39_300_000, 149_000_000),
    ("NZ", "South Island", -47_500_000, 166_000_000, -40_450_000, 174_400_000),
    ("MY", "Borneo", 800_000, 109_400_000, 7_500_000, 119_500_000),
    ("RU", "Sakhalin", 45_800_000, 141_600_000, 54_500_000, 145_000_000),
)


def _numbered(areas: str) -> list[str]:
    """The areas of a list such as `HS KW15-17`, ranges written out."""
    listed = []
    for area in areas.split():
        first, dash, last = area.partition("-")
        if not dash:
            listed.append(first)
            continue
        letters = first.rstrip("0123456789")
        listed += [f"{letters}{number}" for number in range(int(first[len(letters) :]), int(last) + 1)]
    return listed


_BY_COUNTRY: Final = {code: name for name, codes in _COUNTRIES.items() for code in codes.split()} | {
    code: code for code in _ALONE.split()
}
_BY_AREA: Final = {
    (country, area): name
    for name, places in _AREAS.items()
    for country, areas in places.items()
    for area in _numbered(areas)
}
_COUNTRIES_IN_PARTS: Final = frozenset(country for country, _ in _BY_AREA)
_COUNTRIES_IN_BOXES: Final = frozenset(box[0] for box in _BOXES)


def landmass_of(country: str, area: str, latitude_e6: int, longitude_e6: int) -> str:
    """The name of the landmass a place lies on: by its postal area, else by its position, else by its country."""
    if area and country in _COUNTRIES_IN_PARTS:
        for part in (area, *shorter_areas(country, area)):
            if (country, part) in _BY_AREA:
                return _BY_AREA[country, part]
    elif country in _COUNTRIES_IN_BOXES:
        for owner, name, south, west, north, east in _BOXES:
            if owner == country and south <= latitude_e6 <= north and west <= longitude_e6 <= east:
                return name
    return _BY_COUNTRY.get(country, MAINLAND)
