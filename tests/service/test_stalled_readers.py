"""A reader of a stream that takes nothing for too long is dropped; nobody else waits for it."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message

from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.event_log import EventPage, Topics, head_position, list_events
from stockmesh.flows.relay_events import relay_all
from stockmesh.service.events import stream, tide
from stockmesh.service.events.stream import EventStream
from stockmesh.service.events.tide import Tide, View

STALL_SECONDS = 0.4
PATIENCE_SECONDS = 20.0


def raise_event(context: Context, reason: str) -> None:
    context.database.transact(lambda session: announce(session, context, "order_paused", 1, {"reason": reason}))
    assert relay_all(context, "relay", low=2) is not None


async def read(flowing: Tide, told: list[bytes], *, stalls: bool) -> None:
    """Follows until the stream ends; whoever stalls takes nothing more once the first event has come."""

    async def send(message: Message) -> None:
        told.append(message.get("body", b""))
        if stalls and message.get("more_body") and b"data:" in told[-1]:
            await asyncio.sleep(PATIENCE_SECONDS)

    async def receive() -> Any:
        await asyncio.sleep(PATIENCE_SECONDS)

    async def is_welcome() -> bool:
        return True

    followed = EventStream(flowing, View(Topics()), None, is_welcome)
    await followed({"type": "http", "method": "GET", "headers": [], "state": {"is_head": False}}, receive, send)


async def wait_for(told: list[bytes], words: bytes) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while words not in b"".join(told):
            await asyncio.sleep(0.01)


def test_a_stalled_reader_is_dropped_and_holds_up_nobody(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "STALLED_SECONDS", STALL_SECONDS)
    raise_event(context, "before")
    assert head_position(context) == 1

    async def follow() -> None:
        flowing, stalled, quick = Tide(context), list[bytes](), list[bytes]()
        slow = asyncio.create_task(read(flowing, stalled, stalls=True))
        other = asyncio.create_task(read(flowing, quick, stalls=False))
        await wait_for(stalled, b"retry")
        await wait_for(quick, b"retry")
        await asyncio.to_thread(raise_event, context, "one")
        await wait_for(stalled, b'"one"')
        await asyncio.to_thread(raise_event, context, "two")
        await wait_for(quick, b'"two"')
        assert not slow.done()
        await asyncio.wait_for(slow, PATIENCE_SECONDS / 2)
        assert flowing.followers == 1
        assert b'"two"' not in b"".join(stalled)
        await asyncio.to_thread(raise_event, context, "three")
        await wait_for(quick, b'"three"')
        flowing.end()
        await asyncio.wait_for(other, PATIENCE_SECONDS)

    asyncio.run(follow())


def test_streams_outlive_whatever_goes_wrong_with_reading(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that this release does not know, say: its readers are told once it can be read, and do not hang."""
    monkeypatch.setattr(tide, "AFTER_FAULT_SECONDS", 0.01)
    faults = ["newer_kind", "newer_kind"]

    def stumble(*asked: Any, **said: Any) -> EventPage:
        page = list_events(*asked, **said)
        if page.items and faults:
            raise KeyError(faults.pop())
        return page

    monkeypatch.setattr(tide, "list_events", stumble)

    async def follow() -> None:
        flowing, told = Tide(context), list[bytes]()
        reader = asyncio.create_task(read(flowing, told, stalls=False))
        await wait_for(told, b"retry")
        await asyncio.to_thread(raise_event, context, "one")
        await wait_for(told, b'"one"')
        flowing.end()
        await asyncio.wait_for(reader, PATIENCE_SECONDS)

    asyncio.run(follow())
    assert faults == []
