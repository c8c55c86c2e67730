"""Laws of promises: nothing that happens later or rests longer comes earlier, and the tables say what the steps say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from promise_cases import LONDON, route

from stockmesh.domain.carriers.delivery_days import NEVER, delivery_days
from stockmesh.domain.carriers.departures import LineHaul
from stockmesh.domain.carriers.promising import Moment, begin, onward
from stockmesh.domain.carriers.routes import Route
from stockmesh.domain.carriers.transit import Lane, Record, Running, Transit
from stockmesh.domain.network.calendars import EPOCH, cutoff_of
from stockmesh.domain.network.locations import Location, SpecialDay
from stockmesh.domain.network.pickups import CarrierDay, Dispatch, Pickup

ZONES = (
    "Europe/London",
    "America/New_York",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
)
FIRST = date(2026, 3, 1)
WEEKDAYS = st.lists(st.integers(1, 7), unique=True, min_size=1).map(lambda days: tuple(sorted(days)))
DAYS = st.dates(FIRST, FIRST + timedelta(days=90))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
INSTANTS = st.integers(0, 270 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
SPECIAL = st.lists(st.builds(SpecialDay, DAYS, st.booleans()), max_size=4, unique_by=lambda one: one.day).map(tuple)
PARCELS = st.one_of(st.none(), st.integers(0, 2))


@st.composite
def dispatches(draw: st.DrawFn) -> Dispatch:
    """How goods leave: often with pickups, sometimes of another carrier only."""
    pickup = st.builds(Pickup, st.sampled_from(["pig", "hog"]), WEEKDAYS, TIMES, PARCELS)
    day = st.builds(CarrierDay, st.sampled_from(["pig", "hog"]), DAYS, st.integers(0, 2))
    return Dispatch(
        processing_days=draw(st.integers(0, 3)),
        pick_and_pack_minutes=draw(st.integers(0, 300)),
        putaway_minutes=draw(st.integers(0, 600)),
        pickups=tuple(draw(st.lists(pickup, max_size=3))),
        carrier_days=tuple(draw(st.lists(day, max_size=3, unique_by=lambda one: (one.carrier, one.day)))),
    )


@st.composite
def places(draw: st.DrawFn) -> Location:
    """London with any hours, in any of some time zones."""
    return replace(
        LONDON,
        timezone=draw(st.sampled_from(ZONES)),
        calendar=draw(st.sampled_from(["GB-ENG", "GB-SCT", "US", "NZ-AUK"])),
        working_days=draw(WEEKDAYS),
        cutoff_local=draw(TIMES),
        special_days=draw(SPECIAL),
        dispatch=draw(dispatches()),
    )


@st.composite
def transits(draw: st.DrawFn) -> Transit:
    """A lane, at times by line-haul, remote or across a border; at times none."""
    least = draw(st.integers(0, 5))
    lane = Lane(
        least,
        least + draw(st.integers(0, 4)),
        remote_days=draw(st.integers(0, 2)),
        customs_days=draw(st.integers(0, 2)),
        via=draw(st.sampled_from(["", "cage"])),
    )
    hauled = draw(st.integers(0, 3))
    haul = LineHaul("cage", "there", draw(WEEKDAYS), hauled, hauled + draw(st.integers(0, 2)), draw(SPECIAL))
    return Transit((lane,) if draw(st.integers(0, 9)) else (), draw(WEEKDAYS), (haul,))


@st.composite
def routes(draw: st.DrawFn) -> Route:
    record = Record("GB", (), tuple(draw(st.lists(st.integers(0, 40), max_size=4))))
    running = Running(draw(WEEKDAYS), draw(st.sampled_from(["", "GB-ENG", "US"])), draw(SPECIAL), (record,))
    return route(
        draw(places()),
        draw(st.sampled_from(["GB-G1", "GB-SW1A", "US-10001", "XX-"])),
        running=running,
        transit=draw(transits()),
    )


def days_of(where: Route, ordered_at: datetime) -> tuple[date, ...]:
    """Start, shipping and both ends of delivery; the last of days where there is none."""
    found = begin(where, Moment(ordered_at))
    if found is None:
        return (date.max,) * 4
    way = onward(where, found.start)
    return tuple(day or date.max for day in (found.start, way.ships_on, way.earliest, way.latest))


@given(routes(), INSTANTS, st.integers(0, 30 * 24 * 60))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_later_order_is_never_promised_earlier(where: Route, at: datetime, minutes: int) -> None:
    sooner, later = days_of(where, at), days_of(where, at + timedelta(minutes=minutes))
    assert all(one <= other for one, other in zip(sooner, later, strict=True))


@given(routes(), INSTANTS, DAYS, st.sampled_from(["location", "carrier"]))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_another_holiday_never_makes_it_earlier(where: Route, at: datetime, day: date, whose: str) -> None:
    """At the location, or with the carrier."""
    if whose == "location":
        other = replace(where, location=replace(where.location, special_days=_closed(where.location.special_days, day)))
    else:
        running = where.carrier.running
        changed = replace(running, special_days=_closed(running.special_days, day))
        other = replace(where, carrier=replace(where.carrier, running=changed))
    assert all(one <= late for one, late in zip(days_of(where, at), days_of(other, at), strict=True))


def _closed(special: tuple[SpecialDay, ...], day: date) -> tuple[SpecialDay, ...]:
    return (*(one for one in special if one.day != day), SpecialDay(day, False))


@given(routes(), INSTANTS)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_steps_go_forward_and_the_best_is_never_after_the_worst(where: Route, at: datetime) -> None:
    found = begin(where, Moment(at))
    if found is None:
        return
    way = onward(where, found.start)
    steps = (*found.steps, *way.steps)
    assert all(one.earliest <= one.latest for one in steps)
    assert all(one.earliest <= then.earliest and one.latest <= then.latest for one, then in pairwise(steps))
    assert all(step.reason and step.reason == step.reason.strip() for step in steps)
    if way.latest is not None:
        assert (way.earliest, way.latest) == (steps[-1].earliest, steps[-1].latest)
    assert at < found.cutoff


@given(routes(), st.integers(0, 20))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_tables_say_what_the_steps_say(where: Route, offset: int) -> None:
    first = FIRST + timedelta(days=offset)
    found = delivery_days([where], first, 40)
    for column in range(0, 40, 7):
        way = onward(where, first + timedelta(days=column))
        told = [NEVER if day is None else (day - EPOCH).days for day in (way.ships_on, way.earliest, way.latest)]
        assert [int(part[0, column]) for part in found] == told


@given(places(), DAYS)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_cut_off_read_back_on_the_wall_is_the_time_that_was_told(place: Location, day: date) -> None:
    """But for the hour that is left out in spring, where the clock goes on by as much."""
    zone = ZoneInfo(place.timezone)
    told = datetime.combine(day, place.cutoff_local)
    seen = cutoff_of(place, day).astimezone(zone)
    exists = told.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == told
    own = next((one.cutoff_local for one in place.special_days if one.day == day), None)
    assert own is None
    if exists:
        assert (seen.replace(tzinfo=None), seen.fold) == (told, 0)
    else:
        assert timedelta() < seen.replace(tzinfo=None) - told <= timedelta(hours=1)


def test_a_thousand_locations_with_eight_services_have_tables_too() -> None:
    """Eight thousand routes of which few differ."""
    places_ = [replace(LONDON, code=f"L{n}", dispatch=Dispatch(processing_days=n % 3)) for n in range(1_000)]
    services = [Transit((Lane(n % 4, n % 4 + 1),), (1, 2, 3, 4, 5)) for n in range(8)]
    where = [route(place, transit=transit) for place in places_ for transit in services]
    found = delivery_days(where, FIRST, 60)
    assert found.latest.shape == (8_000, 60)
    for number in (0, 4_321, 7_999):
        way = onward(where[number], FIRST)
        assert way.latest is not None
        assert int(found.latest[number, 0]) == (way.latest - EPOCH).days
    assert len(np.unique(found.latest, axis=0)) == 3 * 4
