"""What files of stock and of incoming supply hold."""

from typing import Final

from stockmesh.domain.kernel.sheets.columns import Column, Sheet, Unit
from stockmesh.domain.kernel.sheets.words import read_day, read_instant
from stockmesh.domain.network.sheets import UNITS_MAX, location_column, sku_column

QUANTITY: Final = ("qty", "units", "menge", "bestand", "on_hand", "available", "stock", "quantite", "anzahl")

STOCK: Final = Sheet(
    kind="stock",
    about=(
        "What lies where: counted as on_hand (all that lies there) or available (what nobody has claimed), as of an "
        "instant, or what the books open with. What happened after the instant is netted; the newest count has the say."
    ),
    columns=(
        sku_column(),
        location_column(),
        Column("quantity", Unit.WHOLE, "units", "12", QUANTITY, required=True, largest=UNITS_MAX),
        Column("as_of", Unit.SAID, "when it was counted, with time zone; --as-of says it for the whole file",
               "2026-03-02T06:00:00Z", ("counted_at", "as_of_time", "stand"), read=read_instant),
    ),
    key=("sku", "location"),
    notes=("--kind says what was counted: on_hand, available, or opening.",),
)  # fmt: skip

INCOMING: Final = Sheet(
    kind="incoming",
    about="Supply on its way to a location. A known line (reference, item, location) gets what the file says.",
    columns=(
        Column("reference", Unit.CODE, "number of the purchase order or advice", "PO-881",
               ("po", "po_number", "purchase_order", "bestellnummer", "asn"), required=True, largest=120),
        sku_column(),
        location_column(meaning="the code of the location it goes to"),
        Column("quantity", Unit.WHOLE, "units announced", "400", ("qty", "units", "menge"), required=True, smallest=1,
               largest=UNITS_MAX),
        Column("due_on", Unit.SAID, "the day from whose morning on it can be sold", "2026-04-01",
               ("due", "eta", "expected", "liefertermin", "delivery_date"), required=True, read=read_day),
    ),
    key=("reference", "sku", "location"),
)  # fmt: skip
