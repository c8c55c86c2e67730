"""Promises: what is told is what placing then does; each cart is decided apart and nothing is written."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockmesh.domain.fulfilment.requests import OrderRequest, Wish
from stockmesh.domain.network.channels import Channel
from stockmesh.domain.network.items import Kit
from stockmesh.flows.context import Context
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.promise import promise
from stockmesh.flows.promise_values import Promise, PromiseOption
from worlds import SmallWorld, item, order, put_in_books

WORLD = SmallWorld(
    items=(item("tent", 3_000), item("lamp", 1_000), item("mug", 500), item("camp", 4_000)),
    kits=(Kit("camp", (("tent", 1), ("lamp", 2))),),
    channels=(Channel("web", "Web"), Channel("shop", "Shop", 0, ("AMS",))),
)
STOCK = {("LEJ", "tent"): 2, ("AMS", "tent"): 3, ("AMS", "lamp"): 8, ("LIL", "mug"): 1}
SUPPLY = [("tent", "LEJ", "2026-03-09", 4), ("tent", "AMS", "2026-03-20", 10), ("lamp", "LEJ", "2026-03-12", 20)]


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    put_in_books(context, WORLD, STOCK)
    with context.database.session() as session:
        for sku, place, due, units in (*SUPPLY, ("mug", "LEJ", "2026-02-20", 50)):
            session.execute(
                "INSERT INTO incoming (item_id, location_id, reference, due_on, quantity) SELECT item_id, location_id, "
                "'PO' || %s, %s, %s FROM item, location WHERE sku = %s AND code = %s",
                (due, due, units, sku, place),
            )


def promised(context: Context, request: OrderRequest) -> Promise:
    [found] = promise(context, [request])
    assert isinstance(found, Promise), found
    return found


def one(context: Context, request: OrderRequest) -> PromiseOption:
    """What placing it now would do."""
    return promised(context, request).cheapest


def written(context: Context) -> list[int]:
    """How many rows every table that a decision could touch has."""
    tables = ("orders", "movement", "event", "decision", "location_day", "cart_hold", "announcement")
    with context.database.session() as session:
        counts = [session.execute(f"SELECT count(*) AS n FROM {name}".encode()).fetchone() for name in tables]
    return [row["n"] for row in counts if row]


LINES = st.dictionaries(st.sampled_from(["tent", "lamp", "mug", "camp"]), st.integers(1, 4), min_size=1, max_size=3)


@given(lines=LINES, to=st.sampled_from(["DE-10115", "NL-1012", "FR-75001"]), wish=st.sampled_from(Wish))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_promised_is_what_is_placed(context: Context, lines: dict[str, int], to: str, wish: Wish) -> None:
    """Cost, penalty and what waits are those of the order placed right after; cancelled, it leaves all as it was."""
    before = written(context)
    request = order("R", lines, to=to, wish=wish)
    told = one(context, request)
    assert written(context) == before
    with context.database.session() as session:
        session.execute("DELETE FROM orders WHERE reference = 'R'")
    [placed] = place_orders(context, [request])
    if not isinstance(placed, Placed):
        assert told.served in ("none", "refused")
        return
    assert (told.cost.minor, told.penalty.minor) == (placed.cost_minor, placed.penalty_minor)
    assert (sum(line.waiting for line in told.lines) > 0) == (placed.state == "waiting")
    with context.database.session() as session:
        planned = session.execute(
            "SELECT l.code, f.slot_day FROM fulfilment AS f JOIN location AS l USING (location_id) "
            "WHERE order_id = %s AND state = 'planned' ORDER BY l.code",
            (placed.order_id,),
        ).fetchall()
    assert [(row["code"], row["slot_day"]) for row in planned] == [
        (shipment.location, shipment.starts_on) for shipment in told.shipments
    ]
    cancel_order(context, placed.order_id)


def test_carts_of_a_batch_see_nothing_of_each_other(context: Context) -> None:
    """A hundred carts for the same last units are each told what they alone would get."""
    request = order("R", {"tent": 5, "lamp": 8})
    alone = promised(context, request)
    assert promise(context, [request] * 100) == [alone] * 100


def test_what_waits_is_told_until_when(context: Context) -> None:
    """Supply first covers what other orders wait for already."""
    [line] = one(context, order("R", {"tent": 9})).lines
    assert (line.sent, line.waiting, line.waits_until) == (5, 4, date(2026, 3, 9))
    place_orders(context, [order("other", {"tent": 6})])
    [line] = one(context, order("R", {"tent": 4})).lines
    assert (line.sent, line.waiting, line.waits_until) == (0, 4, date(2026, 3, 20))
    [line] = one(context, order("R", {"tent": 100})).lines
    assert line.waits_until is None


def test_overdue_supply_is_not_counted_on(context: Context) -> None:
    [line] = one(context, order("R", {"mug": 3})).lines
    assert (line.waiting, line.waits_until) == (2, None)


def test_a_kit_waits_for_the_last_of_its_components(context: Context) -> None:
    [line] = one(context, order("R", {"camp": 9}, to="NL-1012")).lines
    assert (line.sent, line.waiting, line.waits_until) == (3, 6, date(2026, 3, 20))


def test_supply_counts_where_the_channel_may_be_served_from(context: Context) -> None:
    [line] = one(context, replace(order("R", {"tent": 4}), channel="shop")).lines
    assert (line.sent, line.waits_until) == (3, date(2026, 3, 20))


def test_a_wish_is_respected(context: Context) -> None:
    part = one(context, order("R", {"tent": 9}, wish=Wish.PART))
    assert [(line.sent, line.waiting, line.dropped) for line in part.lines] == [(5, 0, 4)]
    refused = one(context, order("R", {"tent": 9}, wish=Wish.REFUSE))
    assert (refused.served, refused.shipments, refused.starts_on) == ("refused", (), None)


def test_what_is_not_known_is_said(context: Context) -> None:
    """No carrier's transit time is in the books, so no day of delivery is made up; nor one for what nobody sends."""
    told = one(context, order("R", {"tent": 1}))
    assert told.starts_on == date(2026, 3, 2)
    assert (told.delivery.earliest, told.delivery.latest, told.delivery.missing) == (None, None, ("transit_days",))
    assert (told.kinds, promised(context, order("R", {"tent": 1})).fastest) == (("cheapest",), None)
    assert one(context, order("R", {"tent": 100})).delivery.missing == ("transit_days", "supply")


def test_a_bad_cart_is_refused_and_the_others_are_promised(context: Context) -> None:
    found = promise(context, [order("R", {"anvil": 1}), order("R", {"tent": 1}), order("R", {})])
    assert [isinstance(one, Promise) for one in found] == [False, True, False]
