"""The table that ships: what it knows, and that it is what the script makes."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stockmesh.domain.network.countries import COUNTRIES
from stockmesh.domain.network.distance import Point, straight_metres
from stockmesh.domain.network.places import Level
from stockmesh.domain.network.postcodes import TABLED
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.gazetteer.packing import Packed, pack, unpack

GAZETTEER = load_gazetteer()
SCRIPT = Path(__file__).parents[2] / "scripts" / "compile_gazetteer.py"
PACKAGE = files("stockmesh.gateways.gazetteer")


def test_the_table_knows_the_postal_areas_of_europe_and_north_america() -> None:
    assert len(GAZETTEER.codes.key) == 418_191
    assert len((PACKAGE / "postal_areas.bin").read_bytes()) < 1_600_000
    assert "GeoNames" in (PACKAGE / "ATTRIBUTION.txt").read_text()


@pytest.mark.parametrize(
    ("country", "postcode", "latitude", "longitude"),
    [
        ("GB", "SW1A 1AA", 51.501, -0.142),
        ("GB", "EH1 1YZ", 55.950, -3.190),
        ("GB", "JE2 3AB", 49.190, -2.100),
        ("IE", "D02 AF30", 53.339, -6.253),
        ("DE", "1067", 51.058, 13.721),
        ("DE", "20095", 53.551, 10.001),
        ("NL", "1012 AB", 52.376, 4.897),
        ("FR", "75008", 48.873, 2.313),
        ("FR", "20000", 41.926, 8.737),
        ("IT", "00184", 41.893, 12.494),
        ("ES", "28013", 40.420, -3.706),
        ("PT", "1100-148", 38.711, -9.139),
        ("PL", "00-950", 52.231, 21.016),
        ("SE", "111 22", 59.332, 18.057),
        ("US", "10001", 40.751, -73.997),
        ("US", "501", 40.815, -73.045),
        ("CA", "K1A 0B1", 45.421, -75.700),
    ],
)
def test_postcodes_lie_where_they_are(country: str, postcode: str, latitude: float, longitude: float) -> None:
    fix = GAZETTEER.locate(country, postcode)
    away = straight_metres(fix, Point(round(latitude * 1e6), round(longitude * 1e6)))
    assert fix.level in (Level.EXACT, Level.PREFIX)
    assert away <= max(fix.radius_km, 2) * 1000


def test_greece_is_answered_by_city_and_then_by_country() -> None:
    athens = GAZETTEER.locate("GR", "104 31", "Athina")
    assert (athens.level, athens.area, athens.latitude_e6) == (Level.CITY, "10431", 37_984_000)
    assert GAZETTEER.locate("GR", "713 05", "Ηράκλειο").landmass == "Crete"
    assert GAZETTEER.locate("GR", "104 31").level is Level.COUNTRY


def test_every_country_has_a_centre() -> None:
    assert GAZETTEER.countries == tuple(sorted(COUNTRIES))
    assert {GAZETTEER.locate(country, "").level for country in COUNTRIES} == {Level.COUNTRY}


@pytest.mark.parametrize("name", ["Munich", "München", "Monaco di Baviera", "MUENCHEN", "Munchen"])
def test_great_cities_are_known_by_the_names_people_use(name: str) -> None:
    assert GAZETTEER.locate("DE", "", name).latitude_e6 == 48_137_000


def test_cities_carry_the_population_to_draw_by_and_an_area_of_their_own_country() -> None:
    for country in sorted(TABLED):
        for city in GAZETTEER.cities(country)[:5]:
            fix = GAZETTEER.locate(country, city.area)
            assert fix.level is Level.EXACT
            assert straight_metres(fix, city) < 60_000
    assert GAZETTEER.cities("GB")[0].name == "London"
    assert GAZETTEER.cities("JP")[0].area == ""
    assert all(city.population > 0 for city in GAZETTEER.cities("AU"))


def test_a_great_city_has_many_areas_to_draw_from() -> None:
    london = GAZETTEER.cities("GB")[0]
    assert {"SW1A", "E1", "N1"} <= set(GAZETTEER.areas_near("GB", london, london.radius_km))


@given(st.sampled_from(sorted(COUNTRIES)), st.text(max_size=40), st.text(max_size=40))
def test_any_text_in_any_country_is_located(country: str, postcode: str, city: str) -> None:
    fix = GAZETTEER.locate(country, postcode, city)
    assert abs(fix.latitude_e6) <= 90_000_000
    assert abs(fix.longitude_e6) <= 180_000_000
    assert 0 < fix.radius_km <= 20_000


columns = st.lists(st.integers(-(2**61), 2**61), max_size=50)
texts = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=9), max_size=9)


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from("abc"), columns), st.dictionaries(st.sampled_from("xyz"), texts))
def test_what_is_packed_comes_back(numbers: dict[str, list[int]], lines: dict[str, list[str]]) -> None:
    content = Packed({name: np.array(values, dtype=np.int64) for name, values in numbers.items()}, lines)
    again = unpack(pack(content))
    assert again.texts == lines
    assert list(again.columns) == list(content.columns)
    for name, column in content.columns.items():
        assert_array_equal(again.columns[name], column)


@pytest.fixture
def compiled_again(tmp_path: Path) -> bytes:
    target = tmp_path / "again.bin"
    subprocess.run([sys.executable, str(SCRIPT), str(target)], check=True)
    return target.read_bytes()


@pytest.mark.soak
def test_the_script_makes_the_very_table_that_ships(compiled_again: bytes) -> None:
    assert compiled_again == (PACKAGE / "postal_areas.bin").read_bytes()
