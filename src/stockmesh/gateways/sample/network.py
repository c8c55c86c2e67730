"""Where the sample's stock lies: eight sites in six countries, with hours, costs and capacities stated by us."""

from datetime import time
from typing import Final, NamedTuple

from stockmesh.domain.carriers.cards import Carrier
from stockmesh.domain.network.locations import Location, LocationKind
from stockmesh.gateways.retailer import Network
from stockmesh.gateways.sample.cards import SAMPLE_FX_PPM, sample_carriers
from stockmesh.gateways.sample.transit import dispatch_of

MONDAY_TO_FRIDAY: Final = (1, 2, 3, 4, 5)
MONDAY_TO_SATURDAY: Final = (1, 2, 3, 4, 5, 6)
MICRO_PER_PENNY: Final = 10_000


class _Place(NamedTuple):
    """Postcode, latitude and longitude in micro-degrees, time zone and holiday calendar of a site."""

    country: str
    postcode: str
    latitude_e6: int
    longitude_e6: int
    timezone: str
    calendar: str


class _Work(NamedTuple):
    """What a site takes: cut-off, pence for each order, line and unit, orders a working day, working days."""

    cutoff: time
    order_pence: int
    line_pence: int
    unit_pence: int
    daily_orders: int
    working_days: tuple[int, ...] = MONDAY_TO_FRIDAY


# Sites stand in places known for logistics parks; every figure of cost and capacity is made up.
_SITES: Final = (
    ("GB-DAV", "Daventry central warehouse", LocationKind.WAREHOUSE,
     _Place("GB", "NN11", 52_258_000, -1_163_000, "Europe/London", "GB-ENG"),
     _Work(time(16), 95, 14, 3, 150)),
    ("GB-GLA", "Glasgow fulfilment centre", LocationKind.FULFILMENT_CENTRE,
     _Place("GB", "ML1", 55_800_000, -3_970_000, "Europe/London", "GB-SCT"),
     _Work(time(15), 105, 15, 3, 60)),
    ("GB-LON", "London store", LocationKind.STORE,
     _Place("GB", "WC2H", 51_513_000, -126_000, "Europe/London", "GB-ENG"),
     _Work(time(12), 240, 30, 8, 8, MONDAY_TO_SATURDAY)),
    ("FR-LYS", "Lyon fulfilment centre", LocationKind.FULFILMENT_CENTRE,
     _Place("FR", "38070", 45_643_000, 5_118_000, "Europe/Paris", "FR"),
     _Work(time(14), 130, 17, 4, 30)),
    ("DE-DUI", "Duisburg fulfilment centre", LocationKind.FULFILMENT_CENTRE,
     _Place("DE", "47229", 51_391_000, 6_690_000, "Europe/Berlin", "DE-NW"),
     _Work(time(15), 125, 16, 4, 40)),
    ("NL-TIL", "Tilburg third-party site", LocationKind.THIRD_PARTY,
     _Place("NL", "5048", 51_579_000, 5_029_000, "Europe/Amsterdam", "NL"),
     _Work(time(17), 115, 16, 4, 30, MONDAY_TO_SATURDAY)),
    ("IE-DUB", "Dublin third-party site", LocationKind.THIRD_PARTY,
     _Place("IE", "D15", 53_405_000, -6_372_000, "Europe/Dublin", "IE"),
     _Work(time(14), 140, 18, 4, 20)),
    ("US-CMH", "Columbus third-party site", LocationKind.THIRD_PARTY,
     _Place("US", "43125", 39_878_000, -82_884_000, "America/New_York", "US-OH"),
     _Work(time(14), 120, 18, 4, 40)),
)  # fmt: skip


def sample_network(*, capacity_percent: int = 100) -> Network:
    """The sites, the sample's carriers and exchange rates. Every site uses the carriers that pick up in its country.

    `capacity_percent` scales the orders a day of every site (at least one each), for larger or smaller years.
    """
    carriers = sample_carriers()
    locations = tuple(
        Location(
            code=code,
            name=name,
            kind=kind,
            country=place.country,
            postcode=place.postcode,
            latitude_e6=place.latitude_e6,
            longitude_e6=place.longitude_e6,
            timezone=place.timezone,
            calendar=place.calendar,
            working_days=work.working_days,
            cutoff_local=work.cutoff,
            handling_order_micro=work.order_pence * MICRO_PER_PENNY,
            handling_line_micro=work.line_pence * MICRO_PER_PENNY,
            handling_unit_micro=work.unit_pence * MICRO_PER_PENNY,
            daily_orders_max=max(work.daily_orders * capacity_percent // 100, 1),
            carriers=tuple(carrier.code for carrier in _picking_up(carriers, place.country)),
            # A shop parcels up for its own country only.
            serves=(place.country,) if kind is LocationKind.STORE else (),
            dispatch=dispatch_of(work.cutoff, work.working_days, _picking_up(carriers, place.country)),
        )
        for code, name, kind, place, work in _SITES
    )
    return Network(locations=locations, carriers=carriers, fx_ppm=dict(SAMPLE_FX_PPM))


def _picking_up(carriers: tuple[Carrier, ...], country: str) -> tuple[Carrier, ...]:
    return tuple(carrier for carrier in carriers if any(one.picks_up_in(country) for one in carrier.services))
