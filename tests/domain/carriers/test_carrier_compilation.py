"""Compiled tariffs price exactly as the reference rater, to the minor unit."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from carrier_cases import (
    CUBIC_CM,
    DAY,
    SIDES,
    Case,
    card_of,
    cases,
    compiled_of,
    price_of,
    service_of,
    shipped,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from stockmesh.domain.carriers.boxes import Sides
from stockmesh.domain.carriers.cards import DimensionalRule, Step, ZoneRates
from stockmesh.domain.carriers.compilation import compile_tariffs
from stockmesh.domain.carriers.limits import parcel_limits
from stockmesh.domain.carriers.parcels import Freight
from stockmesh.domain.carriers.rating import Parcel, ShipmentLine, ShipmentQuote, price_parcel, quote_shipment
from stockmesh.domain.carriers.refusals import InvalidCard, NoExchangeRate, OverlappingCards, Reason
from stockmesh.domain.carriers.surcharge_checks import AMOUNT_MAX_MINOR
from stockmesh.domain.carriers.surcharges import Basis, Break, Fuel, FuelBasis, Surcharge
from stockmesh.domain.carriers.tariffs import FREIGHT_MAX_MINOR, UNAVAILABLE, Tariffs, to_book
from stockmesh.domain.carriers.zones import CountryRule, Trip, ZoneScheme
from stockmesh.domain.kernel.money import PPM, divide_half_up
from stockmesh.gateways.sample.cards import SAMPLE_FX_PPM, sample_carriers

SERVICES = [service for carrier in sample_carriers() for service in carrier.services]
SAMPLE = compile_tariffs(SERVICES, date(2026, 6, 1), SAMPLE_FX_PPM)


def parcel_at_an_edge(case: Case, data: st.DataObject) -> Parcel:
    """A parcel on or beside thresholds of the card by weight, volume and sides; one that the service takes."""
    weights, volumes = case.edges
    limits = parcel_limits(case.service, case.card, case.card.find_rates("home"))
    parcel = Parcel(
        data.draw(st.sampled_from(weights)),
        data.draw(st.sampled_from(volumes)),
        tuple(data.draw(st.lists(SIDES, max_size=3))),
    )
    return parcel if all(map(parcel.fits, limits.boxes)) else parcel._replace(inside=())


@settings(max_examples=400, deadline=None)
@given(cases(), st.data())
def test_a_parcel_on_any_edge_costs_the_same_compiled(case: Case, data: st.DataObject) -> None:
    parcel = parcel_at_an_edge(case, data)
    expected = price_parcel(case.card, "home", parcel).bill.total_minor
    assert price_of(compiled_of(case.service), parcel) == expected


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None)
@given(cases(), st.data())
def test_a_parcel_on_any_edge_costs_the_same_compiled_at_length(case: Case, data: st.DataObject) -> None:
    parcel = parcel_at_an_edge(case, data)
    expected = price_parcel(case.card, "home", parcel).bill.total_minor
    assert price_of(compiled_of(case.service), parcel) == expected


LINES = st.lists(
    st.builds(
        ShipmentLine,
        st.integers(0, 12_000_000),
        st.integers(0, 4 * 10**16),
        st.integers(1, 40),
        st.just(Sides()) | SIDES,
    ),
    min_size=1,
    max_size=5,
)
MISFITS = {Reason.TOO_HEAVY, Reason.TOO_BULKY, Reason.TOO_LONG, Reason.TOO_LARGE}


@settings(max_examples=300, deadline=None)
@given(cases(), LINES)
def test_a_shipment_of_several_lines_costs_the_same_compiled(case: Case, lines: list[ShipmentLine]) -> None:
    quote = quote_shipment(case.service, case.card, "home", lines)
    freight = shipped(compiled_of(case.service), lines)
    if isinstance(quote, ShipmentQuote):
        assert freight == Freight(quote.total_minor, quote.parcel_count)
    else:
        assert quote.reason in MISFITS
        assert freight == Freight(UNAVAILABLE, 0)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(SAMPLE.tariff_of)), LINES)
def test_sample_cards_cost_the_same_compiled(key: tuple[str, str], lines: list[ShipmentLine]) -> None:
    chosen = SAMPLE.chosen[key[0]]
    quote = quote_shipment(chosen.service, chosen.card, key[1], lines)
    freight = shipped(SAMPLE, lines, SAMPLE.tariff_of[key])
    if isinstance(quote, ShipmentQuote):
        assert freight == Freight(quote.total_minor, quote.parcel_count)
        assert freight.card_minor > 0
    else:
        assert freight == Freight(UNAVAILABLE, 0)


@settings(max_examples=200, deadline=None)
@given(cases(rising=True), st.data())
def test_on_a_rising_card_heavier_or_larger_is_never_cheaper(case: Case, data: st.DataObject) -> None:
    one, two = parcel_at_an_edge(case, data), parcel_at_an_edge(case, data)
    both = Parcel(max(one.weight_mg, two.weight_mg), max(one.volume_um3, two.volume_um3), one.inside + two.inside)
    compiled = compiled_of(case.service)
    assert max(price_of(compiled, one), price_of(compiled, two)) <= price_of(compiled, both)


@settings(max_examples=200, deadline=None)
@given(cases(), st.data())
def test_nothing_is_free_by_accident(case: Case, data: st.DataObject) -> None:
    """A price of 0 needs a break of 0, no minimum, and no surcharge."""
    card = case.card
    price = price_of(compiled_of(case.service), parcel_at_an_edge(case, data))
    cheapest = min(each.price_minor for rates in card.rates for each in rates.breaks)
    lowest = max(Fraction(cheapest * (PPM - card.discount_ppm), PPM), Fraction(card.minimum_minor))
    if card.tax.is_included and card.tax.is_reclaimed:
        lowest = lowest * PPM / (PPM + card.tax.rate_ppm)
    assert price >= lowest - Fraction(1, 2)


def test_base_and_oversize_share_one_rounding() -> None:
    """Base 10.00 and outsize 3.00, both fuelled 18.25 %: 15.3725 is 15.37, not 11.83 + 3.55 = 15.38."""
    card = card_of(
        (10_000, 1000),
        surcharges=(Surcharge("outsize", Basis.PARCEL, 300, volume_over=1_000),),
        fuel=Fuel(182_500, FuelBasis.BASE_AND_SURCHARGES),
    )
    compiled = compiled_of(service_of(card))
    assert price_of(compiled, Parcel(1, 1_000 * CUBIC_CM)) == 1183
    assert price_of(compiled, Parcel(1, 1_000 * CUBIC_CM + 1)) == 1537


def test_the_last_break_reaches_exactly_the_parcel_limits_and_none_lies_beyond() -> None:
    card = card_of((1_000, 100), (2_000, 200), (70_000, 300), (10**15, 400), dimensional=(DimensionalRule(5_000),))
    tariffs = compiled_of(service_of(card, weight_max_kg=20, volume_max_um3=10**17)).tariffs
    assert tariffs.break_weight_max_mg.tolist() == [1_000_000, 2_000_000, 20_000_000]
    assert tariffs.break_volume_max_um3.tolist() == [5 * 10**15, 10**16, 10**17]


def test_a_table_that_ends_early_limits_the_parcel_and_heavy_goods_become_several() -> None:
    compiled = compiled_of(service_of(card_of((2_000, 300)), weight_max_kg=30))
    assert shipped(compiled, [ShipmentLine(1_500_000, 1, 3)]) == Freight(900, 3)
    assert shipped(compiled, [ShipmentLine(2_000_001, 1, 1)]) == Freight(UNAVAILABLE, 0)


def test_services_without_a_card_on_the_day_are_left_out_with_the_reason() -> None:
    compiled = compile_tariffs([service_of(card_of((1_000, 1)))], date(2027, 1, 1), {"GBP": 1_000_000})
    assert compiled.left_out == {"post": Reason.NO_CARD}
    assert compiled.find_tariff("post", Trip("GB", "SW1A")) is Reason.NO_CARD
    assert len(compiled.tariffs.rows) == 0


def test_a_destination_finds_its_tariff_or_the_reason_why_not() -> None:
    scheme = ZoneScheme((CountryRule("home", ("GB",)), CountryRule("closed", ("IM",))))
    compiled = compile_tariffs([service_of(card_of((1_000, 1), scheme=scheme))], DAY, {"GBP": 1_000_000})
    assert compiled.find_tariff("post", Trip("GB", "SW1A")) == 0
    assert compiled.find_tariff("post", Trip("IM", "IM1")) is Reason.NO_CARD_FOR_ZONE
    assert compiled.find_tariff("post", Trip("FR", "75001")) is Reason.NO_ZONE


def test_tariffs_stand_in_the_order_of_services_then_zones() -> None:
    expected = [(service.code, rates.zone) for service in SERVICES for rates in SAMPLE.chosen[service.code].card.rates]
    assert list(SAMPLE.tariff_of) == expected
    assert sorted(SAMPLE.tariff_of.values()) == list(SAMPLE.tariff_of.values())


def test_the_card_of_the_day_is_the_one_compiled() -> None:
    before = compile_tariffs(SERVICES, date(2026, 4, 5), SAMPLE_FX_PPM)
    assert before.chosen["pennypost-small"].card.version == "pennypost-small/2025"
    assert SAMPLE.chosen["pennypost-small"].card.version == "pennypost-small/2026"


def with_rate(rate: int) -> Tariffs:
    """The tariffs of the sample with all currencies at a rate."""
    rows = SAMPLE.tariffs.rows.copy()
    rows["fx_ppm"] = rate
    return SAMPLE.tariffs._replace(rows=rows)


@given(st.integers(0, 10**9))
def test_book_currency_is_rounded_half_up_once_per_shipment(card_minor: int) -> None:
    tariff = SAMPLE.tariff_of["kranich-parcel", "home"]
    assert to_book(SAMPLE.tariffs, tariff, card_minor) == divide_half_up(card_minor * 860_000, 1_000_000)


@given(st.integers(0, FREIGHT_MAX_MINOR), st.sampled_from([1, 6_800, 853_217, 1_171_250, 999_999_999]))
def test_freight_of_any_size_and_exchange_rate_is_exact(card_minor: int, rate: int) -> None:
    tariffs = with_rate(rate)
    assert to_book(tariffs, 0, card_minor) == divide_half_up(card_minor * rate, 1_000_000)


@given(st.integers(FREIGHT_MAX_MINOR, 2**62), st.integers(1, 999_999_999))
def test_freight_beyond_all_reason_stays_below_what_cannot_be_sent(card_minor: int, rate: int) -> None:
    tariffs = with_rate(rate)
    assert to_book(tariffs, 0, card_minor) == to_book(tariffs, 0, FREIGHT_MAX_MINOR) < 2**56


@pytest.mark.parametrize("quantity", [1, 2, 3, 1_000])
def test_goods_of_more_than_a_cubic_metre_are_several_parcels(quantity: int) -> None:
    """A service without a volume limit still takes a cubic metre at most: 0.6 m3 twice are two parcels."""
    service = service_of(card_of((30_000, 500)))
    lines = [ShipmentLine(2, 6 * 10**17, quantity), ShipmentLine(1, 10**18, quantity)]
    quote = quote_shipment(service, service.cards[0], "home", lines)
    assert isinstance(quote, ShipmentQuote)
    assert shipped(compiled_of(service), lines) == Freight(1_000 * quantity, 2 * quantity)
    assert quote.total_minor == 1_000 * quantity


def test_a_card_whose_largest_parcel_costs_beyond_reason_is_refused() -> None:
    """10,000,000.00 on the last break are allowed; with fuel on top, or a price for each of a thousand steps, not."""
    dear = card_of((1_000, AMOUNT_MAX_MINOR))
    compile_tariffs([service_of(dear)], DAY, {"GBP": 1_000_000})
    steps = ZoneRates("home", (Break(1_000, 100),), Step(10, AMOUNT_MAX_MINOR // 2))
    for beyond in (replace(dear, fuel=Fuel(1_000)), replace(dear, rates=(steps,))):
        with pytest.raises(InvalidCard, match="the dearest parcel"):
            compile_tariffs([service_of(beyond)], DAY, {"GBP": 1_000_000})


def test_cards_that_cannot_be_sold_are_refused() -> None:
    one = card_of((1_000, 1))
    with pytest.raises(OverlappingCards):
        compile_tariffs([service_of(one, card_of((1_000, 1), version="test/2"))], DAY, {"GBP": 1_000_000})
    with pytest.raises(NoExchangeRate, match="GBP"):
        compile_tariffs([service_of(one)], DAY, {"EUR": 1_000_000})
    with pytest.raises(InvalidCard, match="negative"):
        compile_tariffs([service_of(card_of((1_000, -1)))], DAY, {"GBP": 1_000_000})
