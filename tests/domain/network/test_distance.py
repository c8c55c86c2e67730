"""Straight lines, roads estimated from them, and the sea between."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.network.distance import (
    Point,
    RoadRouter,
    StraightLineEstimate,
    crosses_sea,
    road_metres,
    straight_metres,
    straight_metres_matrix,
)
from stockmesh.domain.network.landmass import MAINLAND, landmass_of

LONDON, PARIS = Point(51_507_200, -127_600), Point(48_856_600, 2_352_200)
HAMBURG, MUNICH = Point(53_550_000, 10_000_000), Point(48_137_000, 11_575_000)
LYON = Point(45_764_000, 4_835_700)

points = st.builds(Point, st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))


def test_london_to_paris_is_343_kilometres_and_530_metres() -> None:
    assert straight_metres(LONDON, PARIS) == 343_530


@pytest.mark.parametrize(
    ("start", "end", "straight_km", "road_km"), [(HAMBURG, MUNICH, 612, 805), (LYON, PARIS, 392, 471)]
)
def test_published_distances_come_out(start: Point, end: Point, straight_km: int, road_km: int) -> None:
    assert straight_metres(start, end) == pytest.approx(straight_km * 1000, rel=0.005)
    estimate = StraightLineEstimate().roads([start], [end]).metres[0, 0]
    assert estimate == pytest.approx(road_km * 1000, rel=0.1)


@given(points, points)
def test_the_matrix_agrees_with_the_single_figure_both_ways(start: Point, end: Point) -> None:
    there_and_back = straight_metres_matrix([start, end], [end, start])
    assert abs(int(there_and_back[0, 0]) - straight_metres(start, end)) <= 1
    assert there_and_back[0, 0] == there_and_back[1, 1]
    assert there_and_back[0, 1] == there_and_back[1, 0] == 0


@given(points, points, points)
def test_a_detour_is_never_shorter(start: Point, over: Point, end: Point) -> None:
    assert straight_metres(start, end) <= straight_metres(start, over) + straight_metres(over, end) + 2


def test_roads_are_whole_metres_rounded_half_up() -> None:
    assert road_metres(np.array([5, 10, 1000]), 1_300_000).tolist() == [7, 13, 1300]
    assert road_metres(np.array([5]), 1_290_000).tolist() == [6]


def test_a_router_answers_a_row_per_origin_and_a_column_per_destination() -> None:
    router: RoadRouter = StraightLineEstimate(circuity_ppm=1_000_000)
    roads = router.roads([LONDON, HAMBURG], [PARIS, MUNICH, HAMBURG])
    assert roads.metres.shape == roads.seconds.shape == roads.is_available.shape == (2, 3)
    assert roads.metres[0, 0] == 343_530
    assert roads.seconds[0, 0] == 343_530 // 20
    assert roads.is_available.all()


def test_the_sea_lies_between_landmasses() -> None:
    flags = crosses_sea(["Great Britain", MAINLAND], ["Ireland", MAINLAND, "Great Britain"])
    assert flags.tolist() == [[True, True, False], [True, False, True]]


@pytest.mark.parametrize(
    ("country", "area", "landmass"),
    [
        ("GB", "SW1A", "Great Britain"),
        ("GB", "BT1", "Ireland"),
        ("GB", "B1", "Great Britain"),
        ("GB", "IV51", "Great Britain"),  # Skye has a bridge
        ("GB", "PO30", "Isle of Wight"),
        ("GB", "PO3", "Great Britain"),
        ("GB", "ZE1", "Shetland"),
        ("IE", "", "Ireland"),
        ("IM", "IM1", "Isle of Man"),
        ("JE", "JE2", "Jersey"),
        ("GG", "GY1", "Guernsey"),
        ("IS", "101", "Iceland"),
        ("MT", "VLT", "Malta"),
        ("CY", "1010", "Cyprus"),
        ("AX", "22100", "Åland"),
        ("FI", "22100", "Åland"),
        ("FR", "20000", "Corsica"),
        ("FR", "75008", MAINLAND),
        ("FR", "97400", "Réunion"),
        ("IT", "09100", "Sardinia"),
        ("IT", "90100", "Sicily"),
        ("IT", "00184", MAINLAND),
        ("ES", "07001", "Balearic Islands"),
        ("ES", "35001", "Canary Islands"),
        ("ES", "38001", "Canary Islands"),
        ("PT", "9000001", "Madeira"),
        ("PT", "9500001", "Azores"),
        ("GR", "71201", "Crete"),
        ("GR", "10431", MAINLAND),
        ("US", "96801", "Hawaii"),
        ("US", "99501", "North America"),
        ("CA", "K1A", "North America"),
        ("CA", "A1A", "Newfoundland"),
        ("DK", "1050", MAINLAND),
        ("SE", "11122", MAINLAND),
        ("NO", "0010", MAINLAND),
        ("SG", "", MAINLAND),
        ("JP", "", "Japan"),
    ],
)
def test_places_lie_on_their_landmass(country: str, area: str, landmass: str) -> None:
    assert landmass_of(country, area, 0, 0) == landmass


def test_without_a_postal_area_the_position_tells_the_island() -> None:
    assert landmass_of("GR", "", 35_328_000, 25_143_000) == "Crete"
    assert landmass_of("GR", "", 37_984_000, 23_728_000) == MAINLAND
    assert landmass_of("AU", "", -42_879_000, 147_329_000) == "Tasmania"
