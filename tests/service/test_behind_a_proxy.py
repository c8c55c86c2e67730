"""Who says whom it forwards for is believed only where it is named."""

import asyncio

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from stockmesh.app import Settings
from stockmesh.service.running import server_config


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers who is calling, and how."""
    body = f"{scope['client'][0]} {scope['scheme']}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def ask(proxies: str, peer: str) -> str:
    """What the service makes of a request that a peer forwards."""
    config = server_config(echo, Settings(proxies=proxies))  # type: ignore[arg-type]
    config.load()

    async def get() -> str:
        transport = httpx.ASGITransport(config.loaded_app, client=(peer, 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            headers = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
            return (await client.get("/", headers=headers)).text

    return asyncio.run(get())


@pytest.mark.parametrize(
    ("proxies", "peer", "seen"),
    [
        ("", "127.0.0.1", "127.0.0.1 http"),
        ("127.0.0.1", "127.0.0.1", "203.0.113.9 https"),
        ("10.0.0.0/8, 127.0.0.1", "10.1.2.3", "203.0.113.9 https"),
        ("10.0.0.0/8", "192.0.2.1", "192.0.2.1 http"),
    ],
)
def test_only_named_proxies_are_believed(proxies: str, peer: str, seen: str) -> None:
    assert ask(proxies, peer) == seen
