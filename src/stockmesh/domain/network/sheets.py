"""What files of items, kits and locations hold."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from stockmesh.domain.kernel.sheets.columns import Column, Sheet, Unit, Unreadable
from stockmesh.domain.kernel.sheets.words import choice, read_day, read_list, read_time, read_yes
from stockmesh.domain.network.countries import country_code
from stockmesh.domain.network.locations import LocationKind
from stockmesh.domain.network.refusals import UnknownCountry
from stockmesh.domain.network.regions import is_calendar

SKU_MAX: Final = 100
CODE_MAX: Final = 40
UNITS_MAX: Final = 10**9
PRICE_MAX_MINOR: Final = 10**12
WEIGHT_MAX_MG: Final = 10**11
SIDE_MAX_UM: Final = 10**8
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HS_DIGITS: Final = re.compile(r"\d{4,12}", re.ASCII)


def read_country(text: str) -> str:
    """A country's two letters."""
    try:
        return country_code(text)
    except UnknownCountry:
        raise Unreadable("not_a_country", "an ISO 3166 code such as DE, or its English name") from None


def read_hs_code(text: str) -> str:
    """A tariff number without its points and blanks."""
    digits = re.sub(r"[ .]", "", text)
    if not _HS_DIGITS.fullmatch(digits):
        raise Unreadable("not_a_number", "a tariff number has 6, 8 or 10 digits")
    if len(digits) in (5, 7, 9):
        raise Unreadable("lost_zeros", f"perhaps 0{digits}")
    return digits


def read_time_zone(text: str) -> str:
    """A time zone as the IANA names it."""
    if text not in available_timezones():
        raise Unreadable("not_a_time_zone", "such as Europe/Berlin")
    return ZoneInfo(text).key


def read_calendar(text: str) -> str:
    """A calendar of public holidays: a country, perhaps with a subdivision."""
    if not is_calendar(text):
        raise Unreadable("not_a_calendar", "a country, or one with its part, such as DE or DE-SN")
    return text


def read_degrees(text: str) -> int:
    """Degrees as micro-degrees."""
    try:
        degrees = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Unreadable("not_a_number", "degrees such as 51.34") from None
    if not degrees.is_finite() or abs(degrees) > 180:
        raise Unreadable("too_large")
    return round(degrees * 10**6)


def read_weekdays(text: str) -> tuple[int, ...]:
    """ISO weekdays, written Mon-Fri, 1-5 or Mon Tue Thu."""
    days: set[int] = set()
    for part in read_list(text.casefold()):
        first, _, last = part.partition("-")
        ends = (_weekday(first), _weekday(last or first))
        days.update(range(ends[0], ends[1] + 1))
    if not days:
        raise Unreadable("not_a_day", "such as Mon-Fri")
    return tuple(sorted(days))


def read_countries(text: str) -> tuple[str, ...]:
    """Several countries' two letters."""
    return tuple(map(read_country, read_list(text)))


def _weekday(word: str) -> int:
    if word in ("1", "2", "3", "4", "5", "6", "7"):
        return int(word)
    if word[:3] not in WEEKDAYS:
        raise Unreadable("not_a_day", "such as Mon-Fri")
    return WEEKDAYS.index(word[:3]) + 1


def sku_column(*, meaning: str = "the item's number, unique to its owner") -> Column:
    """The column that names an item; the same in every sheet."""
    aliases = ("item", "item_number", "article", "article_number", "artikelnummer", "artikel", "product_code", "ref",
               "stock_code", "stockcode", "variant_sku", "referenz")  # fmt: skip
    return Column("sku", Unit.CODE, meaning, "TENT-2", aliases, required=True, largest=SKU_MAX)


def location_column(*, meaning: str = "the code of the location", required: bool = True) -> Column:
    """The column that names a location; the same in every sheet."""
    aliases = ("location_code", "warehouse", "site", "lager", "lagerort", "standort", "entrepot", "place")
    return Column("location", Unit.CODE, meaning, "LEJ", aliases, required=required, largest=CODE_MAX)


def carrier_column(*, meaning: str = "code of the carrier") -> Column:
    """The column that names a carrier; the same in every sheet."""
    return Column("carrier", Unit.CODE, meaning, "parcel", ("carrier_code",), required=True, largest=CODE_MAX)


def _side(name: str, *aliases: str) -> Column:
    meaning = f"{name} of one unit as packed"
    return Column(name, Unit.LENGTH, meaning, "250", aliases, required=True, smallest=1, largest=SIDE_MAX_UM)


ITEMS: Final = Sheet(
    kind="items",
    about="What is sold. An item that is known gets what the file says; columns the file lacks stay as they are.",
    columns=(
        sku_column(),
        Column("title", Unit.TEXT, "what it is called; the SKU unless said", "Tent for two",
               ("name", "description", "bezeichnung", "titel", "product", "product_name", "libelle")),
        Column("weight", Unit.WEIGHT, "weight of one unit as packed", "3.2", ("gewicht", "poids", "gross_weight"),
               required=True, smallest=1, largest=WEIGHT_MAX_MG),
        _side("length", "laenge", "lange", "longueur", "depth", "tiefe"),
        _side("width", "breite", "largeur"),
        _side("height", "hoehe", "hohe", "hauteur"),
        Column("price", Unit.MONEY, "price of one unit in the book currency", "149.90",
               ("unit_price", "preis", "prix", "variant_price", "einzelpreis"), largest=PRICE_MAX_MINOR),
        Column("hs_code", Unit.SAID, "tariff number", "630622",
               ("hs", "tariff_number", "zolltarifnummer", "commodity_code"), read=read_hs_code),
        Column("origin", Unit.SAID, "country it was made in", "DE",
               ("origin_country", "country_of_origin", "ursprungsland", "made_in"), read=read_country),
    ),
    key=("sku",),
)  # fmt: skip

KITS: Final = Sheet(
    kind="kits",
    about="What kits are made of: one row per component. Kit and components are items already.",
    columns=(
        Column("kit", Unit.CODE, "SKU of the kit", "CAMP", ("kit_sku", "bundle", "set", "parent", "parent_sku"),
               required=True, largest=SKU_MAX),
        Column("component", Unit.CODE, "SKU of a component", "TENT-2",
               ("component_sku", "komponente", "child", "child_sku", "part"), required=True, largest=SKU_MAX),
        Column("quantity", Unit.WHOLE, "units of it in one kit", "1", ("qty", "units", "menge"),
               required=True, smallest=1, largest=1_000_000),
    ),
    key=("kit", "component"),
)  # fmt: skip

KINDS: Final = {kind.value: kind for kind in LocationKind}
LOCATIONS: Final = Sheet(
    kind="locations",
    about="Where stock lies. A known location gets what the file says; columns the file lacks stay as they are.",
    columns=(
        Column("code", Unit.CODE, "the code of the location", "LEJ", ("location", "location_code", "lager", "standort"),
               required=True, largest=CODE_MAX),
        Column("name", Unit.TEXT, "what it is called; the code unless said", "Leipzig", ("bezeichnung", "title")),
        Column("kind", Unit.SAID, f"one of {', '.join(KINDS)}; warehouse unless said", "warehouse", ("type", "art"),
               fallback="warehouse", read=choice(KINDS)),
        Column("country", Unit.SAID, "country", "DE", ("land", "pays", "country_code"), required=True,
               read=read_country),
        Column("postcode", Unit.CODE, "postcode", "04103", ("plz", "zip", "postal_code", "code_postal"),
               required=True, largest=16),
        Column("latitude", Unit.SAID, "degrees north; found by the postcode unless said", "51.34", ("lat",),
               read=read_degrees),
        Column("longitude", Unit.SAID, "degrees east; found by the postcode unless said", "12.37", ("lon", "lng"),
               read=read_degrees),
        Column("time_zone", Unit.SAID, "IANA time zone", "Europe/Berlin", ("timezone", "zeitzone"), required=True,
               read=read_time_zone),
        Column("calendar", Unit.SAID, "whose public holidays it keeps; the country's unless said", "DE-SN",
               ("holidays", "feiertage"), read=read_calendar),
        Column("working_days", Unit.SAID, "weekdays it works; Mon-Fri unless said", "Mon-Fri",
               ("weekdays", "arbeitstage"), fallback="Mon-Fri", read=read_weekdays),
        Column("cut_off", Unit.SAID, "local time that is too late for the same day; 14:00 unless said", "14:00",
               ("cutoff", "cutoff_local", "annahmeschluss"), fallback="14:00", read=read_time),
        Column("daily_orders", Unit.WHOLE, "orders it can start on one working day", "500",
               ("daily_orders_max", "capacity", "kapazitaet"), required=True, largest=1_000_000),
        Column("handling_order", Unit.MONEY, "cost of handling one order; 0 unless said", "0.45", (),
               largest=1_000_000),
        Column("handling_line", Unit.MONEY, "cost of handling one line; 0 unless said", "0.10", (), largest=1_000_000),
        Column("handling_unit", Unit.MONEY, "cost of handling one unit; 0 unless said", "0.05", (), largest=1_000_000),
        Column("carriers", Unit.SAID, "codes of the carriers that pick up there", "parcel", ("carrier",),
               required=True, read=read_list),
        Column("serves", Unit.SAID, "countries it ships to; all with a rate card unless said", "DE AT", (),
               read=read_countries),
        Column("open", Unit.SAID, "yes or no; yes unless said", "yes", ("is_open", "active"), fallback="yes",
               read=read_yes),
        Column("processing_days", Unit.WHOLE, "working days from start to ready; 0 unless said", "0",
                ("lead_days", "handling_days"), largest=60),
        Column("pick_and_pack_minutes", Unit.WHOLE, "how long before a pickup work must begin; 0 unless said",
               "60", (), largest=10_080),
        Column("putaway_minutes", Unit.WHOLE, "how long putting supply away takes; 0 unless said",
               "240", (), largest=43_200),
    ),
    key=("code",),
    notes=(
        "Public holidays come with the calendar; days of a location's own are another file: `calendars`.",
        "When carriers come by is another file: `pickups`.",
    ),
)  # fmt: skip

DAY_STATES: Final = {"closed": False, "open": True, "usual": None}
CALENDARS: Final = Sheet(
    kind="calendars",
    about=(
        "Days on which a location does not work as usual: closed for stocktaking, open on a Sunday in December, an "
        "earlier cut-off on Christmas Eve. Days that the file does not name stay as they are."
    ),
    columns=(
        location_column(),
        Column("date", Unit.SAID, "the day", "2026-12-24", ("day", "datum", "tag", "jour"), required=True,
               read=read_day),
        Column("status", Unit.SAID, "closed or open; usual takes back what was said; closed unless said", "open",
               ("state", "open_closed", "geoeffnet"), fallback="closed", read=choice(DAY_STATES)),
        Column("cut_off", Unit.SAID, "local time that is too late for that day; the usual one unless said", "11:00",
               ("cutoff", "cutoff_local", "annahmeschluss"), read=read_time),
        Column("name", Unit.TEXT, "what the day is called", "Christmas Eve", ("reason", "description", "bezeichnung")),
    ),
    key=("location", "date"),
)  # fmt: skip
