"""New events as they come in, read once per process and handed to every stream that follows.

The latest batches are kept for all; a stream is a place among them. One that falls further behind than what is kept is
dropped, so a reader that stops reading costs a bounded amount of memory, and finds its way back by Last-Event-ID.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec
import structlog
from psycopg import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.context import Context
from stockmesh.flows.event_log import Event, EventPage, Topics, head_position, list_events
from stockmesh.flows.reach import EVERYTHING, Reach

BATCHES_KEPT: Final = 64
FRAMES_KEPT: Final = 1_000
EVENTS_READ_MAX: Final = 500
POLL_SECONDS: Final = 0.05
HEARTBEAT_SECONDS: Final = 15.0
AFTER_FAULT_SECONDS: Final = 1.0
_log = structlog.get_logger()


class LeftBehind(Exception):
    """The stream is further back than what is kept."""


class TideEnded(Exception):
    """The service stops: streams end, and their readers come back elsewhere."""


def write_frame(event: Event) -> bytes:
    """An event as a server-sent one."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event.position, event.type.encode(), msgspec.json.encode(event))


def write_mark(position: int) -> bytes:
    """A sign of life that moves a reader's Last-Event-ID on without telling it anything."""
    return b": here\nid: %d\n\n" % position


@dataclass(frozen=True)
class View:
    """What a stream tells: some topics, within a reach."""

    topics: Topics
    reach: Reach = EVERYTHING


@dataclass(frozen=True, eq=False)
class Batch:
    """Events that came in together: all after `after`, up to `upto`. Without events it is a sign of life."""

    number: int
    after: int
    upto: int
    events: tuple[Event, ...]
    _frames: dict[View, bytes] = field(default_factory=dict)

    def frames(self, view: View) -> bytes:
        """What a stream of a view that reaches everything sends; worded once for all that ask for the same."""
        if not self.events:
            return write_mark(self.upto)
        found = self._frames.get(view)
        if found is None:
            found = self._frames[view] = self.frames_after(self.after, view)
        return found

    def frames_after(self, position: int, view: View) -> bytes:
        """What is left to send to a stream that has come to a position within the batch."""
        wanted = (one for one in self.events if one.position > position and view.topics.include(one.type))
        return b"".join(map(write_frame, wanted))


class Tide:
    """Reads new events while somebody follows. Lives in the event loop of the service."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._kept: deque[Batch] = deque(maxlen=BATCHES_KEPT)
        self._number = 0
        self._arrived = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._ended = False
        self._told: OrderedDict[tuple[int, View], asyncio.Task[bytes]] = OrderedDict()
        self.followers = 0

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """New events are read as long as this is held by anyone."""
        self.followers += 1
        try:
            if self._reader is None:
                self._kept.clear()
                self._reader = asyncio.create_task(self._read())
            yield
        finally:
            self.followers -= 1
            if self.followers == 0 and self._reader is not None:
                self._reader.cancel()
                self._reader = None

    def end(self) -> None:
        """All streams end now."""
        self._ended = True
        self._arrived.set()

    async def newest(self) -> Batch:
        """The latest batch, once there is one. Raises TideEnded."""
        while not self._kept:
            await self._wait()
        return self._kept[-1]

    def batch_for(self, position: int) -> Batch | None:
        """The batch in which whoever has come to a position goes on; None when it is kept no more."""
        if position >= self._kept[-1].upto:
            return self._kept[-1]
        return next((one for one in self._kept if one.after <= position < one.upto), None)

    async def next_batch(self, number: int) -> Batch:
        """The batch after the one of this number, once there is one. Raises LeftBehind and TideEnded."""
        while not self._kept or self._kept[-1].number <= number:
            await self._wait()
        place = number + 1 - self._kept[0].number
        if self._ended:
            raise TideEnded
        if place < 0:
            raise LeftBehind
        return self._kept[place]

    async def page(self, after: int, view: View, *, upto: int | None = None) -> EventPage:
        """Events from the books, for a stream that comes from further back."""
        read = partial(list_events, reach=view.reach, count=EVENTS_READ_MAX, upto=upto)
        return await run_in_threadpool(read, self._context, after, view.topics)

    async def frames(self, batch: Batch, view: View) -> bytes:
        """What a stream sends of a batch. What a restricted reach is told of is read from the books, once for all of
        its streams."""
        if view.reach.is_everything or not batch.events:
            return batch.frames(view)
        key = (batch.number, view)
        if key not in self._told:
            self._told[key] = asyncio.create_task(self._frames_within(batch, view))
            while len(self._told) > FRAMES_KEPT:
                self._told.popitem(last=False)
        return await asyncio.shield(self._told[key])

    async def frames_after(self, batch: Batch, position: int, view: View) -> bytes:
        """What is left of a batch to a stream that has come to a position within it."""
        if view.reach.is_everything:
            return batch.frames_after(position, view)
        page = await self.page(position, view, upto=batch.upto)
        return b"".join(map(write_frame, page.items))

    async def _frames_within(self, batch: Batch, view: View) -> bytes:
        return await self.frames_after(batch, batch.after, view) or write_mark(batch.upto)

    async def _wait(self) -> None:
        if self._ended:
            raise TideEnded
        await self._arrived.wait()

    def _keep(self, upto: int, events: tuple[Event, ...]) -> None:
        self._number += 1
        after = self._kept[-1].upto if self._kept else upto
        self._kept.append(Batch(self._number, after, upto, events))
        arrived, self._arrived = self._arrived, asyncio.Event()
        arrived.set()

    async def _read(self) -> None:
        """Batch after batch, for as long as the task lives; a database that is away is asked again."""
        position: int | None = None
        beaten = time.monotonic()
        while True:
            try:
                if position is None:
                    position = await run_in_threadpool(head_position, self._context)
                    self._keep(position, ())
                page = await self.page(position, View(Topics()))
            except (OperationalError, InterfaceError, PoolTimeout) as fault:
                _log.warning("events cannot be read", error=str(fault))
                await asyncio.sleep(AFTER_FAULT_SECONDS)
                continue
            except Exception as fault:
                # Whatever it is, streams that nobody reads for would hang for ever, and look alive.
                _log.exception("events cannot be told", error=str(fault))
                await asyncio.sleep(AFTER_FAULT_SECONDS)
                continue
            if page.items or time.monotonic() - beaten > HEARTBEAT_SECONDS:
                position, beaten = page.next_after, time.monotonic()
                self._keep(position, page.items)
            await asyncio.sleep(0 if len(page.items) == EVENTS_READ_MAX else POLL_SECONDS)
