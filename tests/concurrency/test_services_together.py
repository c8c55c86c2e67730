"""Two services on one database, clients of both that send again what they hear no answer to: scarce items."""

from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

import pytest

from placing_processes import assert_whole, orders_in_books
from service_process import serving
from shoppers import Shoppers, Told, draw_purchases, hear
from stockmesh.flows.access.keys import KeyWish, add_key
from stockmesh.flows.context import Context
from worlds import SmallWorld, put_in_books

SERVICES = 2
CLIENTS = 4
HOT = ["tent", "lamp", "mug"]
PLACES = ["LEJ", "AMS", "LIL"]


@dataclass(frozen=True)
class Sale:
    """How many orders each client brings, and how much there is of every item everywhere."""

    orders: int
    units: int


QUICK = Sale(orders=40, units=70)
LONG = Sale(orders=1_500, units=2_700)


@pytest.mark.parametrize("sale", [QUICK, pytest.param(LONG, marks=pytest.mark.soak)], ids=["quick", "long"])
def test_two_services_sell_the_last_unit_once(context: Context, database_url: str, sale: Sale) -> None:
    """Held or not, keyed or not, sent twice or not: what is told is what is in the books, and nothing is oversold."""
    put_in_books(context, SmallWorld(), {(place, sku): sale.units for place in PLACES for sku in HOT})
    key = add_key(context, KeyWish("shoppers", ("all",))).key
    lists = [
        list(islice(draw_purchases(f"C{client}", HOT, units_max=3), sale.orders))
        for client in range(SERVICES * CLIENTS)
    ]
    wanted = {one.reference: sum(one.lines.values()) for purchases in lists for one in purchases}
    with ExitStack() as stack:
        services = [stack.enter_context(serving(database_url=database_url, auth="required")) for _ in range(SERVICES)]
        for service in services:
            hear(service)
        doors = [service.address for service in services]
        shoppers = Shoppers(lambda: doors, key, list(lists))
        shoppers.begin()
        told = shoppers.finish()
    assert len(told.placed) + len(told.refused) == len(wanted)
    assert set(told.refused.values()) == {"short_stock"}
    assert told.again["ReadTimeout"] > 0
    assert orders_in_books(context) == told.placed
    check_sums(context, sale, told, wanted)
    assert_whole(context)


def check_sums(context: Context, sale: Sale, told: Told, wanted: dict[str, int]) -> None:
    """All units are where they were told to be: committed, or waited for in vain, because there are none."""
    with context.database.session() as session:
        cells = session.execute("SELECT sellable, committed, reserved, shortfall FROM stock").fetchall()
        lines = session.execute(
            "SELECT i.sku, sum(l.quantity) AS wanted, sum(l.waiting) AS waiting, sum(l.dropped) AS dropped"
            " FROM order_line AS l JOIN item AS i USING (item_id) GROUP BY i.sku"
        ).fetchall()
        open_holds = session.execute("SELECT count(*) AS holds FROM cart_hold WHERE state = 'open'").fetchone()
    assert {(one["sellable"], one["reserved"], one["shortfall"]) for one in cells} == {(0, 0, 0)}
    assert [one["committed"] for one in cells] == [sale.units] * len(HOT) * len(PLACES)
    for line in lines:
        assert line["wanted"] - line["waiting"] - line["dropped"] == sale.units * len(PLACES), line
    assert sum(line["wanted"] for line in lines) == sum(wanted[reference] for reference in told.placed)
    assert open_holds == {"holds": 0}
