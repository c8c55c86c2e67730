"""The audit trail: every deed with who did it, what was before and after, and why; found by any of them."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import HandClock
from stockmesh.domain.fulfilment.requests import Contact, OrderLine
from stockmesh.domain.network.items import Kit
from stockmesh.domain.stock.arrivals import SafetyStock
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.refusals import BadCursor
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.acting import SYSTEM, Actor, ActorKind, acting_as, actor_now
from stockmesh.flows.audit_trail import AuditEntry, AuditFilter, get_entry, list_actors, list_audit
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import count_stock
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.order_life import OrderChange, change_order, pause_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.refusals import UnknownEntry, UnknownTopic
from stockmesh.flows.set_safety_stock import set_safety_stock
from stockmesh.flows.set_up import save_items
from worlds import SmallWorld, item, location, order, publish, put_in_books

ANNA = Actor(ActorKind.USER, "anna")
TILL = Actor(ActorKind.KEY, "till 3")


@pytest.fixture
def owner(context: Context) -> int:
    return put_in_books(context, SmallWorld(), {("LEJ", "tent"): 9, ("AMS", "tent"): 3, ("LEJ", "lamp"): 5})


def entries(context: Context, **wanted: object) -> tuple[AuditEntry, ...]:
    return list_audit(context, AuditFilter(**wanted)).rows  # type: ignore[arg-type]


def latest(context: Context, topic: str) -> AuditEntry:
    return entries(context, topic=topic)[0]


def place(context: Context, reference: str, **changes: Any) -> int:
    [placed] = place_orders(context, [order(reference, {"tent": 1}, **changes)])
    assert isinstance(placed, Placed)
    return placed.order_id


def test_the_actor_is_who_is_at_work(context: Context, owner: int) -> None:
    """Outside any name the work is the system's own; one inside another comes back to it."""
    assert actor_now() == SYSTEM
    with acting_as(ANNA):
        with acting_as(TILL):
            place(context, "A")
        pause_order(context, place(context, "B"), "unpaid")
    assert actor_now() == SYSTEM
    found = [(one.topic, one.actor, one.actor_kind) for one in entries(context, topic="order")]
    assert found == [
        ("order.paused", "anna", "user"),
        ("order.placed", "anna", "user"),
        ("order.placed", "till 3", "key"),
    ]
    assert {one.actor for one in entries(context, topic="world")} == {"system"}
    assert list_actors(context) == (SYSTEM, TILL, ANNA)


def test_orders_gathered_from_several_keep_who_sent_each(context: Context, owner: int) -> None:
    """The numbers are by request; 0 stands for whoever is at work."""
    from stockmesh.flows.acting import number_of

    numbers = [number_of(context, TILL), 0, number_of(context, ANNA)]
    requests = [order(name, {"lamp": 1}) for name in "XYZ"]
    with acting_as(Actor(ActorKind.COMMAND_LINE, "root")):
        place_orders(context, requests, actors=numbers)
    by = {one.about: one.actor for one in entries(context, topic="order.placed")}
    assert by == {"X": "till 3", "Y": "root", "Z": "anna"}


def test_work_undone_leaves_the_actor_known(context: Context, owner: int) -> None:
    """A transaction that fails after its first event does not take the actor's number with it."""
    from stockmesh.flows.announcing import announce

    def fails(session: object) -> None:
        announce(session, context, "order_resumed", 1, {})  # type: ignore[arg-type]
        raise RuntimeError

    with acting_as(ANNA):
        with pytest.raises(RuntimeError):
            context.database.transact(fails)
        place(context, "A")
    assert latest(context, "order").actor == "anna"


def test_stock_tells_before_after_and_why(context: Context, owner: int, clock: HandClock) -> None:
    with acting_as(ANNA, "yearly review"):
        set_safety_stock(context, [SafetyStock("tent", "LEJ", 2)])
        count_stock(context, [StockCount("lamp", "LEJ", 4, CountKind.ON_HAND, clock.now)], reference="C1")
        broken = Move("tent", 1, "AMS", StockState.SELLABLE, StockState.DAMAGED, clock.now, reason="torn")
        move_stock(context, [broken])
    moved, counted, kept = entries(context, topic="stock.changed")
    assert (kept.about, kept.before, kept.after) == ("tent LEJ", {"safety_stock": 0}, {"safety_stock": 2})
    assert (counted.before, counted.after, counted.facts["reference"]) == ({"sellable": 5}, {"sellable": 4}, "C1")
    assert (moved.before, moved.after) == ({"sellable": 3, "damaged": 0}, {"sellable": 2, "damaged": 1})
    assert [one.reason for one in (kept, counted, moved)] == ["yearly review", "yearly review", "torn"]


def test_orders_tell_before_after_and_why(context: Context, owner: int) -> None:
    """And nothing of who receives them."""
    one = place(context, "A", contact=Contact("Anna Zweig", "Lindenstr. 4711"))
    change_order(context, one, OrderChange(lines=(OrderLine("tent", 2),)))
    changed = latest(context, "order.changed")
    assert changed.before == {"lines": [{"sku": "tent", "quantity": 1}]}
    assert changed.after == {"lines": [{"sku": "tent", "quantity": 2}]}
    pause_order(context, one, "fraud check")
    paused = latest(context, "order.paused")
    assert (paused.before, paused.after, paused.reason) == ({"state": "open"}, {"state": "paused"}, "fraud check")
    assert "Zweig" not in str(entries(context))


def test_the_catalogue_tells_only_what_differs(context: Context, owner: int) -> None:
    save_items(context, owner, [item("tent", 4_000), item("lamp", 1_000), item("bundle", 1)], [])
    told = latest(context, "catalogue")
    assert told.before == {"items.tent.weight_mg": 3_000_000}
    assert told.after == {"items.bundle": "there", "items.tent.weight_mg": 4_000_000}
    save_items(context, owner, [], [Kit("bundle", (("tent", 1), ("lamp", 2)))])
    save_items(context, owner, [], [Kit("bundle", (("tent", 1), ("lamp", 3)))])
    told = latest(context, "catalogue")
    assert (told.before, told.after) == ({"kits.bundle.lamp": 2}, {"kits.bundle.lamp": 3})


def test_a_world_tells_what_differs_by_path(context: Context, owner: int) -> None:
    world = SmallWorld()
    other = location("LEJ", "DE", "04103", ["parcel"], handling_order_micro=500_000, daily_orders_max=70)
    publish(context, SmallWorld(locations=(other, *world.locations[1:])))
    told = latest(context, "world.published")
    path = "locations.LEJ.daily_orders_max"
    assert (told.before, told.after) == ({path: 1_000}, {path: 70})


def test_entries_are_found_by_who_what_whom_and_when(context: Context, owner: int, clock: HandClock) -> None:
    start = clock.now
    with acting_as(ANNA):
        first = place(context, "A")
    clock.advance(days=1)
    with acting_as(TILL):
        pause_order(context, first, "why")
        place(context, "B")
    assert [one.about for one in entries(context, actor="till 3")] == ["B", "A"]
    assert [one.actor for one in entries(context, actor_kind=ActorKind.KEY, topic="order.paused")] == ["till 3"]
    for name in ("A", str(first)):
        assert [one.topic for one in entries(context, about=name)] == ["order.paused", "order.placed"]
    assert [one.topic for one in entries(context, about="A", actor="anna")] == ["order.placed"]
    assert {one.topic for one in entries(context, about="shop")} == {"stock.opened", "catalogue.changed"}
    assert entries(context, about="nothing of the kind") == ()
    day = start + timedelta(hours=12)
    assert {one.about for one in entries(context, topic="order", since=day)} == {"A", "B"}
    assert [one.topic for one in entries(context, topic="order", until=day)] == ["order.placed"]
    with pytest.raises(UnknownTopic):
        entries(context, topic="orders")


def test_pages_follow_each_other_without_gap(context: Context, owner: int) -> None:
    """However many entries share an instant."""
    place_orders(context, [order(f"O{number}", {"mug": 1}) for number in range(7)])
    whole = [one.entry_id for one in entries(context)]
    found, mark = [], ""
    while True:
        page = list_audit(context, AuditFilter(), after=mark, count=3)
        found += [one.entry_id for one in page.rows]
        if page.next is None:
            break
        mark = page.next
    assert found == whole
    assert len(set(found)) == len(found) > 9
    with pytest.raises(BadCursor):
        list_audit(context, AuditFilter(), after="nonsense")


def test_an_entry_that_is_not_there_is_refused(context: Context, owner: int) -> None:
    with pytest.raises(UnknownEntry):
        get_entry(context, 10**9)
