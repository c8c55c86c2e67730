"""What is published of a balance, kits, and promises by date."""

from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.stock.availability import Availability, availability, kits_possible
from stockmesh.domain.stock.promising import project

UNITS = st.integers(0, 1_000)


def test_safety_stock_is_withheld_from_what_a_demand_leaves() -> None:
    assert availability(4, 3, safety_stock=2) == Availability(available=0, withheld=1, shortage=0)


def test_a_channel_buffer_is_withheld_beside_the_safety_stock() -> None:
    assert availability(10, safety_stock=2, channel_buffer=3) == Availability(available=5, withheld=5, shortage=0)


def test_a_demand_beyond_the_supply_is_a_shortage() -> None:
    assert availability(4, 7, safety_stock=2) == Availability(available=0, withheld=0, shortage=3)


@given(UNITS, UNITS, UNITS, UNITS)
def test_every_unit_is_available_withheld_or_demanded(supply: int, demand: int, safety: int, buffer: int) -> None:
    found = availability(supply, demand, safety_stock=safety, channel_buffer=buffer)
    assert found.available + found.withheld - found.shortage == supply - demand
    assert min(found.available, found.withheld, found.shortage) >= 0
    assert found.available == 0 or found.withheld == safety + buffer


def test_a_kit_is_as_available_as_its_scarcest_component() -> None:
    assert kits_possible([(7, 1), (9, 2)]) == 4


def test_a_kit_without_components_cannot_be_made() -> None:
    assert kits_possible([]) == 0


def test_available_to_promise_is_the_published_example() -> None:
    ahead = project(20, supply=[0, 0, 10, 0, 1, 3, 0], demand=[3, 0, 0, 15, 0, 0, 0])
    assert ahead.projected == (17, 17, 27, 12, 13, 16, 16)
    assert ahead.promisable == (12, 12, 12, 12, 13, 16, 16)


def test_supply_that_comes_too_late_shows_in_the_projection_and_promises_nothing() -> None:
    ahead = project(1, supply=[0, 0, 9], demand=[3, 0, 0])
    assert ahead.projected == (-2, -2, 7)
    assert ahead.promisable == (0, 0, 7)


@given(UNITS, st.lists(st.tuples(UNITS, UNITS), min_size=1, max_size=20), st.data())
def test_what_is_promised_on_a_day_can_be_given_on_it_and_breaks_no_later_day(
    on_hand: int, days: list[tuple[int, int]], data: st.DataObject
) -> None:
    supply, demand = [coming for coming, _ in days], [going for _, going in days]
    ahead = project(on_hand, supply, demand)
    day = data.draw(st.integers(0, len(days) - 1))
    demand[day] += ahead.promisable[day]
    after = project(on_hand, supply, demand)
    if ahead.promisable[day]:
        assert min(after.projected[day:]) >= 0
    assert list(ahead.promisable) == sorted(ahead.promisable)
