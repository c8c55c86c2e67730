"""One stream of server-sent events: what was missed first, then whatever comes in, until the reader goes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from stockmesh.service.events.tide import Batch, LeftBehind, Tide, TideEnded, View, write_frame, write_mark
from stockmesh.service.refusals import TooManyStreams

STREAMS_MAX: Final = 2_000
CATCHING_UP_MAX: Final = 2
STALLED_SECONDS: Final = 20.0
WELCOME_SECONDS: Final = 1.0
Welcome = Callable[[], Awaitable[bool]]
GREETING: Final = b"retry: 2000\n\n"
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# Readers that come back all at once read the books a few at a time, so that orders find a connection.
_catching_up = asyncio.Semaphore(CATCHING_UP_MAX)


class EventStream(Response):
    """The answer that goes on. `after` is the position the reader has come to; None begins with what comes next.
    `is_welcome` is asked now and then whether the reader may still be told."""

    media_type = "text/event-stream"

    def __init__(self, tide: Tide, view: View, after: int | None, is_welcome: Welcome) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        if tide.followers >= STREAMS_MAX:
            raise TooManyStreams(most=STREAMS_MAX)
        self.tide = tide
        self.view = view
        self.after = after
        self.is_welcome = is_welcome

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        end = {"type": "http.response.body", "body": b"", "more_body": False}
        if Request(scope).state.is_head:
            await send(start)
            await send(end)
            return
        async with self.tide.followed():
            # The answer begins when the stream does: whatever happens after it is told.
            with suppress(TideEnded):
                newest = await self.tide.newest()
                self.after = newest.upto if self.after is None else self.after
            await send(start)
            await self._until_gone(receive, send)
        await send(end)

    async def _until_gone(self, receive: Receive, send: Send) -> None:
        """Sends until the reader goes, falls behind, stalls or is no longer let in, or the service stops."""
        tasks = [asyncio.create_task(one) for one in (self._send_all(send), _gone(receive), self._unwelcome())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _unwelcome(self) -> None:
        while await self.is_welcome():
            await asyncio.sleep(WELCOME_SECONDS)

    async def _send_all(self, send: Send) -> None:
        try:
            await _send(send, GREETING)
            batch = await self._catch_up(send)
            while True:
                batch = await self.tide.next_batch(batch.number)
                if frames := await self.tide.frames(batch, self.view):
                    await _send(send, frames)
        except (LeftBehind, TideEnded, TimeoutError):
            return

    async def _catch_up(self, send: Send) -> Batch:
        """The batch that the reader has come to, after what it missed was sent."""
        after = self.after or 0
        while (batch := self.tide.batch_for(after)) is None:
            async with _catching_up:
                page = await self.tide.page(after, self.view)
            await _send(send, b"".join(map(write_frame, page.items)) + write_mark(page.next_after))
            after = page.next_after
        rest = await self.tide.frames_after(batch, after, self.view)
        await _send(send, rest or write_mark(max(after, batch.upto)))
        return batch


async def _send(send: Send, body: bytes) -> None:
    """Raises TimeoutError when the reader takes nothing for too long."""
    async with asyncio.timeout(STALLED_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
