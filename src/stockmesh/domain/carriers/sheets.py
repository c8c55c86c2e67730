"""What flat files of rate cards hold: one row per zone and weight."""

from typing import Final

from stockmesh.domain.kernel.money import EXPONENTS
from stockmesh.domain.kernel.sheets.columns import Column, Sheet, Unit, Unreadable
from stockmesh.domain.kernel.sheets.words import read_day
from stockmesh.domain.network.sheets import CODE_MAX, PRICE_MAX_MINOR, SIDE_MAX_UM, WEIGHT_MAX_MG, read_countries


def read_currency(text: str) -> str:
    """A currency's three letters."""
    if text.upper() not in EXPONENTS:
        raise Unreadable("not_a_currency", f"one of {', '.join(EXPONENTS)}")
    return text.upper()


RATE_CARDS: Final = Sheet(
    kind="rate-cards",
    about=(
        "Prices of carrier services: a row per zone and weight. Zones are countries; postcode zones, surcharges and "
        "distances are written as a card document (.toml or .json). A card that is in the books is never changed: new "
        "prices come as a version with later days."
    ),
    columns=(
        Column("carrier", Unit.CODE, "code of the carrier", "parcel", ("carrier_code",), required=True,
               largest=CODE_MAX),
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
        Column("up_to", Unit.WEIGHT, "weight that this price covers, inclusive", "2", ("weight_to", "max_weight"),
               required=True, smallest=1, largest=WEIGHT_MAX_MG),
        Column("price", Unit.MONEY, "price of one parcel", "4.20", ("rate", "preis"), required=True,
               largest=PRICE_MAX_MINOR),
        Column("parcel_side", Unit.LENGTH, "longest side a parcel may have; 2 m unless said", "120",
               ("side_max", "longest_side"), smallest=1, largest=SIDE_MAX_UM),
    ),
    key=("service", "version", "zone", "up_to"),
)  # fmt: skip
