"""Every route declares what it needs, and asks for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from shop import mint, stranger
from starlette.routing import Mount, Route

from stockmesh.flows.access.scopes import OF_KEYS, SCOPES
from stockmesh.flows.context import Context
from stockmesh.service.access.door import OPEN, OPEN_FOLDERS, SIGNED
from stockmesh.service.access.needing import find_scope
from stockmesh.service.application import ROUTERS, create_app
from stockmesh.service.routes.placing import HOT

FILLED = {
    "carrier": "none",
    "service": "none",
    "order_id": "1",
    "endpoint_id": "1",
    "delivery_id": "1",
    "key_id": "none",
    "session_id": "1",
    "name": "none",
    "upload_id": "1",
    "kind": "items",
    "shop": "none",
    "message_id": "1",
    "sku": "none",
    "code": "none",
    "hold_id": "1",
    "customer": "none",
    "entry_id": "1",
}
# A shop signs what it sends and holds no key: the route asks for the signature alone, and answers nothing without it.
SIGNED_ROUTES = {"/v1/shops/{shop}/webhooks"}


def api_routes() -> list[APIRoute]:
    """Every route of every router, its prefix in its path."""
    routes = [route for router in ROUTERS for route in router.routes]
    assert all(isinstance(route, APIRoute) for route in routes)
    return [route for route in routes if isinstance(route, APIRoute)]


def asked() -> Iterator[Any]:
    """Method, path and scope of every operation that needs one."""
    for route in api_routes():
        scope = find_scope(route.endpoint)
        path = route.path_format.format(**FILLED)
        for method in sorted(route.methods or ()):
            if scope is not None:
                yield pytest.param(method, path, scope, id=f"{method} {route.path_format}")


@pytest.fixture
def client(context: Context) -> TestClient:
    return stranger(context)


def test_no_route_lacks_a_scope() -> None:
    """What declares none is on the short list of what is open."""
    without = {route.path for route in api_routes() if find_scope(route.endpoint) is None}
    assert without == (OPEN | SIGNED_ROUTES) - {"/v1/openapi.json"}
    assert {path for path in SIGNED_ROUTES if SIGNED.fullmatch(path)} == SIGNED_ROUTES
    assert len(api_routes()) > 50


def test_there_are_no_routes_besides(context: Context) -> None:
    """The app serves its routers, its description and its static files, nothing else."""
    app = create_app(context)
    plain = [route.path for route in app.routes if isinstance(route, Route)]
    mounts = [route.path for route in app.routes if isinstance(route, Mount)]
    assert plain == ["/v1/openapi.json"]
    assert len(mounts) == 1
    assert f"{mounts[0]}/".startswith(OPEN_FOLDERS)
    assert len(app.routes) == len(ROUTERS) + 2


def test_the_shortcut_leads_to_routes_that_are_declared() -> None:
    declared = {(method, route.path): route.endpoint for route in api_routes() for method in route.methods or ()}
    assert {asked: find_scope(endpoint) for asked, endpoint in HOT.items()} == {("POST", "/v1/orders"): "orders:write"}
    assert {asked: find_scope(declared[asked]) for asked in HOT} == {("POST", "/v1/orders"): "orders:write"}


def test_scopes_are_known(context: Context) -> None:
    """Every scope that a route or the description names is in the table."""
    told = {scope for route in api_routes() if (scope := find_scope(route.endpoint))}
    assert told <= SCOPES.keys()
    for methods in create_app(context).openapi()["paths"].values():
        for operation in methods.values():
            for scopes in (scheme.get("key") for scheme in operation.get("security", ())):
                assert len(scopes) == 1
                assert scopes[0] in OF_KEYS


@pytest.mark.parametrize(("method", "path", "scope"), list(asked()))
def test_a_stranger_is_asked_who_it_is(client: TestClient, method: str, path: str, scope: str) -> None:
    answer = client.request(method, path)
    if path.startswith("/console") and method == "GET":
        assert (answer.status_code, answer.headers["location"][:20]) == (303, "/console/login?next=")
        return
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="stockmesh"'
    assert scope not in answer.text
    if path.startswith("/v1"):
        assert answer.json()["code"] == "not_authenticated"


def test_another_scope_is_not_enough(context: Context, client: TestClient) -> None:
    """Each operation refuses a key that has every scope but its own, and says which one is missing."""
    keys = {scope: mint(context, *(one for one in OF_KEYS if one != scope)) for scope in OF_KEYS}
    for method, path, scope in (one.values for one in asked()):
        if scope == "session":
            continue
        answer = client.request(str(method), str(path), headers={"authorization": f"Bearer {keys[str(scope)]}"})
        assert answer.status_code == 403, (method, path)
        assert f'scope="{scope}"' in answer.headers["www-authenticate"]
        if str(path).startswith("/v1"):
            assert answer.json()["code"] == "scope_missing"
            assert answer.json()["facts"] == {"scope": scope}


@pytest.mark.parametrize("path", ["/v1/nowhere", "/nowhere", "/v1/orders/1/cancel", "/console/orders"])
@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "PUT", "TRACE"])
def test_what_there_is_not_is_told_to_nobody(client: TestClient, method: str, path: str) -> None:
    """Whatever is not known to be open asks first, whether there is such a route or not."""
    assert client.request(method, path).status_code in (303, 401)


def test_health_says_nothing_private(context: Context, client: TestClient) -> None:
    told = client.get("/v1/health").json()
    assert (told["status"], told["version"], told["counts"]) == ("ok", None, None)
    wrong = client.get("/v1/health", headers={"authorization": "Bearer smk_nobody"}).json()
    assert wrong["counts"] is None
    known = client.get("/v1/health", headers={"authorization": f"Bearer {mint(context, 'stock:read')}"}).json()
    assert known["counts"]["orders"] == 0


def test_what_shops_send_is_let_in_by_its_signature_alone(client: TestClient) -> None:
    """Only that one way and only by POST; nothing beside it is open."""
    unsigned = client.post("/v1/shops/berlin/webhooks", content=b"{}")
    assert (unsigned.status_code, unsigned.json()["code"]) == (401, "bad_signature")
    for method, path in (
        ("GET", "/v1/shops/berlin/webhooks"),
        ("POST", "/v1/shops/berlin/webhooks/"),
        ("POST", "/v1/shops/berlin/x/webhooks"),
        ("POST", "/v1/shops/berlin/retry"),
    ):
        assert client.request(method, path).json()["code"] == "not_authenticated"
