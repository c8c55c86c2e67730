"""Asking an app without a client that would put right what is sent: raw paths, raw headers, bodies in pieces."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp

LEAVES = b"the client leaves"  # as a piece of a body: nothing more comes


@dataclass(frozen=True)
class Answer:
    """Status, headers in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    app: ASGIApp, method: str, path: str, body: bytes | AsyncIterator[bytes], headers: dict[str, str]
) -> Answer:
    """What an app answers, status 0 for nothing; the body comes in as its pieces do, and nothing more once they end."""
    pieces = _one(body) if isinstance(body, bytes) else body
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        piece = await anext(pieces, None)
        if piece == LEAVES:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Any) -> None:
        sent.append(message)

    plain, _, query = path.partition("?")
    told = [(b"host", b"127.0.0.1"), *((name.encode(), said.encode("utf-8")) for name, said in headers.items())]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "asgi": {"version": "3.0"},
        "method": method,
        "scheme": "http",
        "path": unquote(plain),
        "raw_path": plain.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": told,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    await app(scope, receive, send)
    if not sent:
        return Answer(0, {}, b"")
    start = sent[0]
    found = {name.decode().lower(): said.decode() for name, said in start["headers"]}
    return Answer(start["status"], found, b"".join(one.get("body", b"") for one in sent[1:]))


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body
