"""Every decision comes out again, byte for byte, from what was recorded; also when the world has changed since."""

import random
from dataclasses import replace

import pytest

from conftest import HandClock
from placing_processes import assert_whole
from stockmesh.domain.fulfilment.refusals import UnknownOrder
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.network.channels import Channel
from stockmesh.domain.network.items import Kit
from stockmesh.domain.stock.arrivals import SafetyStock
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.order_life import OrderChange, change_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.serve_waiting import serve_waiting
from stockmesh.flows.set_safety_stock import set_safety_stock
from worlds import SmallWorld, carrier, flat_card, item, order, publish, put_in_books

SKUS = [f"item-{number:02}" for number in range(24)]
PLACES = ["LEJ", "AMS", "LIL"]
WORLD = SmallWorld(
    items=(*(item(sku, 200 + 370 * number) for number, sku in enumerate(SKUS)), item("set", 1)),
    kits=(Kit("set", ((SKUS[0], 2), (SKUS[1], 1))),),
    channels=(Channel("web", "Web"), Channel("market", "Market", 2), Channel("store", "Store", 0, ("AMS", "LIL"))),
    locations=tuple(replace(place, daily_orders_max=25) for place in SmallWorld().locations),
)


def mixed_orders(count: int, seed: int) -> list[OrderRequest]:
    """Small and large orders, kits and components, all channels and wishes, three countries, two days."""
    chance = random.Random(seed)
    requests = []
    for number in range(count):
        size = chance.choice([1, 1, 2, 2, 3, 5, 8, 14, 24])
        lines = {sku: chance.randint(1, 4) for sku in chance.sample([*SKUS, "set"], size)}
        requests.append(
            order(
                f"O{number}",
                lines,
                chance.choice(["DE-10115", "NL-1071", "FR-75001"]),
                channel=chance.choice(["web", "web", "market", "store"]),
                wish=chance.choice(list(Wish)),
            )
        )
    return requests


def decisions_agree(context: Context, order_ids: list[int]) -> int:
    """How many decisions were made again; each must be the same, byte for byte."""
    replays = [one for order_id in order_ids for one in replay_order(context, order_id)]
    assert [(one.order_id, one.round) for one in replays if not one.agrees] == []
    assert all(one.recorded == one.replayed and one.recorded for one in replays)
    return len(replays)


@pytest.fixture
def mixed(context: Context, clock: HandClock) -> tuple[Context, list[int]]:
    """A batch of all kinds in the books, some of it served in a second round, some of it changed."""
    chance = random.Random(5)
    put_in_books(context, WORLD, {(place, sku): chance.randint(0, 40) for place in PLACES for sku in SKUS})
    set_safety_stock(context, [SafetyStock(sku, "LEJ", 3) for sku in SKUS[::3]])
    outcomes = place_orders(context, mixed_orders(160, 1))
    order_ids = [outcome.order_id for outcome in outcomes if isinstance(outcome, Placed)]
    clock.advance(hours=2)
    arrived = [Move(sku, 30, "LIL", StockState.SUPPLIER, StockState.SELLABLE, clock.now) for sku in SKUS]
    move_stock(context, arrived)
    assert serve_waiting(context).served > 10
    for order_id in order_ids[::9]:
        change_order(context, order_id, OrderChange(Destination("NL", "1071"), (OrderLine(SKUS[4], 1),)))
    return context, order_ids


def test_a_mixed_batch_replays(mixed: tuple[Context, list[int]]) -> None:
    """Kits, splits, short orders, large ones, waits for capacity, later rounds: all agree."""
    context, order_ids = mixed
    with context.database.session() as session:
        seen = session.execute(
            "SELECT count(*) FILTER (WHERE wait_minor > 0) AS waits, count(*) FILTER (WHERE round > 1) AS later,"
            " count(*) - count(DISTINCT (order_id, round)) AS splits FROM fulfilment"
        ).fetchone()
        large = session.execute("SELECT count(*) AS found FROM decision WHERE NOT proven").fetchone()
    assert seen is not None
    assert min(seen["waits"], seen["later"], seen["splits"]) > 0, seen
    assert large is not None
    assert large["found"] > 10
    assert decisions_agree(context, order_ids) > len(order_ids)
    assert_whole(context)


def test_old_decisions_replay_in_a_new_world(mixed: tuple[Context, list[int]]) -> None:
    """Cards, policy and locations change: what was decided before still comes out, and so does what comes after."""
    context, order_ids = mixed
    before = decisions_agree(context, order_ids)
    dearer = {"DE": [(2_000, 50), (30_000, 8_000)], "NL": [(30_000, 10)]}
    changed = replace(
        WORLD,
        carriers=(carrier("parcel", ["DE", "NL", "FR"], [flat_card("parcel-2", dearer)]),),
        policy=replace(WORLD.policy, version="other", unserved_minor=700, wait_minor_per_day=9, shipments_max=2),
        locations=(replace(WORLD.locations[0], is_open=False), *WORLD.locations[1:]),
    )
    publish(context, changed)
    assert decisions_agree(context, order_ids) == before
    later = [replace(request, reference=f"later {request.reference}") for request in mixed_orders(40, 2)]
    placed = [outcome.order_id for outcome in place_orders(context, later) if isinstance(outcome, Placed)]
    assert len(placed) > 10
    assert decisions_agree(context, placed) == len(placed)
    fresh = Context(context.database, context.clock, context.load_gazetteer, "another engine")
    replays = [one for order_id in order_ids[:20] for one in replay_order(fresh, order_id)]
    assert all(one.agrees and (one.engine_then, one.engine_now) == ("test", "another engine") for one in replays)


def test_batching_does_not_change_what_is_decided(context: Context, database_url: str) -> None:
    """The same orders one by one and in batches of any size lead to the same plans: the batch is no fact."""
    plans = []
    for size in (1, 7, 60):
        with context.database.session() as session:
            session.execute("TRUNCATE orders, order_line, movement, fulfilment, decision, event, stock, location_day")
        put_in_books(context, WORLD, {(place, sku): 9 for place in PLACES for sku in SKUS})
        requests = mixed_orders(60, 3)
        for start in range(0, len(requests), size):
            place_orders(context, requests[start : start + size])
        with context.database.session() as session:
            found = session.execute(
                "SELECT o.reference, d.outcome FROM orders o JOIN decision d USING (order_id) ORDER BY o.reference"
            ).fetchall()
        plans.append([(row["reference"], bytes(row["outcome"])) for row in found])
    assert plans[0] == plans[1] == plans[2]
    assert len(plans[0]) > 40


def test_an_unknown_order_has_no_decisions(context: Context) -> None:
    """There is nothing to replay."""
    with pytest.raises(UnknownOrder):
        replay_order(context, 1)
