"""What makes transit tables and a carrier's days fit to be published: every problem at once, in words."""

from collections.abc import Iterable, Iterator
from typing import Final

from stockmesh.domain.carriers.departures import LineHaul
from stockmesh.domain.carriers.transit import EVERYWHERE, Lane, Record, Running, Transit
from stockmesh.domain.carriers.zones import read_range
from stockmesh.domain.network.countries import COUNTRIES
from stockmesh.domain.network.regions import is_calendar

DAYS_MAX: Final = 90
PARCELS_MAX: Final = 10**12


def transit_problems(transit: Transit) -> Iterator[str]:
    """Every reason not to publish the lanes and departures of a service."""
    yield from _weekdays(transit.delivers, "the service delivers")
    hauls = [haul.code for haul in transit.line_hauls]
    for haul in transit.line_hauls:
        yield from _haul(haul, known=hauls.count(haul.code))
    for lane in transit.lanes:
        yield from _lane(lane, hauls)


def running_problems(running: Running) -> Iterator[str]:
    """Every reason not to publish a carrier's days and record."""
    yield from _weekdays(running.weekdays, "the carrier moves goods")
    if running.calendar and not is_calendar(running.calendar):
        yield f"{running.calendar} is not a calendar of public holidays"
    for record in running.records:
        yield from _record(record)


def lane_name(lane: Lane) -> str:
    """A lane as people know it."""
    to = " ".join(filter(None, (lane.country or "the rest of the world", ", ".join(lane.areas))))
    return f"the lane from {', '.join(lane.origins) or 'anywhere'} to {to}"


def _lane(lane: Lane, hauls: Iterable[str]) -> Iterator[str]:
    name = lane_name(lane)
    if not 0 <= lane.days_min <= lane.days_max <= DAYS_MAX:
        yield f"{name} takes {lane.days_min} to {lane.days_max} days: at least 0, at most {DAYS_MAX}, in this order"
    if not (0 <= lane.remote_days <= DAYS_MAX and 0 <= lane.customs_days <= DAYS_MAX):
        yield f"{name} adds days for remote areas or customs that are not between 0 and {DAYS_MAX}"
    if lane.via and lane.via not in hauls:
        yield f"{name} begins with a line-haul {lane.via}, which there is not"
    yield from _place(lane.country, lane.areas, name)


def _haul(haul: LineHaul, *, known: int) -> Iterator[str]:
    name = f"the line-haul {haul.code}"
    if known > 1 or not haul.code:
        yield f"{name} is told {known} times" if haul.code else "a line-haul has a code"
    if not 0 <= haul.days_min <= haul.days_max <= DAYS_MAX:
        yield f"{name} takes {haul.days_min} to {haul.days_max} days: at least 0, at most {DAYS_MAX}, in this order"
    yield from _weekdays(haul.weekdays, f"{name} leaves")


def _record(record: Record) -> Iterator[str]:
    if any(not 0 <= parcels <= PARCELS_MAX for parcels in record.parcels) or len(record.parcels) > DAYS_MAX + 1:
        yield f"the record of {record.country or 'anywhere'} counts parcels from 0, up to {DAYS_MAX} days late"
    yield from _place(record.country, record.areas, "the record")


def _place(country: str, areas: tuple[str, ...], name: str) -> Iterator[str]:
    if country != EVERYWHERE and country not in COUNTRIES:
        yield f"{name} names a country {country} that there is not"
    if areas and country == EVERYWHERE:
        yield f"{name} names postal areas but not whose"
    for area in areas:
        if "-" in area:
            try:
                read_range(area, "")
            except ValueError:
                yield f"{name} names {area}, which is no range of postal areas"


def _weekdays(weekdays: tuple[int, ...], what: str) -> Iterator[str]:
    if any(day not in range(1, 8) for day in weekdays) or list(weekdays) != sorted(set(weekdays)):
        yield f"{what} on weekdays from 1, Monday, to 7, each once and in their order"
