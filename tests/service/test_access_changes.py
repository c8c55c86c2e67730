"""What a restricted caller may change: stock at its own locations, holds of its own channels; a viewer nothing."""

from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from shop import ADDRESS, browse, mint, open_shop, stranger

from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.access.callers import Caller
from stockmesh.flows.access.grants import NO_LIMITS, Granted
from stockmesh.flows.access.keys import KeyWish, add_key
from stockmesh.flows.access.scopes import ROLES, Role
from stockmesh.flows.access.signing_in import mint_link
from stockmesh.flows.access.users import add_user, change_user
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.set_up import save_merchant
from stockmesh.service.access.needing import find_scope
from stockmesh.service.access.site import Site
from stockmesh.service.application import ROUTERS, create_app
from stockmesh.service.here import name_of_caller
from stockmesh.service.keyed import CHANGING, KeyedRoute

CART = {
    "channel": "web",
    "destination": {"country": "DE", "postcode": "10115"},
    "lines": [{"sku": "lamp", "quantity": 2}],
}
KEY = {"Idempotency-Key": "3f1c"}


@pytest.fixture
def numbers(context: Context) -> dict[str, int]:
    """The shop with a second channel of the same owner."""
    numbers = open_shop(context)
    save_merchant(context, Owner("shop", "Shop", "EUR"), [Channel("market", "Market")])
    return numbers


def limited(context: Context, **limits: tuple[str, ...]) -> TestClient:
    """A client that may do everything, as far as it reaches."""
    client = stranger(context)
    client.headers["authorization"] = f"Bearer {mint(context, limits=Granted(**limits))}"
    return client


def at(location: str, **said: Any) -> dict[str, Any]:
    return {"sku": "lamp", "location": location} | said


MOVE = {"quantity": 1, "from_state": "sellable", "to_state": "damaged", "reason": "wet"}
WRITES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("POST", "/v1/stock/moves", "moves", MOVE),
    ("POST", "/v1/stock/adjustments", "adjustments", {"change": -1, "reason": "lost"}),
    ("PUT", "/v1/stock/safety", "settings", {"units": 2}),
    ("POST", "/v1/stock/incoming", "lines", {"reference": "PO", "due_on": "2026-04-01", "quantity": 5}),
    ("POST", "/v1/stock/receipts", "receipts", {"reference": "PO-1", "quantity": 1}),
]


@pytest.mark.parametrize(("method", "path", "name", "entry"), WRITES, ids=[path for _, path, _, _ in WRITES])
def test_stock_is_written_at_ones_own_locations_alone(
    context: Context, numbers: dict[str, int], *, method: str, path: str, name: str, entry: dict[str, Any]
) -> None:
    """Together with an entry of one's own nothing is booked; another's location is answered as one there is not."""
    client = limited(context, locations=("LEJ",))
    supply = {"reference": "PO-1", "due_on": "2026-04-01", "quantity": 9}
    browse(context).post("/v1/stock/incoming", json={"lines": [at(place, **supply) for place in ("LEJ", "AMS")]})
    before = browse(context).get("/v1/stock?search=lamp").json()
    refused = [
        client.request(method, path, json={name: [at("LEJ", **entry), at(place, **entry)]}) for place in ("AMS", "XXX")
    ]
    assert [one.json()["code"] for one in refused] == ["unknown_stock_location"] * 2
    assert refused[0].text.replace("AMS", "XXX") == refused[1].text
    assert browse(context).get("/v1/stock?search=lamp").json() == before
    assert client.request(method, path, json={name: [at("LEJ", **entry)]}).status_code == 200


def test_counts_and_transfers_stay_at_ones_own_locations(context: Context, numbers: dict[str, int]) -> None:
    client = limited(context, locations=("LEJ",))
    counts = [at(place, quantity=7, kind="on_hand") for place in ("LEJ", "AMS")]
    told = client.post("/v1/stock/counts", json={"counts": counts}).json()
    assert [one["status"] for one in told["outcomes"]] == [200, 422]
    transfer = {"quantity": 1, "from_state": "sellable", "to_state": "sellable", "to_location": "AMS"}
    moved = client.post("/v1/stock/moves", json={"moves": [at("LEJ", **transfer)]})
    assert moved.json()["code"] == "unknown_stock_location"
    [away] = browse(context).get("/v1/stock?search=lamp&location=AMS").json()["items"]
    assert away["sellable"] + away["committed"] == 20


def test_locations_are_changed_by_who_serves_all_owners_there(context: Context, numbers: dict[str, int]) -> None:
    closed = {"is_open": False}
    for limits in ({"owners": ("shop",)}, {"channels": ("web",)}):
        answer = limited(context, **limits).patch("/v1/locations/LEJ", json=closed)
        assert answer.json()["code"] == "unknown_location"
    client = limited(context, locations=("LEJ",))
    assert client.patch("/v1/locations/AMS", json=closed).json()["code"] == "unknown_location"
    etag = client.get("/v1/locations/LEJ").headers["etag"]
    assert client.patch("/v1/locations/LEJ", json=closed, headers={"If-Match": etag}).json()["is_open"] is False


def test_an_order_is_changed_by_who_could_have_placed_it(context: Context, numbers: dict[str, int]) -> None:
    """The order lies wholly at Leipzig, but changed it might be sent from anywhere."""
    path, change = f"/v1/orders/{numbers['A-1']}", {"lines": [{"sku": "lamp", "quantity": 1}]}
    assert limited(context, channels=("market",)).patch(path, json=change).status_code == 404
    assert limited(context, locations=("LEJ",)).patch(path, json=change).status_code == 404
    client = limited(context, channels=("web",))
    etag = client.get(path).headers["etag"]
    changed = client.patch(path, json=change, headers={"If-Match": etag})
    assert [line["quantity"] for line in changed.json()["lines"]] == [1]
    assert client.get(path).headers["etag"] == changed.headers["etag"]
    assert client.patch(path, json=change, headers={"If-Match": etag}).status_code == 412


@pytest.mark.parametrize("limits", [{"channels": ("market",)}, {"locations": ("LEJ",)}], ids=["channel", "location"])
def test_holds_are_seen_by_who_sells_through_their_channel(
    context: Context, numbers: dict[str, int], limits: dict[str, tuple[str, ...]]
) -> None:
    """Also by an order: a hold of another channel is none."""
    hold_id = limited(context, channels=("web",)).post("/v1/holds", json=CART).json()["hold_id"]
    client = limited(context, **limits)
    path = f"/v1/holds/{hold_id}"
    answers = [
        client.get(path),
        client.delete(path),
        client.delete(path, headers={"If-Match": "*"}),
        client.post(f"{path}/extend", json={"minutes": 5}),
    ]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "unknown_hold")}
    assert client.get("/v1/holds").json()["items"] == []
    cart = client.post("/v1/holds", json=CART)
    promised = client.post("/v1/promises", json=CART)
    [outcome] = client.post("/v1/promises:batch", json={"carts": [CART]}).json()["outcomes"]
    assert {cart.json()["code"], promised.json()["code"], outcome["problem"]["code"]} == {"unknown_channel"}
    order = CART | {"reference": "H-1", "channel": "market"}
    if "channels" in limits:
        taken, nobodys = (client.post("/v1/orders", json=order | {"hold": hold}) for hold in (hold_id, 98765))
        assert taken.text.replace(str(hold_id), "98765") == nobodys.text
        assert nobodys.json()["code"] == "unknown_hold"
    assert browse(context).get(path).json()["state"] == "open"


def test_events_of_holds_are_told_to_who_sells_through_their_channel(context: Context, numbers: dict[str, int]) -> None:
    browse(context).post("/v1/holds", json=CART)
    relay_all(context, "test", low=5)
    told = {}
    for name, limits in {
        "web": {"channels": ("web",)},
        "market": {"channels": ("market",)},
        "shop": {"owners": ("shop",)},
        "LEJ": {"locations": ("LEJ",)},
    }.items():
        events = limited(context, **limits).get("/v1/events").json()["items"]
        told[name] = [event["type"] for event in events if event["type"].startswith("hold")]
    assert told == {"web": ["hold.opened"], "market": [], "shop": ["hold.opened"], "LEJ": []}


def test_the_drawer_shows_the_holds_within_reach(context: Context, numbers: dict[str, int]) -> None:
    hold_id = browse(context).post("/v1/holds", json=CART).json()["hold_id"]
    told = {}
    for name, limits in {"web": {"channels": ("web",)}, "market": {"channels": ("market",)}}.items():
        page = limited(context, **limits).get("/console/stock/cell?sku=lamp&location=LEJ")
        told[name] = f"Cart hold {hold_id}" in page.text
        assert f"hold {hold_id}<" not in page.text
    assert told == {"web": True, "market": False}


def changing() -> list[APIRoute]:
    """Every route that changes something."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return [route for route in routes if set(route.methods or ()) & set(CHANGING)]


def test_a_viewer_changes_nothing() -> None:
    """No operation that changes something is open to a viewer, but for one's own session; promises write nothing."""
    scopes = {route.path: find_scope(route.endpoint) for route in changing()}
    viewers = {path: scope for path, scope in scopes.items() if scope in ROLES[Role.VIEWER]}
    asking = {"/v1/promises", "/v1/promises:batch", "/v1/quotes"}
    assert {path for path, scope in viewers.items() if scope != "session"} == asking


def test_keys_of_two_callers_never_meet(context: Context, numbers: dict[str, int]) -> None:
    """The same key from another caller is another request."""
    first, second = (limited(context) for _ in range(2))
    answers = [client.post("/v1/holds", json=CART, headers=KEY) for client in (first, second, first)]
    assert ["idempotent-replayed" in one.headers for one in answers] == [False, False, True]
    ids = [one.json()["hold_id"] for one in answers]
    assert ids[0] == ids[2] != ids[1]


def test_callers_are_named_apart() -> None:
    """A key and a user with the same id are two; nobody but who is not asked has an empty name."""

    class Asking:
        def __init__(self, caller: Caller | None) -> None:
            self.state = type("State", (), {"caller": caller})

    def named(kind: Any, number: str) -> str:
        return name_of_caller(Asking(Caller(kind, number, "same", frozenset(), EVERYTHING)))  # type: ignore[arg-type]

    callers = [("key", "7"), ("user", "7"), ("key", "user:7"), ("user", "77"), ("key", "8")]
    assert len({named(*caller) for caller in callers}) == len(callers)
    assert "" not in {named(*caller) for caller in callers}
    assert named("anyone", "") == name_of_caller(Asking(None)) == ""  # type: ignore[arg-type]


def test_an_answer_kept_is_told_only_to_who_may_still_ask(context: Context, numbers: dict[str, int]) -> None:
    add_user(context, "olga", Role.OPERATOR, NO_LIMITS)
    client = stranger(context)
    client.post("/console/login", data={"link": mint_link(context, "olga").token})
    page = client.get("/console/account").text
    token = {"X-Form-Token": page.split('name="form_token" value="')[1][:64]}
    assert client.post("/v1/holds", json=CART, headers=KEY | token).status_code == 201
    change_user(context, "olga", Role.VIEWER, NO_LIMITS)
    client.app.state.callers.forget()  # type: ignore[attr-defined]
    again = client.post("/v1/holds", json=CART, headers=KEY | token)
    assert (again.status_code, again.json()["code"]) == (403, "scope_missing")


def test_secrets_are_told_once_and_kept_nowhere(context: Context, numbers: dict[str, int]) -> None:
    client = TestClient(create_app(context, Site(asks=False)), base_url=ADDRESS)
    add_user(context, "olga", Role.OPERATOR, NO_LIMITS)
    asked = [("/v1/keys", {"name": "till", "scopes": ["stock:read"]}, "k"), ("/v1/users/olga/link", None, "l")]
    for path, body, word in asked:
        answers = [client.post(path, json=body, headers={"Idempotency-Key": word}) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 409], answers[0].text
        assert answers[0].headers["cache-control"] == "no-store"
        assert answers[1].json()["code"] == "idempotency_answer_not_kept"
    assert len([key for key in client.get("/v1/keys").json()["items"] if key["name"] == "till"]) == 1
    with context.database.session() as session:
        assert session.execute("SELECT DISTINCT body FROM request_key").fetchall() == [{"body": None}]


def test_a_key_revoked_under_a_key_opens_nothing_at_once(context: Context, numbers: dict[str, int]) -> None:
    client = browse(context)
    new = add_key(context, KeyWish("till", ("stock:read",), NO_LIMITS))
    till = {"authorization": f"Bearer {new.key}"}
    assert client.get("/v1/locations", headers=till).status_code == 200
    assert client.post(f"/v1/keys/{new.key_id}/revoke", headers=KEY).status_code == 200
    assert client.get("/v1/locations", headers=till).status_code == 401


def test_everything_that_changes_access_takes_a_key() -> None:
    paths = ("/v1/keys", "/v1/users", "/v1/customers")
    routes = [route for route in changing() if route.path.startswith(paths)]
    assert len(routes) == 9
    assert all(isinstance(route, KeyedRoute) for route in routes)
