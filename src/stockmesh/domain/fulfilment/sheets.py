"""What files of open orders hold, and every sheet there is."""

from typing import Final

from stockmesh.domain.carriers.sheets import RATE_CARDS
from stockmesh.domain.carriers.transit_sheets import CARRIER_CALENDARS, CARRIERS, DEPARTURES, ON_TIME, TRANSIT
from stockmesh.domain.kernel.sheets.columns import Column, Sheet, Unit
from stockmesh.domain.kernel.sheets.words import read_day, read_instant
from stockmesh.domain.network.pickup_sheets import CARRIER_CAPACITY, PICKUPS
from stockmesh.domain.network.sheets import (
    CALENDARS,
    CODE_MAX,
    ITEMS,
    KITS,
    LOCATIONS,
    PRICE_MAX_MINOR,
    location_column,
    read_country,
    sku_column,
)
from stockmesh.domain.stock.sheets import INCOMING, STOCK

ORDERS: Final = Sheet(
    kind="orders",
    about=(
        "Open orders taken over from another system: a row per line. Units that a location holds already are committed "
        "there; lines without a location wait, and are sourced like any other order."
    ),
    columns=(
        Column("reference", Unit.CODE, "the merchant's number of the order, unique in its channel", "A-1001",
               ("order", "order_number", "order_id", "bestellung", "auftrag", "auftragsnummer"), required=True,
               largest=120),
        Column("channel", Unit.CODE, "code of the channel", "web", ("kanal", "shop"), required=True, largest=CODE_MAX),
        Column("placed_at", Unit.SAID, "when it was placed, with time zone", "2026-02-27T15:12:00Z",
               ("ordered_at", "order_date", "created_at", "bestellt_am"), required=True, read=read_instant),
        Column("country", Unit.SAID, "country it goes to", "DE", ("ship_country", "land"), required=True,
               read=read_country),
        Column("postcode", Unit.CODE, "postcode it goes to", "10115", ("zip", "plz", "ship_postcode", "postal_code"),
               largest=16),
        sku_column(),
        Column("quantity", Unit.WHOLE, "units of this row that are still to be sent", "2", ("qty", "units", "menge"),
               required=True, smallest=1, largest=1_000_000),
        Column("price", Unit.MONEY, "price of one unit, as sold; 0 unless said", "149.90", ("unit_price", "preis"),
               largest=PRICE_MAX_MINOR),
        location_column(meaning="the location that holds the units already", required=False),
        Column("service", Unit.CODE, "the carrier's service it goes by; the location's first unless said",
               "parcel-standard", ("carrier_service",), largest=CODE_MAX),
        Column("ship_on", Unit.SAID, "the day it is to leave; the next working day with room unless said",
               "2026-03-03", ("ship_date",), read=read_day),
        Column("customer", Unit.CODE, "the customer's number", "C-77", ("customer_id", "kunde"), largest=120),
        Column("name", Unit.TEXT, "who receives it; kept apart from the order", "Marta Muster", ("recipient",)),
        Column("street", Unit.TEXT, "street", "Musterstr. 1", ("address", "strasse")),
        Column("city", Unit.TEXT, "city", "Berlin", ("ort", "town")),
        Column("email", Unit.TEXT, "email", "marta@example.com", ("mail",)),
        Column("phone", Unit.TEXT, "phone", "+49 30 1234", ("telefon", "tel")),
    ),
)  # fmt: skip

SHEETS: Final = {
    sheet.kind: sheet
    for sheet in (
        ITEMS,
        KITS,
        LOCATIONS,
        CALENDARS,
        STOCK,
        INCOMING,
        RATE_CARDS,
        TRANSIT,
        DEPARTURES,
        CARRIERS,
        CARRIER_CALENDARS,
        ON_TIME,
        PICKUPS,
        CARRIER_CAPACITY,
        ORDERS,
    )
}
