"""What files hold that say when carriers come by at locations, and for how much."""

from typing import Final

from stockmesh.domain.kernel.sheets.columns import Column, Sheet, Unit
from stockmesh.domain.kernel.sheets.words import read_day, read_time
from stockmesh.domain.network.sheets import carrier_column, location_column, read_weekdays

PARCELS_MAX: Final = 10**9
PICKUPS: Final = Sheet(
    kind="pickups",
    about=(
        "When carriers come by: a row per location, carrier and time. What the file says of a location and a carrier "
        "takes the place of what was said of the two; where nothing is said a carrier comes every day that both work."
    ),
    columns=(
        location_column(),
        carrier_column(),
        Column("weekdays", Unit.SAID, "days it comes; Mon-Fri unless said", "Mon-Fri", ("days",), fallback="Mon-Fri",
               read=read_weekdays),
        Column("time", Unit.SAID, "local time it comes", "16:30", ("at", "pickup", "pickup_time", "uhrzeit"),
               required=True, read=read_time),
        Column("parcels", Unit.WHOLE, "parcels it takes at most; all there are unless said", "",
               ("parcels_max", "capacity"), largest=PARCELS_MAX),
    ),
    key=("location", "carrier", "weekdays", "time"),
)  # fmt: skip

CARRIER_CAPACITY: Final = Sheet(
    kind="carrier-capacity",
    about=(
        "How many parcels a carrier takes at a location on one day; with 0 it does not come. Days that the file does "
        "not name stay as they are."
    ),
    columns=(
        location_column(),
        carrier_column(),
        Column("date", Unit.SAID, "the day", "2026-12-23", ("day", "datum", "tag", "jour"), required=True,
               read=read_day),
        Column("parcels", Unit.WHOLE, "parcels at most; as usual unless said", "400", ("parcels_max", "capacity"),
               largest=PARCELS_MAX),
    ),
    key=("location", "carrier", "date"),
)  # fmt: skip
