"""The policy over HTTP and on its screen: read, tried on real orders, put in force; and cards brought as documents."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, mint, open_shop, stranger

from stockmesh.flows.access.grants import Granted
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import place_orders
from stockmesh.gateways.cards import carrier_to_document
from worlds import EVERYWHERE, carrier, flat_card, order

ONE = 'version = "one shipment"\nshipments_max = 1\n'


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    place_orders(context, [order("SPLIT-2", {"lamp": 1, "mug": 1})])
    return browse(context)


def test_the_policy_is_read_as_figures_and_as_a_file(client: TestClient) -> None:
    told = client.get("/v1/policy").json()
    assert told["version"] == "combined-cost-1"
    assert {figure["name"]: figure["value"] for figure in told["figures"]}["shipments_max"] == 4
    assert "shipments_max = 4  # into how many" in told["toml"]


def test_a_policy_is_tried_and_put_in_force(client: TestClient) -> None:
    """A comparison changes nothing; the same version with other content is refused."""
    found = client.post("/v1/policy:compare", json={"toml": ONE, "orders": 100}).json()
    assert found["orders"] >= 1
    assert client.get("/v1/policy").json()["version"] == "combined-cost-1"
    assert client.put("/v1/policy", json={"toml": ONE}).json()["version"] == "one shipment"
    assert client.get("/v1/policy").json()["version"] == "one shipment"
    taken = client.put("/v1/policy", json={"toml": ONE.replace("1", "2")})
    assert (taken.status_code, taken.json()["code"]) == (409, "policy_taken")


@pytest.mark.parametrize(
    "toml", ["", "version = 3", 'version = "x"\nshipments = 1', "[", 'version = "x"\nlines_max = 0']
)
def test_what_is_no_policy_is_refused(client: TestClient, toml: str) -> None:
    for answer in (
        client.post("/v1/policy:compare", json={"toml": toml}),
        client.put("/v1/policy", json={"toml": toml}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_policy")


def test_a_key_for_one_channel_changes_no_policy(client: TestClient, context: Context) -> None:
    restricted = stranger(context)
    key = mint(context, "orders:read", "network:write", limits=Granted(channels=("web",)))
    restricted.headers["authorization"] = f"Bearer {key}"
    assert restricted.put("/v1/policy", json={"toml": ONE}).status_code == 403
    assert restricted.post("/v1/policy:compare", json={"toml": ONE}).status_code == 403
    assert restricted.post("/v1/carriers", json={}).status_code == 403


def document(version: str, **changes: Any) -> dict[str, Any]:
    """A card document of another carrier."""
    card = flat_card(version, EVERYWHERE)
    return carrier_to_document(carrier("express", ["DE"], [card])) | changes


def test_cards_are_brought_as_a_document(client: TestClient) -> None:
    """A dry run says what would be; then they are added, and there already."""
    dry = client.post("/v1/carriers", params={"dry_run": True}, json=document("express-1")).json()
    assert (dry["added"], dry["dry_run"]) == (1, True)
    assert client.get("/v1/carriers/express").status_code == 404
    assert client.post("/v1/carriers", json=document("express-1")).json()["added"] == 1
    again = client.post("/v1/carriers", json=document("express-1")).json()
    assert (again["added"], again["unchanged"]) == (0, 1)
    wrong = client.post("/v1/carriers", json=document("express-2", services="none"))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unreadable_card")
