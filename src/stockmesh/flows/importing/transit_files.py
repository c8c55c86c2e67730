"""Lanes and departures of services from files: what a file says of a service takes the place of what was said."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from stockmesh.domain.carriers.cards import Carrier, Service
from stockmesh.domain.carriers.departures import LineHaul
from stockmesh.domain.carriers.transit import EVERYWHERE, NO_TRANSIT, Lane, Transit
from stockmesh.domain.carriers.transit_checks import transit_problems
from stockmesh.domain.carriers.transit_sheets import DEPARTURES, TRANSIT
from stockmesh.domain.network.countries import COUNTRIES
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.flows.importing.gathering import ROW, Row, contradictions, forget_bad, grouped
from stockmesh.flows.importing.names import unknown
from stockmesh.flows.importing.network_files import network_kind, refuse_unknown, tell
from stockmesh.flows.importing.staging import Staging


class TransitOfService(msgspec.Struct, frozen=True):
    """What a file says of a service; None where it does not speak of it."""

    service: str
    lanes: tuple[Lane, ...] | None = None
    delivers: tuple[int, ...] | None = None
    line_hauls: tuple[LineHaul, ...] | None = None

    def said_of(self, transit: Transit) -> Transit:
        """The transit with it. Lanes that are told are assumed no longer."""
        if self.lanes is not None:
            transit = replace(transit, lanes=self.lanes, assumed=False, source="imported")
        if self.delivers is not None:
            transit = replace(transit, delivers=self.delivers)
        return transit if self.line_hauls is None else replace(transit, line_hauls=self.line_hauls)


def _services(facts: WorldFacts) -> dict[str, Service]:
    return {service.code: service for carrier in facts.carriers for service in carrier.services}


def _read_lanes(staging: Staging, facts: WorldFacts) -> dict[int, TransitOfService]:
    services = _services(facts)
    refuse_unknown(staging, "service", "unknown_service", list(services))
    _refuse_origins(staging, [*(place.code for place in facts.locations), *COUNTRIES])
    _refuse_areas(staging)
    found = {}
    for code, group in grouped(staging.gathered, "service").items():
        if not contradictions(staging, group, [name for name in ("delivers",) if name in group[0]]):
            said = TransitOfService(code, tuple(map(_lane, group)), group[0].get("delivers"))
            found[int(group[0][ROW])] = said
    return _fit(staging, found, services)


def _read_departures(staging: Staging, facts: WorldFacts) -> dict[int, TransitOfService]:
    services = _services(facts)
    refuse_unknown(staging, "service", "unknown_service", list(services))
    found = {
        int(group[0][ROW]): TransitOfService(code, line_hauls=tuple(map(_line_haul, group)))
        for code, group in grouped(staging.gathered, "service").items()
    }
    return _fit(staging, found, services)


def _fit(
    staging: Staging, found: Mapping[int, TransitOfService], services: Mapping[str, Service]
) -> dict[int, TransitOfService]:
    """Those that make a service fit to be published; the others are refused."""
    for row, said in found.items():
        for problem in transit_problems(said.said_of(services[said.service].transit)):
            staging.refuse(row, "service", said.service, "bad_lane", problem)
    return {row: said for row, said in found.items() if row not in staging.findings.bad}


def _refuse_origins(staging: Staging, known: Sequence[str]) -> None:
    for row in staging.gathered:
        for origin in row.get("origins") or ():
            if origin not in known:
                problem = unknown("unknown_location", origin, known)
                staging.refuse(
                    row[ROW], "origins", origin, problem.reason, problem.suggestion or "a location or country"
                )
    forget_bad(staging)


def _refuse_areas(staging: Staging) -> None:
    """Refuses postal areas of another country than the lane's, or of none."""
    for row in staging.gathered:
        refuse_areas(staging, row)
    forget_bad(staging)


def refuse_areas(staging: Staging, row: Row) -> None:
    """Refuses a row whose postal areas are not those of its country."""
    country = row.get("country") or EVERYWHERE
    for of, area in row.get("postcodes") or ():
        if not country or of not in ("", country):
            staging.refuse(row[ROW], "postcodes", area, "not_an_area", "say its country, in the column of the country")


def areas_of(row: Row) -> tuple[str, ...]:
    """The postal areas a row names."""
    return tuple(area for _, area in row.get("postcodes") or ())


def _lane(row: Row) -> Lane:
    return Lane(
        days_min=row["days_min"],
        days_max=_most(row),
        country=row.get("country") or EVERYWHERE,
        areas=areas_of(row),
        origins=row.get("origins") or (),
        remote_days=row.get("remote_days") or 0,
        customs_days=row.get("customs_days") or 0,
        via=row.get("via") or "",
    )


def _line_haul(row: Row) -> LineHaul:
    return LineHaul(row["line_haul"], row["gateway"], row["weekdays"], row["days_min"], _most(row))


def _most(row: Row) -> int:
    most = row.get("days_max")
    return int(row["days_min"] if most is None else most)


def _fold(facts: WorldFacts, brought: Sequence[TransitOfService], tally: Counter[str]) -> WorldFacts:
    said = {one.service: one for one in brought}
    tally["refused"] = len(brought) - len(said.keys() & _services(facts).keys())
    return replace(facts, carriers=tuple(_told(carrier, said, tally) for carrier in facts.carriers))


def _told(carrier: Carrier, said: Mapping[str, TransitOfService], tally: Counter[str]) -> Carrier:
    services = []
    for service in carrier.services:
        transit = service.transit
        if service.code in said:
            transit = said[service.code].said_of(transit)
            tell(tally, service.transit, transit, NO_TRANSIT)
        services.append(replace(service, transit=transit))
    return replace(carrier, services=tuple(services))


TRANSIT_FILES: Final = network_kind(TRANSIT, TransitOfService, read=_read_lanes, fold=_fold)
DEPARTURE_FILES: Final = network_kind(DEPARTURES, TransitOfService, read=_read_departures, fold=_fold)
