"""What lies beyond a key's reach is answered like what does not exist, by every operation there is."""

import asyncio
import json
import re
from collections.abc import Iterator
from io import BytesIO
from threading import Event as Signal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, mint, open_shop, stranger

from shop_messages import connect, send, settle
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.access.grants import Granted
from stockmesh.flows.access.keys import KeyWish, add_key
from stockmesh.flows.access.scopes import Role
from stockmesh.flows.access.users import add_user
from stockmesh.flows.context import Context
from stockmesh.flows.hold_cart import Cart, hold_cart
from stockmesh.flows.importing.uploads import Asked, Brought, receive
from stockmesh.flows.importing.working import work_once
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.reach import Reach
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.set_up import open_stock, save_incoming, save_items, save_merchant
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.flows.webhook_endpoints import add_endpoint, send_test
from stockmesh.gateways.retailer import IncomingSupply, OpeningStock
from stockmesh.service.application import create_app
from worlds import MONDAY_MORNING, item, order

# What only the rival's part of the books holds; none is a part of what the shop may read.
FOREIGN = ("rival", "zelt", "ZZ-", "bazaar", "ottilie", "PO-RIVAL")
RIVAL = Granted(owners=("rival",))
Values = dict[str, Any]


NOBODYS: Values = {
    "order_id": 987654321,
    "name": "nosuch",
    "sku": "nosuch",
    "owner": "nosuch",
    "channel": "nosuch",
    "customer": "nosuch",
    "reference": "nosuch",
    "search": "nosuch",
    "endpoint_id": 98765,
    "delivery_id": 98765,
    "key_id": "nosuchkey0",
    "user": "nosuch",
    "upload_id": 987654,
    "shop": "nosuch",
    "carrier": "parcel",
    "message_id": 987654,
    "kind": "items",
    "hold_id": 987654322,
    "part": "nosuchpart",
    "supply": "NO-SUCH",
    "entry_id": 987654323,
}


@pytest.fixture
def rivals(context: Context) -> Values:
    """The rival's things by the names of the parameters that ask for them."""
    open_shop(context)
    owner = save_merchant(context, Owner("rival", "Rival", "EUR"), [Channel("bazaar", "Bazaar")])
    save_items(context, owner, [item("zelt", 2_000), item("tent", 2_000), item("zeltplane", 100)], ())
    opening = [OpeningStock(sku, place, 70) for sku in ("zelt", "tent") for place in ("LEJ", "AMS")]
    open_stock(context, owner, opening, occurred_at=MONDAY_MORNING)
    save_incoming(context, owner, [IncomingSupply("zelt", "LEJ", 5, MONDAY_MORNING.date(), "PO-RIVAL")])
    wanted = [
        order("ZZ-1", {"zelt": 2, "tent": 1}, channel="bazaar", customer="ottilie"),
        order("ZZ-2", {"zelt": 1}, channel="bazaar"),
    ]
    placed = [one for one in place_orders(context, wanted) if isinstance(one, Placed)]
    cancel_order(context, placed[1].order_id, "ottilie said so")
    lines = (OrderLine("zelt", 2),)
    hold_id = hold_cart(context, Cart("bazaar", Destination("DE", "10115"), lines, customer="ottilie"))
    endpoint = add_endpoint(context, "https://rival.example/hook", [], permitted=(), reach=Reach(owners=(owner,)))
    relay_all(context, "test", low=5)
    add_user(context, "rival-user", Role.VIEWER, RIVAL)
    return {
        "order_id": placed[0].order_id,
        "name": "ZZ-1",
        "sku": "zelt",
        "owner": "rival",
        "channel": "bazaar",
        "customer": "ottilie",
        "reference": "ZZ-1",
        "search": "zelt",
        "endpoint_id": endpoint.endpoint_id,
        "delivery_id": send_test(context, endpoint.endpoint_id),
        "key_id": add_key(context, KeyWish("rival-key", ("all",), RIVAL)).key_id,
        "user": "rival-user",
        "upload_id": rival_upload(context),
        "shop": "zelt-shop",
        "carrier": "parcel",
        "message_id": rival_message(context),
        "kind": "items",
        "hold_id": hold_id,
        "part": "zeltplane",
        "supply": "PO-RIVAL",
        "entry_id": entry_of(context, "rival"),
    }


def rival_upload(context: Context) -> int:
    """A checked file of the rival's with a bad row."""
    body = BytesIO(b"sku,location,quantity\nzelt,LEJ,5\nzeltt,LEJ,5\n")
    asked = Asked(owner="rival", counted="on_hand", as_of=MONDAY_MORNING, dry_run=True)
    upload = receive(context, Brought("stock", "rival.csv", asked), body, len(body.getvalue()))
    work_once(context, "test", Signal())
    return upload.upload_id


def rival_message(context: Context) -> int:
    """A message of the rival's shop that was set aside."""
    connect(context, code="zelt-shop", channel="bazaar")
    send(context, "orders/create", b"not json", delivery="d1", shop="zelt-shop")
    settle(context)
    return list_messages(context, MessageFilter()).rows[0].message_id


def entry_of(context: Context, name: str) -> int:
    """The number of an entry of the audit trail that names somebody."""
    entries = browse(context).get("/v1/audit", params={"limit": 100}).json()["items"]
    return next(int(one["entry_id"]) for one in entries if name in json.dumps(one))


def operations(context: Context) -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation of the API by method and path."""
    paths = create_app(context).openapi()["paths"]
    return {(method, path): told for path, methods in paths.items() for method, told in methods.items()}


def new_order(values: Values, reference: str) -> Values:
    return {
        "reference": reference,
        "channel": values["channel"],
        "destination": {"country": "DE", "postcode": "10115"},
        "lines": [{"sku": values["sku"], "quantity": 1}],
    }


def bodies(values: Values) -> dict[tuple[str, str], Any]:
    """What is sent to operations that take something, naming what is asked for."""
    limits = {"owners": [values["owner"]]}
    cell = {"sku": values["sku"], "location": "LEJ"}
    cart = {name: told for name, told in new_order(values, "").items() if name != "reference"}
    facts = {"weight_mg": 1, "length_um": 1, "width_um": 1, "height_um": 1}
    return {
        ("post", "/v1/holds"): cart,
        ("post", "/v1/holds/{hold_id}/extend"): {"minutes": 5},
        ("post", "/v1/promises"): cart,
        ("post", "/v1/quotes"): {"destination": cart["destination"], "lines": [{"sku": values["sku"], "quantity": 1}]},
        ("post", "/v1/promises:batch"): {"carts": [cart]},
        ("post", "/v1/promises:hold"): cart,
        ("patch", "/v1/orders/{order_id}"): {"destination": {"country": "DE", "postcode": "20095"}},
        ("put", "/v1/items/{sku}"): {"title": "mine", "components": [{"sku": values["part"], "quantity": 1}], **facts},
        ("patch", "/v1/locations/{code}"): {"is_open": False},
        ("post", "/v1/stock/counts"): {"reference": "R", "counts": [cell | {"quantity": 1, "kind": "on_hand"}]},
        ("post", "/v1/stock/receipts"): {"receipts": [cell | {"quantity": 1, "reference": values["supply"]}]},
        ("post", "/v1/stock/moves"): {
            "moves": [cell | {"quantity": 1, "from_state": "sellable", "to_state": "damaged", "reason": "wet"}]
        },
        ("post", "/v1/stock/adjustments"): {"adjustments": [cell | {"change": -1, "reason": "lost"}]},
        ("put", "/v1/stock/safety"): {"settings": [cell | {"units": 3}]},
        ("post", "/v1/stock/incoming"): {
            "lines": [cell | {"reference": values["supply"], "due_on": "2026-04-01", "quantity": 9}]
        },
        ("post", "/v1/orders"): new_order(values, "TRY"),
        ("post", "/v1/orders:batch"): {"orders": [new_order(values, "TRY")]},
        ("post", "/v1/keys"): {"name": "mine", "scopes": ["stock:read"], **limits},
        ("post", "/v1/users"): {"name": "mine", "role": "viewer", **limits},
        ("put", "/v1/users/{name}"): {"role": "viewer"},
        ("post", "/v1/webhooks"): {"url": "https://shop.example/hook"},
    }


def requests(told: dict[str, Any], path: str, values: Values) -> Iterator[tuple[str, Values]]:
    """The addresses to try: what is needed alone, and with each optional parameter that can name something."""
    values = values | named_in(path, values)
    parameters = told.get("parameters", ())
    filled = path.format(**{one["name"]: values[one["name"]] for one in parameters if one["in"] == "path"})
    given = values | {"location": "LEJ"}
    needed = {one["name"]: given[one["name"]] for one in parameters if one["in"] == "query" and one.get("required")}
    yield filled, needed
    for one in parameters:
        if one["in"] == "query" and one["name"] in values and one["name"] not in needed:
            yield filled, needed | {one["name"]: values[one["name"]]}


def named_in(path: str, values: Values) -> Values:
    """What a name or code in an address is of: it goes by one word for users, owners, channels and locations."""
    whose = {
        "/v1/users/": {"name": values["user"]},
        "/v1/owners/": {"code": values["owner"]},
        "/v1/channels/": {"code": values["channel"]},
        "/v1/locations/": {"code": values.get("location", values["name"])},
    }
    return next((named for start, named in whose.items() if path.startswith(start)), {})


def answers(client: TestClient, operation: tuple[str, str], told: dict[str, Any], values: Values) -> list[str]:
    """The status and body of every way to ask, with what was asked taken out."""
    method, path = operation
    if path == "/v1/events/stream":
        return [stream_of(client)]
    found = []
    for address, query in requests(told, path, values):
        body = bodies(values).get(operation)
        answer = client.request(method, address, params=query, json=body)
        said = f"{address} {query} {json.dumps(body)}"
        found.append(f"{answer.status_code} {scrubbed(answer.text, said, values)}")
    return found


def scrubbed(text: str, said: str, values: Values) -> str:
    """The text without the values that were said."""
    for value in sorted(map(str, values.values()), key=len, reverse=True):
        if re.search(rf"/{value}\b" if value.isdecimal() else rf"\b{value}\b", said):
            text = re.sub(rf"\b{value}\b", "*", text)
    return text


def stream_of(client: TestClient) -> str:
    """What the stream of events tells from the beginning, until it has caught up."""
    received = bytearray()

    async def run() -> None:
        caught_up = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await asyncio.wait_for(caught_up.wait(), 20)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            received.extend(message.get("body", b""))
            if b": here" in message.get("body", b""):
                caught_up.set()

        headers = [(b"host", b"localhost"), (b"authorization", client.headers["authorization"].encode())]
        scope = {"type": "http", "method": "GET", "path": "/v1/events/stream", "query_string": b"after=0"}
        await client.app({**scope, "headers": headers, "scheme": "http"}, receive, send)

    asyncio.run(run())
    return received.decode()


@pytest.mark.parametrize("limits", [Granted(owners=("shop",)), Granted(channels=("web",))], ids=["owner", "channel"])
def test_no_operation_tells_anything_of_another_owner(context: Context, rivals: Values, limits: Granted) -> None:
    """Asked for the rival's things every operation answers as for nobody's, and names nothing of the rival's."""
    client = stranger(context)
    client.headers["authorization"] = f"Bearer {mint(context, limits=limits)}"
    tried = 0
    for operation, told in operations(context).items():
        theirs = answers(client, operation, told, rivals)
        nobodys = answers(client, operation, told, NOBODYS)
        for answer in theirs:
            assert not [word for word in FOREIGN if word in answer], (operation, answer)
        if operation[1] not in MAKING:
            assert theirs == nobodys, operation
        tried += 1
    assert tried == len(operations(context)) > 35
    everything = stranger(context)
    everything.headers["authorization"] = f"Bearer {mint(context)}"
    kept = everything.get(f"/v1/orders/{rivals['order_id']}").json()
    assert (kept["state"], [event["kind"] for event in kept["events"]]) == ("open", ["order_placed"])
    assert everything.get(f"/v1/holds/{rivals['hold_id']}").json()["state"] == "open"
    held = everything.get("/v1/stock/holders", params={"sku": "zelt", "location": "LEJ"}).json()
    assert held["units"] == 4


DELIVERIES = "/v1/webhooks/{endpoint_id}/deliveries"
# What these answer holds a number or a secret that is new each time.
MAKING = ("/v1/webhooks", "/v1/events/stream", "/v1/keys", "/v1/users")


def test_who_reaches_everything_is_told_of_both(context: Context, rivals: Values) -> None:
    """The other side of the test before: without limits the same questions find the rival's things."""
    client = stranger(context)
    client.headers["authorization"] = f"Bearer {mint(context)}"
    silent = []
    for operation, told in operations(context).items():
        told_of = " ".join(raw(client, operation, told, rivals)) if operation[0] == "get" else "rival"
        if not any(word in told_of for word in FOREIGN):
            silent.append(operation[1])
    assert silent == [
        "/v1/health",
        "/v1/health/live",
        "/v1/health/ready",
        "/v1/health/condition",
        "/metrics",
        "/v1/locations",
        "/v1/carriers",
        "/v1/carriers/{carrier}",
        "/v1/policy",
        "/v1/orders/{order_id}/contact",
        DELIVERIES,
        "/v1/audit/actors",
        "/v1/imports/templates/{kind}",
    ]


def raw(client: TestClient, operation: tuple[str, str], told: dict[str, Any], values: Values) -> list[str]:
    if operation[1] == "/v1/events/stream":
        return [stream_of(client)]
    asked = requests(told, operation[1], values)
    return [client.get(address, params=query).text for address, query in asked]


SHOPS: Values = NOBODYS | {"sku": "tent", "owner": "shop", "channel": "web", "name": "A-3", "location": "LEJ"}


def test_who_reaches_one_location_is_told_of_no_other(context: Context, rivals: Values) -> None:
    """Every operation that reads, asked for the shop's things; one order is split over Leipzig and Amsterdam."""
    numbers = {one.reference: one.order_id for one in place_both(context)}
    client = stranger(context)
    client.headers["authorization"] = f"Bearer {mint(context, limits=Granted(locations=('LEJ',)))}"
    values = SHOPS | {"order_id": numbers["SPLIT"]}
    assert client.get(f"/v1/orders/{numbers['SPLIT']}").status_code == 200
    for operation, told in operations(context).items():
        if operation[0] == "get":
            for answer in raw(client, operation, told, values):
                assert not [word for word in ("AMS", "LIL") if word in answer], (operation, answer)
    part = client.get(f"/v1/orders/{numbers['SPLIT']}/plan").json()
    assert [one["location"] for one in part["fulfilments"]] == ["LEJ"]
    assert part["decision"]["plan_cost"] == part["fulfilments"][0]["cost"]
    assert client.get(f"/v1/orders/{numbers['AWAY']}").status_code == 404
    assert client.post(f"/v1/orders/{numbers['SPLIT']}/cancel").status_code == 404
    placed = client.post("/v1/orders", json=new_order(SHOPS, "TRY"))
    assert placed.json()["code"] == "unknown_channel"


def place_both(context: Context) -> list[Placed]:
    """An order that Leipzig and Amsterdam share, and one that Amsterdam has for itself."""
    wanted = [order("SPLIT", {"lamp": 30}), order("AWAY", {"tent": 1})]
    return [one for one in place_orders(context, wanted) if isinstance(one, Placed)]
