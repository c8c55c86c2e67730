"""Two owners with one SKU behind the service: every question can say whose, and must where it matters."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, open_shop

from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.context import Context
from stockmesh.flows.set_up import open_stock, save_items, save_merchant
from stockmesh.gateways.retailer import OpeningStock
from worlds import MONDAY_MORNING, item


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    owner = save_merchant(context, Owner("rival", "Rival", "EUR"), [Channel("bay", "Bay")])
    save_items(context, owner, [item("tent", 2_000)], ())
    open_stock(context, owner, [OpeningStock("tent", "LEJ", 70)], occurred_at=MONDAY_MORNING)
    return browse(context)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/v1/availability", {}),
        ("/v1/availability/days", {"days": 3}),
        ("/v1/stock/holders", {"location": "LEJ"}),
        ("/v1/stock/movements", {}),
        ("/console/stock/cell", {"location": "LEJ"}),
    ],
)
def test_a_sku_of_two_owners_needs_an_owner(client: TestClient, path: str, more: dict[str, Any]) -> None:
    asked = {"sku": "tent", **more}
    refused = client.get(path, params=asked)
    assert refused.status_code == 409
    assert "rival, shop" in refused.text
    assert client.get(path, params={**asked, "owner": "rival"}).status_code == 200
    assert client.get(path, params={**asked, "owner": "nobody"}).status_code == 404
    assert client.get(path, params={**asked, "sku": "lamp"}).status_code == 200


def test_availability_is_that_of_the_owner_or_of_the_channels(client: TestClient) -> None:
    for asked, units in (({"owner": "rival"}, 70), ({"owner": "shop"}, 6), ({"channel": "bay"}, 70)):
        found = client.get("/v1/availability", params={"sku": "tent", **asked}).json()
        assert found["available"] == units


def test_lists_say_whose_and_can_be_narrowed(client: TestClient) -> None:
    cells = client.get("/v1/stock", params={"search": "tent"}).json()["items"]
    assert {cell["owner"] for cell in cells} == {"shop", "rival"}
    cells = client.get("/v1/stock", params={"search": "tent", "owner": "rival"}).json()["items"]
    assert [(cell["owner"], cell["location"], cell["sellable"]) for cell in cells] == [("rival", "LEJ", 70)]
    unknown = client.get("/v1/stock", params={"owner": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_owner")
