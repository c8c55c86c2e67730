"""Figures that carriers publish, on cards written as they publish them: to the cent, on and beside every bound."""

from datetime import date
from fractions import Fraction

import pytest
from carrier_cases import card_of, compiled_of, price_of, service_of

from stockmesh.domain.carriers.boxes import Sides, sort_sides
from stockmesh.domain.carriers.cards import (
    DimensionalRule,
    Measure,
    RateCard,
    SideRounding,
    SizeClass,
    WeightUnit,
    ZoneRates,
    card_of_day,
)
from stockmesh.domain.carriers.limits import parcel_limits
from stockmesh.domain.carriers.rating import (
    Parcel,
    ShipmentLine,
    ShipmentQuote,
    Unavailable,
    billable_thousandths,
    measured,
    price_parcel,
    quote_shipment,
)
from stockmesh.domain.carriers.refusals import Reason
from stockmesh.domain.carriers.surcharges import Basis, Break, Fuel, FuelWeek, Surcharge, Tax
from stockmesh.domain.carriers.zones import (
    CountryRule,
    DistanceRule,
    ListRule,
    MatrixRule,
    PrefixRule,
    RangeRule,
    Trip,
    ZoneScheme,
    index_scheme,
    zone_of,
)

INCH, CM, KG = 25_400, 10_000, 1_000_000
POUND_MG = 453_592

GROUND = card_of(
    currency="USD",
    weight_unit=WeightUnit.LB,
    weight_step=1_000,
    rates=(ZoneRates("home", (Break(1_000, 841), Break(10_000, 1549), Break(20_000, 2238), Break(21_000, 2412))),),
    dimensional=(
        DimensionalRule(166, 1_728, valid_to=date(2026, 7, 11)),
        DimensionalRule(139, 1_728, valid_from=date(2026, 7, 12)),
    ),
    surcharges=(
        Surcharge("over-22-inches", Basis.PARCEL, 400, longest_over_um=22 * INCH, group="length"),
        Surcharge("over-30-inches", Basis.PARCEL, 840, longest_over_um=30 * INCH, group="length"),
        Surcharge("over-2-cubic-feet", Basis.PARCEL, 1800, volume_over=3_456),
    ),
)


def charged(card: RateCard, parcel: Parcel, day: date = date(2026, 3, 1)) -> int:
    """Minor units by the reference rater, and by the compiled tariff on the day of the tests."""
    price = price_parcel(card_of_day(card, day), "home", parcel).bill.total_minor
    if day == date(2026, 3, 1):
        assert price_of(compiled_of(service_of(card)), parcel) == price
    return price


def box(*inches: float, pounds: float = 6) -> Parcel:
    """A parcel of these sides, in whatever order."""
    sides = sort_sides(*(int(inch * INCH) for inch in inches))
    return Parcel(int(pounds * POUND_MG), sides.volume_um3, (sides,))


def test_six_pounds_in_24_by_12_by_12_inches_to_zone_5() -> None:
    """3,456 cubic inches are not above 3,456; 20.8 lb bill 21: 24.12, and 4.00 for a length above 22 inches."""
    for sides in ((24, 12, 12), (12, 24, 12), (12, 12, 24)):
        assert charged(GROUND, box(*sides)) == 2812


def test_length_is_asked_for_strictly_beyond_22_and_30_inches_and_once() -> None:
    lengths = {22: 0, 22.01: 400, 30: 400, 30.01: 840}
    assert {inches: charged(GROUND, box(inches, 5, 5, pounds=1)) - 841 for inches in lengths} == lengths


def test_a_new_divisor_counts_from_its_day() -> None:
    """24 x 12 x 12 inches weigh 20.8 lb by 166, 24.9 by 139; a card that ends at 21 lb then takes it no more."""
    parcel = box(24, 12, 12)
    billed = [billable_thousandths(card_of_day(GROUND, date(2026, 7, day)), parcel) for day in (11, 12)]
    assert billed == [21_000, 25_000]


COUNTER = card_of(
    rates=(
        ZoneRates("home", (Break(2_000, 445),), size="small"),
        ZoneRates("home", (Break(2_000, 725), Break(10_000, 905), Break(20_000, 1365)), size="medium"),
    ),
    sizes=(
        SizeClass("small", 45 * CM, 35 * CM, 16 * CM),
        SizeClass("medium", 61 * CM, 46 * CM, 46 * CM),
    ),
)


@pytest.mark.parametrize(
    ("grams", "sides_cm", "pence"),
    [
        (2_000, (45, 35, 16), 445),
        (2_000, (16, 45, 35), 445),
        (2_001, (45, 35, 16), 905),
        (2_000, (45.1, 35, 16), 725),
        (2_000, (45, 35, 16.1), 725),
        (10_000, (61, 46, 46), 905),
        (10_001, (61, 46, 46), 1365),
        (20_000, (61, 46, 46), 1365),
    ],
)
def test_counter_parcels_by_size_and_weight(grams: int, sides_cm: tuple[float, ...], pence: int) -> None:
    """Both bounds inclusive: 2.000 kg travel small, 2.001 kg medium up to 10 kg."""
    sides = sort_sides(*(int(side * CM) for side in sides_cm))
    assert charged(COUNTER, Parcel(grams * 1_000, sides.volume_um3, (sides,))) == pence


def test_beyond_the_largest_class_a_service_takes_nothing() -> None:
    service = service_of(COUNTER)
    for sides, reason in ((Sides(62 * CM, 1, 1), Reason.TOO_LONG), (Sides(47 * CM, 47 * CM, 1), Reason.TOO_LARGE)):
        quote = quote_shipment(service, COUNTER, "home", [ShipmentLine(KG, 1, 1, sides)])
        assert quote == Unavailable("post", reason)


def test_goods_that_fit_small_one_by_one_travel_medium_when_there_are_too_many() -> None:
    """Three boxes of twelve litres weigh 1.5 kg and fill more than the 25.2 litres of a small parcel."""
    unit = Sides(40 * CM, 30 * CM, 10 * CM)
    quote = quote_shipment(service_of(COUNTER), COUNTER, "home", [ShipmentLine(500_000, unit.volume_um3, 3, unit)])
    assert isinstance(quote, ShipmentQuote)
    assert [(one.size, one.bill.total_minor) for one in quote.parcels] == [("medium", 725)]


@pytest.mark.parametrize(("share", "least", "base", "total"), [
    (1_200_000, 775, 500, 1275), (1_200_000, 775, 1000, 2200), (1_650_000, 1325, 500, 1825),
    (1_650_000, 1325, 1000, 2650),
])  # fmt: skip
def test_zonal_surcharge_is_a_share_or_its_minimum(share: int, least: int, base: int, total: int) -> None:
    card = card_of((1_000, base), surcharges=(Surcharge("zonal", Basis.SHARE_OF_BASE, least, share),))
    assert charged(card, Parcel(KG, 1)) == total


REMOTE = ZoneScheme(
    (
        RangeRule("remote", "GB", ("AB31-38", "AB41-56", "FK17-21", "HS1-9", "IV1-63", "KW0-17", "PA20-78", "PH15-50",
                                   "ZE1-3")),
        PrefixRule("remote", "GB", ("BT",)),
        CountryRule("mainland", ("GB",)),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("area", "zone"),
    [("IV1", "remote"), ("IV12", "remote"), ("IV63", "remote"), ("IV64", "mainland"), ("AB30", "mainland"),
     ("AB31", "remote"), ("AB39", "mainland"), ("AB41", "remote"), ("AB56", "remote"), ("AB57", "mainland"),
     ("BT1", "remote"), ("B1", "mainland"), ("W1A", "mainland"), ("ZE3", "remote"), ("KW0", "remote"),
     ("", "mainland")],
)  # fmt: skip
def test_remote_outcodes_by_letters_and_number(area: str, zone: str) -> None:
    assert zone_of(index_scheme(REMOTE), Trip("GB", area)) == zone


def test_parcels_by_longest_side_and_girth() -> None:
    """At most 175 cm long, at most 300 cm with once around, at most 31.5 kg; volume in cm3 by 4,000."""
    card = card_of((31_500, 900), dimensional=(DimensionalRule(4_000),))
    service = service_of(card, weight_max_kg=32)
    narrow = type(service)(**{**vars(service), "parcel_side_max_um": 175 * CM, "parcel_girth_max_um": 300 * CM})
    for sides, reason in (
        (Sides(175 * CM, 31 * CM, 31 * CM), None),
        (Sides(175 * CM + 1, 10 * CM, 10 * CM), Reason.TOO_LONG),
        (Sides(100 * CM, 50 * CM, 50 * CM), None),
        (Sides(100 * CM, 50 * CM, 50 * CM + 1), Reason.TOO_LARGE),
    ):
        quote = quote_shipment(narrow, card, "home", [ShipmentLine(KG, 1, 1, sides)])
        assert getattr(quote, "reason", None) is reason
    heavy = quote_shipment(narrow, card, "home", [ShipmentLine(31_500_001, 1, 1)])
    assert heavy == Unavailable("post", Reason.TOO_HEAVY)
    assert billable_thousandths(card, Parcel(1, 60 * 40 * 40 * CM**3)) == 24_000


def test_sides_are_rounded_as_the_rule_says_before_they_make_a_volume() -> None:
    """10.5 x 10.4 x 9.6 cm: as they are 1,048.32 cm3, half up 11 x 10 x 10, up 11 x 11 x 10."""
    volumes = {}
    for rounding in SideRounding:
        card = card_of((1_000, 1), dimensional=(DimensionalRule(5_000, sides=rounding),))
        parcel = measured(card, Sides(105_000, 104_000, 96_000), 1)
        volumes[rounding] = Fraction(parcel.volume_um3, CM**3)
    assert volumes == {
        SideRounding.NONE: Fraction(104_832, 100),
        SideRounding.HALF_UP: Fraction(1_100),
        SideRounding.UP: Fraction(1_210),
    }


def test_the_bill_goes_from_table_to_tax_in_the_order_of_work() -> None:
    """10.00 less 10 %, at least 9.50; 2 kg at 0.30; the dearer of two extras; fuel of its week; 19 % on the rest."""
    card = card_of(
        (5_000, 1000),
        discount_ppm=100_000,
        minimum_minor=950,
        surcharges=(
            Surcharge("by-weight", Basis.WEIGHT, 30),
            Surcharge("evening", Basis.PARCEL, 120, group="extra"),
            Surcharge("doorstep", Basis.PARCEL, 200, group="extra", is_taxable=False),
            Surcharge("peak", Basis.PARCEL, 500, valid_from=date(2026, 11, 1), valid_to=date(2026, 12, 24)),
            Surcharge("heavy", Basis.TABLE, table=(Break(2_000, 0), Break(5_000, 700))),
        ),
        fuel=Fuel(0, weeks=(FuelWeek(date(2026, 2, 23), 100_000), FuelWeek(date(2026, 3, 2), 120_000))),
        tax=Tax(190_000, is_reclaimed=False),
    )
    bill = price_parcel(card_of_day(card, date(2026, 3, 1)), "home", Parcel(1_500_000, 1)).bill
    assert {line.code: line.amount_micro // 100 for line in bill.lines} == {
        "base": 100_000, "discount": -10_000, "minimum": 5_000, "by-weight": 6_000, "doorstep": 20_000, "fuel": 9_500,
        "tax": 20_995, "rounding": 5,
    }  # fmt: skip
    assert (bill.total_minor, bill.tax_minor) == (1515, 210)


def test_tax_that_is_got_back_is_no_cost() -> None:
    """119 with 19 % within cost 100; 100 with 19 % on top cost 100 too, or 119 when nobody gives it back."""
    taxes = {Tax(190_000, is_included=True): 119, Tax(190_000): 100, Tax(190_000, is_reclaimed=False): 100}
    bills = [price_parcel(card_of((1_000, base), tax=tax), "home", Parcel(1, 1)).bill for tax, base in taxes.items()]
    assert [(bill.total_minor, bill.tax_minor) for bill in bills] == [(100, 19), (100, 19), (119, 19)]


def test_a_matrix_of_origins_wins_over_a_prefix_of_the_same_length_and_a_longer_prefix_over_it() -> None:
    scheme = index_scheme(
        ZoneScheme(
            (
                MatrixRule("2", "US", ("100", "11"), "US", ("900", "10")),
                PrefixRule("5", "US", ("900", "9001")),
                ListRule("9", "US", ("90010",)),
                DistanceRule("8", "US", 5_000_000),
            )
        )
    )
    found = [
        zone_of(scheme, Trip("US", area, 1, "US", origin))
        for area, origin in (
            ("90002", "10011"),
            ("90002", "94105"),
            ("90012", "10011"),
            ("90010", "10011"),
            ("10001", "11201"),
        )
    ]
    assert found == ["2", "5", "5", "9", "2"]


def test_cubic_tiers_bill_by_volume_alone() -> None:
    """Tenths of a cubic foot, whatever the weight."""
    card = card_of(
        currency="USD",
        weight_unit=WeightUnit.LB,
        measure=Measure.VOLUME,
        rates=(ZoneRates("home", (Break(172_800, 700), Break(345_600, 900))),),
    )
    prices = [
        charged(card, Parcel(weight, volume * INCH**3))
        for weight, volume in ((1, 172), (15 * KG, 172), (1, 173), (1, 345))
    ]
    assert prices == [700, 700, 900, 900]
    limits = parcel_limits(service_of(card), card, card.find_rates("home"))
    assert limits.volume_um3 == 345_600 * INCH**3 // 1_000
