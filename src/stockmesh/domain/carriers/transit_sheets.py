"""What files hold that say how long carriers take: lanes, departures, days of carriers, and how late they were."""

from typing import Final

from stockmesh.domain.carriers.sheets import read_areas
from stockmesh.domain.carriers.transit_checks import DAYS_MAX, PARCELS_MAX
from stockmesh.domain.kernel.sheets.columns import Column, Sheet, Unit
from stockmesh.domain.kernel.sheets.words import choice, read_day, read_list
from stockmesh.domain.network.sheets import (
    CODE_MAX,
    DAY_STATES,
    carrier_column,
    read_calendar,
    read_country,
    read_weekdays,
)

_SERVICE: Final = Column("service", Unit.CODE, "code of the service", "parcel-standard", ("service_code",),
                         required=True, largest=CODE_MAX)  # fmt: skip
_POSTCODES: Final = Column(
    "postcodes", Unit.SAID, "postal areas of the country, as beginnings (97, BT) or ranges (967-968, IV1-63); all "
    "unless said", "IV1-63", ("postcode", "plz", "areas", "postcode_from_to"), read=read_areas,
)  # fmt: skip


def _country(meaning: str) -> Column:
    return Column("country", Unit.SAID, meaning, "GB", ("countries", "destination", "land"), read=read_country)


def _days(name: str, meaning: str, example: str, *aliases: str, required: bool = False) -> Column:
    return Column(name, Unit.WHOLE, meaning, example, aliases, required=required, largest=DAYS_MAX)


TRANSIT: Final = Sheet(
    kind="transit",
    about=(
        "How long services take: a row per lane. The lanes of a service that the file names are those of the file, "
        "whatever they were; other services stay as they are. Of lanes that lead to an address the smallest wins: "
        "areas, then the country, then the rest of the world; and those from a location before those from its country."
    ),
    columns=(
        _SERVICE,
        Column("origins", Unit.SAID, "locations or countries it begins in; wherever it picks up unless said", "GB",
               ("origin", "from"), read=read_list),
        _country("where it goes; the rest of the world unless said"),
        _POSTCODES,
        _days("days_min", "working days of the carrier at least", "1", "days", "transit_days", "laufzeit",
              required=True),
        _days("days_max", "at most; as at least unless said", "2", "days_to"),
        _days("remote_days", "days more, because it is remote; 0 unless said", "0"),
        _days("customs_days", "days more for customs; 0 unless said", "0"),
        Column("via", Unit.CODE, "line-haul that brings goods to where the lane begins", "", ("line_haul",),
               largest=CODE_MAX),
        Column("delivers", Unit.SAID, "weekdays on which the service delivers; Mon-Fri unless said", "Mon-Fri",
               ("delivery_days",), read=read_weekdays),
    ),
    key=("service", "origins", "country", "postcodes"),
)  # fmt: skip

DEPARTURES: Final = Sheet(
    kind="departures",
    about=(
        "Line-hauls of services: when goods of many orders leave together for a gateway in the customer's region. "
        "Those of a service that the file names are those of the file."
    ),
    columns=(
        _SERVICE,
        Column("line_haul", Unit.CODE, "code of the line-haul", "paris-cage", ("code", "via"), required=True,
               largest=CODE_MAX),
        Column("gateway", Unit.TEXT, "where it goes", "Paris", ("to", "hub"), required=True),
        Column("weekdays", Unit.SAID, "days it leaves", "Tue Fri", ("departs", "days"), required=True,
               read=read_weekdays),
        _days("days_min", "working days of the carrier it is under way at least", "1", "transit_days", required=True),
        _days("days_max", "at most; as at least unless said", "2", "days_to"),
    ),
    key=("service", "line_haul"),
)  # fmt: skip

CARRIERS: Final = Sheet(
    kind="carriers",
    about="On which days carriers move goods. Columns the file lacks stay as they are.",
    columns=(
        carrier_column(),
        Column("weekdays", Unit.SAID, "days it moves goods; Mon-Fri unless said", "Mon-Sat", ("working_days",),
               read=read_weekdays),
        Column("calendar", Unit.SAID, "whose public holidays it keeps; none unless said", "GB-ENG",
               ("holidays", "feiertage"), read=read_calendar),
    ),
    key=("carrier",),
)  # fmt: skip

CARRIER_CALENDARS: Final = Sheet(
    kind="carrier-calendars",
    about="Days on which a carrier works otherwise than usual. Days that the file does not name stay as they are.",
    columns=(
        carrier_column(),
        Column("date", Unit.SAID, "the day", "2026-04-03", ("day", "datum", "tag", "jour"), required=True,
               read=read_day),
        Column("status", Unit.SAID, "closed or open; usual takes back what was said; closed unless said", "open",
               ("state", "open_closed"), fallback="closed", read=choice(DAY_STATES)),
        Column("name", Unit.TEXT, "what the day is called", "Good Friday", ("reason", "description")),
    ),
    key=("carrier", "date"),
)  # fmt: skip

ON_TIME: Final = Sheet(
    kind="on-time",
    about=(
        "How late parcels came so far, by carrier and region: a row per number of days, 0 for those in time. Regions "
        "of a carrier that the file names are told by the file alone; other regions stay as they are."
    ),
    columns=(
        carrier_column(),
        _country("where to; anywhere unless said"),
        _POSTCODES,
        _days("days_late", "days after the latest day that was told; 0: in time", "0", "late", required=True),
        Column("parcels", Unit.WHOLE, "how many parcels", "950", ("count", "units"), required=True,
               largest=PARCELS_MAX),
    ),
    key=("carrier", "country", "postcodes", "days_late"),
)  # fmt: skip
