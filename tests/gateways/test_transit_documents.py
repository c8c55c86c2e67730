"""How long carriers take as documents: read and written without loss, never by guessing; older ones are read too."""

import json
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from stockmesh.domain.carriers.cards import Carrier
from stockmesh.domain.carriers.departures import LineHaul
from stockmesh.domain.carriers.transit import NO_TRANSIT, USUAL, Lane, Record, Running, Transit
from stockmesh.domain.network.locations import SpecialDay
from stockmesh.domain.network.pickups import AS_IT_COMES, CarrierDay, Dispatch, Pickup
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.gateways.cards import (
    UnreadableCard,
    carrier_from_document,
    carrier_from_json,
    carrier_from_toml,
    carrier_to_document,
    carrier_to_json,
    carrier_to_toml,
)
from stockmesh.gateways.worlds import world_from_json, world_to_json
from worlds import carrier, flat_card, location

SPECIAL = (SpecialDay(date(2026, 12, 24), True, time(11), "Christmas Eve"), SpecialDay(date(2027, 1, 2), False))
TRANSIT = Transit(
    (Lane(1, 2, "GB", ("IV1-63", "BT"), ("LON", "FR"), 2, 1, "cage"), Lane(5, 9)),
    (1, 2, 3, 4, 5, 6),
    (LineHaul("cage", "Roissy", (2, 5), 1, 2, SPECIAL),),
    assumed=True,
    source="made for a test",
)
RUNNING = Running((1, 2, 3), "GB-ENG", SPECIAL, (Record("GB", ("IV",), (90, 5, 5)), Record("", (), (1,))))
DISPATCH = Dispatch(
    1, 90, 240, (Pickup("pig", (1, 2), time(16, 30), 400), Pickup("pig", (6,), time(11))),
    (CarrierDay("pig", date(2026, 12, 24), 0),),
)  # fmt: skip


def pig() -> Carrier:
    plain = carrier("pig", ["GB"], [flat_card("pig-1", {"GB": [(30_000, 500)]})])
    return replace(plain, services=(replace(plain.services[0], transit=TRANSIT),), running=RUNNING)


def world(*carriers: Carrier, dispatch: Dispatch = AS_IT_COMES) -> WorldFacts:
    places = (location("LON", "GB", "EC1A", ["pig"], dispatch=dispatch),)
    return WorldFacts(places, carriers, {"EUR": 1_000_000}, "EUR", SourcingPolicy(), "test")


def test_carriers_survive_each_format() -> None:
    assert carrier_from_document(carrier_to_document(pig())) == pig()
    assert carrier_from_json(carrier_to_json(pig())) == pig()
    assert carrier_from_toml(carrier_to_toml(pig())) == pig()


def test_worlds_survive() -> None:
    facts = world(pig(), dispatch=DISPATCH)
    assert world_from_json(world_to_json(facts)) == facts


def test_worlds_and_carriers_of_older_versions_are_read() -> None:
    """They say nothing of all this: no lane is known, and everything is as it always was."""
    document = json.loads(world_to_json(world(pig(), dispatch=DISPATCH)))
    del document["locations"][0]["dispatch"], document["carriers"][0]["running"]
    del document["carriers"][0]["services"][0]["transit"]
    facts = world_from_json(json.dumps(document))
    [known] = facts.carriers
    assert (known.services[0].transit, known.running) == (NO_TRANSIT, USUAL)
    assert facts.locations[0].dispatch == AS_IT_COMES


def _changed(path: str, value: Any) -> dict[str, Any]:
    document = json.loads(carrier_to_json(pig()))
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    part: Any = document
    for step in way:
        part = part[step]
    part[last] = value
    return dict(document)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("services.0.transit.lanes.0.day_min", 3, "unknown key 'day_min'"),
        ("services.0.transit.lanes.0.days_min", "soon", "Expected `int`"),
        ("services.0.transit.delivers", [8], "the service delivers on weekdays from 1"),
        ("services.0.transit.lanes.0.days_max", 0, "takes 1 to 0 days"),
        ("services.0.transit.lanes.0.via", "lorry", "line-haul lorry, which there is not"),
        ("services.0.transit.lanes.0.country", "XX", "a country XX that there is not"),
        ("services.0.transit.lanes.1.areas", ["20"], "names postal areas but not whose"),
        ("services.0.transit.lanes.0.customs_days", -1, "not between 0 and 90"),
        ("services.0.transit.line_hauls.0.days_max", 91, "takes 1 to 91 days"),
        ("running.calendar", "GB-XXX", "not a calendar"),
        ("running.weekdays", [2, 1], "weekdays from 1"),
        ("running.records.0.parcels", [-1], "counts parcels from 0"),
        ("running.on", True, "unknown key 'on'"),
    ],
)
def test_what_is_not_fit_is_refused(path: str, value: Any, problem: str) -> None:
    with pytest.raises(Exception, match=problem) as caught:
        carrier_from_document(_changed(path, value))
    assert isinstance(caught.value, UnreadableCard) or caught.value.code == "invalid_service"  # type: ignore[attr-defined]
