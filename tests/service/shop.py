"""A small shop behind the service: three locations, a few orders, one of them waiting, one cancelled."""

from fastapi.testclient import TestClient

from stockmesh.domain.fulfilment.requests import Wish
from stockmesh.flows.access.grants import NO_LIMITS, Granted
from stockmesh.flows.access.keys import KeyWish, add_key
from stockmesh.flows.context import Context
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.service.application import create_app
from worlds import SmallWorld, order, put_in_books

ADDRESS = "http://127.0.0.1"
STOCK = {
    ("LEJ", "tent"): 4,
    ("AMS", "tent"): 6,
    ("LEJ", "lamp"): 20,
    ("AMS", "lamp"): 20,
    ("LIL", "lamp"): 5,
    ("LIL", "mug"): 1,
}
ORDERS = (
    order("A-1", {"tent": 1, "lamp": 2}, customer="anna"),
    order("A-2", {"lamp": 3}, to="NL-1012"),
    order("A-3", {"tent": 3, "mug": 1}, assumed=frozenset({"destination"})),
    order("B-1", {"mug": 50}, customer="anna"),
    order("B-2", {"lamp": 1}, to="FR-75001", wish=Wish.PART),
)


def browse(context: Context) -> TestClient:
    """A client with a key that may do everything, named as a browser on this machine would name it."""
    key = mint(context)
    client = stranger(context)
    client.headers["authorization"] = f"Bearer {key}"
    return client


def stranger(context: Context) -> TestClient:
    """A client that does not say who it is. Its requests have one id, so that like answers are the same."""
    named = {"x-request-id": "test-request"}
    return TestClient(create_app(context), base_url=ADDRESS, follow_redirects=False, headers=named)


def mint(context: Context, *scopes: str, limits: Granted = NO_LIMITS) -> str:
    """A key with some scopes, or all."""
    return add_key(context, KeyWish("test", scopes or ("all",), limits)).key


def open_shop(context: Context) -> dict[str, int]:
    """The numbers of the shop's orders by reference; B-1 waits for mugs, B-2 is cancelled."""
    put_in_books(context, SmallWorld(), STOCK)
    placed = place_orders(context, ORDERS)
    assert all(isinstance(one, Placed) for one in placed), placed
    numbers = {one.reference: one.order_id for one in placed if isinstance(one, Placed)}
    cancel_order(context, numbers["B-2"], "changed their mind")
    return numbers
