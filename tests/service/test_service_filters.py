"""What lists can be asked for besides pages: whole names, spans of time, and what is missing."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, mint, open_shop, stranger

from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.access.grants import Granted
from stockmesh.flows.context import Context
from stockmesh.flows.set_up import save_merchant

SAFETY = {"settings": [{"sku": "tent", "location": "LEJ", "units": 9}, {"sku": "lamp", "location": "LEJ", "units": 2}]}
SUPPLY = [
    ("PO-1", "lamp", "LEJ", "2026-03-09"),
    ("PO-2", "mug", "AMS", "2026-03-12"),
    ("PO-3", "mug", "LIL", "2026-04-01"),
]


@pytest.fixture
def client(context: Context) -> TestClient:
    """The shop, some safety stock, some supply on its way, and another owner with nothing."""
    open_shop(context)
    save_merchant(context, Owner("rival", "Rival", "EUR"), [Channel("bazaar", "Bazaar")])
    client = browse(context)
    settings = {"settings": [one | {"owner": "shop"} for one in SAFETY["settings"]]}
    assert client.put("/v1/stock/safety", json=settings).status_code == 200
    lines = [
        {"reference": reference, "sku": sku, "location": place, "due_on": due, "quantity": 5, "owner": "shop"}
        for reference, sku, place, due in SUPPLY
    ]
    assert client.post("/v1/stock/incoming", json={"lines": lines}).status_code == 200
    return client


def found(client: TestClient, path: str, **asked: str) -> list[Any]:
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def cells(client: TestClient, **asked: str) -> list[tuple[str, str]]:
    return [(one["sku"], one["location"]) for one in found(client, "/v1/stock", **asked)]


def test_stock_is_found_by_what_it_lacks(client: TestClient) -> None:
    everything = found(client, "/v1/stock")
    below = [(one["sku"], one["location"]) for one in everything if one["sellable"] < one["safety_stock"]]
    out = [(one["sku"], one["location"]) for one in everything if not one["available"]]
    assert cells(client, only_below_safety="true") == below == [("tent", "LEJ")]
    assert cells(client, only_out="true") == out == [("mug", "AMS"), ("mug", "LIL"), ("tent", "LEJ")]
    assert cells(client, only_out="true", sku="mug") == [("mug", "AMS"), ("mug", "LIL")]
    assert cells(client, sku="lam") == []
    assert {sku for sku, _ in cells(client, sku="lamp")} == {"lamp"}


def test_what_is_out_is_out_for_the_channel_that_asks(client: TestClient, context: Context) -> None:
    """Its buffer is kept back too."""
    save_merchant(context, Owner("shop", "Shop", "EUR"), [Channel("web", "Web"), Channel("market", "Market", 1_000)])
    assert ("lamp", "AMS") not in cells(client, only_out="true", channel="web")
    assert ("lamp", "AMS") in cells(client, only_out="true", channel="market")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"placed_from": "2026-03-02T09:00:00Z"}, 5),
        ({"placed_from": "2026-03-02T09:00:01Z"}, 0),
        ({"placed_from": "2026-03-02T10:00:00+01:00"}, 5),
        ({"placed_to": "2026-03-02T09:00:00Z"}, 0),
        ({"placed_to": "2026-03-02T09:00:01Z"}, 5),
        ({"placed_to": "2026-03-02T00:00:00Z"}, 0),
        ({"placed_to": "2026-03-02"}, 5),
        ({"owner": "shop"}, 5),
        ({"owner": "shop", "sort": "dearest"}, 5),
        ({"owner": "rival"}, 0),
        ({"owner": "rival", "sort": "dearest"}, 0),
    ],
)
def test_orders_are_found_by_owner_and_to_the_instant(client: TestClient, asked: dict[str, str], expected: int) -> None:
    assert len(found(client, "/v1/orders", **asked)) == expected


def test_an_owner_beyond_reach_is_none(client: TestClient, context: Context) -> None:
    other = stranger(context)
    other.headers["authorization"] = f"Bearer {mint(context, limits=Granted(owners=('shop',)))}"
    for owner in ("rival", "nobody"):
        answer = other.get("/v1/orders", params={"owner": owner})
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_owner")


@pytest.mark.parametrize("said", ["2026-03-02T09:00:00", "1999-12-31", "2100-01-01T00:00:00Z", "yesterday", "0"])
def test_an_instant_says_its_time_zone(client: TestClient, said: str) -> None:
    for path, name in (("/v1/orders", "placed_from"), ("/v1/audit", "to"), ("/v1/stock/movements", "occurred_to")):
        answer = client.get(path, params={name: said} | ({"sku": "lamp"} if "stock" in path else {}))
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), (path, said)


def test_the_journal_is_read_for_a_span(client: TestClient) -> None:
    whole = found(client, "/v1/stock/movements", sku="mug")
    first = min(one["occurred_at"] for one in whole)
    later = found(client, "/v1/stock/movements", sku="mug", occurred_from="2026-03-02T09:00:00Z")
    assert [one["cause"] for one in later] == [one["cause"] for one in whole if one["occurred_at"] >= "2026-03-02T09"]
    assert found(client, "/v1/stock/movements", sku="mug", occurred_to=first) == []
    assert len(found(client, "/v1/stock/movements", sku="mug", occurred_to="2026-03-02")) == len(whole) > len(later) > 0


def test_supply_is_found_by_reference_and_day(client: TestClient) -> None:
    def references(**asked: str) -> list[str]:
        return [one["reference"] for one in found(client, "/v1/stock/incoming", **asked)]

    assert references() == ["PO-1", "PO-2", "PO-3"]
    assert references(reference="PO-2") == ["PO-2"]
    assert references(due_to="2026-03-12") == ["PO-1", "PO-2"]
    assert references(due_from="2026-03-12", location="LIL") == ["PO-3"]
    assert references(due_from="2026-03-10", due_to="2026-03-11") == []


def test_the_trail_is_read_to_the_instant(client: TestClient) -> None:
    assert found(client, "/v1/audit", **{"from": "2026-03-02T09:00:00Z"})
    assert found(client, "/v1/audit", to="2026-03-02T09:00:00Z") == []


def test_locations_are_found_by_what_they_are(client: TestClient) -> None:
    def codes(**asked: str) -> list[str]:
        return [one["location"]["code"] for one in found(client, "/v1/locations", **asked)]

    assert client.patch("/v1/locations/LIL", json={"is_open": False}).status_code == 200
    assert codes(country="nl") == codes(country="Netherlands") == ["AMS"]
    assert codes(is_open="false") == ["LIL"]
    assert codes(is_open="true", kind="warehouse") == ["AMS", "LEJ"]
    assert codes(country="", kind="", is_open="") == ["AMS", "LEJ", "LIL"]
    assert client.get("/v1/locations?country=Atlantis").json()["code"] == "unknown_country"
