"""Who was seen lately: what the books say of a key or session is remembered for some seconds.

A hot key costs a digest and a look into a dictionary. What was revoked opens nothing after STALE_SECONDS at the latest,
in whatever process. Only what opens something is remembered, so that guesses fill nothing.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from stockmesh.flows.access.callers import Caller
from stockmesh.service.refusals import TooManyFailures

FRESH_SECONDS: Final = 2.0
STALE_SECONDS: Final = 4.0
KNOWN_MAX: Final = 10_000
ASKING_MAX: Final = 200
Find = Callable[[bytes], Caller | None]


@dataclass(eq=False)
class Known:
    """Callers by the digest of their token. Lives in the event loop; `find` is called in a thread of its own."""

    find: Find
    known_max: int = KNOWN_MAX
    _seen: dict[bytes, tuple[Caller, float]] = field(default_factory=dict)
    _asking: dict[bytes, "asyncio.Task[Caller | None]"] = field(default_factory=dict)
    _age: int = 0
    # Guesses wait for each other and not for the connections of those who are known.
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "callers"))

    async def caller(self, token: bytes, check_brake: Callable[[], None]) -> Caller | None:
        """Whom a token stands for; None when it opens nothing. The brake is asked before a stranger is looked up."""
        digest = sha256(token).digest()
        seen = self._seen.get(digest)
        if seen is None:
            check_brake()
            return await self._ask(digest, token)
        age = time.monotonic() - seen[1]
        if age < FRESH_SECONDS:
            return seen[0]
        asking = self._ask(digest, token)
        return seen[0] if age < STALE_SECONDS else await asyncio.shield(asking)

    def forget(self) -> None:
        """Everybody is looked up anew: something has changed, and here it counts at once."""
        self._seen.clear()
        self._age += 1

    def _ask(self, digest: bytes, token: bytes) -> "asyncio.Task[Caller | None]":
        """What the books say, asked once however many want to know."""
        asking = self._asking.get(digest)
        if asking is None:
            if len(self._asking) >= ASKING_MAX and digest not in self._seen:
                raise TooManyFailures(seconds=1)
            asking = asyncio.get_running_loop().create_task(self._look_up(digest, token))
            self._asking[digest] = asking
            asking.add_done_callback(_hear)
        return asking

    async def _look_up(self, digest: bytes, token: bytes) -> Caller | None:
        begun, age = time.monotonic(), self._age
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._thread, self.find, token)
        finally:
            self._asking.pop(digest, None)
        self._seen.pop(digest, None)
        if found is not None and age == self._age:
            while len(self._seen) >= self.known_max:
                del self._seen[next(iter(self._seen))]
            self._seen[digest] = (found, begun)
        return found


def _hear(asking: "asyncio.Task[Caller | None]") -> None:
    """A look-up that nobody waits for may fail: the next one tells."""
    if not asking.cancelled():
        asking.exception()


@dataclass(eq=False)
class Brake:
    """Failures by client: after so many within the span, strangers are not looked up until it is over."""

    failures_max: int = 30
    span_seconds: float = 10.0
    clients_max: int = 10_000
    _failures: dict[str, tuple[int, float]] = field(default_factory=dict)

    def check(self, client: str) -> None:
        """Nothing, or raises TooManyFailures."""
        count, since = self._failures.get(client, (0, 0.0))
        left = since + self.span_seconds - time.monotonic()
        if count >= self.failures_max and left > 0:
            raise TooManyFailures(seconds=int(left) + 1)

    def note(self, client: str) -> None:
        """A client failed once more."""
        now = time.monotonic()
        count, since = self._failures.pop(client, (0, now))
        if now - since > self.span_seconds:
            count, since = 0, now
        while len(self._failures) >= self.clients_max:
            del self._failures[next(iter(self._failures))]
        self._failures[client] = (count + 1, since)
