"""Availability over HTTP: what is asked at the same time is read together, each asker within their own reach."""

import asyncio

import httpx
import pytest
from fastapi.testclient import TestClient
from shop import ADDRESS, browse, mint, open_shop, stranger

from stockmesh.domain.stock.refusals import NoSuchItem
from stockmesh.flows.access.grants import Granted
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_levels import ItemAsked, item_availabilities, item_availability
from stockmesh.service.answers import stock
from stockmesh.service.answers.stock import AvailabilityAsked, availabilities
from stockmesh.service.application import create_app


@pytest.fixture
def client(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def test_many_are_answered_as_one_by_one(context: Context, client: TestClient) -> None:
    """With a channel or without, known or not: a refusal is the asker's alone."""
    asked = [ItemAsked(sku, "", channel) for sku in ("tent", "mug", "lamp") for channel in (None, "web")]
    strange = [ItemAsked("boat"), ItemAsked("tent", "nobody"), ItemAsked("tent", "", "fax")]
    found = item_availabilities(context, [*asked, *strange])
    for one in asked:
        assert found[one] == item_availability(context, one.sku, channel=one.channel)
    codes = [getattr(found[one], "code", "") for one in strange]
    assert codes == ["no_such_item", "not_of_owner", "unknown_channel"]


def test_each_asker_of_a_batch_has_their_own_reach(context: Context, client: TestClient) -> None:
    with context.database.session() as session:
        row = session.execute("SELECT location_id FROM location WHERE code = 'LEJ'").fetchone()
    assert row
    narrow, nothing = Reach(locations=(row["location_id"],)), Reach(owners=())
    item = ItemAsked("lamp")
    wide, here, none = availabilities(
        context, [AvailabilityAsked(item, None, one) for one in (EVERYTHING, narrow, nothing)]
    )
    assert not isinstance(wide, Exception)
    assert not isinstance(here, Exception)
    assert [one.location for one in wide.locations] == ["AMS", "LEJ", "LIL"]
    assert [one.location for one in here.locations] == ["LEJ"]
    assert isinstance(none, NoSuchItem)


def test_the_short_way_answers_as_the_usual_one(context: Context, client: TestClient) -> None:
    """A plainly written SKU takes it, the same with another parameter or an escaped sign does not."""
    for sku in ("tent", "boat"):
        short = client.get(f"/v1/availability?sku={sku}")
        for usual in (f"sku={sku}&owner=", f"owner=&sku={sku}", f"sku=%{ord(sku[0]):x}{sku[1:]}"):
            other = client.get(f"/v1/availability?{usual}")
            assert (other.status_code, other.json()) == (short.status_code, short.json())
        assert client.get(f"/v1/availability?sku={sku}&unknown=").status_code == 422
    assert client.get("/v1/availability").status_code == 422


def test_the_short_way_is_as_well_guarded(context: Context, client: TestClient) -> None:
    other = stranger(context)
    assert other.get("/v1/availability?sku=tent").status_code == 401
    for key, status in ((mint(context, "orders:write"), 403), (mint(context, "stock:read"), 200)):
        answer = other.get("/v1/availability?sku=tent", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == status
    limited = mint(context, limits=Granted(locations=("LEJ",)))
    answer = other.get("/v1/availability?sku=lamp", headers={"Authorization": f"Bearer {limited}"})
    assert [one["location"] for one in answer.json()["locations"]] == ["LEJ"]


def test_who_asks_at_the_same_time_is_read_together(
    context: Context, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []

    def read(context: Context, asked: list[AvailabilityAsked]) -> object:
        batches.append(len(asked))
        return stock.availabilities(context, asked)

    monkeypatch.setattr("stockmesh.service.application.availabilities", read)
    headers = {"Authorization": f"Bearer {mint(context)}"}

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(create_app(context))
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as many:
            await many.get("/v1/availability?sku=tent")
            answers = await asyncio.gather(*(many.get("/v1/availability?sku=lamp") for _ in range(40)))
            return [one.json()["available"] for one in answers]

    assert len(set(asyncio.run(ask()))) == 1
    assert sum(batches) == 41
    assert len(batches) < 20
