"""A location, a carrier and a lane to promise days with: London to Great Britain within a day unless told otherwise."""

from dataclasses import replace
from datetime import date, datetime

from stockmesh.domain.carriers.promising import Begun, Moment, Onward, begin, onward
from stockmesh.domain.carriers.routes import Route
from stockmesh.domain.carriers.transit import Lane, Running, Transit
from stockmesh.domain.network.locations import Location
from worlds import carrier, location

MON_SAT = (1, 2, 3, 4, 5, 6)
LONDON = location("LON", "GB", "EC1A", ["pig"], calendar="GB-ENG", name="London")
BRITISH = Running(MON_SAT, "GB-ENG")
NEXT_DAY = Transit((Lane(1, 1),))


def route(
    place: Location = LONDON,
    to: str = "GB-SW1A",
    *,
    running: Running = BRITISH,
    transit: Transit = NEXT_DAY,
) -> Route:
    """From a place by the carrier pig to a country and postal area."""
    country, _, area = to.partition("-")
    pig = carrier("pig", [place.country], [])
    service = replace(pig.services[0], name="Pig 24", transit=transit)
    return Route(place, replace(pig, name="Pig", services=(service,), running=running), service, country, area)


def promised(where: Route, ordered_at: str, **more: datetime | date | None) -> Onward:
    """The way of an order of that instant; without a day of work the test is wrong."""
    return onward(where, begun(where, ordered_at, **more).start)


def begun(where: Route, ordered_at: str, **more: datetime | date | None) -> Begun:
    """When work begins on it."""
    found = begin(where, Moment(datetime.fromisoformat(ordered_at), **more))  # type: ignore[arg-type]
    assert found is not None
    return found


def days(found: Onward) -> tuple[str, str, str]:
    """When it is shipped, and between which days it is delivered."""
    return str(found.ships_on), str(found.earliest), str(found.latest)
