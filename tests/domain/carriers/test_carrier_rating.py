"""The reference rater: published figures to the cent, and bills that add up."""

from datetime import date

import pytest
from carrier_cases import CUBIC_INCH, Case, card_of, cases, service_of
from hypothesis import given, settings
from hypothesis import strategies as st

from stockmesh.domain.carriers.boxes import Sides
from stockmesh.domain.carriers.cards import DimensionalRule, RateCard, Service, Step, ZoneRates, card_on
from stockmesh.domain.carriers.limits import ParcelLimits
from stockmesh.domain.carriers.rating import (
    Parcel,
    ShipmentLine,
    ShipmentQuote,
    Unavailable,
    form_parcels,
    price_parcel,
    quote_shipment,
)
from stockmesh.domain.carriers.refusals import NoCardForZone, Reason
from stockmesh.domain.carriers.surcharges import Basis, Break, Fuel, FuelBasis, Surcharge
from stockmesh.domain.kernel.checks import Bug
from stockmesh.gateways.sample.cards_british import northroad, pennypost
from stockmesh.gateways.sample.cards_worldwide import prairie

TODAY = date(2026, 5, 1)
KG = 1_000_000


def charged(service: Service, zone: str, weight_mg: int, volume_um3: int = 1) -> int | Reason:
    """Minor units for one unit on the card of the day, or the reason why not."""
    quote = quote_shipment(service, card_on(service.cards, TODAY), zone, [ShipmentLine(weight_mg, volume_um3, 1)])
    return quote.reason if isinstance(quote, Unavailable) else quote.total_minor


def amounts(card: RateCard, zone: str, weight_mg: int, volume_um3: int = 1) -> dict[str, int]:
    """The bill of one parcel by line, in micro-units."""
    parcel = price_parcel(card, zone, Parcel(weight_mg, volume_um3))
    return {line.code: line.amount_micro for line in parcel.bill.lines}


def test_usps_zone_5_six_pounds_of_3456_cubic_inches_bill_21_pounds() -> None:
    """24x12x12 in: 3,456 / 166 = 20.8, so 21 lb at 24.12; not above 3,456, so no 18.00. (+4.00 for length: 28.12.)"""
    card = prairie().services[0].cards[0]
    parcel = price_parcel(card, "5", Parcel(6 * 453_592, 24 * 12 * 12 * CUBIC_INCH))
    assert parcel.billable_thousandths == 21_000
    assert parcel.bill.total_minor == 2412


def test_usps_above_two_cubic_feet_adds_eighteen_dollars() -> None:
    card = prairie().services[0].cards[0]
    one_more = price_parcel(card, "5", Parcel(6 * 453_592, 3_456 * CUBIC_INCH + 1))
    assert one_more.bill.total_minor == 2412 + 1800


def test_usps_up_to_1728_cubic_inches_only_weight_counts() -> None:
    card = prairie().services[0].cards[0]
    assert price_parcel(card, "1", Parcel(1, 1_728 * CUBIC_INCH)).bill.total_minor == 710
    over = price_parcel(card, "1", Parcel(1, 1_728 * CUBIC_INCH + 1))
    assert over.billable_thousandths == 11_000


@pytest.mark.parametrize(
    ("pounds", "cents"),
    [
        (1, (710, 720, 745, 761, 841, 950, 977, 1037, 1037)),
        (10, (1148, 1180, 1265, 1382, 1549, 1854, 2013, 2316, 2316)),
        (20, (1599, 1655, 1744, 1895, 2238, 2648, 3012, 3522, 3522)),
    ],
)
def test_usps_published_anchors(pounds: int, cents: tuple[int, ...]) -> None:
    service = prairie().services[0]
    assert tuple(charged(service, str(zone), pounds * 453_592) for zone in range(1, 10)) == cents


def test_post_office_two_kilograms_inclusive_then_medium() -> None:
    """2.000 kg travels small for 4.45; 2.001 kg no longer fits small, and pays the 10 kg class of medium, 9.05."""
    small, medium = pennypost().services
    assert charged(small, "uk", 2_000_000) == 445
    assert charged(small, "uk", 2_001_000) is Reason.TOO_HEAVY
    assert charged(medium, "uk", 2_000_000) == 725
    assert charged(medium, "uk", 2_001_000) == 905
    assert charged(medium, "uk", 20 * KG) == 1365


@pytest.mark.parametrize(
    ("zone", "base_minor", "surcharge_minor"),
    [("zone-2", 500, 775), ("zone-2", 1000, 1200), ("zone-3", 500, 1325), ("zone-3", 1000, 1650)],
)
def test_parcelforce_zonal_surcharge_is_the_larger_of_share_and_minimum(
    zone: str, base_minor: int, surcharge_minor: int
) -> None:
    zonal = next(each for each in northroad().services[0].cards[0].surcharges if zone in each.zones)
    home = Surcharge(zonal.code, zonal.basis, zonal.amount_minor, zonal.share_ppm)
    card = card_of((1_000, base_minor), surcharges=(home,))
    assert amounts(card, "home", KG) == {"base": base_minor * 10_000, zonal.code: surcharge_minor * 10_000}


@pytest.mark.parametrize(
    ("basis", "is_fuelable", "total"),
    [
        (FuelBasis.BASE, True, 1483),
        (FuelBasis.BASE_AND_SURCHARGES, True, 1537),
        (FuelBasis.BASE_AND_SURCHARGES, False, 1483),
    ],
)
def test_fuel_of_18_25_percent_on_its_declared_basis(basis: FuelBasis, *, is_fuelable: bool, total: int) -> None:
    """Base 10.00, surcharge 3.00: fuel is 1.825 or 2.3725; 14.825 rounds half up to 14.83, 15.3725 to 15.37."""
    extra = Surcharge("extra", Basis.PARCEL, 300, is_fuelable=is_fuelable)
    card = card_of((1_000, 1000), fuel=Fuel(182_500, basis), surcharges=(extra,))
    assert price_parcel(card, "home", Parcel(KG, 1)).bill.total_minor == total


def test_the_rounding_stands_on_the_bill() -> None:
    card = card_of((1_000, 1000), fuel=Fuel(182_500))
    assert amounts(card, "home", KG) == {"base": 10_000_000, "fuel": 1_825_000, "rounding": 5_000}


def test_volumetric_weight_is_applied_and_its_break_is_inclusive() -> None:
    card = card_of((1_000, 100), (2_000, 200), dimensional=(DimensionalRule(5_000),))
    assert price_parcel(card, "home", Parcel(1, 5_000 * 10**12)).bill.total_minor == 100
    assert price_parcel(card, "home", Parcel(1, 5_000 * 10**12 + 1)).bill.total_minor == 200


def test_a_consignment_surcharge_is_paid_once_a_parcel_surcharge_by_every_parcel() -> None:
    card = card_of(
        (10_000, 500),
        surcharges=(Surcharge("entry", Basis.CONSIGNMENT, 350), Surcharge("label", Basis.PARCEL, 10)),
    )
    quote = quote_shipment(service_of(card), card, "home", [ShipmentLine(6 * KG, 1, 3)])
    assert isinstance(quote, ShipmentQuote)
    assert (quote.parcel_count, quote.total_minor) == (3, 3 * 510 + 350)


def test_a_free_zone_is_available_and_costs_nothing() -> None:
    assert charged(service_of(card_of((1_000, 0))), "home", KG) == 0


@pytest.mark.parametrize(
    ("line", "zone", "reason"),
    [
        (ShipmentLine(1, 1, 1), None, Reason.NO_ZONE),
        (ShipmentLine(1, 1, 1), "moon", Reason.NO_CARD_FOR_ZONE),
        (ShipmentLine(5 * KG + 1, 1, 1), "home", Reason.TOO_HEAVY),
        (ShipmentLine(1, 10**17 + 1, 1), "home", Reason.TOO_BULKY),
        (ShipmentLine(1, 1, 1, Sides(2_000_001, 1, 1)), "home", Reason.TOO_LONG),
    ],
)
def test_unavailable_is_a_reason(line: ShipmentLine, zone: str | None, reason: Reason) -> None:
    card = card_of((5_000, 100))
    quote = quote_shipment(service_of(card, volume_max_um3=10**17), card, zone, [line])
    assert quote == Unavailable("post", reason)


def test_a_parcel_to_a_zone_without_prices_is_refused() -> None:
    with pytest.raises(NoCardForZone, match="no prices for zone 'moon'"):
        price_parcel(card_of((1_000, 1)), "moon", Parcel(1, 1))


def test_a_shipment_of_nothing_is_a_bug() -> None:
    card = card_of((1_000, 1))
    with pytest.raises(Bug):
        quote_shipment(service_of(card), card, "home", [ShipmentLine(1, 1, 0)])


def test_next_fit_opens_a_parcel_when_the_next_unit_does_not_fit() -> None:
    lines = [ShipmentLine(3, 1, 2), ShipmentLine(6, 1, 3), ShipmentLine(4, 9, 1)]
    assert form_parcels(ParcelLimits(10, 10), lines) == [Parcel(6, 1), Parcel(6, 1), Parcel(10, 10), Parcel(6, 2)]


@settings(max_examples=150, deadline=None)
@given(cases(), st.data())
def test_bill_lines_add_up_to_the_total_exactly(case: Case, data: st.DataObject) -> None:
    weights, volumes = case.edges
    parcel = price_parcel(
        case.card,
        "home",
        Parcel(data.draw(st.sampled_from(weights)), data.draw(st.sampled_from(volumes))),
    )
    assert sum(line.amount_micro for line in parcel.bill.lines) == parcel.bill.total_minor * 10_000


def test_breaks_beyond_the_last_go_by_started_steps() -> None:
    card = card_of(rates=(ZoneRates("home", (Break(1_000, 400),), Step(500, 30)),))
    service = service_of(card, weight_max_kg=3)
    prices = [charged(service, "home", milligrams) for milligrams in (KG, KG + 1, 1_500_000, 1_500_001, 3 * KG)]
    assert prices == [400, 430, 430, 460, 520]
