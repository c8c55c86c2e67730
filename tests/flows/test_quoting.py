"""Quotes of all services for a shipment: the same figures as a decision's, losers with their reasons."""

from dataclasses import replace

import pytest

from stockmesh.domain.carriers.boxes import Sides
from stockmesh.domain.carriers.surcharges import Basis, Surcharge
from stockmesh.domain.fulfilment.refusals import BadQuantity, EmptyOrder, UnknownItem, UnknownLocation
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.flows.context import Context
from stockmesh.flows.explaining import explain_order
from stockmesh.flows.place_orders import place_orders
from stockmesh.flows.quote_values import Quotation, Wish, WishedParcel
from stockmesh.flows.quoting import quote
from worlds import EVERYWHERE, SmallWorld, carrier, flat_card, item, order, put_in_books, volumetric

TO_BERLIN = Destination("DE", "10115")
LONG = Surcharge("long", Basis.PARCEL, 250, longest_over_um=600_000)
CARD = replace(flat_card("parcel-1", EVERYWHERE), surcharges=(LONG,), dimensional=volumetric(5_000))
SHORT = carrier("short", ["DE"], [flat_card("short-1", {"DE": [(2_000, 300)], "NL": [(2_000, 300)]})])
SHORT = replace(SHORT, services=(replace(SHORT.services[0], parcel_side_max_um=500_000),))
WORLD = SmallWorld(
    locations=tuple(replace(place, carriers=("parcel", "short")) for place in SmallWorld().locations),
    carriers=(carrier("parcel", ["DE", "NL", "FR"], [CARD]), SHORT),
    items=(item("rod", 1_000, sides_cm=(120, 5, 5)), item("lamp", 1_000), item("mug", 500)),
)


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    put_in_books(context, WORLD, {("LEJ", "rod"): 5, ("LEJ", "lamp"): 9})


def costs(found: Quotation) -> list[tuple[str, str, int | None, str | None]]:
    return [(one.location, one.service, one.cost.minor if one.cost else None, one.reason) for one in found.quotes]


def test_all_services_stand_side_by_side(context: Context) -> None:
    """The cheapest first; a service that does not take the goods, or does not go there, says so."""
    found = quote(context, Wish(TO_BERLIN, (OrderLine("rod", 1), OrderLine("lamp", 1))))
    assert costs(found) == [
        ("LEJ", "parcel", 500 + 250 + 50, None),
        ("AMS", "parcel", 500 + 250 + 60, None),
        ("LIL", "parcel", 500 + 250 + 70, None),
        ("LEJ", "short", None, "does not take a unit this long"),
    ]
    paris = quote(context, Wish(Destination("FR", "75001"), (OrderLine("lamp", 1),), locations=("LEJ",)))
    assert costs(paris)[-1] == ("LEJ", "short", None, "does not reach the destination")


def test_a_quote_is_what_a_decision_pays(context: Context) -> None:
    """The long rod pays its surcharge wherever it travels; the explanation shows the very bill."""
    [placed] = place_orders(context, [order("R-1", {"rod": 1, "lamp": 2})])
    told = quote(context, Wish(TO_BERLIN, (OrderLine("rod", 1), OrderLine("lamp", 2)), locations=("LEJ",))).quotes[0]
    [shipment] = explain_order(context, placed.order_id).why.shipments  # type: ignore[union-attr]
    assert (told.freight, told.handling) == (shipment.freight, shipment.handling)
    assert told.carrier_total == shipment.carrier_total
    assert [line.code for line in told.parcels[0].bill] == ["base", "long"]


def test_parcels_are_taken_as_they_stand_on_the_scale(context: Context) -> None:
    """Two of 3 kg in 20 litres bill 4 kg each; what no service takes leaves nothing but reasons."""
    parcel = WishedParcel(3_000_000, Sides(400_000, 250_000, 200_000), 2)
    found = quote(context, Wish(TO_BERLIN, parcels=(parcel,), locations=("LEJ",)))
    assert costs(found)[0] == ("LEJ", "parcel", 2 * 800 + 50, None)
    assert [(one.count, one.billable_thousandths) for one in found.quotes[0].parcels] == [(2, 4_000)]
    huge = quote(context, Wish(TO_BERLIN, parcels=(replace(parcel, weight_mg=10**8),)))
    assert {reason for *_, cost, reason in costs(huge) if cost is None} == {"does not take a unit this heavy"}


def test_what_cannot_be_quoted_is_refused(context: Context) -> None:
    with pytest.raises(EmptyOrder):
        quote(context, Wish(TO_BERLIN))
    with pytest.raises(UnknownItem, match="lampp"):
        quote(context, Wish(TO_BERLIN, (OrderLine("lampp", 1),)))
    with pytest.raises(BadQuantity):
        quote(context, Wish(TO_BERLIN, (OrderLine("lamp", 0),)))
    with pytest.raises(BadQuantity):  # together too many, though each is allowed
        quote(context, Wish(TO_BERLIN, (OrderLine("lamp", 6_000), OrderLine("rod", 6_000))))
    with pytest.raises(UnknownLocation, match="MUC"):
        quote(context, Wish(TO_BERLIN, (OrderLine("lamp", 1),), locations=("MUC",)))


def test_a_long_item_goes_by_who_takes_it_and_the_rest_by_who_is_cheapest(context: Context) -> None:
    """Only the parcel with the long rod is kept from the short service: goods apart from it go cheaply."""
    [alone] = place_orders(context, [order("R-2", {"lamp": 1})])
    [both] = place_orders(context, [order("R-3", {"lamp": 1, "rod": 1})])
    services = [
        [shipment.service for shipment in explain_order(context, one.order_id).why.shipments]  # type: ignore[union-attr]
        for one in (alone, both)
    ]
    assert services == [["short"], ["parcel"]]
