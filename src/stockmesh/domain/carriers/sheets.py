"""What flat files of rate cards hold: one row per zone and weight."""

import re
from string import ascii_uppercase
from typing import Final

from stockmesh.domain.kernel.money import EXPONENTS
from stockmesh.domain.kernel.sheets.columns import Column, Sheet, Unit, Unreadable
from stockmesh.domain.kernel.sheets.words import read_day, read_list
from stockmesh.domain.network.sheets import (
    CODE_MAX,
    PRICE_MAX_MINOR,
    SIDE_MAX_UM,
    WEIGHT_MAX_MG,
    carrier_column,
    read_countries,
)


def read_currency(text: str) -> str:
    """A currency's three letters."""
    if text.upper() not in EXPONENTS:
        raise Unreadable("not_a_currency", f"one of {', '.join(EXPONENTS)}")
    return text.upper()


_AREA: Final = re.compile(r"(?:([A-Z]{2}):)?([A-Z]*[0-9]+(?:-[A-Z]*[0-9]+)?|[A-Z]+)")
Areas = tuple[tuple[str, str], ...]


def read_areas(text: str) -> Areas:
    """Postal areas, each with its country, or "" where none is said: a country goes on until another is named."""
    found: list[tuple[str, str]] = []
    country = ""
    for word in read_list(re.sub(r"\s*([-:])\s*", r"\1", text.upper())):
        match = _AREA.fullmatch(word)
        if match is None:
            raise Unreadable("not_an_area", "such as 97, 967-968, BT, IV1-63 or FR:20 ES:07")
        country = match[1] or country
        low, dash, high = match[2].partition("-")
        # Ranges are told from both ends as carriers print them, IV1-IV63, or with the letters once.
        found.append((country, f"{low}{dash}{high.lstrip(ascii_uppercase)}"))
    return tuple(found)


RATE_CARDS: Final = Sheet(
    kind="rate-cards",
    about=(
        "Prices of carrier services: a row per zone and weight. A zone is countries, or postal areas of them: where "
        "an address lies in both, the areas win. Surcharges and distances are written as a card document (.toml or "
        ".json). Prices in the books are never changed: new ones come as a version of their own, which takes over from "
        "its first day."
    ),
    columns=(
        carrier_column(),
        Column("service", Unit.CODE, "code of the service, unique among all carriers", "parcel-standard",
               ("service_code",), required=True, largest=CODE_MAX),
        Column("version", Unit.CODE, "name of the card", "2026", ("card",), required=True, largest=CODE_MAX),
        Column("valid_from", Unit.SAID, "first day", "2026-01-01", ("from",), required=True, read=read_day),
        Column("valid_to", Unit.SAID, "last day", "2026-12-31", ("to", "until"), required=True, read=read_day),
        Column("currency", Unit.SAID, "currency of the prices", "EUR", ("waehrung",), required=True,
               read=read_currency),
        Column("origins", Unit.SAID, "countries it picks up in", "DE", ("origin", "origin_countries"), required=True,
               read=read_countries),
        Column("zone", Unit.CODE, "name of the zone", "A", (), required=True, largest=CODE_MAX),
        Column("countries", Unit.SAID, "countries of the zone", "DE AT", ("country", "destination"), required=True,
               read=read_countries),
        Column("postcodes", Unit.SAID,
               "postal areas of the zone, as beginnings (97, BT) or ranges (967-968, IV1-63); of several with their "
               "countries: FR:20 ES:07,35-38; all of a country where it has none", "",
               ("postcode", "plz", "areas", "postcode_from_to"), read=read_areas),
        Column("up_to", Unit.WEIGHT, "weight that this price covers, inclusive", "5", ("weight_to", "max_weight"),
               required=True, smallest=1, largest=WEIGHT_MAX_MG),
        Column("price", Unit.MONEY, "price of one parcel", "4.20", ("rate", "preis"), required=True,
               largest=PRICE_MAX_MINOR),
        Column("parcel_side", Unit.LENGTH, "longest side a parcel may have; 2 m unless said", "1200",
               ("side_max", "longest_side"), smallest=1, largest=SIDE_MAX_UM),
    ),
    key=("service", "version", "zone", "up_to"),
)  # fmt: skip
