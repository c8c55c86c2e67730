"""Requests that take too long: the client is answered, and what has not begun of its work never does.

One task looks at all that is under way now and then; a timer for each request would cost more than many answers.
"""

import asyncio
import time
from typing import Final

from anyio import CancelScope
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.service.bounds import Bounds
from stockmesh.service.guards import AnswerFailure
from stockmesh.service.refusals import BodyTooSlow, TooBusy, TooSlow

LOOKS_SECONDS: Final = 0.2
# A large file may take its time as long as it goes on coming in.
BYTES_PER_SECOND_MIN: Final = 10_000


class Asked:
    """A request under way. Its body is being waited for, or its answer."""

    __slots__ = ("answered", "arrived", "begun", "cancel", "complete", "reading", "receive", "scope", "send", "since")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.begun = self.since = time.monotonic()
        self.arrived = 0
        self.reading = self.complete = self.answered = False
        self.cancel: CancelScope | None = None

    async def take(self) -> Message:
        """What comes in next."""
        if self.complete:
            return await self.receive()
        self.reading = True
        message = await self.receive()
        self.reading = False
        self.since = time.monotonic()
        self.arrived += len(message.get("body", b""))
        self.complete = not message.get("more_body", False)
        return message

    def overdue(self, bounds: Bounds, now: float) -> Refusal | None:
        """Why the request is given up, if it is."""
        if self.reading:
            allowed = bounds.body_seconds + self.arrived / BYTES_PER_SECOND_MIN
            return BodyTooSlow(seconds=round(allowed)) if now - self.begun > allowed else None
        return TooSlow(seconds=round(bounds.request_seconds)) if now - self.since > bounds.request_seconds else None


class Deadlines:
    """ASGI middleware that answers for what does not answer in time."""

    def __init__(
        self, app: ASGIApp, bounds: Bounds, answer_failure: AnswerFailure, hot: frozenset[tuple[str, str]]
    ) -> None:
        self.app = app
        self.bounds = bounds
        self.answer_failure = answer_failure
        self.hot = hot
        self.running: set[Asked] = set()
        self.watch: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if len(self.running) >= self.bounds.requests_at_once:
            raise TooBusy(running=len(self.running))
        asked = Asked(scope, receive, send)
        self.running.add(asked)
        if self.watch is None or self.watch.done():
            self.watch = asyncio.get_running_loop().create_task(self._look())
        try:
            await self._run(asked)
        except Exception:
            # Whoever asked was answered; what came of it afterwards concerns nobody.
            if not asked.answered:
                raise
        finally:
            self.running.discard(asked)

    async def _run(self, asked: Asked) -> None:
        scope, send = asked.scope, asked.send

        async def send_in_time(message: Message) -> None:
            if not asked.answered:
                self.running.discard(asked)  # an answer that has begun may go on
                await send(message)

        # Who waits for a batch holds no thread of their own: there is nothing to be called off.
        if (scope["method"], scope["path"]) in self.hot:
            await self.app(scope, asked.take, send_in_time)
            return
        with CancelScope() as asked.cancel:
            await self.app(scope, asked.take, send_in_time)

    async def _look(self) -> None:
        """Gives up what is overdue, until nothing is under way."""
        while self.running:
            await asyncio.sleep(LOOKS_SECONDS)
            now = time.monotonic()
            for asked in tuple(self.running):
                if why := asked.overdue(self.bounds, now):
                    self.running.discard(asked)
                    await self._give_up(asked, why)

    async def _give_up(self, asked: Asked, why: Refusal) -> None:
        asked.answered = True
        # A thread at work is not stopped: it keeps its place, so that no more work begins than before.
        if asked.cancel is not None:
            asked.cancel.cancel()
        await self.answer_failure(Request(asked.scope), why)(asked.scope, asked.receive, asked.send)
