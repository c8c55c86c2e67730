"""Carriers and quotes over HTTP, and their screens."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shop import browse, mint, open_shop, stranger

from stockmesh.flows.access.grants import Granted
from stockmesh.flows.context import Context
from stockmesh.gateways.cards import carrier_from_document

QUOTE: dict[str, Any] = {"destination": {"country": "DE", "postcode": "10115"}}
PARCEL = {"weight_mg": 2_000_000, "sides_um": [200_000, 400_000, 300_000]}


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def test_carriers_are_listed_with_their_cards(client: TestClient) -> None:
    [carrier] = client.get("/v1/carriers").json()["items"]
    [service] = carrier["services"]
    assert (carrier["code"], service["locations"]) == ("parcel", ["AMS", "LEJ", "LIL"])
    assert [(card["version"], card["state"]) for card in service["cards"]] == [("parcel-1", "current")]


def test_a_carrier_is_answered_as_its_card_document(client: TestClient) -> None:
    document = client.get("/v1/carriers/parcel").json()
    assert carrier_from_document(document).services[0].cards[0].version == "parcel-1"
    answer = client.get("/v1/carriers/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_carrier")


def test_a_shipment_is_quoted(client: TestClient) -> None:
    """By goods or by parcels, the cheapest first, with the carrier's bill."""
    told = client.post("/v1/quotes", json=QUOTE | {"lines": [{"sku": "lamp", "quantity": 2}]}).json()["quotes"]
    assert [(one["location"], one["cost"]["minor"]) for one in told] == [("LEJ", 550), ("AMS", 560), ("LIL", 570)]
    assert told[0]["parcels"][0]["bill"] == [{"code": "base", "amount_micro": 5_000_000}]
    parcels = client.post("/v1/quotes", json=QUOTE | {"parcels": [PARCEL], "locations": ["LEJ"]}).json()["quotes"]
    assert [one["cost"]["minor"] for one in parcels] == [550]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "empty_order"),
        ({"lines": [{"sku": "nothing", "quantity": 1}]}, "unknown_item"),
        ({"lines": [{"sku": "lamp", "quantity": 10**7}]}, "bad_quantity"),
        ({"parcels": [PARCEL | {"weight_mg": 0}]}, "bad_body"),
        ({"parcels": [PARCEL | {"sides_um": [1, 2]}]}, "bad_body"),
        ({"parcels": [PARCEL | {"sides_um": [1, 2, -3]}]}, "bad_body"),
        ({"parcels": [PARCEL], "locations": ["NOPE"]}, "unknown_location"),
        ({"parcels": [PARCEL], "destination": {"country": "XX", "postcode": "1"}}, "unknown_country"),
    ],
)
def test_what_cannot_be_quoted_is_refused(client: TestClient, more: dict[str, Any], code: str) -> None:
    answer = client.post("/v1/quotes", json=QUOTE | more)
    assert (answer.status_code, answer.json()["code"]) == (400 if code == "bad_body" else 422, code)


def test_a_key_for_one_location_is_quoted_from_there_alone(client: TestClient, context: Context) -> None:
    restricted = stranger(context)
    restricted.headers["authorization"] = f"Bearer {mint(context, 'orders:read', limits=Granted(locations=('LEJ',)))}"
    asked = QUOTE | {"parcels": [PARCEL]}
    assert {one["location"] for one in client.post("/v1/quotes", json=asked).json()["quotes"]} == {"LEJ", "AMS", "LIL"}
    assert {one["location"] for one in restricted.post("/v1/quotes", json=asked).json()["quotes"]} == {"LEJ"}
    foreign = restricted.post("/v1/quotes", json=asked | {"locations": ["AMS"]})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "unknown_location")


def test_the_screen_quotes_and_shows_cards(client: TestClient) -> None:
    page = client.get("/console/carriers", params={"country": "DE", "postcode": "10115", "sku": "lamp"})
    assert page.status_code == 200
    assert page.text.index(">LEJ</span>") < page.text.index(">AMS</span>")
    wrong = client.get("/console/carriers", params={"country": "DE", "postcode": "10115", "sku": "lampp"})
    assert (wrong.status_code, "no item has the SKU" in wrong.text) == (422, True)
    card = client.get("/console/carriers/parcel")
    assert "parcel-1" in card.text
    assert client.get("/console/carriers/nobody").status_code == 404


def test_the_screen_tries_promises(client: TestClient) -> None:
    """What placing the cart would do, and what is wrong with what was typed."""
    cart = {"goods": "lamp=2 mug", "country": "DE", "postcode": "10115", "channel": "web"}
    page = client.get("/console/promise", params=cart)
    assert page.status_code == 200
    assert "2 × lamp" in page.text
    for change in ({"goods": "lamp=two"}, {"channel": "nowhere"}, {"country": "Atlantis"}):
        assert client.get("/console/promise", params=cart | change).status_code == 422
