"""Zones: the most specific rule wins, and outcodes are compared by letters and number."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.carriers.zones import (
    CountryRule,
    DistanceRule,
    ListRule,
    PrefixRule,
    RangeRule,
    Trip,
    ZoneRule,
    ZoneScheme,
    index_scheme,
    read_range,
    zone_of,
)
from stockmesh.gateways.sample.cards_british import HIGHLANDS, ISLES_AND_ULSTER


def zone(*rules: ZoneRule, country: str, area: str = "", distance: int = 0, rest: str = "") -> str | None:
    return zone_of(index_scheme(ZoneScheme(rules, rest)), Trip(country, area, distance))


@pytest.mark.parametrize(
    ("area", "expected"),
    [("IV1", "range"), ("IV12", "list"), ("IV63", "range"), ("IV64", "letters"), ("I1", "country"), ("W1A", "country")],
)
def test_list_beats_range_beats_prefix_beats_country(area: str, expected: str) -> None:
    rules = (
        CountryRule("country", ("GB",)),
        PrefixRule("letters", "GB", ("IV",)),
        RangeRule("range", "GB", ("IV1-63",)),
        ListRule("list", "GB", ("IV12",)),
    )
    assert zone(*rules, country="GB", area=area) == expected


def test_longest_prefix_wins_whatever_the_order() -> None:
    rules = (PrefixRule("short", "FR", ("2",)), PrefixRule("long", "FR", ("20", "209")))
    assert zone(*rules, country="FR", area="20000") == "long"
    assert zone(*rules, country="FR", area="21000") == "short"


@pytest.mark.parametrize(
    ("prefix", "area", "matches"),
    [("BT", "BT1", True), ("B", "BT1", False), ("IV1", "IV12", False), ("W1", "W1A", True), ("W1A", "W1", False)],
)
def test_a_prefix_with_letters_matches_letters_and_number_whole(prefix: str, area: str, *, matches: bool) -> None:
    assert (zone(PrefixRule("z", "GB", (prefix,)), country="GB", area=area) == "z") is matches


def test_a_range_counts_the_trailing_letter_as_part_of_its_number() -> None:
    assert zone(RangeRule("west-end", "GB", ("W1-2",)), country="GB", area="W1A") == "west-end"
    assert zone(RangeRule("west-end", "GB", ("W1-2",)), country="GB", area="WC1A") is None


def test_digit_ranges_compare_the_leading_digits_only() -> None:
    rule = RangeRule("hawaii", "US", ("967-968",))
    assert zone(rule, country="US", area="96701") == "hawaii"
    assert zone(rule, country="US", area="09670") is None
    assert zone(rule, country="US", area="96") is None


def test_distance_bands_include_their_upper_end_and_stop_beyond_the_last() -> None:
    bands = (DistanceRule("2", "US", 200_000), DistanceRule("1", "US", 100_000))
    found = [
        zone(*bands, country="US", area="10001", distance=metres) for metres in (0, 100_000, 100_001, 200_000, 200_001)
    ]
    assert found == ["1", "1", "2", "2", None]


def test_a_named_country_beats_a_band_and_the_rest_of_the_world_comes_last() -> None:
    rules = (DistanceRule("band", "IE", 10**9), CountryRule("ireland", ("IE",)))
    assert zone(*rules, country="IE", area="D02", rest="world") == "ireland"
    assert zone(*rules, country="ZA", rest="world") == "world"
    assert zone(*rules, country="ZA") is None


def test_among_equal_rules_the_first_wins() -> None:
    assert zone(CountryRule("first", ("FR",)), CountryRule("second", ("FR",)), country="FR") == "first"
    assert zone(RangeRule("a", "GB", ("IV1-9",)), RangeRule("b", "GB", ("IV5-9",)), country="GB", area="IV7") == "a"


@pytest.mark.parametrize(
    ("area", "remote"),
    [
        ("AB30", False), ("AB31", True), ("AB38", True), ("AB39", False), ("AB41", True), ("AB56", True),
        ("FK16", False), ("FK17", True), ("FK21", True), ("HS9", True), ("IV1", True), ("IV63", True),
        ("KW0", True), ("KW17", True), ("PA19", False), ("PA20", True), ("PA78", True), ("PH14", False), ("PH15", True),
        ("PH50", True), ("ZE3", True), ("BT1", True), ("BT94", True), ("B1", False), ("SW1A", False),
    ],
)  # fmt: skip
def test_dpd_remote_outcodes(area: str, *, remote: bool) -> None:
    rule = RangeRule("remote", "GB", (*HIGHLANDS, *ISLES_AND_ULSTER))
    assert (zone(rule, country="GB", area=area) == "remote") is remote


@pytest.mark.parametrize("text", ["", "IV", "IV9-1", "1-10", "iv1-9", "IV1-IV9", "IV1 - 9"])
def test_an_unreadable_range_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(text) + "$"):
        read_range(text, "z")


@given(st.text(max_size=8), st.integers(0, 10**8))
def test_any_area_has_an_answer(area: str, distance: int) -> None:
    rules = (RangeRule("r", "GB", ("IV1-63",)), PrefixRule("p", "GB", ("BT",)), DistanceRule("d", "GB", 1_000))
    assert zone(*rules, country="GB", area=area, distance=distance, rest="w") in {"r", "p", "d", "w"}
