"""Two services, one shop: deliveries repeated, out of order, at both at once, one service killed meanwhile."""

import json
import random
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from service_process import Service, serving, wait_until
from shop_messages import connect, golden, headers_of
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import find_order
from stockmesh.flows.shops.connections import get_shop
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.shops.signing import ShopKind
from worlds import SmallWorld, put_in_books

ORDERS = 30
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Delivery = tuple[str, str, bytes]


def life(number: int) -> list[Delivery]:
    """An order is bought and edited; every third is cancelled."""
    said = golden("shopify_order_create", id=number, name=f"#{number}")
    edited = [said["line_items"][0] | {"current_quantity": 1}]
    told: list[tuple[str, dict[str, Any]]] = [
        ("orders/create", {}),
        ("orders/updated", {"line_items": edited}),
    ]
    if number % 3 == 0:
        told.append(("orders/cancelled", {"line_items": edited, "cancelled_at": NINE.isoformat()}))
    return [
        (
            topic,
            f"{number}-{minute}",
            json.dumps(said | changes | {"updated_at": (NINE + timedelta(minutes=minute)).isoformat()}).encode(),
        )
        for minute, (topic, changes) in enumerate(told)
    ]


def deliver(services: list[Service], delivery: Delivery) -> None:
    """As a shop does: once more to another address, until somebody says 200."""
    topic, number, body = delivery
    for service in services:
        try:
            url = f"{service.address}/v1/shops/berlin/webhooks"
            answer = httpx.post(
                url, content=body, headers=headers_of(ShopKind.SHOPIFY, topic, number, body), timeout=60
            )
        except httpx.TransportError:
            continue
        if answer.status_code == 200:
            return
    raise AssertionError(f"nobody took {number}")


def states(context: Context) -> dict[str, list[str]]:
    """The states of all orders in the books, by reference without what tells a second life."""
    found: dict[str, list[str]] = {}
    with context.database.session() as session:
        for row in session.execute("SELECT reference, state::text AS state FROM orders").fetchall():
            found.setdefault(row["reference"].partition("/")[0], []).append(row["state"])
    return found


def test_deliveries_at_two_services_lead_to_one_order_each(context: Context, database_url: str) -> None:
    """Whoever takes them, however often, and though one service is killed with some of them in its hands."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 200, ("LEJ", "lamp"): 200})
    connect(context)
    chance = random.Random(7)
    deliveries = [one for number in range(1, ORDERS + 1) for one in life(number)] * 3
    chance.shuffle(deliveries)
    with serving(database_url=database_url) as first, serving(database_url=database_url) as second:
        with ThreadPoolExecutor(8) as shop:
            taken = []
            for place, delivery in enumerate(deliveries):
                services = [first, second] if place % 2 else [second, first]
                taken.append(shop.submit(deliver, services, delivery))
                if place == len(deliveries) // 2:
                    taken[place // 2].result()
                    first.process.send_signal(signal.SIGKILL)
            for one in taken:
                one.result()
        wait_until(lambda: get_shop(context, "berlin").waiting == 0, seconds=120)
    found = states(context)
    for number in range(1, ORDERS + 1):
        # One whose cancellation came first never was.
        wanted = [["cancelled"], []] if number % 3 == 0 else [["open"]]
        assert found.get(f"#{number}", []) in wanted, number
        if number % 3:
            order = get_order(context, find_order(context, f"#{number}", channel="web"))
            assert [(line.sku, line.quantity) for line in order.lines] == [("tent", 1)], number
    assert list_messages(context, MessageFilter(state="failed")).rows == ()
    assert verify_books(context).ok
