"""The relay: every committed event gets a position, once, in an order that no reader can pass by."""

import random
from datetime import date
from typing import Any

import psycopg
import pytest

from conftest import HandClock
from stockmesh.domain.fulfilment.requests import Contact
from stockmesh.domain.network.channels import Channel
from stockmesh.domain.network.items import Kit
from stockmesh.domain.stock.arrivals import SafetyStock
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import count_stock
from stockmesh.flows.event_kinds import CHANGE, KINDS, topic_of
from stockmesh.flows.event_log import Event, Topics, head_position, list_events, read_topics
from stockmesh.flows.order_contacts import erase_contact
from stockmesh.flows.order_life import OrderChange, cancel_order, change_order, pause_order, resume_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.relay_events import relay_all, relay_once
from stockmesh.flows.set_safety_stock import set_safety_stock
from stockmesh.flows.set_up import save_incoming
from stockmesh.gateways.retailer import IncomingSupply
from stockmesh.store.database import Session, column, rows
from stockmesh.store.vectors import Vector
from worlds import SmallWorld, item, order, put_in_books

LOW = 2
BOOKS = (
    "owner", "channel", "item", "location", "carrier", "world", "world_current", "stock", "movement", "location_day",
    "orders", "order_contact", "order_line", "fulfilment", "decision",
)  # fmt: skip
STOCK = {("LEJ", "tent"): 4, ("AMS", "tent"): 6, ("LEJ", "lamp"): 20}


def relay(context: Context, owner: str = "one") -> int:
    """How many events were relayed by a holder."""
    relayed = relay_all(context, owner, low=LOW)
    assert relayed is not None
    return relayed.events


def all_events(context: Context, after: int = 0, topics: Topics | None = None) -> list[Event]:
    found: list[Event] = []
    while True:
        page = list_events(context, after, topics, count=3)
        found += page.items
        if page.next_after == page.head:
            return found
        after = page.next_after


def place(context: Context, reference: str, lines: dict[str, int], **more: Any) -> int:
    [placed] = place_orders(context, [order(reference, lines, **more)])
    assert isinstance(placed, Placed), placed
    return placed.order_id


def write_event(session: Session, context: Context, subject: int) -> None:
    announce(session, context, "order_paused", subject, {"reason": str(subject)})


def test_positions_have_no_gap_and_stay(context: Context) -> None:
    """Whatever is relayed in how many beats: 1, 2, 3 and so on, and what has a position keeps it."""
    put_in_books(context, SmallWorld(), STOCK)
    relay(context)
    first = all_events(context)
    place(context, "A", {"tent": 1})
    place(context, "B", {"lamp": 1})
    relay(context)
    events = all_events(context)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert events[: len(first)] == first
    assert len({event.id for event in events}) == len(events)
    assert head_position(context) == len(events)


def test_what_commits_late_is_not_passed_by(context: Context, database_url: str) -> None:
    """A transaction that wrote first and commits last gets the later position; no reader misses it."""
    with context.database.session() as slow, slow.transaction():
        write_event(slow, context, 1)
        context.database.transact(lambda session: write_event(session, context, 2))
        assert relay(context) == 1
        seen = list_events(context, 0)
        assert [event.data["reason"] for event in seen.items] == ["2"]
    assert relay(context) == 1
    assert [event.data["reason"] for event in list_events(context, seen.next_after).items] == ["1"]


def test_one_relays_at_a_time(context: Context, database_url: str) -> None:
    """While a lease runs no other holder relays; once it has run out another takes over."""
    context.database.transact(lambda session: write_event(session, context, 1))
    assert relay(context, "one") == 1
    context.database.transact(lambda session: write_event(session, context, 2))
    assert relay_once(context, "two", low=LOW) is None
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE lease SET until = clock_timestamp() - interval '1 ms'")
    assert relay(context, "two") == 1
    assert relay_once(context, "one", low=LOW) is None


def test_every_change_raises_an_event(context: Context, clock: HandClock) -> None:
    """A day of a shop, by the topics it leaves."""
    put_in_books(context, SmallWorld(), STOCK)
    clock.advance(minutes=1)
    contact = Contact(name="Anna Beispiel", street="Am Markt 1", email="anna@example.org")
    number = place(context, "A", {"tent": 2, "lamp": 1}, contact=contact)
    pause_order(context, number, "fraud check")
    resume_order(context, number)
    change_order(context, number, OrderChange(lines=order("A", {"tent": 1}).lines))
    erase_contact(context, number)
    set_safety_stock(context, [SafetyStock("lamp", "LEJ", 3)])
    cancel_order(context, number, "changed their mind")
    relay(context)
    events = [event for event in all_events(context) if event.type != "availability.changed"]
    assert [event.type for event in events] == [
        "catalogue.changed",
        "world.published",
        "catalogue.changed",
        "stock.opened",
        "order.placed",
        "order.paused",
        "order.resumed",
        "order.changed",
        "order.contact_erased",
        "stock.changed",
        "order.cancelled",
    ]
    placed = events[4]
    assert placed.data["commitments"] == [
        {"line_no": 1, "sku": "tent", "location": "LEJ", "units": 2},
        {"line_no": 2, "sku": "lamp", "location": "LEJ", "units": 1},
    ]
    assert events[7].data["commitments"] == [{"line_no": 1, "sku": "tent", "location": "LEJ", "units": 1}]
    assert not any(word in str(events) for word in ("Anna", "Markt", "example.org"))


def test_whatever_is_written_is_written_with_an_event(context: Context, clock: HandClock) -> None:
    """Every row of the books is of a transaction that raised an event: none is told afterwards, or not at all."""
    test_every_change_raises_an_event(context, clock)
    with context.database.session() as session:
        for table in BOOKS:
            silent = session.execute(
                f"SELECT count(*) AS rows FROM {table} AS t WHERE t.xmin::text NOT IN (SELECT xmin::text FROM event)"
            ).fetchone()
            assert silent == {"rows": 0}, table


def test_events_tell_what_is_documented(context: Context, clock: HandClock) -> None:
    """The members of every event's data are those its kind lists, and what every change may tell."""
    test_every_change_raises_an_event(context, clock)
    fields = {topic_of(kind): set(listed.fields) for kind, listed in KINDS.items()}
    for event in all_events(context):
        assert fields[event.type] - set(CHANGE) <= set(event.data) <= fields[event.type] | set(CHANGE), event


def test_only_crossings_are_told(context: Context) -> None:
    """Six tents at two places: an event where a threshold is crossed, none where a level stays."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 4, ("AMS", "tent"): 3})
    relay(context)
    told = read_topics(["availability"])
    assert set(crossings(context, told, 0)) == {
        ("AMS", None, "InStock", 3),
        ("LEJ", None, "InStock", 4),
        (None, "web", "InStock", 7),
    }
    after = head_position(context)
    place(context, "A", {"tent": 1})
    relay(context)
    assert crossings(context, told, after) == []
    place(context, "B", {"tent": 1})
    relay(context)
    assert crossings(context, told, after) == [("LEJ", None, "LimitedAvailability", 2)]
    after = head_position(context)
    number = place(context, "C", {"tent": 5})
    relay(context)
    assert set(crossings(context, told, after)) == {
        ("LEJ", None, "OutOfStock", 0),
        ("AMS", None, "OutOfStock", 0),
        (None, "web", "OutOfStock", 0),
    }
    after = head_position(context)
    cancel_order(context, number)
    relay(context)
    assert len(crossings(context, told, after)) == 3


def crossings(context: Context, told: Topics, after: int) -> list[tuple[Any, Any, str, int]]:
    return [
        (event.data["location"], event.data["channel"], event.data["availability"], event.data["available"])
        for event in all_events(context, after, told)
    ]


def test_a_topic_asked_for_leaves_out_the_others(context: Context) -> None:
    put_in_books(context, SmallWorld(), STOCK)
    place(context, "A", {"tent": 1})
    relay(context)
    assert {event.type for event in all_events(context, 0, read_topics(["order,world.published"]))} == {
        "order.placed",
        "world.published",
    }


def test_the_same_order_of_events_for_one_order_from_two_processes(context: Context) -> None:
    """What happens to an order stands in the order in which it happened, whoever wrote it under whatever ids."""
    put_in_books(context, SmallWorld(), STOCK)
    other = Context(context.database, context.clock, context.load_gazetteer, context.engine)
    number = place(other, "A", {"tent": 1})
    for turn in range(6):
        here = (context, other)[turn % 2]
        pause_order(here, number, str(turn))
        resume_order((other, context)[turn % 2], number)
    relay(context)
    reasons = [event.data["reason"] for event in all_events(context, 0, read_topics(["order.paused"]))]
    assert reasons == ["0", "1", "2", "3", "4", "5"]


def test_a_page_looks_at_a_bounded_number_of_events(context: Context) -> None:
    """A topic that is rare answers an empty page and where to go on, rather than reading all there ever was."""

    def work(session: Session) -> None:
        for number in range(2_100):
            write_event(session, context, number)

    context.database.transact(work)
    relay(context)
    page = list_events(context, 0, read_topics(["stock.shortfall"]))
    assert (page.items, page.next_after, page.head) == ((), 2_000, 2_100)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_told_is_what_is(context: Context, seed: int) -> None:
    """Whatever happens, after the relay nothing is left to tell: looking at all items anew finds no other level.

    Kits, a channel with a buffer, one bound to a location, supply on its way; the told levels follow events alone.
    """
    chance = random.Random(seed)
    channels = (Channel("web", "Web"), Channel("bay", "Bay", 3), Channel("shop", "Shop", 1, ("AMS",)))
    kits = (Kit("set", (("tent", 1), ("mug", 2))),)
    world = SmallWorld(items=(*SmallWorld().items, item("set", 3_500)), kits=kits, channels=channels)
    stock = {(place, sku): chance.randrange(1, 15) for place in ("LEJ", "AMS") for sku in ("tent", "lamp", "mug")}
    owner_id = put_in_books(context, world, stock)
    told: dict[tuple[str, str, str], str] = {}
    after = 0
    orders: list[int] = []
    for step in range(25):
        act(context, owner_id, chance, orders, step)
        relay(context)
        for event in all_events(context, after, read_topics(["availability"])):
            key = (event.data["sku"], event.data["location"], event.data["channel"])
            assert told.get(key, "OutOfStock") == event.data["before"]
            told[key] = event.data["availability"]
        after = head_position(context)
        with context.database.session() as session:
            everything = [row["item_id"] for row in rows(session, "setup/item_ids", owner_id=owner_id, skus=None)]
            assert rows(session, "events/levels", items=Vector(column(everything)), low=LOW) == []
    assert len(set(told.values())) >= 3


def act(context: Context, owner_id: int, chance: random.Random, orders: list[int], step: int) -> None:
    """Something that changes what may be sold."""
    sku, place_code = chance.choice(["tent", "lamp", "mug"]), chance.choice(["LEJ", "AMS"])
    match chance.randrange(6):
        case 0:
            set_safety_stock(context, [SafetyStock(sku, place_code, chance.randrange(4))])
        case 1:
            supply = IncomingSupply(sku, place_code, chance.randrange(1, 9), date(2026, 3, 9), f"PO{step}")
            save_incoming(context, owner_id, [supply])
        case 2:
            count = StockCount(sku, place_code, chance.randrange(12), CountKind.ON_HAND, context.clock())
            count_stock(context, [count], reference=f"C{step}")
        case 3 if orders:
            cancel_order(context, orders.pop(chance.randrange(len(orders))))
        case _:
            lines = {chance.choice(["tent", "lamp", "mug", "set"]): chance.randrange(1, 6)}
            orders.append(place(context, f"R{step}", lines, channel=chance.choice(["web", "bay"])))
