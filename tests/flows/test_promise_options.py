"""Promises with days: the cheapest and the fastest plan, when what waits comes, and until when one has to order."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockmesh.domain.carriers.cards import Carrier
from stockmesh.domain.carriers.promising import StepKind
from stockmesh.domain.carriers.transit import Lane, Transit
from stockmesh.domain.fulfilment.requests import OrderRequest, Wish
from stockmesh.domain.network.pickups import Dispatch, Pickup
from stockmesh.flows.context import Context
from stockmesh.flows.promise import promise
from stockmesh.flows.promise_values import Promise
from worlds import EVERYWHERE, Prices, SmallWorld, carrier, flat_card, item, order, publish, put_in_books

ORIGINS = ["DE", "NL", "FR"]
DEAR = {country: [(grams, 3 * minor) for grams, minor in breaks] for country, breaks in EVERYWHERE.items()}
SLOW, FAST = Transit((Lane(3, 5),)), Transit((Lane(1, 1),))


def moved(code: str, card: str, prices: Prices, transit: Transit) -> Carrier:
    plain = carrier(code, ORIGINS, [flat_card(card, prices)])
    return replace(plain, services=(replace(plain.services[0], transit=transit),))


WORLD = SmallWorld(
    locations=tuple(replace(place, carriers=("parcel", "flash")) for place in SmallWorld().locations),
    carriers=(moved("parcel", "parcel-1", EVERYWHERE, SLOW), moved("flash", "flash-1", DEAR, FAST)),
    items=(item("tent", 3_000), item("lamp", 1_000), item("mug", 500)),
)
STOCK = {("LEJ", "tent"): 2, ("AMS", "tent"): 3, ("AMS", "lamp"): 8, ("LIL", "lamp"): 8, ("LIL", "mug"): 5}


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    put_in_books(context, WORLD, STOCK)


def promised(context: Context, request: OrderRequest) -> Promise:
    [found] = promise(context, [request])
    assert isinstance(found, Promise), found
    return found


def test_the_cheapest_and_the_fastest_are_told(context: Context) -> None:
    """Monday morning: the slow parcel within the week, the dear one tomorrow."""
    slow, fast = promised(context, order("R", {"tent": 1})).options
    assert (slow.kinds, fast.kinds) == (("cheapest",), ("fastest",))
    assert (slow.delivery.earliest, slow.delivery.latest) == (date(2026, 3, 5), date(2026, 3, 9))
    assert (fast.delivery.earliest, fast.delivery.latest) == (date(2026, 3, 3), date(2026, 3, 3))
    assert (slow.shipments[0].service, fast.shipments[0].service) == ("parcel", "flash")
    assert (slow.cost.minor, fast.cost.minor) == (850, 2_450)


def test_where_the_cheapest_comes_first_it_is_both(context: Context) -> None:
    publish(context, replace(WORLD, carriers=(moved("parcel", "parcel-1", EVERYWHERE, FAST), WORLD.carriers[1])))
    [only] = promised(context, order("R", {"tent": 1})).options
    assert only.kinds == ("cheapest", "fastest")


def test_a_fastest_plan_is_told_where_the_cheapest_has_no_days(context: Context) -> None:
    publish(context, replace(WORLD, carriers=(moved("parcel", "parcel-1", EVERYWHERE, Transit()), WORLD.carriers[1])))
    cheap, fast = promised(context, order("R", {"tent": 1})).options
    assert (cheap.delivery.latest, cheap.delivery.missing) == (None, ("transit_days",))
    assert (fast.kinds, fast.delivery.latest) == (("fastest",), date(2026, 3, 3))


def test_the_last_shipment_is_what_counts(context: Context) -> None:
    """Tents come from two places, lamps from a third: an order is there when all of it is."""
    found = promised(context, order("R", {"tent": 5, "mug": 1}))
    for option in found.options:
        latest = [one.delivery.latest for one in option.shipments if one.delivery.latest]
        assert option.delivery.latest == max(latest)
        assert option.order_by == min(one.order_by for one in option.shipments)


def test_until_when_one_has_to_order(context: Context) -> None:
    """Nine in London is ten in Leipzig: the cut-off at two is four hours away."""
    option = promised(context, order("R", {"tent": 1})).cheapest
    assert option.order_by == datetime(2026, 3, 2, 13, tzinfo=UTC)
    assert option.order_within_seconds == 4 * 3_600
    kinds = [step.kind for step in option.shipments[0].steps]
    assert kinds[:2] == [StepKind.ORDERED, StepKind.START]
    assert kinds[-2:] == [StepKind.DELIVERY, StepKind.LATENESS]


def test_a_missed_pickup_costs_a_day_though_the_location_still_works(context: Context) -> None:
    """The dear carrier comes by at nine; the location takes orders until two, and keeps today's room for it."""
    dispatch = Dispatch(pickups=(Pickup("flash", (1, 2, 3, 4, 5), time(9)),))
    publish(context, replace(WORLD, locations=tuple(replace(place, dispatch=dispatch) for place in WORLD.locations)))
    fast = promised(context, order("R", {"tent": 1})).fastest
    assert fast is not None
    assert (fast.starts_on, fast.delivery.latest) == (date(2026, 3, 3), date(2026, 3, 4))


def test_what_waits_comes_with_its_supply(context: Context) -> None:
    with context.database.session() as session:
        session.execute(
            "INSERT INTO incoming (item_id, location_id, reference, due_on, quantity) "
            "SELECT item_id, location_id, 'PO', '2026-03-10', 50 FROM item, location WHERE sku = 'mug' AND code = 'LIL'"
        )
    option = promised(context, order("R", {"mug": 8})).cheapest
    [line] = option.lines
    assert (line.sent, line.waiting, line.waits_until) == (5, 3, date(2026, 3, 10))
    assert line.delivery is not None
    assert line.delivery.latest == date(2026, 3, 11)
    assert StepKind.SUPPLY in [step.kind for step in line.steps]
    assert option.delivery.latest == date(2026, 3, 11)
    more = promised(context, order("R", {"mug": 99})).cheapest
    assert (more.delivery.latest, more.delivery.missing) == (None, ("supply",))


def test_a_full_day_is_the_queue(context: Context) -> None:
    """Whose room is taken by other orders: work begins the next day, and a step says so."""
    publish(context, replace(WORLD, locations=tuple(replace(place, daily_orders_max=1) for place in WORLD.locations)))
    with context.database.session() as session:
        session.execute(
            "INSERT INTO location_day (location_id, day, capacity, taken) "
            "SELECT location_id, '2026-03-02', 1, 1 FROM location"
        )
    option = promised(context, order("R", {"tent": 1})).cheapest
    [shipment] = option.shipments
    assert shipment.starts_on == date(2026, 3, 3)
    assert "1 working day of LEJ is full with other orders" in [step.reason for step in shipment.steps]


LINES = st.dictionaries(st.sampled_from(["tent", "lamp", "mug"]), st.integers(1, 5), min_size=1, max_size=3)


@given(lines=LINES, to=st.sampled_from(["DE-10115", "NL-1012", "FR-75001"]), wish=st.sampled_from(Wish), data=st.data())
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_serves_as_much_comes_sooner(
    context: Context, lines: dict[str, int], to: str, wish: Wish, data: st.DataObject
) -> None:
    """Whatever the lanes: with those services alone that come by a day before the fastest plan, less can be served or
    it comes no sooner; and the fastest costs no less than the cheapest."""
    days = data.draw(st.lists(st.integers(1, 6), min_size=6, max_size=6))
    lanes = iter(days)
    transits = [
        Transit(tuple(Lane(next(lanes), 0, origins=(code,)) for code in ("LEJ", "AMS", "LIL"))) for _ in range(2)
    ]
    transits = [
        replace(one, lanes=tuple(replace(lane, days_max=lane.days_min) for lane in one.lanes)) for one in transits
    ]
    cheap, dear = transits
    publish(context, _with(cheap, dear))
    found = promised(context, order("R", lines, to=to, wish=wish))
    fast = found.fastest
    if fast is None:
        assert not found.cheapest.shipments
        return
    assert fast.penalty == found.cheapest.penalty
    assert fast.cost.minor >= found.cheapest.cost.minor
    assert fast.delivery.missing in ((), ("supply",))
    last = max(one.delivery.latest for one in fast.shipments if one.delivery.latest)
    sooner = [replace(one, lanes=tuple(lane for lane in one.lanes if _comes(lane) < last)) for one in (cheap, dear)]
    publish(context, _with(*sooner))
    [other] = [promised(context, order("R", lines, to=to, wish=wish))]
    rest = other.fastest
    assert rest is None or rest.penalty.minor > fast.penalty.minor or not rest.shipments


def _lane(days: int, origin: str) -> Lane:
    return Lane(days, days, origins=(origin,))


def _with(cheap: Transit, dear: Transit) -> SmallWorld:
    return replace(
        WORLD, carriers=(moved("parcel", "parcel-1", EVERYWHERE, cheap), moved("flash", "flash-1", DEAR, dear))
    )


def _comes(lane: Lane) -> date:
    """The day of delivery of what leaves on Monday 2 March."""
    return date(2026, 3, 2 + lane.days_min + (2 if lane.days_min > 4 else 0))
