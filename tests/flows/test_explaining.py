"""The explanation of an order: heads of the bill, kits, made-up cards, water in between."""

from dataclasses import replace

from stockmesh.domain.fulfilment.requests import Destination
from stockmesh.domain.network.items import Kit
from stockmesh.flows.context import Context
from stockmesh.flows.explaining import explain_order
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import OrderChange, change_order
from stockmesh.flows.place_orders import Placed, place_orders
from worlds import SmallWorld, carrier, flat_card, item, order, put_in_books

WORLD = SmallWorld(
    items=(item("tent", 3_000), item("lamp", 1_000), item("set", 5_000)),
    kits=(Kit("set", (("lamp", 2), ("tent", 1))),),
)


def place(context: Context, *, to: str = "DE-10115", **lines: int) -> int:
    """The number of an order placed."""
    (outcome,) = place_orders(context, [order("A", lines, to=to)])
    assert isinstance(outcome, Placed)
    return outcome.order_id


def test_the_next_best_says_by_which_heads_it_is_dearer(context: Context) -> None:
    """Amsterdam: the same freight, 0.10 more handling, no parcel more."""
    put_in_books(context, WORLD, {("LEJ", "tent"): 1, ("AMS", "tent"): 1})
    why = explain_order(context, place(context, tent=1)).why
    assert why.next_best[0].locations == ("AMS",)
    assert {one.head: one.more.minor for one in why.next_best[0].differences} == {"handling": 10}
    assert why.next_best[0].more_parcels == 0
    assert "handling 0.10 more" in why.next_best[0].sentence


def test_a_plan_that_leaves_units_says_so_by_its_penalty(context: Context) -> None:
    put_in_books(context, WORLD, {("LEJ", "tent"): 1, ("AMS", "tent"): 1})
    why = explain_order(context, place(context, tent=2)).why
    alone = next(plan for plan in why.next_best if len(plan.locations) == 1)
    assert why.penalty.minor == 0
    assert alone.penalty.minor > 0
    assert "penalty" in alone.sentence
    assert "1 parcel fewer" in alone.sentence


def test_a_kit_is_explained_by_what_it_is_made_of(context: Context) -> None:
    """One unit sent, three taken from the shelf; a location with half of it lacks the kit."""
    put_in_books(context, WORLD, {("LEJ", "tent"): 1, ("LEJ", "lamp"): 2, ("AMS", "lamp"): 9})
    number = place(context, set=1)
    why = explain_order(context, number).why
    (sent,) = why.shipments[0].units
    assert (sent.sku, sent.quantity, set(sent.parts)) == ("set", 1, {("lamp", 2), ("tent", 1)})
    assert "lacks 1 of set" in next(one.sentence for one in why.locations if one.location == "AMS")
    (part,) = get_order(context, number).planned
    assert {(given.sku, given.held) for given in part.units} == {("lamp", 2), ("tent", 1)}


def test_a_made_up_card_is_called_synthetic_and_water_is_flagged(context: Context) -> None:
    """From Leipzig to Berlin by land, to London across the sea."""
    cards = [replace(flat_card("parcel-1", {"DE": [(30_000, 500)]}), synthetic=True, source="ours")]
    world = replace(WORLD, carriers=(carrier("parcel", ["DE", "GB"], cards),), locations=WORLD.locations[:1])
    put_in_books(context, world, {("LEJ", "tent"): 2})
    (bill,) = explain_order(context, place(context, tent=1)).why.shipments
    assert (bill.synthetic, bill.card_source, bill.crosses_sea) == (True, "ours", False)


def test_a_destination_somebody_told_is_no_longer_assumed(context: Context) -> None:
    put_in_books(context, WORLD, {("LEJ", "tent"): 2})
    (outcome,) = place_orders(context, [order("A", {"tent": 1}, assumed=frozenset({"destination"}))])
    assert isinstance(outcome, Placed)
    assert explain_order(context, outcome.order_id).assumed
    change_order(context, outcome.order_id, OrderChange(destination=Destination("DE", "04109")))
    assert not get_order(context, outcome.order_id).destination.assumed
