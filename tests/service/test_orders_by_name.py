"""An order is found by its number or its reference; a name that several orders bear leads to a choice."""

from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from shop import browse

from stockmesh.domain.network.channels import Channel
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, place_orders
from worlds import SmallWorld, order, put_in_books


@pytest.fixture
def numbers(context: Context) -> dict[tuple[str, str], int]:
    """Orders by channel and reference: TWICE came through both channels; the last is called like the first's number."""
    world = SmallWorld(channels=(Channel("web", "Web"), Channel("fair", "Fair")))
    put_in_books(context, world, {("LEJ", "lamp"): 50})
    wanted = [order("ONCE", {"lamp": 1}), order("A/1 ü&?", {"lamp": 1}), order("TWICE", {"lamp": 1})]
    wanted.append(order("TWICE", {"lamp": 2}, channel="fair"))
    placed = [one for one in place_orders(context, wanted) if isinstance(one, Placed)]
    wanted.append(order(str(placed[0].order_id), {"lamp": 3}))
    placed += [one for one in place_orders(context, wanted[-1:]) if isinstance(one, Placed)]
    return {(one.channel, one.reference): got.order_id for one, got in zip(wanted, placed, strict=True)}


@pytest.fixture
def client(context: Context) -> TestClient:
    return browse(context)


def test_a_number_shows_the_order(client: TestClient, numbers: dict[tuple[str, str], int]) -> None:
    answer = client.get(f"/console/orders/{numbers['web', 'TWICE']}")
    assert answer.status_code == 200
    assert "<h1>TWICE</h1>" in answer.text


@pytest.mark.parametrize("reference", ["ONCE", "A/1 ü&?"])
def test_a_reference_leads_to_its_order(
    client: TestClient, numbers: dict[tuple[str, str], int], reference: str
) -> None:
    answer = client.get(f"/console/orders/{quote(reference, safe='')}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/orders/{numbers['web', reference]}")


def test_a_reference_of_two_channels_is_a_choice(client: TestClient, numbers: dict[tuple[str, str], int]) -> None:
    answer = client.get("/console/orders/TWICE")
    assert answer.status_code == 300
    for channel in ("web", "fair"):
        assert f'href="/console/orders/{numbers[channel, "TWICE"]}"' in answer.text
    named = client.get("/v1/orders/named", params={"name": "TWICE"}).json()["items"]
    assert {one["order_id"] for one in named} == {numbers["web", "TWICE"], numbers["fair", "TWICE"]}


def test_a_number_that_is_also_a_reference_shows_the_number_and_names_the_other(
    client: TestClient, numbers: dict[tuple[str, str], int]
) -> None:
    first = numbers["web", "ONCE"]
    answer = client.get(f"/console/orders/{first}")
    assert "<h1>ONCE</h1>" in answer.text
    assert f'href="/console/orders/{numbers["web", str(first)]}"' in answer.text


@pytest.mark.parametrize("name", ["nobody", "1", "٣", "9" * 30, "once"])
def test_a_name_nobody_bears_leads_to_the_search(
    client: TestClient, numbers: dict[tuple[str, str], int], name: str
) -> None:
    answer = client.get(f"/console/orders/{quote(name)}")
    assert answer.status_code == 404
    assert f"/console/orders?reference={quote(name)}" in answer.text
    assert client.get("/v1/orders/named", params={"name": name}).json()["items"] == []
