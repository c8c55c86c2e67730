"""Postcodes as people type them become the areas the books hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.network.countries import COUNTRIES, country_code, fold_name
from stockmesh.domain.network.postcodes import ensure_postcode, is_postal_area, postal_area, shorter_areas
from stockmesh.domain.network.refusals import UnknownCountry, UnknownPostcode

WRITTEN = [
    # outcodes, with and without the rest
    ("GB", "SW1A 1AA", "GB", "SW1A"),
    ("GB", "sw1a1aa", "GB", "SW1A"),
    ("GB", "SW1A", "GB", "SW1A"),
    ("GB", "E1 6AN", "GB", "E1"),
    ("GB", "IV12 4AB", "GB", "IV12"),
    ("uk", "BT1 5GS", "GB", "BT1"),
    ("United Kingdom", " m1  1ae ", "GB", "M1"),
    # Crown dependencies on a British form
    ("GB", "JE2 3AB", "JE", "JE2"),
    ("GB", "GY1 1AA", "GG", "GY1"),
    ("GB", "IM1 1AA", "IM", "IM1"),
    ("JE", "JE2 3AB", "JE", "JE2"),
    # first three signs
    ("IE", "D02 AF30", "IE", "D02"),
    ("EIRE", "d6w xy12", "IE", "D6W"),
    ("CA", "K1A 0B1", "CA", "K1A"),
    ("MT", "VLT 1117", "MT", "VLT"),
    ("MT", "MTF 1000", "MT", "MTF"),
    # digits first
    ("NL", "1012 AB", "NL", "1012"),
    ("US", "10001-1234", "US", "10001"),
    ("FR", "75008 CEDEX 08", "FR", "75008"),
    # leading zeros that a spreadsheet ate
    ("DE", "1067", "DE", "01067"),
    ("US", "501", "US", "00501"),
    ("US", "2134-1234", "US", "02134"),
    ("ES", "7001", "ES", "07001"),
    ("RO", "10011", "RO", "010011"),
    # the country's own sign
    ("DE", "D-10115", "DE", "10115"),
    ("DE", "DE-10115", "DE", "10115"),
    ("FR", "F-75008", "FR", "75008"),
    ("SE", "SE-111 22", "SE", "11122"),
    ("LU", "L-1111", "LU", "1111"),
    ("LV", "LV-1010", "LV", "1010"),
    ("AD", "AD100", "AD", "100"),
    # codes as their post writes them
    ("PL", "00-001", "PL", "00001"),
    ("PT", "1100-148", "PT", "1100148"),
    ("CZ", "110 00", "CZ", "11000"),
    ("JP", "100-0001", "JP", "1000001"),
    ("DE", "１０１１５", "DE", "10115"),  # full-width digits
    # nothing usable
    ("DE", "???", "DE", ""),
    ("DE", "X-10115", "DE", ""),
    ("GB", "", "GB", ""),
]


@pytest.mark.parametrize(("country", "postcode", "home", "area"), WRITTEN)
def test_a_postcode_as_written_becomes_its_area(country: str, postcode: str, home: str, area: str) -> None:
    assert postal_area(country, postcode) == (home, area)


@given(st.sampled_from(sorted(COUNTRIES)), st.text(max_size=60))
def test_any_text_is_read_and_a_well_formed_area_stays_as_it_is(country: str, written: str) -> None:
    place = postal_area(country, written)
    if is_postal_area(*place):
        assert postal_area(*place) == place


@pytest.mark.parametrize("country", ["", "XX", "Atlantis", "G", "\x00"])
def test_a_country_nobody_knows_is_refused(country: str) -> None:
    with pytest.raises(UnknownCountry) as refused:
        postal_area(country, "10115")
    assert refused.value.code == "unknown_country"


def test_countries_are_known_by_code_and_by_name() -> None:
    written = ["de", " DE ", "Germany", "UK", "EL", "USA", "Czech Republic", "EIRE", "Åland Islands", "RSA"]
    assert [country_code(name) for name in written] == ["DE", "DE", "DE", "GB", "GR", "US", "CZ", "IE", "AX", "ZA"]
    assert len({fold_name(name) for name in COUNTRIES.values()}) == len(COUNTRIES)


@pytest.mark.parametrize(
    ("country", "postcode"),
    [
        ("GB", "???"),
        ("GB", "  "),
        ("GB", "LONDON"),
        ("GB", "S" * 40),
        ("IE", "DUBLIN"),
        ("CA", "12345"),
        ("DE", ""),
        ("DE", "123456"),
        ("DE", "1" * 40),
        ("US", "123456"),
        ("NL", "AB 1012"),
        ("PT", "11001"),
        ("JP", "???"),
    ],
)
def test_what_cannot_be_a_postcode_is_refused(country: str, postcode: str) -> None:
    with pytest.raises(UnknownPostcode) as refused:
        ensure_postcode(country, postcode)
    assert refused.value.code == "unknown_postcode"
    assert country in str(refused.value)


def test_a_refused_postcode_comes_with_an_example() -> None:
    assert "SW1A 1AA" in str(UnknownPostcode(country="GB", postcode="?"))
    assert "as the country's post" in str(UnknownPostcode(country="JP", postcode="?"))


@pytest.mark.parametrize("country", ["IE", "AE", "HK", "GR", "AU", "JP"])
def test_an_address_may_lack_a_postcode_where_none_is_needed(country: str) -> None:
    assert ensure_postcode(country, "") == (country, "")


@pytest.mark.parametrize(("country", "postcode", "home", "area"), [row for row in WRITTEN if row[3]])
def test_every_postcode_that_people_write_passes(country: str, postcode: str, home: str, area: str) -> None:
    assert ensure_postcode(country, postcode) == (home, area)


def test_letters_and_number_of_an_outcode_stay_whole() -> None:
    assert shorter_areas("GB", "W1A") == ["W1", "W"]
    assert shorter_areas("GB", "IV12") == ["IV"]
    assert shorter_areas("DE", "10115") == ["1011", "101", "10", "1"]
