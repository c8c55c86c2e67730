"""Large networks: who carries what is known from marks, and looking at a few locations loses little and says so."""

import random
from dataclasses import replace
from threading import Thread

import pytest

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.sourcing.decide import decide_from
from stockmesh.domain.sourcing.facts import _write_facts, write_outcomes
from stockmesh.domain.sourcing.shortlisting import narrow, parcel_costs
from stockmesh.domain.sourcing.warming import warm
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import count_stock
from stockmesh.flows.deciding import Decided, decide
from stockmesh.flows.looking import Look
from stockmesh.flows.ordering import CheckedOrder, check_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.replaying import replay_order
from worlds import SmallWorld, location, order, publish, put_in_books

TOWNS = ("04103", "10115", "20095", "50667", "80331")
SITES = tuple(
    location(f"L{number:02}", "DE", TOWNS[number % len(TOWNS)], ["parcel"], handling_order_micro=10_000 * (number % 7))
    for number in range(48)
)
LARGE = replace(SmallWorld(), locations=SITES)
SKUS = ("tent", "lamp", "mug")
MARKS = """
    SELECT i.sku, array_agg(l.code ORDER BY l.code)
    FROM assortment AS a
    JOIN item AS i USING (item_id)
    JOIN location AS l ON l.location_id < 8 * length(a.carried) AND get_bit(a.carried, l.location_id) = 1
    GROUP BY i.sku
"""
CELLS = """
    SELECT i.sku, array_agg(l.code ORDER BY l.code)
    FROM stock AS s JOIN item AS i USING (item_id) JOIN location AS l USING (location_id)
    GROUP BY i.sku
"""


def carried(context: Context, question: str) -> dict[str, list[str]]:
    """The locations of every item."""
    with context.database.session() as session:
        return {row["sku"]: row["array_agg"] for row in session.execute(question.encode()).fetchall()}


def count_in(context: Context, place: str, sku: str, units: int) -> None:
    """A count, which opens the cell when there is none."""
    count_stock(context, [StockCount(sku, place, units, CountKind.ON_HAND, context.clock())])


def decided(context: Context, orders: list[OrderRequest], look: Look) -> Decided:
    """The decisions orders would get, nothing taken."""
    with context.database.session() as session:
        present = context.present(session)
        checked = [check_order(context, present, place, request) for place, request in enumerate(orders)]
        return decide(session, context, present, [one for one in checked if isinstance(one, CheckedOrder)], look=look)


def test_every_opened_cell_is_marked(context: Context) -> None:
    """Opening stock, a count at a new site and the same count again: marks and cells agree."""
    put_in_books(context, LARGE, {("L40", "tent"): 3, ("L02", "tent"): 1, ("L07", "mug"): 1})
    assert carried(context, MARKS) == {"tent": ["L02", "L40"], "mug": ["L07"]}
    for _ in range(2):
        count_in(context, "L47", "tent", 5)
        count_in(context, "L00", "lamp", 0)
    assert carried(context, MARKS) == {"tent": ["L02", "L40", "L47"], "mug": ["L07"], "lamp": ["L00"]}
    assert carried(context, MARKS) == carried(context, CELLS)


def test_cells_opened_at_once_are_all_marked(context: Context) -> None:
    """Six threads open eight cells each of one item: no mark is lost."""
    put_in_books(context, LARGE, {})

    def open_cells(first: int) -> None:
        for number in range(first, 48, 6):
            count_in(context, f"L{number:02}", "tent", number)

    threads = [Thread(target=open_cells, args=(first,)) for first in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(carried(context, MARKS)["tent"]) == 48
    assert carried(context, MARKS) == carried(context, CELLS)


@pytest.mark.parametrize("seed", range(6))
def test_a_proof_holds_however_far_an_order_looked(context: Context, seed: int) -> None:
    """Scarce goods at random sites: whoever saw all that matters decides as if it had looked everywhere."""
    chance = random.Random(seed)
    share = chance.choice([0.03, 0.1, 0.4])
    stock = {(site.code, sku): chance.randrange(0, 4) for site in SITES for sku in SKUS if chance.random() < share}
    put_in_books(context, LARGE, stock)
    proofs = 0
    for number in range(40):  # each order alone, so that all see the same books
        lines = {sku: chance.randrange(1, 4) for sku in chance.sample(SKUS, chance.randrange(1, 4))}
        everywhere, *narrow = (decided(context, [order(f"O{number}", lines)], look).plans for look in Look)
        for plans in narrow:
            if plans.proven[0]:
                proofs += 1
                assert plans.cost_minor[0] == everywhere.cost_minor[0]
                assert plans.shipment_location.tolist() == everywhere.shipment_location.tolist()
    assert proofs > 0


def test_nothing_is_compiled_while_orders_are_placed(context: Context) -> None:
    """What `stockmesh warm` compiled is all that placing, here and in a large network, replaying and explaining use."""
    warm()
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 3, ("AMS", "lamp"): 1})
    before = compiled_forms()
    placed = place_orders(context, [order("A", {"tent": 2, "lamp": 1}), order("B", {"tent": 1}, to="NL-1012")])
    publish(context, LARGE)
    placed += place_orders(context, [order("C", {"tent": 1, "lamp": 1}), order("D", {"mug": 1}, to="FR-59000")])
    for one in placed:
        assert isinstance(one, Placed)
        assert all(replay.agrees for replay in replay_order(context, one.order_id))
    assert compiled_forms() == before


def compiled_forms() -> dict[str, list[object]]:
    """The argument types every function called from Python is compiled for."""
    entrances = (decide_from, write_outcomes, _write_facts, narrow, parcel_costs)
    return {one.__name__: list(one.signatures) for one in entrances}  # type: ignore[union-attr]
