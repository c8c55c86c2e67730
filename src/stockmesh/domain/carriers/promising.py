"""The promise of a shipment, step by step from the order to the door, each step with its reason for people to read.

A day of work begins before the cut-off; the queue is walked day by day; then come processing, the first pickup, the
line-haul where there is one, the days of the lane, and the first day on which the service delivers there. Instants are
compared in UTC; days are those of the calendar on the wall where something is done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from stockmesh.domain.carriers.routes import Route
from stockmesh.domain.carriers.transit import PARCELS_MIN, Lane
from stockmesh.domain.kernel.words import count_of
from stockmesh.domain.network.calendars import instant_of
from stockmesh.domain.network.days import SEARCH_DAYS, Days, day_text, days_after, first_from, passed_over

TRANSIT_DAYS: Final = "transit_days"  # nobody told how long the lane takes
WORKING_DAYS: Final = "working_days"  # no day comes on which the next step could be done
REASONS_TOLD: Final = 5


class StepKind(StrEnum):
    """What a step is about, in their order."""

    ORDERED = "ordered"
    PAID = "paid"
    SUPPLY = "supply"
    START = "start"
    BACKLOG = "backlog"
    PROCESSING = "processing"
    PICKUP = "pickup"
    DEPARTURE = "departure"
    TRANSIT = "transit"
    REMOTE = "remote"
    CUSTOMS = "customs"
    DELIVERY = "delivery"
    LATENESS = "lateness"


@dataclass(frozen=True)
class Step:
    """Where the shipment is after a step, at best and at worst, and why. `at` is the instant on the location's clock
    where one matters: that of the order, or the cut-off."""

    kind: StepKind
    earliest: date
    latest: date
    reason: str
    at: datetime | None = None


@dataclass(frozen=True)
class Moment:
    """What work waits for: the order, its payment, and the day on which supply comes that it needs."""

    ordered_at: datetime
    paid_at: datetime | None = None
    supply_on: date | None = None


@dataclass(frozen=True)
class Begun:
    """The working day an order is started, and until when one had to come for the first day that would do."""

    start: date
    cutoff: datetime
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Onward:
    """The way from the start of work to the door. Days are None from where on they cannot be told; `missing` says what
    that would need."""

    ships_on: date | None
    earliest: date | None
    latest: date | None
    missing: tuple[str, ...]
    steps: tuple[Step, ...]


def begin(route: Route, moment: Moment, has_room: Callable[[date], bool] = lambda _: True) -> Begun | None:
    """When work begins on an order; None where no working day comes within a year that can take it.

    `has_room` says whether a working day can still take an order.
    """
    steps, at = _arrivals(route, moment)
    zone = ZoneInfo(route.location.timezone)
    first = next((day for day in _working_from(route, at.astimezone(zone).date()) if at < route.cutoff(day)[0]), None)
    if first is None:
        return None
    cutoff, by_pickup = route.cutoff(first)
    reason = _start_reason(route, at, first, by_pickup=by_pickup)
    steps.append(Step(StepKind.START, first, first, reason, cutoff.astimezone(zone)))
    full: list[date] = []
    for day in _working_from(route, first):
        if has_room(day):
            return Begun(day, cutoff, (*steps, *_backlog(route, full, day)))
        full.append(day)
    return None


def onward(route: Route, start: date, full: frozenset[date] = frozenset()) -> Onward:
    """The way from the day work begins to the door. `full`: days on which the carrier has all the parcels it takes."""
    steps: list[Step] = []
    ready = days_after(route.working, start, route.location.dispatch.processing_days)
    if ready is None:
        return _lost(steps, None, WORKING_DAYS)
    if ready != start:
        reason = f"{count_of(route.location.dispatch.processing_days, 'working day')} of processing"
        steps.append(Step(StepKind.PROCESSING, ready, ready, reason))
    ships_on = next((day for day in _span(ready) if route.picks_up(day) and day not in full), None)
    if ships_on is None:
        return _lost(steps, None, WORKING_DAYS)
    steps.append(Step(StepKind.PICKUP, ships_on, ships_on, _pickup_reason(route, ready, ships_on, full)))
    if route.lane is None:
        return _lost(steps, ships_on, TRANSIT_DAYS)
    under_way = _under_way(route, route.lane, ships_on, steps)
    if under_way is None:
        return _lost(steps, ships_on, WORKING_DAYS)
    return _delivered(route, ships_on, under_way, steps)


Ends = tuple[date, date]


def _under_way(route: Route, lane: Lane, ships_on: date, steps: list[Step]) -> Ends | None:
    """The days on which goods have come to the destination's depot, at best and at worst."""
    running = route.carrier.running.days
    ends: Ends | None = (ships_on, ships_on)
    haul = route.line_haul
    if haul is not None:
        leaves = first_from(haul.departures, ships_on)
        if leaves is None:
            return None
        ends = _later(running, (leaves, leaves), (haul.days_min, haul.days_max))
        if ends is None:
            return None
        under = _days_text(haul.days_min, haul.days_max)
        reason = f"the line-haul {haul.code} leaves for {haul.gateway} on {day_text(leaves)} and is {under} under way"
        steps.append(Step(StepKind.DEPARTURE, *ends, reason))
    days = (lane.days_min, lane.days_max)
    rests = _passed(running, ships_on, ends, lane.days_max)
    parts = (
        (
            StepKind.TRANSIT,
            days,
            f"{_days_text(*days)} by {route.service.name}{_mark(assumed=route.service.transit.assumed)}{rests}",
        ),
        (StepKind.REMOTE, (lane.remote_days,) * 2, f"{_days_text(lane.remote_days)} more to a remote area"),
        (StepKind.CUSTOMS, (lane.customs_days,) * 2, f"{_days_text(lane.customs_days)} more for customs"),
    )
    for kind, more, reason in parts:
        if kind is StepKind.TRANSIT or more[1]:
            ends = _later(running, ends, more)
            if ends is None:
                return None
            steps.append(Step(kind, *ends, reason))
    return ends


def _delivered(route: Route, ships_on: date, come: Ends, steps: list[Step]) -> Onward:
    """The days of delivery: the first ones on which the service delivers, and at worst as late as the record says."""
    ends = _later(route.delivering, come, (0, 0))
    if ends is None:
        return _lost(steps, ships_on, WORKING_DAYS)
    steps.append(Step(StepKind.DELIVERY, *ends, _delivery_reason(route, come, ends)))
    latest = days_after(route.delivering, ends[1], route.late_days)
    if latest is None:
        return _lost(steps, ships_on, WORKING_DAYS)
    steps.append(Step(StepKind.LATENESS, ends[0], latest, _lateness_reason(route)))
    return Onward(ships_on, ends[0], latest, (), tuple(steps))


def _lost(steps: Iterable[Step], ships_on: date | None, missing: str) -> Onward:
    return Onward(ships_on, None, None, (missing,), tuple(steps))


def _later(days: Days, ends: Ends | None, counts: tuple[int, int]) -> Ends | None:
    if ends is None:
        return None
    earliest, latest = (days_after(days, end, count) for end, count in zip(ends, counts, strict=True))
    return None if earliest is None or latest is None else (earliest, latest)


def _arrivals(route: Route, moment: Moment) -> tuple[list[Step], datetime]:
    """The instant from which work could begin, and what it waits for."""
    zone, name = ZoneInfo(route.location.timezone), route.location.name
    at = moment.ordered_at.astimezone(UTC)
    local = at.astimezone(zone)
    reason = f"ordered at {local:%H:%M} on the clock of {name} ({route.location.timezone})"
    steps = [Step(StepKind.ORDERED, local.date(), local.date(), reason, local)]
    if moment.paid_at is not None and moment.paid_at > at:
        at = moment.paid_at.astimezone(UTC)
        local = at.astimezone(zone)
        steps.append(Step(StepKind.PAID, local.date(), local.date(), f"paid at {local:%H:%M}, not before", local))
    if moment.supply_on is not None:
        morning = instant_of(route.location, moment.supply_on, time())
        putaway = route.location.dispatch.putaway_minutes
        stored = morning + timedelta(minutes=putaway)
        if stored > at:
            at, local = stored, stored.astimezone(zone)
            reason = f"supply comes on {day_text(moment.supply_on)}" + (
                f" and is put away by {local:%H:%M}" if putaway else ""
            )
            steps.append(Step(StepKind.SUPPLY, local.date(), local.date(), reason, local))
    return steps, at


def _start_reason(route: Route, at: datetime, first: date, *, by_pickup: bool) -> str:
    zone = ZoneInfo(route.location.timezone)
    today = at.astimezone(zone).date()
    cutoff = route.cutoff(first)[0].astimezone(zone)
    pack = route.location.dispatch.pick_and_pack_minutes
    what = f"{cutoff:%H:%M}" + (
        f", {count_of(pack, 'minute')} before {route.carrier.name} comes by" if by_pickup else ""
    )
    if first == today:
        return f"before the cut-off at {what}"
    closed = route.working.why_not(today)
    late = "" if closed else f"not before the cut-off at {route.cutoff(today)[0].astimezone(zone):%H:%M}; "
    rest = passed_over(route.working, today, first)
    why = f"closed for {_listed(rest)}; " if rest else ""
    return f"{late}{why}the next working day is {day_text(first)}, cut-off {what}"


def _backlog(route: Route, full: list[date], start: date) -> list[Step]:
    if not full:
        return []
    taken = f"{count_of(len(full), 'working day')} of {route.location.name}"
    reason = f"{taken} {'is' if len(full) == 1 else 'are'} full with other orders"
    return [Step(StepKind.BACKLOG, start, start, reason)]


def _pickup_reason(route: Route, ready: date, ships_on: date, full: frozenset[date]) -> str:
    told = route.location.dispatch.last_pickup(route.carrier.code, ships_on)
    comes = f"{route.carrier.name} comes by" + (f" at {told:%H:%M}" if told else ", as on every day that both work")
    comes += _mark(assumed=route.location.dispatch.assumed)
    if ships_on == ready:
        return comes
    waits = [day for day in _span(ready) if day < ships_on]
    whys = [route.carrier.running.days.why_not(day) for day in waits]
    if any(day in full for day in waits):
        return f"{comes}; it has all the parcels it takes before"
    named = _listed(tuple(dict.fromkeys(why for why in whys if why)))
    return comes + (f"; it does not on {named}" if named else "; it does not on the days before")


def _delivery_reason(route: Route, come: Ends, ends: Ends) -> str:
    weekdays = _weekdays_text(route.delivering.weekdays)
    rest = tuple(
        dict.fromkeys(
            why for first, last in zip(come, ends, strict=True) for why in passed_over(route.delivering, first, last)
        )
    )
    unknown = "" if route.delivering.holidays else f"; no public holidays of {route.country} are known"
    return f"delivered {weekdays}" + (f", not on {_listed(rest)}" if rest else "") + unknown


def _lateness_reason(route: Route) -> str:
    record = route.record
    if record is None:
        return f"how late {route.carrier.name} comes there is not known yet: nothing is added"
    parcels = sum(record.parcels)
    if not record.is_told:
        known = f"{count_of(parcels, 'parcel')} of {route.carrier.name} came there so far, less than {PARCELS_MIN}"
        return f"{known}: nothing is added"
    return f"of {count_of(parcels, 'parcel')} nine in ten came {_late_text(record.late_days)}"


def _late_text(days: int) -> str:
    return f"at most {count_of(days, 'day')} late: so many are added" if days else "in time: nothing is added"


def _passed(running: Days, ships_on: date, ends: Ends | None, days_max: int) -> str:
    last = _later(running, ends, (days_max, days_max))
    rest = passed_over(running, ships_on, last[1]) if last else ()
    return f", which rests on {_listed(rest)}" if rest else ""


def _mark(*, assumed: bool) -> str:
    return " (assumed)" if assumed else ""


def _days_text(least: int, most: int | None = None) -> str:
    if most is None or least == most:
        return count_of(least, "day")
    return f"{least} to {count_of(most, 'day')}"


WEEKDAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def _weekdays_text(weekdays: tuple[int, ...]) -> str:
    """`Mondays to Fridays`, or every one."""
    names = [WEEKDAYS[number - 1] for number in weekdays]
    if len(names) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return f"{names[0]} to {names[-1]}"
    return _listed(tuple(names))


def _listed(reasons: tuple[str, ...]) -> str:
    """Several reasons in one breath: Good Friday, Saturday and Sunday."""
    if len(reasons) > REASONS_TOLD:
        reasons = (*reasons[:REASONS_TOLD], "other days")
    return " and ".join(filter(None, (", ".join(reasons[:-1]), reasons[-1] if reasons else "")))


def _working_from(route: Route, first: date) -> Iterable[date]:
    return (day for day in _span(first) if route.working.has(day))


def _span(first: date) -> Iterable[date]:
    return (first + timedelta(days=offset) for offset in range(SEARCH_DAYS))
