"""How long carriers take, from files: lanes, departures, days of carriers, records, pickups, capacity."""

from datetime import date, time
from pathlib import Path

import pytest
from import_files import bring, reasons

from stockmesh.domain.carriers.departures import LineHaul
from stockmesh.domain.carriers.transit import Lane, Record, Running
from stockmesh.domain.network.pickups import CarrierDay, Dispatch, Pickup
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.flows.context import Context
from stockmesh.flows.importing.running import Imported
from worlds import SmallWorld, put_in_books

LANES = """Service;Von;Country;PLZ;Laufzeit;Days to;remote days;customs days;delivers
parcel;;DE;;1;2;;;Mon-Sat
parcel;LEJ;DE;18565,25846-25847;1;2;2;;Mon-Sat
parcel;DE NL;CH;;2;4;0;1;Mon-Sat
parcel;;;;5;9;;;Mon-Sat
"""


@pytest.fixture
def live(context: Context) -> Context:
    put_in_books(context, SmallWorld(), {})
    return context


def facts(context: Context) -> WorldFacts:
    return context.database.transact(context.hold_present).facts


def brought(context: Context, folder: Path, kind: str, text: str) -> tuple[int, int, int]:
    """What came of a good file: created, changed, unchanged."""
    return told(bring(context, folder, kind, text))


def told(imported: Imported) -> tuple[int, int, int]:
    assert imported.job is not None, reasons(imported)
    return imported.job.created, imported.job.changed, imported.job.unchanged


def test_lanes_of_a_service_are_those_of_the_file(live: Context, tmp_path: Path) -> None:
    """Whatever they were; the same again changes nothing and publishes no world."""
    assert brought(live, tmp_path, "transit", LANES.replace(";Von;", ";origins;")) == (1, 0, 0)
    [carrier] = facts(live).carriers
    assert carrier.services[0].transit.lanes == (
        Lane(1, 2, "DE"),
        Lane(1, 2, "DE", ("18565", "25846-25847"), ("LEJ",), remote_days=2),
        Lane(2, 4, "CH", (), ("DE", "NL"), customs_days=1),
        Lane(5, 9),
    )
    assert carrier.services[0].transit.delivers == (1, 2, 3, 4, 5, 6)
    world = live.database.transact(live.hold_present).world_id
    assert brought(live, tmp_path, "transit", LANES.replace(";Von;", ";origins;") + "\n") == (0, 0, 1)
    assert live.database.transact(live.hold_present).world_id == world
    assert brought(live, tmp_path, "transit", "service,country,days\nparcel,FR,3\n") == (0, 1, 0)
    transit = facts(live).carriers[0].services[0].transit
    assert (transit.lanes, transit.delivers) == ((Lane(3, 3, "FR"),), (1, 2, 3, 4, 5, 6))


def test_lanes_that_cannot_be_meant(live: Context, tmp_path: Path) -> None:
    text = "service,origins,country,postcodes,days_min,days_max,via\n"
    text += "parcl,,DE,,1,1,\nparcel,LEI,DE,,1,1,\nparcel,,DE,FR:20,1,1,\nparcel,,,20,1,1,\nparcel,,DE,,91,,\n"
    assert [found[:3] for found in reasons(bring(live, tmp_path, "transit", text))] == [
        (2, "service", "unknown_service"),
        (3, "origins", "unknown_location"),
        (4, "postcodes", "not_an_area"),
        (5, "postcodes", "not_an_area"),
        (6, "days_min", "too_large"),
    ]
    bad = "service,country,postcodes,days_min,days_max,via\nparcel,DE,,3,2,\nparcel,FR,99-11,1,1,cage\n"
    [first, *others] = reasons(bring(live, tmp_path, "transit", bad))
    assert first[:3] == (2, "service", "bad_lane")
    assert [one[3] for one in (first, *others)] == [
        "the lane from anywhere to DE takes 3 to 2 days: at least 0, at most 90, in this order",
        "the lane from anywhere to FR 99-11 begins with a line-haul cage, which there is not",
        "the lane from anywhere to FR 99-11 names 99-11, which is no range of postal areas",
    ]
    twice = "service,country,days\nparcel,DE,1\nparcel,DE,2\n"
    assert [found[:3] for found in reasons(bring(live, tmp_path, "transit", twice))] == [
        (3, "service and country", "twice")
    ]


def test_lanes_begin_with_line_hauls_that_were_told(live: Context, tmp_path: Path) -> None:
    departures = "service,line_haul,gateway,weekdays,days_min,days_max\nparcel,cage,Paris,Tue Fri,1,2\n"
    assert brought(live, tmp_path, "departures", departures) == (1, 0, 0)
    assert brought(live, tmp_path, "transit", "service,country,days,via\nparcel,FR,1,cage\n") == (0, 1, 0)
    transit = facts(live).carriers[0].services[0].transit
    assert transit.line_hauls == (LineHaul("cage", "Paris", (2, 5), 1, 2),)
    assert transit.lanes == (Lane(1, 1, "FR", via="cage"),)
    lost = "service,line_haul,gateway,weekdays,days_min\nparcel,other,Paris,Tue,1\n"
    assert [found[:3] for found in reasons(bring(live, tmp_path, "departures", lost))] == [(2, "service", "bad_lane")]


def test_days_of_carriers(live: Context, tmp_path: Path) -> None:
    assert brought(live, tmp_path, "carriers", "carrier,weekdays,calendar\nparcel,Mon-Sat,DE-SN\n") == (1, 0, 0)
    days = "carrier,date,status,name\nparcel,2026-05-01,open,\nparcel,24.12.2026,,Christmas Eve\n"
    assert brought(live, tmp_path, "carrier-calendars", days) == (0, 1, 0)
    back = "carrier,date,status\nparcel,2026-05-01,usual\n"
    assert brought(live, tmp_path, "carrier-calendars", back) == (0, 1, 0)
    running = facts(live).carriers[0].running
    assert (running.weekdays, running.calendar) == ((1, 2, 3, 4, 5, 6), "DE-SN")
    assert [(one.day, one.is_open, one.name) for one in running.special_days] == [
        (date(2026, 12, 24), False, "Christmas Eve")
    ]
    assert brought(live, tmp_path, "carriers", "carrier,calendar\nparcel,\n") == (0, 1, 0)
    assert (facts(live).carriers[0].running.weekdays, facts(live).carriers[0].running.calendar) == (
        (1, 2, 3, 4, 5, 6),
        "",
    )
    assert reasons(bring(live, tmp_path, "carriers", "carrier,calendar\nparcel,DE-XX\n"))[0][2] == "not_a_calendar"


def test_records_by_region_are_those_of_the_file(live: Context, tmp_path: Path) -> None:
    text = "carrier,country,postcodes,days_late,parcels\nparcel,DE,,0,900\nparcel,DE,,2,100\nparcel,GB,IV1-63,0,7\n"
    assert brought(live, tmp_path, "on-time", text) == (1, 0, 0)
    again = "carrier,country,days_late,parcels\nparcel,DE,1,50\n"
    assert brought(live, tmp_path, "on-time", again) == (0, 1, 0)
    assert facts(live).carriers[0].running == Running(
        records=(Record("DE", (), (0, 50)), Record("GB", ("IV1-63",), (7,)))
    )


def test_pickups_and_what_carriers_take(live: Context, tmp_path: Path) -> None:
    pickups = "location,carrier,weekdays,time,parcels\nLEJ,parcel,Mon-Fri,16:30,400\nLEJ,parcel,Sat,11:00,\n"
    assert brought(live, tmp_path, "pickups", pickups) == (1, 0, 0)
    capacity = "location,carrier,date,parcels\nLEJ,parcel,2026-12-23,900\nLEJ,parcel,2026-12-24,0\n"
    assert brought(live, tmp_path, "carrier-capacity", capacity) == (0, 1, 0)
    usual = "location,carrier,date,parcels\nLEJ,parcel,2026-12-23,\n"
    assert brought(live, tmp_path, "carrier-capacity", usual) == (0, 1, 0)
    [dispatch] = [place.dispatch for place in facts(live).locations if place.code == "LEJ"]
    assert dispatch == Dispatch(
        pickups=(Pickup("parcel", (1, 2, 3, 4, 5), time(16, 30), 400), Pickup("parcel", (6,), time(11))),
        carrier_days=(CarrierDay("parcel", date(2026, 12, 24), 0),),
    )
    assert brought(live, tmp_path, "pickups", "location,carrier,time\nLEJ,parcel,17:00\n") == (0, 1, 0)
    bad = "location,carrier,time\nLEI,parcel,17:00\nLEJ,parcl,17:00\nLEJ,parcel,25:00\n"
    assert [found[:3] for found in reasons(bring(live, tmp_path, "pickups", bad))] == [
        (2, "location", "unknown_location"),
        (3, "carrier", "unknown_carrier"),
        (4, "time", "not_a_time"),
    ]


def test_a_location_says_how_long_its_work_takes(live: Context, tmp_path: Path) -> None:
    head = "code,country,postcode,time_zone,daily_orders,carriers"
    place = "LEJ,DE,04103,Europe/Berlin,500,parcel"
    text = f"{head},processing_days,pick_and_pack_minutes,putaway_minutes\n{place},1,90,240\n"
    assert brought(live, tmp_path, "locations", text) == (0, 1, 0)
    brought(live, tmp_path, "pickups", "location,carrier,time\nLEJ,parcel,17:00\n")
    assert brought(live, tmp_path, "locations", f"{head}\n{place.replace('500', '400')}\n") == (0, 1, 0)
    [dispatch] = [place.dispatch for place in facts(live).locations if place.code == "LEJ"]
    assert dispatch == Dispatch(1, 90, 240, (Pickup("parcel", (1, 2, 3, 4, 5), time(17)),))
