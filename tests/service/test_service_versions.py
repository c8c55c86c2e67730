"""Versions over HTTP: what is read has an ETag, and what is changed may be meant as it was, or as not yet there."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.flows.access.scopes import Role
from stockmesh.flows.access.users import add_user
from stockmesh.flows.context import Context

FACTS = {"title": "Oar", "weight_mg": 900_000, "length_um": 90_000, "width_um": 90_000, "height_um": 90_000}
NEW_ONLY = {"If-None-Match": "*"}
CONTACT = {"name": "Anna", "street": "Hauptstr. 1"}


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    add_user(context, "ann", Role.VIEWER)
    return browse(context)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def versioned(client: TestClient) -> list[str]:
    """Addresses of single things that somebody may change, or whose change somebody waits for."""
    key_id = client.get("/v1/keys").json()["items"][0]["key_id"]
    order = {"reference": "V-1", "channel": "web", "destination": {"country": "DE", "postcode": "10115"}}
    lines = [{"sku": "lamp", "quantity": 1}]
    order_id = client.post("/v1/orders", json=order | {"lines": lines, "contact": CONTACT}).json()["order_id"]
    hold = {name: said for name, said in order.items() if name != "reference"}
    hold_id = client.post("/v1/holds", json=hold | {"lines": lines}).json()["hold_id"]
    return [
        f"/v1/orders/{order_id}",
        f"/v1/orders/{order_id}/contact",
        f"/v1/holds/{hold_id}",
        "/v1/items/lamp",
        "/v1/locations/LEJ",
        "/v1/owners/shop",
        "/v1/channels/web",
        "/v1/users/ann",
        f"/v1/keys/{key_id}",
    ]


def test_what_a_reader_has_is_not_sent_again(client: TestClient) -> None:
    """Not by the ETag it came with either once a proxy has packed it, which makes a weak one of it."""
    for path in versioned(client):
        etag = client.get(path).headers["etag"]
        for known in (etag, f"W/{etag}", f'"other", W/{etag}', "*"):
            again = client.get(path, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag), path
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_item_is_made_only_where_there_is_none(client: TestClient) -> None:
    assert client.put("/v1/items/oar", json=FACTS, headers=NEW_ONLY).status_code == 200
    etag = client.get("/v1/items/oar").headers["etag"]
    refused = client.put("/v1/items/oar", json=FACTS | {"title": "Other"}, headers=NEW_ONLY)
    assert code_of(refused) == (412, "there_already")
    assert refused.json()["facts"] == {"etag": etag}
    assert client.get("/v1/items/oar").headers["etag"] == etag
    assert client.put("/v1/items/oar", json=FACTS, headers={"If-None-Match": '"other"'}).status_code == 200
    assert code_of(client.put("/v1/items/sail", json=FACTS, headers={"If-Match": "*"})) == (404, "no_such_item")
    assert client.get("/v1/items/sail").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/users/ann", {"role": "operator"}),
        ("POST", "/v1/users/ann/disable", None),
    ],
)
def test_a_user_is_changed_as_it_was_read(client: TestClient, method: str, path: str, body: Any) -> None:
    """Of two administrators who read the same, the second is told that there was a first."""
    etag = {"If-Match": client.get("/v1/users/ann").headers["etag"]}
    first = client.request(method, path, json=body, headers=etag)
    assert first.status_code == 200
    assert first.headers["etag"] == client.get("/v1/users/ann").headers["etag"] != etag["If-Match"]
    assert code_of(client.request(method, path, json=body, headers=etag)) == (412, "changed_meanwhile")
    assert client.post("/v1/users/ann/enable", headers=etag).status_code == 412
    assert client.post("/v1/users/ann/enable", headers={"If-Match": first.headers["etag"]}).status_code == 200


def test_a_contact_is_erased_as_it_was_read(client: TestClient) -> None:
    path = versioned(client)[1]
    etag = client.get(path).headers["etag"]
    assert code_of(client.delete(path, headers={"If-Match": '"other"'})) == (412, "changed_meanwhile")
    assert client.get(path).json()["contact"]["name"] == "Anna"
    assert client.delete(path, headers={"If-Match": etag}).json()["contact"] is None


def test_names_with_slashes_have_addresses(client: TestClient, context: Context) -> None:
    """Customers, users and codes may be called so; what is below them is still found."""
    order = {"reference": "S-1", "channel": "web", "destination": {"country": "DE", "postcode": "10115"}}
    said = order | {"customer": "c/o Müller/export", "lines": [{"sku": "lamp", "quantity": 1}]}
    assert client.post("/v1/orders", json=said).status_code == 201
    customer = "/v1/customers/c%2Fo%20M%C3%BCller%2Fexport"
    assert client.get(f"{customer}/export").json()["orders"][0]["reference"] == "S-1"
    assert client.delete(f"{customer}?dry_run=true").json()["orders"] == 1
    add_user(context, "ann/link", Role.VIEWER)
    assert client.get("/v1/users/ann%2Flink").json()["name"] == "ann/link"
    assert client.post("/v1/users/ann%2Flink/link").json()["user"] == "ann/link"
    for kind, code in (("locations", "unknown_location"), ("owners", "unknown_owner"), ("channels", "unknown_channel")):
        assert client.get(f"/v1/{kind}/A%2FB").json()["code"] == code


def test_a_key_lets_persons_in_but_never_further_than_itself(client: TestClient, context: Context) -> None:
    """One that may administer users adds, changes and lets in those who may do no more than it may."""
    assert client.post("/v1/users", json={"name": "bob", "role": "administrator"}).status_code == 201
    assert client.post("/v1/users/bob/link").status_code == 201
    scopes = ["users:admin", "orders:read", "stock:read", "events:read", "imports:read", "shops:read"]
    made = client.post("/v1/keys", json={"name": "desk", "scopes": scopes}).json()["key"]
    desk = {"authorization": f"Bearer {made}"}
    assert client.post("/v1/users", json={"name": "eve", "role": "viewer"}, headers=desk).status_code == 201
    assert client.post("/v1/users/eve/disable", headers=desk).status_code == 200
    for method, path, body in (
        ("POST", "/v1/users", {"name": "mal", "role": "operator"}),
        ("PUT", "/v1/users/eve", {"role": "operator"}),
        ("POST", "/v1/users/bob/link", None),
        ("POST", "/v1/users/bob/disable", None),
    ):
        answer = client.request(method, path, json=body, headers=desk)
        assert code_of(answer) == (403, "too_much_granted")
        assert "session" not in answer.json()["facts"]["scopes"]


def test_a_key_that_changed_meanwhile_is_not_revoked(client: TestClient) -> None:
    """Whoever looked at an older version is told; with today's it is revoked."""
    path = f"/v1/keys/{client.get('/v1/keys').json()['items'][0]['key_id']}"
    assert code_of(client.post(f"{path}/revoke", headers={"If-Match": '"older"'})) == (412, "changed_meanwhile")
    etag = client.get(path).headers["etag"]
    assert client.post(f"{path}/revoke", headers={"If-Match": etag}).json()["revoked_at"] is not None


@pytest.mark.parametrize("path", ["/v1/locations/NOPE", "/v1/owners/NOPE", "/v1/channels/NOPE"])
def test_what_an_address_names_and_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    """In a filter the same word is a wrong parameter."""
    assert client.get(path).status_code == 404
    assert client.get("/v1/stock", params={"location": "NOPE"}).status_code == 422
