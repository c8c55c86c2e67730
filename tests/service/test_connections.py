"""A connection before it holds a request: what is no HTTP, too large or too slow is a problem like any other."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from stockmesh.app import Settings
from stockmesh.service import connections
from stockmesh.service.application import create_app
from stockmesh.service.running import server_config

GET = b"GET /v1/orders HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body, once all of it is there."""
    body = await Request(scope, receive).body()
    await Response(b"took " + body)(scope, receive, send)


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    """The port of a server as the service runs it, in front of an app that only echoes."""
    config = server_config(create_app(None), Settings())  # type: ignore[arg-type] # its app is not asked
    config.load()
    config.loaded_app = echo
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config=config, server_state=state, app_state={}),  # type: ignore[call-arg]
        "127.0.0.1",
        0,
    )
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in tuple(state.tasks):
            task.cancel()


async def told(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """All that the server says until it closes, to what comes in pieces."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()


def problem_of(answer: bytes) -> tuple[int, str]:
    """The status and the code of an answer that says that the connection is closed."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    assert b"content-type: application/problem+json" in lines
    assert b"connection: close" in lines
    assert b"x-content-type-options: nosniff" in lines
    assert b"content-length: %d" % len(body) in lines
    members = json.loads(body)
    assert members["status"] == int(head.split()[1])
    return members["status"], members["code"]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"BREW /v1/orders HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /v1/or ders HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /v1/\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        POST + b"Content-Length: -5\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        GET + b"X-Request-Id: a\x0b\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_a_problem(sent: bytes) -> None:
    async def run() -> bytes:
        async with listening() as port:
            return await told(port, sent)

    assert problem_of(asyncio.run(run())) == (400, "not_http")


def test_a_head_without_end_is_not_kept() -> None:
    """However it is cut into pieces, and after a request that was answered too."""

    async def run(*before: bytes) -> bytes:
        async with listening() as port:
            return await told(port, *before, GET, *[b"X-%d: %s\r\n" % (n, b"a" * 8_000) for n in range(9)], pause=0.02)

    assert problem_of(asyncio.run(run())) == (431, "head_too_large")
    answers = asyncio.run(run(POST + b"Content-Length: 2\r\n\r\nhi"))
    served, _, refused = answers.partition(b"took hi")
    assert served.startswith(b"HTTP/1.1 200")
    assert problem_of(refused) == (431, "head_too_large")


@pytest.mark.parametrize("begun", [b"", b"GET /v1/ord", b"\r\n", GET])
def test_a_head_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)

    async def run() -> bytes:
        async with listening() as port:
            return await told(port, begun)

    assert problem_of(asyncio.run(run())) == (408, "head_too_slow")


def test_a_body_may_be_longer_and_slower_than_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own bounds are looked after elsewhere."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "HEAD_BYTES_MAX", 100)
    head = POST + b"Content-Length: 900\r\nConnection: close\r\n\r\n"

    async def run() -> bytes:
        async with listening() as port:
            return await told(port, head, *[b"a" * 300] * 3, pause=0.3)

    assert asyncio.run(run()).endswith(b"took " + b"a" * 900)


def test_requests_follow_each_other_over_one_connection() -> None:
    """More heads than one alone may be long, each in a piece of its own."""

    async def run() -> bytes:
        async with listening() as port:
            several = [GET + b"X: " + b"a" * 10_000 + b"\r\n\r\n"] * 10
            return await told(port, *several, GET + b"Connection: close\r\n\r\n", pause=0.02)

    assert asyncio.run(run()).count(b"HTTP/1.1 200") == 11


def test_an_answer_that_is_due_is_not_mixed_with_another() -> None:
    """What comes after a whole request and cannot be read closes the connection without a second answer."""

    async def run() -> bytes:
        async with listening() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(POST + b"Content-Length: 2\r\n\r\nhi" + b"\x16\x03\x01\r\n\r\n")
            answer = await asyncio.wait_for(reader.read(), 20)
            writer.close()
            return answer

    assert b"not_http" not in asyncio.run(run())
