"""How long the sample's carriers take, when they move and come by: all of it assumed, and told to be."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import time
from typing import Final

from stockmesh.domain.carriers.cards import Carrier
from stockmesh.domain.carriers.transit import Lane, Running, Transit
from stockmesh.domain.network.days import MONDAY_TO_FRIDAY
from stockmesh.domain.network.pickups import Dispatch, Pickup
from stockmesh.gateways.sample.cards_tables import BRITISH_ISLES, EU_FAR, EU_NEAR, EUROPE_OUTSIDE

MONDAY_TO_SATURDAY: Final = (1, 2, 3, 4, 5, 6)
SOURCE: Final = "assumed: days as such services usually tell them"
EU_ORIGINS: Final = ("FR", "DE", "NL", "BE", "IE")
HIGHLANDS: Final = ("AB31-38", "AB41-56", "FK17-21", "IV1-63", "KW0-17", "PA20-78", "PH15-50")
ISLES_AND_ULSTER: Final = ("HS1-9", "ZE1-3", "BT1-94")
Days = tuple[int, int]


def _to(countries: Iterable[str], days: Days, *, origins: tuple[str, ...] = (), customs: int = 0) -> tuple[Lane, ...]:
    return tuple(Lane(*days, country, origins=origins, customs_days=customs) for country in countries)


def _british(days: Days, isles: Days) -> tuple[Lane, ...]:
    return (
        *_to(("GB",), days),
        Lane(*days, "GB", HIGHLANDS, remote_days=1),
        Lane(*days, "GB", ISLES_AND_ULSTER, remote_days=2),
        *_to(("IM", "JE", "GG"), isles),
    )


def _european(home: tuple[str, ...], remote: Mapping[str, tuple[str, ...]], *, days: Days = (1, 2)) -> tuple[Lane, ...]:
    """At home, to neighbours, farther in the European Union, and across a customs border."""
    near, far = (one for one in EU_NEAR if one not in home), (one for one in EU_FAR if one not in home)
    return (
        *_to(home, days),
        *(Lane(*days, country, areas, remote_days=1) for country, areas in remote.items()),
        *_to(near, (2, 3)),
        *_to(far, (3, 5)),
        *_to(BRITISH_ISLES, (3, 4), customs=1),
        *_to(EUROPE_OUTSIDE, (4, 6), customs=1),
    )


def _worldwide(union: Days, america: Days, world: Days) -> tuple[Lane, ...]:
    """From either side of the Channel: what crosses a customs border takes days more."""
    return (
        *_to((*EU_NEAR, *EU_FAR), union, origins=EU_ORIGINS),
        *_to((*EU_NEAR, *EU_FAR), union, origins=("GB",), customs=1),
        *_to(BRITISH_ISLES, union, origins=EU_ORIGINS, customs=1),
        *_to(BRITISH_ISLES, union, origins=("GB",)),
        *_to(EUROPE_OUTSIDE, union, customs=1),
        *_to(("US", "CA"), america, customs=1),
        Lane(*world, customs_days=2),
    )


# Beginnings of ZIP codes by how far they lie from Ohio.
_PRAIRIE: Final = (
    Lane(1, 2, "US", ("40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "15", "16", "24", "25", "26")),
    Lane(4, 5, "US", ("8", "9")),
    Lane(5, 8, "US", ("006-009", "967-969", "995-999"), remote_days=2),
    Lane(2, 4, "US"),
    *_to(("PR", "VI", "GU"), (5, 9)),
)
_LANES: Final[Mapping[str, tuple[Lane, ...]]] = {
    "pennypost-small": _british((2, 3), (3, 4)),
    "pennypost-medium": _british((2, 3), (3, 4)),
    "northroad-48": _british((1, 2), (2, 4)),
    "colibri-parcel": (*_european(("FR",), {"FR": ("20",)}), Lane(6, 10, "FR", ("97", "98"), customs_days=2)),
    "kranich-parcel": _european(
        ("DE",), {"DE": ("18565-18565", "25846-25849", "25859-25869", "25929-25999", "26465-26579")}
    ),
    "polder-parcel": _european(("NL", "BE", "LU"), {}),
    "curlew-parcel": (*_european(("IE",), {}), Lane(1, 2, "GB", ("BT",))),
    "prairie-ground": _PRAIRIE,
    "meridian-economy": _worldwide((4, 6), (6, 9), (8, 14)),
    "meridian-express": _worldwide((1, 2), (2, 3), (3, 5)),
    "meridian-economy-us": (*_to(("US",), (3, 5)), *_to(("CA",), (4, 7), customs=1), Lane(7, 12, customs_days=2)),
}
_ON_SATURDAYS: Final = frozenset({"pennypost", "colibri", "kranich", "polder"})
_CALENDARS: Final = {
    "pennypost": "GB-ENG",
    "northroad": "GB-ENG",
    "colibri": "FR",
    "kranich": "DE-NW",
    "polder": "NL",
    "curlew": "IE",
    "prairie": "US",
    "meridian": "",
}


def with_transit(carrier: Carrier) -> Carrier:
    """The carrier with its lanes and days."""
    days = MONDAY_TO_SATURDAY if carrier.code in _ON_SATURDAYS else MONDAY_TO_FRIDAY
    return replace(
        carrier,
        services=tuple(
            replace(service, transit=Transit(_LANES[service.code], days, assumed=True, source=SOURCE))
            for service in carrier.services
        ),
        running=Running(days, _CALENDARS[carrier.code], assumed=True),
    )


def dispatch_of(cutoff: time, working_days: tuple[int, ...], carriers: Iterable[Carrier]) -> Dispatch:
    """Carriers come by two hours after the cut-off, on days that both work; work must begin an hour before."""
    at = cutoff.replace(hour=cutoff.hour + 2)
    return Dispatch(
        pick_and_pack_minutes=60,
        putaway_minutes=9 * 60,
        pickups=tuple(
            Pickup(carrier.code, tuple(day for day in working_days if day in carrier.running.weekdays), at)
            for carrier in carriers
        ),
        assumed=True,
    )
