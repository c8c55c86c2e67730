"""Promises to the day: cut-offs, holidays, daylight saving, time zones, pickups, line-haul, remote areas, customs."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from promise_cases import BRITISH, LONDON, MON_SAT, begun, days, promised, route

from stockmesh.domain.carriers.departures import LineHaul
from stockmesh.domain.carriers.promising import Moment, StepKind, begin, onward
from stockmesh.domain.carriers.transit import Lane, Record, Running, Transit
from stockmesh.domain.network.locations import Location, SpecialDay
from stockmesh.domain.network.pickups import CarrierDay, Dispatch, Pickup
from worlds import location

NEW_YORK = location("NYC", "US", "10001", ["pig"], calendar="US", timezone="America/New_York", name="New York")
HONOLULU = replace(NEW_YORK, code="HNL", timezone="Pacific/Honolulu", name="Honolulu")
AUCKLAND = replace(LONDON, code="AKL", country="NZ", timezone="Pacific/Auckland", calendar="NZ-AUK", name="Auckland")
GLASGOW = replace(LONDON, code="GLA", calendar="GB-SCT", name="Glasgow")
ANY_DAY = Running((1, 2, 3, 4, 5, 6, 7))


def with_dispatch(place: Location = LONDON, **changes: object) -> Location:
    return replace(place, dispatch=Dispatch(**changes))  # type: ignore[arg-type]


def delivering(*weekdays: int, **changes: object) -> Transit:
    return Transit((Lane(1, 1),), weekdays, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ordered_at", "ships", "mon_fri", "mon_sat"),
    [
        ("2026-12-23T13:59Z", "2026-12-23", "2026-12-24", "2026-12-24"),
        ("2026-12-23T14:00Z", "2026-12-24", "2026-12-29", "2026-12-29"),  # 26 is a Saturday, 28 its Monday off
        ("2026-04-02T13:00Z", "2026-04-07", "2026-04-08", "2026-04-08"),  # 14:00 in summer time is late; Easter
        ("2026-04-02T12:59:59Z", "2026-04-02", "2026-04-07", "2026-04-04"),
        ("2026-07-03T12:30Z", "2026-07-03", "2026-07-06", "2026-07-04"),
        ("2026-12-31T10:00Z", "2026-12-31", "2027-01-04", "2027-01-02"),
        ("2028-02-28T10:00Z", "2028-02-28", "2028-02-29", "2028-02-29"),  # a leap year
        ("2028-02-29T15:00Z", "2028-03-01", "2028-03-02", "2028-03-02"),
        ("2026-02-28T10:00Z", "2026-03-02", "2026-03-03", "2026-03-03"),
    ],
)
def test_england_to_the_day(ordered_at: str, ships: str, mon_fri: str, mon_sat: str) -> None:
    """Cut-off 14:00, no processing, a day of transit; delivered Mondays to Fridays, or to Saturdays."""
    for weekdays, day in (((1, 2, 3, 4, 5), mon_fri), (MON_SAT, mon_sat)):
        assert days(promised(route(transit=delivering(*weekdays)), ordered_at)) == (ships, day, day)


@pytest.mark.parametrize(
    ("ordered_at", "starts"),
    [
        ("2026-03-27T13:59Z", "2026-03-27"),  # winter time until the Sunday
        ("2026-03-27T14:00Z", "2026-03-30"),
        ("2026-03-30T12:59Z", "2026-03-30"),  # the cut-off is an hour earlier in UTC
        ("2026-03-30T13:00Z", "2026-03-31"),
        ("2026-10-23T13:00Z", "2026-10-26"),
        ("2026-10-26T13:59Z", "2026-10-26"),  # and back
        ("2026-10-26T14:00Z", "2026-10-27"),
    ],
)
def test_a_cut_off_follows_the_clock_on_the_wall(ordered_at: str, starts: str) -> None:
    assert str(begun(route(), ordered_at).start) == starts


def test_of_a_cut_off_in_the_hour_that_comes_twice_the_first_is_meant() -> None:
    place = replace(LONDON, working_days=(7,), cutoff_local=time(1, 30), calendar="US")
    starts = [str(begun(route(place), f"2026-10-25T{at}Z").start) for at in ("00:29", "00:30", "01:15")]
    assert starts == ["2026-10-25", "2026-11-01", "2026-11-01"]


def test_a_cut_off_in_the_hour_that_is_left_out_is_the_instant_it_would_have_been() -> None:
    place = replace(LONDON, working_days=(7,), cutoff_local=time(1, 30), calendar="US")
    starts = [str(begun(route(place), f"2026-03-29T{at}Z").start) for at in ("01:29", "01:30")]
    assert starts == ["2026-03-29", "2026-04-05"]


@pytest.mark.parametrize(
    ("place", "ordered_at", "starts"),
    [
        (NEW_YORK, "2026-03-06T18:59Z", "2026-03-06"),  # 13:59 in winter time
        (NEW_YORK, "2026-03-09T18:00Z", "2026-03-10"),  # summer time began on the 8th: 14:00
        (HONOLULU, "2026-03-07T23:59Z", "2026-03-09"),  # still Saturday there
        (HONOLULU, "2026-03-10T00:30Z", "2026-03-10"),  # 14:30 on Monday there
        (AUCKLAND, "2026-03-09T00:30Z", "2026-03-09"),  # 13:30 on Monday there
        (AUCKLAND, "2026-03-08T11:30Z", "2026-03-09"),  # half past midnight of Monday there
        (AUCKLAND, "2026-03-09T01:00Z", "2026-03-10"),
    ],
)
def test_a_day_is_the_day_on_the_locations_wall(place: Location, ordered_at: str, starts: str) -> None:
    assert str(begun(route(place, "US-96813"), ordered_at).start) == starts


def test_shipped_to_another_zone_the_destinations_holidays_count() -> None:
    """From Auckland to Honolulu: Independence Day is kept on Friday 3 July 2026; and from New York to Auckland on
    Waitangi Day."""
    there = route(AUCKLAND, "US-96813", running=ANY_DAY, transit=Transit((Lane(2, 3),)))
    assert days(promised(there, "2026-06-30T20:00Z")) == ("2026-07-01", "2026-07-06", "2026-07-06")
    back = route(NEW_YORK, "NZ-1010", running=ANY_DAY, transit=Transit((Lane(3, 4),)))
    assert days(promised(back, "2026-02-03T15:00Z")) == ("2026-02-03", "2026-02-09", "2026-02-09")


def test_scotland_rests_on_other_days_than_england() -> None:
    """2 January and 30 November are Scottish; Easter Monday and the late summer day are not."""
    scottish, english = Transit((Lane(1, 1),)), "2026-12-31T10:00Z"
    assert days(promised(route(to="GB-G1", running=ANY_DAY, transit=scottish), english))[1] == "2027-01-05"
    assert days(promised(route(to="GB-GL1", running=ANY_DAY, transit=scottish), english))[1] == "2027-01-04"
    assert str(begun(route(GLASGOW), "2026-04-06T10:00Z").start) == "2026-04-06"
    assert str(begun(route(), "2026-04-06T10:00Z").start) == "2026-04-07"


def test_edited_days_of_the_location_and_the_carrier_win() -> None:
    """A location that works on Good Friday, and a carrier that moves goods on Easter Monday."""
    place = replace(LONDON, special_days=(SpecialDay(date(2026, 4, 3), True, time(11), "Easter shift"),))
    moves = replace(BRITISH, special_days=tuple(SpecialDay(date(2026, 4, day), True) for day in (3, 6)))
    assert str(begun(route(place), "2026-04-02T15:00Z").start) == "2026-04-03"
    assert str(begun(route(place), "2026-04-03T10:00Z").start) == "2026-04-07"
    found = promised(route(place, running=moves), "2026-04-02T15:00Z")
    assert days(found) == ("2026-04-03", "2026-04-07", "2026-04-07")


def test_the_cut_off_is_the_pickup_less_packing_where_that_is_earlier() -> None:
    place = with_dispatch(pick_and_pack_minutes=90, pickups=(Pickup("pig", (1, 2, 3, 4, 5), time(15)),))
    assert str(begun(route(place), "2026-03-02T13:29Z").start) == "2026-03-02"
    late = begun(route(place), "2026-03-02T13:30Z")
    assert (str(late.start), late.cutoff) == ("2026-03-03", datetime(2026, 3, 3, 13, 30, tzinfo=UTC))
    later = with_dispatch(pick_and_pack_minutes=30, pickups=(Pickup("pig", (1, 2, 3, 4, 5), time(18)),))
    assert str(begun(route(later), "2026-03-02T13:59Z").start) == "2026-03-02"
    assert str(begun(route(later), "2026-03-02T14:00Z").start) == "2026-03-03"


def test_packing_time_is_counted_across_the_change_of_clocks() -> None:
    """The pickup at 03:00 on the night of the change is at 02:00 UTC; two hours before it the clock shows 00:00."""
    place = with_dispatch(
        replace(LONDON, working_days=(7,), calendar="FR"),
        pick_and_pack_minutes=120,
        pickups=(Pickup("pig", (7,), time(3)),),
    )
    assert begun(route(place, running=ANY_DAY), "2026-03-28T12:00Z").cutoff == datetime(2026, 3, 29, 0, 0, tzinfo=UTC)


def test_a_carrier_comes_on_its_days_only() -> None:
    tuesdays = with_dispatch(pickups=(Pickup("pig", (2,), time(16)), Pickup("hog", (1, 2, 3, 4, 5), time(16))))
    assert days(promised(route(tuesdays), "2026-03-04T10:00Z")) == ("2026-03-10", "2026-03-11", "2026-03-11")
    not_that_day = with_dispatch(carrier_days=(CarrierDay("pig", date(2026, 3, 4), 0),))
    assert days(promised(route(not_that_day), "2026-03-04T10:00Z"))[0] == "2026-03-05"


def test_a_carrier_that_is_full_takes_it_the_next_day() -> None:
    assert days(onward(route(), date(2026, 3, 4), frozenset({date(2026, 3, 4)})))[0] == "2026-03-05"


def test_processing_takes_working_days_of_the_location() -> None:
    place = with_dispatch(processing_days=2)
    assert days(promised(route(place), "2026-04-02T10:00Z")) == ("2026-04-08", "2026-04-09", "2026-04-09")


def test_the_queue_is_walked_day_by_day() -> None:
    """Room for 100 a day and 250 in the queue: the third working day, over a weekend."""
    queue = 250
    room = {day: max(0, min(100, 100 * number - queue)) for number, day in enumerate(_weekdays("2026-03-05", 5), 1)}
    found = begin(route(), Moment(datetime(2026, 3, 5, 10, tzinfo=UTC)), lambda day: room.get(day, 100) > 0)
    assert found is not None
    assert str(found.start) == "2026-03-09"
    [backlog] = [step for step in found.steps if step.kind is StepKind.BACKLOG]
    assert backlog.reason == "2 working days of London are full with other orders"
    # The countdown is to the first day's cut-off, whatever the queue.
    assert found.cutoff == datetime(2026, 3, 5, 14, tzinfo=UTC)


def _weekdays(first: str, count: int) -> list[date]:
    days = (date.fromisoformat(first) + timedelta(days=offset) for offset in range(14))
    return [day for day in days if day.isoweekday() < 6][:count]


def test_payment_and_supply_hold_work_up() -> None:
    paid = begun(route(), "2026-03-02T10:00Z", paid_at=datetime(2026, 3, 3, 14, tzinfo=UTC))
    assert str(paid.start) == "2026-03-04"
    place = with_dispatch(putaway_minutes=15 * 60)
    assert str(begun(route(), "2026-03-02T10:00Z", supply_on=date(2026, 3, 5)).start) == "2026-03-05"
    assert str(begun(route(place), "2026-03-02T10:00Z", supply_on=date(2026, 3, 5)).start) == "2026-03-06"
    assert [step.kind for step in paid.steps] == [StepKind.ORDERED, StepKind.PAID, StepKind.START]


def test_the_line_haul_leaves_on_its_days_and_the_lane_begins_at_the_gateway() -> None:
    """Picked up on Wednesday, leaves on Friday, two days under way over the weekend, a day from there."""
    haul = LineHaul("cage", "Roissy", weekdays=(2, 5), days_min=2, days_max=3)
    transit = Transit((Lane(1, 2, via="cage"),), (1, 2, 3, 4, 5), (haul,))
    found = promised(route(to="FR-75001", transit=transit), "2026-03-04T10:00Z")
    assert days(found) == ("2026-03-04", "2026-03-10", "2026-03-12")
    assert [step.kind for step in found.steps][:2] == [StepKind.PICKUP, StepKind.DEPARTURE]


def test_remote_areas_and_customs_take_days_more() -> None:
    lanes = (
        Lane(1, 2, "GB"),
        Lane(1, 2, "GB", ("IV1-63", "HS"), remote_days=2),
        Lane(2, 4, "US", customs_days=1),
    )
    transit = Transit(lanes)
    where = {
        to: promised(route(to=to, transit=transit), "2026-03-02T10:00Z") for to in ("GB-M1", "GB-IV12", "US-10001")
    }
    assert days(where["GB-M1"]) == ("2026-03-02", "2026-03-03", "2026-03-04")
    assert days(where["GB-IV12"]) == ("2026-03-02", "2026-03-05", "2026-03-06")
    assert days(where["US-10001"]) == ("2026-03-02", "2026-03-05", "2026-03-09")
    kinds = [step.kind for step in where["GB-IV12"].steps]
    assert (StepKind.REMOTE in kinds, StepKind.CUSTOMS in kinds) == (True, False)


def test_the_most_specific_lane_wins() -> None:
    lanes = (
        Lane(9, 9),
        Lane(5, 5, "GB"),
        Lane(4, 4, "GB", ("SW",)),
        Lane(3, 3, origins=("GB",)),
        Lane(2, 2, "GB", origins=("LON",)),
    )
    transit = Transit(lanes)
    assert transit.find_lane(LONDON, "GB", "SW1A") == lanes[4]
    assert transit.find_lane(LONDON, "FR", "75001") == lanes[3]
    assert transit.find_lane(NEW_YORK, "GB", "SW1A") == lanes[2]
    assert transit.find_lane(NEW_YORK, "GB", "M1") == lanes[1]
    assert transit.find_lane(NEW_YORK, "FR", "75001") == lanes[0]
    assert Transit((Lane(1, 1, "FR"),)).find_lane(LONDON, "GB", "M1") is None


@pytest.mark.parametrize(
    ("parcels", "latest", "told"),
    [
        ((), "2026-03-03", "0 parcels of Pig came there so far, less than 30: nothing is added"),
        ((29,), "2026-03-03", "29 parcels of Pig came there so far, less than 30: nothing is added"),
        ((90, 5, 5), "2026-03-03", "of 100 parcels nine in ten came in time: nothing is added"),
        ((89, 1, 10), "2026-03-04", "of 100 parcels nine in ten came at most 1 day late: so many are added"),
        ((80, 5, 5, 10), "2026-03-05", "of 100 parcels nine in ten came at most 2 days late: so many are added"),
    ],
)
def test_lateness_is_added_once_there_is_a_record(parcels: tuple[int, ...], latest: str, told: str) -> None:
    running = replace(BRITISH, records=(Record("GB", ("AB",), (0, 0, 0, 99)), Record("GB", (), parcels)))
    found = promised(route(running=running), "2026-03-02T10:00Z")
    assert days(found) == ("2026-03-02", "2026-03-03", latest)
    assert found.steps[-1].reason == told


def test_without_a_record_nothing_is_added_and_said_so() -> None:
    found = promised(route(), "2026-03-02T10:00Z")
    assert found.steps[-1].reason == "how late Pig comes there is not known yet: nothing is added"


def test_what_is_not_known_is_said() -> None:
    found = promised(route(transit=Transit()), "2026-03-02T10:00Z")
    assert (str(found.ships_on), found.earliest, found.latest) == ("2026-03-02", None, None)
    assert found.missing == ("transit_days",)


def test_who_never_works_promises_nothing() -> None:
    assert begin(route(replace(LONDON, working_days=())), Moment(datetime(2026, 3, 2, tzinfo=UTC))) is None
    assert begin(route(), Moment(datetime(2026, 3, 2, tzinfo=UTC)), lambda _: False) is None
    for where in (route(running=Running(())), route(transit=Transit((Lane(1, 1),), ()))):
        assert promised(where, "2026-03-02T10:00Z").missing == ("working_days",)


def test_every_step_says_where_the_shipment_is_and_why() -> None:
    """The whole account of an order late on Maundy Thursday, as people read it."""
    place = with_dispatch(processing_days=1, pickups=(Pickup("pig", MON_SAT, time(17)),), pick_and_pack_minutes=60)
    where = route(place, "GB-IV12", transit=Transit((Lane(1, 2, "GB", ("IV",), remote_days=1),), MON_SAT, assumed=True))
    start = begun(where, "2026-04-02T13:00Z")
    told = [(step.kind.value, step.earliest.day, step.latest.day, step.reason) for step in start.steps]
    told += [
        (step.kind.value, step.earliest.day, step.latest.day, step.reason) for step in onward(where, start.start).steps
    ]
    closed = "closed for Good Friday, Saturday, Sunday and Easter Monday"
    then = "the next working day is Tue 7 Apr 2026, cut-off 14:00"
    assert told == [
        ("ordered", 2, 2, "ordered at 14:00 on the clock of London (Europe/London)"),
        ("start", 7, 7, f"not before the cut-off at 14:00; {closed}; {then}"),
        ("processing", 8, 8, "1 working day of processing"),
        ("pickup", 8, 8, "Pig comes by at 17:00"),
        ("transit", 9, 10, "1 to 2 days by Pig 24 (assumed)"),
        ("remote", 10, 11, "1 day more to a remote area"),
        ("delivery", 10, 11, "delivered Mondays to Saturdays"),
        ("lateness", 10, 11, "how late Pig comes there is not known yet: nothing is added"),
    ]  # fmt: skip
