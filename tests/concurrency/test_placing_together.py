"""Eight processes place orders at once on one PostgreSQL: nothing oversold, nothing left over, nothing doubled."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from placing_processes import (
    Launcher,
    Report,
    assert_whole,
    balances,
    launched,
    orders_in_books,
    some_orders,
)
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import place_orders
from worlds import SmallWorld, order, put_in_books

PROCESSES = 8
HOT = ["tent", "lamp", "mug"]
PLACES = ["LEJ", "AMS", "LIL"]


@dataclass(frozen=True)
class Rush:
    """How many orders each process brings, in batches of which size, and how much there is of every item everywhere."""

    orders: int
    batch: int
    units: int


QUICK = Rush(orders=60, batch=7, units=40)
LONG = Rush(orders=1_500, batch=25, units=1_200)
BOTH = pytest.mark.parametrize("rush", [QUICK, pytest.param(LONG, marks=pytest.mark.soak)], ids=["quick", "long"])


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with launched(tmp_path_factory.mktemp("reports")) as launcher:
        yield launcher


def hot_world(context: Context, units: int, world: SmallWorld | None = None) -> None:
    """The same few units of every item at every location."""
    put_in_books(context, world or SmallWorld(), {(place, sku): units for place in PLACES for sku in HOT})


def jobs_of(url: str, rush: Rush, **more: Any) -> list[dict[str, Any]]:
    """A job per process, each with orders of its own."""
    return [
        {
            "url": url,
            "batch": rush.batch,
            "orders": some_orders(f"P{number}", rush.orders, HOT, units_max=2, seed=rush.orders),
            **more,
        }
        for number in range(PROCESSES)
    ]


def acknowledged(reports: list[Report]) -> dict[str, int]:
    """All that the processes were told is placed."""
    found: dict[str, int] = {}
    for report in reports:
        mine = report.placed()
        assert not found.keys() & mine.keys()
        found |= mine
    return found


@BOTH
def test_hot_items_are_sold_to_the_last_unit(
    launcher: Launcher, context: Context, database_url: str, rush: Rush
) -> None:
    """More is wanted of every item than there is: every cell ends at exactly nothing sellable, all of it committed."""
    hot_world(context, rush.units)
    jobs = jobs_of(database_url, rush)
    wanted = {sku: sum(one["lines"].get(sku, 0) for job in jobs for one in job["orders"]) for sku in HOT}
    assert min(wanted.values()) > rush.units * len(PLACES)
    told = acknowledged(launcher.run(jobs))
    assert balances(context) == [(0, rush.units)] * len(HOT) * len(PLACES)
    assert orders_in_books(context) == told
    assert len(told) == PROCESSES * rush.orders
    assert_whole(context)


@BOTH
def test_capacity_is_used_to_the_last_order(
    launcher: Launcher, context: Context, database_url: str, rush: Rush
) -> None:
    """Goods for all, but room for few orders a day: every day in reach is exactly full, the other orders wait."""
    world = SmallWorld()
    room = rush.orders // 8
    narrow = tuple(replace(place, daily_orders_max=room) for place in world.locations)
    world = replace(world, locations=narrow, policy=replace(world.policy, wait_days_max=2))
    hot_world(context, 1_000_000, world)
    jobs = jobs_of(database_url, rush)
    for job in jobs:
        job["orders"] = [{**one, "lines": {"mug": 1}} for one in job["orders"]]
    told = acknowledged(launcher.run(jobs))
    assert orders_in_books(context) == told
    with context.database.session() as session:
        days = session.execute("SELECT capacity, taken FROM location_day WHERE taken > 0").fetchall()
        waiting = session.execute("SELECT count(*) AS orders FROM orders WHERE state = 'waiting'").fetchone()
    assert [(day["capacity"], day["taken"]) for day in days] == [(room, room)] * len(PLACES) * 3
    assert waiting == {"orders": PROCESSES * rush.orders - len(PLACES) * 3 * room}
    assert_whole(context)


@BOTH
def test_cancelling_beside_placing(launcher: Launcher, context: Context, database_url: str, rush: Rush) -> None:
    """Every third order is cancelled while others are placed: what came back is sold again, to the last unit."""
    hot_world(context, rush.units)
    reports = launcher.run(jobs_of(database_url, rush, cancel_every=3))
    cancelled = {said["cancelled"] for report in reports for said in report.lines() if "cancelled" in said}
    assert len(cancelled) >= PROCESSES * rush.orders // 4
    with context.database.session() as session:
        found = session.execute("SELECT order_id FROM orders WHERE state = 'cancelled'").fetchall()
    assert {row["order_id"] for row in found} == cancelled
    assert {sellable + committed for sellable, committed in balances(context)} == {rush.units}
    assert_whole(context)
    place_orders(context, [order("the rest", dict.fromkeys(HOT, rush.units * len(PLACES)))])
    assert balances(context) == [(0, rush.units)] * len(HOT) * len(PLACES)


@BOTH
def test_the_same_references_at_once(launcher: Launcher, context: Context, database_url: str, rush: Rush) -> None:
    """All processes bring the same orders, each beginning elsewhere: every order exists once, and all are told so."""
    hot_world(context, rush.orders * 10)
    orders = some_orders("same", rush.orders, HOT, units_max=2, seed=1)
    shift = max(1, rush.orders // PROCESSES)
    jobs = [
        {"url": database_url, "batch": rush.batch, "orders": orders[number * shift :] + orders[: number * shift]}
        for number in range(PROCESSES)
    ]
    reports = launcher.run(jobs)
    in_books = orders_in_books(context)
    assert len(in_books) == rush.orders
    assert [report.placed() for report in reports] == [in_books] * PROCESSES
    firsts = [said["reference"] for report in reports for said in report.lines() if not said["repeated"]]
    assert sorted(firsts) == sorted(in_books)
    units = sum(sum(one["lines"].values()) for one in orders)
    assert sum(committed for _, committed in balances(context)) == units
    assert_whole(context)


def test_one_reference_with_different_content(launcher: Launcher, context: Context, database_url: str) -> None:
    """Eight processes use the same references for different wishes: one has the order, the others are refused."""
    hot_world(context, 10_000)
    jobs = [
        {
            "url": database_url,
            "batch": 5,
            "orders": [{"reference": f"R{n}", "lines": {"mug": number + 1}} for n in range(20)],
        }
        for number in range(PROCESSES)
    ]
    reports = launcher.run(jobs)
    in_books = orders_in_books(context)
    assert len(in_books) == 20
    placed = [item for report in reports for item in report.placed().items()]
    assert sorted(placed) == sorted(in_books.items())
    codes = {said["code"] for report in reports for said in report.lines() if not said["placed"]}
    assert codes == {"reference_taken"}
    assert_whole(context)


@BOTH
def test_held_carts_beside_each_other(launcher: Launcher, context: Context, database_url: str, rush: Rush) -> None:
    """Every cart is held before it is ordered, more than there is: no unit is held or sold twice, none is left over."""
    hot_world(context, rush.units)
    told = acknowledged(launcher.run(jobs_of(database_url, rush, hold=True)))
    assert orders_in_books(context) == told
    assert len(told) == PROCESSES * rush.orders
    assert_whole(context)
    with context.database.session() as session:
        left = session.execute("SELECT sum(reserved) AS reserved, sum(sellable) AS sellable FROM stock").fetchone()
        waiting = session.execute("SELECT sum(waiting) AS units FROM order_line").fetchone()
    assert left is not None
    assert waiting is not None
    assert left["reserved"] == 0
    assert left["sellable"] + sum(units for _, units in balances(context)) == rush.units * len(HOT) * len(PLACES)
    assert waiting["units"] > 0


@BOTH
def test_the_same_keys_at_once(launcher: Launcher, context: Context, database_url: str, rush: Rush) -> None:
    """All processes bring the same keys with orders under references of their own: one order comes of every key."""
    hot_world(context, rush.orders * 10)
    jobs = jobs_of(database_url, rush, keys=True)
    reports = launcher.run(jobs)
    in_books = orders_in_books(context)
    assert len(in_books) == rush.orders
    told = [[said["order_id"] for said in report.lines()] for report in reports]
    assert told == [told[0]] * PROCESSES
    assert sorted(told[0]) == sorted(in_books.values())
    assert_whole(context)
