"""Bounds of what one caller may ask, of how long it may take, and of how much may be under way."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asking_raw import Answer, ask
from shop import browse, mint, open_shop

from stockmesh.flows.context import Context
from stockmesh.service import rates
from stockmesh.service.application import create_app
from stockmesh.service.bounds import Bounds
from stockmesh.service.rates import WINDOW_SECONDS, Buckets
from stockmesh.service.refusals import TooManyRequests


def asker(context: Context, bounds: Bounds) -> Any:
    """A function that asks a service with these bounds."""
    app = create_app(context, bounds=bounds)
    told = {"authorization": f"Bearer {mint(context)}", "content-type": "application/json"}

    async def send(method: str, path: str, body: "bytes | AsyncIterator[bytes]" = b"") -> Answer:
        return await ask(app, method, path, body, told)

    return send


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["code"]


def test_every_answer_says_what_is_left(context: Context) -> None:
    open_shop(context)
    client = browse(context)
    first, second = client.get("/v1/orders"), client.post("/v1/orders", json={})
    assert first.headers["ratelimit-policy"] == '"caller";q=100000;w=10'
    assert first.headers["ratelimit"] == '"caller";r=99999;t=1'
    assert second.headers["ratelimit"].startswith('"caller";r=9999')
    assert second.status_code == 400


def test_who_asks_too_often_is_told_when_to_come_back(context: Context) -> None:
    async def run() -> list[Answer]:
        send = asker(context, Bounds(requests_per_second=1))
        return [await send("GET", "/v1/orders") for _ in range(WINDOW_SECONDS + 1)]

    *served, refused = asyncio.run(run())
    assert [one.status for one in served] == [200] * WINDOW_SECONDS
    assert code_of(refused) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["ratelimit"] == '"caller";r=0;t=1'
    assert refused.headers["ratelimit-policy"] == '"caller";q=10;w=10'


def test_a_bucket_fills_again_and_knows_callers_apart() -> None:
    buckets = Buckets(2)
    for _ in range(2 * WINDOW_SECONDS):
        buckets.take(("key", "a"), 100.0)
    with pytest.raises(TooManyRequests):
        buckets.take(("key", "a"), 100.0)
    buckets.take(("key", "b"), 100.0)
    buckets.take(("key", "a"), 100.5)
    with pytest.raises(TooManyRequests):
        buckets.take(("key", "a"), 100.5)
    assert buckets.take(("key", "a"), 1_000.0) == pytest.approx(0.5)


def test_buckets_that_are_full_again_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "CALLERS_MAX", 3)
    buckets = Buckets(1)
    for number in range(10):
        buckets.take(("key", number), float(2 * number))
    assert len(buckets._full_at) <= 3


def test_without_a_rate_nothing_is_told(context: Context) -> None:
    answer = asyncio.run(asker(context, Bounds(requests_per_second=0))("GET", "/v1/orders"))
    assert (answer.status, "ratelimit" in answer.headers) == (200, False)


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/promises", "/v1/stock/counts", "/v1/imports?kind=items"])
def test_a_body_that_drips_is_given_up(context: Context, path: str) -> None:
    stopped = asyncio.Event()

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await stopped.wait()

    async def run() -> Answer:
        asking = asyncio.create_task(asker(context, Bounds(body_seconds=0.3))("POST", path, drip()))
        if path == "/v1/orders":  # a server ends what it was asked to close
            asyncio.get_running_loop().call_later(1, stopped.set)
        answer: Answer = await asyncio.wait_for(asking, 10)
        return answer

    answer = asyncio.run(run())
    if "imports" in path:
        assert answer.status in (408, 415)
        return
    assert code_of(answer) == (408, "body_too_slow")
    assert answer.headers["connection"] == "close"


def test_a_large_body_may_take_its_time_while_it_comes_in(context: Context) -> None:
    async def steady() -> AsyncIterator[bytes]:
        for _ in range(10):
            await asyncio.sleep(0.1)
            yield b" " * 10_000

    answer = asyncio.run(asker(context, Bounds(body_seconds=0.5))("POST", "/v1/promises", steady()))
    assert code_of(answer) == (400, "bad_body")


def test_what_takes_too_long_is_answered_and_does_not_pile_up(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that hang keep their places: what waits for one is called off and never begins."""
    begun: list[float] = []
    free = threading.Event()

    def hang(*_: object) -> None:
        begun.append(time.monotonic())
        free.wait(20)

    monkeypatch.setattr("stockmesh.service.routes.network.answers.location_list", hang)

    async def run() -> list[Answer]:
        send = asker(context, Bounds(request_seconds=0.5))
        asking = [asyncio.create_task(send("GET", "/v1/locations")) for _ in range(100)]
        await asyncio.sleep(1.5)
        assert len(begun) <= 40
        free.set()
        return list(await asyncio.gather(*asking))

    answers = asyncio.run(run())
    assert {code_of(one) for one in answers} == {(503, "too_slow")}
    assert answers[0].headers["retry-after"] == "5"
    assert len(begun) <= 40


def test_more_than_can_be_under_way_is_refused_at_once(context: Context) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(0.5)

    async def run() -> list[Answer]:
        send = asker(context, Bounds(requests_at_once=3))
        asking = [asyncio.create_task(send("POST", "/v1/promises", never())) for _ in range(4)]
        return list(await asyncio.gather(*asking))

    answers = asyncio.run(run())
    assert sorted(code_of(one) for one in answers) == [(400, "bad_body")] * 3 + [(503, "too_busy")]
