"""When carriers come by at locations, and for how much on single days, from files."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from stockmesh.domain.network.days import MONDAY_TO_FRIDAY
from stockmesh.domain.network.pickup_sheets import CARRIER_CAPACITY, PICKUPS
from stockmesh.domain.network.pickups import CarrierDay, Dispatch, Pickup
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.flows.importing.gathering import ROW, grouped
from stockmesh.flows.importing.network_files import network_kind, refuse_unknown, tell
from stockmesh.flows.importing.staging import Staging


class PickupsToldOf(msgspec.Struct, frozen=True):
    """What a file says of a carrier at a location: its pickups (None: nothing), or single days. A day without parcels
    is as usual again."""

    location: str
    carrier: str
    pickups: tuple[Pickup, ...] | None = None
    days: tuple[CarrierDay, ...] = ()
    usual: tuple[CarrierDay, ...] = ()

    def said_of(self, dispatch: Dispatch) -> Dispatch:
        """The dispatch of the location with it."""
        others = tuple(one for one in dispatch.pickups if one.carrier != self.carrier)
        told = {(one.carrier, one.day) for one in (*self.days, *self.usual)}
        days = (*(one for one in dispatch.carrier_days if (one.carrier, one.day) not in told), *self.days)
        return replace(
            dispatch,
            pickups=dispatch.pickups if self.pickups is None else _in_order(others + self.pickups),
            carrier_days=tuple(sorted(days, key=lambda one: (one.carrier, one.day))),
            assumed=False,
        )


def _in_order(pickups: tuple[Pickup, ...]) -> tuple[Pickup, ...]:
    return tuple(sorted(pickups, key=lambda one: (one.carrier, one.weekdays, one.at_local)))


def _read(staging: Staging, facts: WorldFacts) -> Mapping[int, PickupsToldOf]:
    refuse_unknown(staging, "location", "unknown_location", [place.code for place in facts.locations])
    refuse_unknown(staging, "carrier", "unknown_carrier", [carrier.code for carrier in facts.carriers])
    found = {}
    for (location, carrier), group in grouped(staging.gathered, "location", "carrier").items():
        if staging.sheet.kind == PICKUPS.kind:
            times = (
                Pickup(carrier, row.get("weekdays") or MONDAY_TO_FRIDAY, row["time"], row.get("parcels"))
                for row in group
            )
            said = PickupsToldOf(location, carrier, pickups=tuple(times))
        else:
            days = tuple(CarrierDay(carrier, row["date"], row.get("parcels") or 0) for row in group)
            told = [row.get("parcels") is not None for row in group]
            said = PickupsToldOf(
                location,
                carrier,
                days=tuple(day for day, is_told in zip(days, told, strict=True) if is_told),
                usual=tuple(day for day, is_told in zip(days, told, strict=True) if not is_told),
            )
        found[int(group[0][ROW])] = said
    return found


def _fold(facts: WorldFacts, brought: Sequence[PickupsToldOf], tally: Counter[str]) -> WorldFacts:
    said = {(one.location, one.carrier): one for one in brought}
    places = []
    for place in facts.locations:
        dispatch = place.dispatch
        for (location, carrier), one in said.items():
            if location == place.code:
                before, dispatch = dispatch, one.said_of(dispatch)
                tell(tally, _of(before, carrier), _of(dispatch, carrier), _of(Dispatch(), carrier))
        places.append(replace(place, dispatch=dispatch))
    tally["refused"] = len(brought) - sum(tally.values())
    return replace(facts, locations=tuple(places))


def _of(dispatch: Dispatch, carrier: str) -> tuple[object, ...]:
    """What is told of one carrier."""
    return dispatch.pickups_of(carrier), tuple(one for one in dispatch.carrier_days if one.carrier == carrier)


PICKUP_FILES: Final = network_kind(PICKUPS, PickupsToldOf, read=_read, fold=_fold)
CARRIER_CAPACITY_FILES: Final = network_kind(CARRIER_CAPACITY, PickupsToldOf, read=_read, fold=_fold)
