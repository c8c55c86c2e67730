"""Cards: one valid per day, and every problem found before a card is published."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from carrier_cases import card_of, service_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockmesh.domain.carriers.cards import DimensionalRule, RateCard, Service, Step, WeightUnit, ZoneRates, card_on
from stockmesh.domain.carriers.compilation import compile_tariffs
from stockmesh.domain.carriers.refusals import InvalidCard, InvalidService, NoCard, OverlappingCards
from stockmesh.domain.carriers.surcharges import Basis, Break, Fuel, Surcharge
from stockmesh.domain.carriers.validation import card_problems, validate_card, validate_service
from stockmesh.domain.carriers.zones import CountryRule, DistanceRule, RangeRule, ZoneScheme

OLD = card_of((1_000, 100), version="old", valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31))
NEW = card_of((1_000, 110), version="new", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))


def test_both_ends_of_a_card_are_inclusive() -> None:
    assert card_on((OLD, NEW), date(2025, 12, 31)) is OLD
    assert card_on((OLD, NEW), date(2026, 1, 1)) is NEW


def test_overlapping_dates_name_both_versions_and_the_shared_days() -> None:
    early = card_of((1_000, 120), version="early", valid_from=date(2025, 12, 1), valid_to=date(2026, 3, 31))
    with pytest.raises(OverlappingCards) as refused:
        card_on((OLD, early), date(2025, 6, 1))
    assert refused.value.facts() == {
        "first_version": "old",
        "second_version": "early",
        "from_day": date(2025, 12, 1),
        "to_day": date(2025, 12, 31),
    }
    with pytest.raises(OverlappingCards, match="'old' and 'early' are both valid from 2025-12-01 to 2025-12-31"):
        validate_service(service_of(OLD, early))


def test_a_day_without_a_card_is_refused_with_the_known_versions() -> None:
    with pytest.raises(NoCard) as refused:
        card_on((OLD, NEW), date(2027, 1, 1))
    assert (refused.value.code, refused.value.versions) == ("no_card", ("old", "new"))


def test_a_pound_is_exact() -> None:
    assert WeightUnit.LB.thousandth_mg * 100_000 == 45_359_237
    assert WeightUnit.LB.cubic_um3 == 16_387_064_000_000


def test_a_sound_card_has_no_problems() -> None:
    assert card_problems(OLD) == ()


PROBLEMS: dict[str, dict[str, Any]] = {
    "it ends on 2025-12-31, before it begins on 2026-01-01": {"valid_to": date(2025, 12, 31)},
    "currency 'XXX' is unknown": {"currency": "XXX"},
    "the weight step must be at least a thousandth of the unit": {"weight_step": 0},
    "the minimum charge is negative": {"minimum_minor": -1},
    "the minimum charge is 10000000000, beyond 1000000000": {"minimum_minor": 10**10},
    "the fuel rate is negative": {"fuel": Fuel(-1)},
    "the dimensional divisor must be positive": {"dimensional": (DimensionalRule(0),)},
    "the dimensional threshold is negative": {"dimensional": (DimensionalRule(5_000, -1),)},
    "the source of the figures is missing": {"source": ""},
    "zone 'home': 'uk' is not a country code": {"scheme": ZoneScheme((CountryRule("home", ("uk",)),))},
    "zone 'home': the distance is negative": {"scheme": ZoneScheme((DistanceRule("home", "GB", -1),))},
    "zone 'home': the range 'IV9-1' cannot be read (write IV1-63 or 967-968)": {
        "scheme": ZoneScheme((RangeRule("home", "GB", ("IV9-1",)),))
    },
    "zone 'home' has prices but no rule leads to it": {"scheme": ZoneScheme((CountryRule("else", ("GB",)),))},
    "it has no prices": {"rates": ()},
    "zone 'home' has no breaks": {"rates": (ZoneRates("home", ()),)},
    "zone 'home' is priced 2 times": {"rates": (ZoneRates("home", (Break(1, 1),)),) * 2},
    "zone 'home': break 1000 does not lie above 2000": {
        "rates": (ZoneRates("home", (Break(2_000, 1), Break(1_000, 2))),)
    },
    "zone 'home': break 0 does not lie above 0": {"rates": (ZoneRates("home", (Break(0, 1),)),)},
    "zone 'home': the price up to 1000 is negative": {"rates": (ZoneRates("home", (Break(1_000, -1),)),)},
    "zone 'home': break 1000 does not lie on the weight step 300": {"weight_step": 300},
    "zone 'home': step 0 must be a multiple of 1, at least 10": {
        "rates": (ZoneRates("home", (Break(1_000, 1),), Step(0, 1)),)
    },
    "zone 'home': the price of a step is negative": {
        "rates": (ZoneRates("home", (Break(1_000, 1),), Step(1_000, -1)),)
    },
    "surcharge 'x' is negative": {"surcharges": (Surcharge("x", Basis.PARCEL, -1),)},
    "surcharge 'x': the volume is negative": {"surcharges": (Surcharge("x", Basis.PARCEL, 1, volume_over=-1),)},
    "surcharge 'x': a volume belongs to a parcel, not to the consignment": {
        "surcharges": (Surcharge("x", Basis.CONSIGNMENT, 1, volume_over=1),)
    },
    "surcharge 'x': a flat amount has no share": {"surcharges": (Surcharge("x", Basis.PARCEL, 1, 1),)},
    "surcharge 'x': zone 'moon' has no prices": {"surcharges": (Surcharge("x", Basis.PARCEL, 1, zones=("moon",)),)},
    "surcharge 'x' stands 2 times": {"surcharges": (Surcharge("x", Basis.PARCEL, 1),) * 2},
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_each_problem_is_named(problem: str) -> None:
    assert problem in card_problems(card_of((1_000, 100), **PROBLEMS[problem]))


def test_a_service_without_room_or_origin_is_refused_with_every_problem() -> None:
    nowhere = replace(service_of(OLD, weight_max_kg=0, volume_max_um3=0), origin_countries=())
    with pytest.raises(InvalidService, match=r"weighs more than nothing.*must be positive.*picks up in no country"):
        validate_service(nowhere)


def test_every_problem_is_listed_at_once() -> None:
    broken = card_of((2_000, -1), (1_000, 5), source="", minimum_minor=-1)
    with pytest.raises(InvalidCard) as refused:
        validate_card(broken)
    assert len(refused.value.problems) == 4
    assert all(problem in str(refused.value) for problem in refused.value.problems)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.from_type(RateCard))
def test_any_card_is_either_refused_with_its_problems_or_compiles(card: RateCard) -> None:
    service = service_of(card)
    if card_problems(card):
        with pytest.raises(InvalidCard):
            compile_tariffs([service], card.valid_from, {})
    elif is_refused(service):
        with pytest.raises(InvalidCard, match="the dearest parcel"):
            compile_tariffs([service], card.valid_from, {card.currency: 1_000_000})
    else:
        compiled = compile_tariffs([service], card.valid_from, {card.currency: 1_000_000})
        assert [zone for _, zone in compiled.tariff_of] == [rates.zone for rates in card.rates]


def is_refused(service: Service) -> bool:
    """Whether a service whose cards are sound by themselves cannot be sold."""
    try:
        validate_service(service)
    except InvalidCard:
        return True
    return False
