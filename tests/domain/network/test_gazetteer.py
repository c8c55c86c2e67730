"""The chain of look-ups on a gazetteer small enough to read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.network.cities import Cities, CityTable
from stockmesh.domain.network.distance import Point
from stockmesh.domain.network.gazetteer import AREA_SIGNS, Gazetteer, Spots, area_key, area_of_key
from stockmesh.domain.network.places import Level
from stockmesh.domain.network.refusals import UnknownCountry

COUNTRIES = ("DE", "GB", "GR", "US")
Row = tuple[str, str, int, int, int]  # country, area, degrees north and east, radius km


def spots(*rows: Row) -> Spots:
    keys = [area_key(COUNTRIES.index(country), area) for country, area, *_ in rows]
    assert keys == sorted(keys)
    north, east, radius = (np.array([row[at] for row in rows], dtype=np.int32) for at in (2, 3, 4))
    return Spots(np.array(keys, dtype=np.int64), north * 1_000_000, east * 1_000_000, radius)


GAZETTEER = Gazetteer(
    countries=COUNTRIES,
    codes=spots(
        ("DE", "01067", 51, 13, 2), ("DE", "10115", 52, 13, 1), ("GB", "BT1", 54, -6, 2), ("GB", "W1", 51, 0, 1)
    ),
    prefixes=spots(
        ("DE", "10", 52, 14, 20), ("DE", "101", 52, 13, 5), ("GB", "BT", 54, -7, 60), ("GB", "W", 51, -1, 9)
    ),
    centroids=spots(
        ("DE", "", 51, 10, 400), ("GB", "", 53, -1, 400), ("GR", "", 39, 23, 300), ("US", "", 39, -95, 2000)
    ),
    city_table=CityTable(
        Cities(
            country=np.array([0, 2, 2, 3, 3], dtype=np.int32),
            name=["München", "Athens", "Irákleion", "Springfield", "Springfield"],
            area=["80313", "", "", "65898", "62701"],
            latitude_e6=np.array([48_137_000, 37_984_000, 35_328_000, 37_215_000, 39_800_000], dtype=np.int32),
            longitude_e6=np.array([11_575_000, 23_728_000, 25_143_000, -93_298_000, -89_640_000], dtype=np.int32),
            radius_km=np.array([15, 10, 5, 5, 5], dtype=np.int32),
            population=np.array([1_505_005, 664_046, 137_154, 170_000, 114_000]),
            also=[(0, "munich"), (1, "αθηνα")],
        )
    ),
)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (("DE", "10115", ""), (Level.EXACT, "10115", 1)),
        (("DE", "D-1067", ""), (Level.EXACT, "01067", 2)),
        (("DE", "10199", ""), (Level.PREFIX, "10199", 5)),
        (("DE", "10999", ""), (Level.PREFIX, "10999", 20)),
        (("DE", "1019999", ""), (Level.PREFIX, "101", 5)),
        (("GB", "W1A 1AA", ""), (Level.PREFIX, "W1A", 1)),
        (("GB", "W12 7RJ", ""), (Level.PREFIX, "W12", 9)),
        (("GB", "BT99 1AA", ""), (Level.PREFIX, "BT99", 60)),
        (("DE", "99999", "Munich"), (Level.CITY, "99999", 15)),
        (("DE", "???", "MUNCHEN (Pasing)"), (Level.CITY, "80313", 15)),
        (("GR", "10431", "Αθήνα"), (Level.CITY, "10431", 10)),
        (("GR", "10431", ""), (Level.COUNTRY, "10431", 300)),
        (("GR", "", "Nowhere"), (Level.COUNTRY, "", 300)),
        (("DE", "Street 1, my own name", ""), (Level.COUNTRY, "", 400)),
    ],
)
def test_the_finest_step_of_the_chain_that_knows_answers(
    written: tuple[str, str, str], found: tuple[Level, str, int]
) -> None:
    fix = GAZETTEER.locate(*written)
    assert (fix.level, fix.area, fix.radius_km) == found


def test_an_unknown_code_of_northern_ireland_still_lies_on_the_irish_landmass() -> None:
    assert GAZETTEER.locate("GB", "BT99 1AA").landmass == "Ireland"
    assert GAZETTEER.locate("GB", "W1 1AA").landmass == "Great Britain"


def test_a_city_without_postal_area_lies_on_its_island() -> None:
    assert GAZETTEER.locate("GR", "", "Irakleion").landmass == "Crete"


def test_a_name_shared_by_cities_answers_the_largest_and_admits_the_distance() -> None:
    fix = GAZETTEER.locate("US", "", "Springfield")
    assert fix.area == "65898"
    assert fix.radius_km > 400


@given(st.sampled_from(COUNTRIES), st.text(max_size=60), st.text(max_size=60))
def test_any_text_in_a_known_country_is_located(country: str, postcode: str, city: str) -> None:
    fix = GAZETTEER.locate(country, postcode, city)
    assert fix.radius_km > 0
    assert fix.landmass


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(UnknownCountry):
        GAZETTEER.locate("XX", "10115")


def test_cities_come_largest_first_with_their_postal_area() -> None:
    assert [(city.name, city.area) for city in GAZETTEER.cities("US")] == [
        ("Springfield", "65898"),
        ("Springfield", "62701"),
    ]
    assert GAZETTEER.cities("GB") == ()


def test_areas_near_a_point_are_those_of_the_country_within_the_radius() -> None:
    berlin = Point(52_000_000, 13_000_000)
    assert GAZETTEER.areas_near("DE", berlin, 10) == ("10115",)
    assert GAZETTEER.areas_near("DE", berlin, 120) == ("01067", "10115")
    assert GAZETTEER.areas_near("GR", berlin, 5000) == ()


areas = st.text("0123456789ABCXYZ", min_size=1, max_size=AREA_SIGNS)


@given(st.integers(0, 300), areas)
def test_an_area_comes_back_from_its_key(country: int, area: str) -> None:
    assert area_of_key(area_key(country, area)) == area


@given(areas, areas)
def test_keys_order_as_the_areas_do(one: str, other: str) -> None:
    assert (area_key(1, one) < area_key(1, other)) == (one < other)
    assert area_key(0, one) < area_key(1, other)
