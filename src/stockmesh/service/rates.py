"""How many requests a caller has left, told with every answer (draft-ietf-httpapi-ratelimit-headers)."""

import math
import time
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from stockmesh.service.refusals import TooManyRequests

WINDOW_SECONDS: Final = 10
CALLERS_MAX: Final = 10_000


@dataclass(eq=False)
class Buckets:
    """A bucket of requests for every caller, full at first: `per_second` run in, WINDOW_SECONDS of them fit.

    Of each only the instant at which it will be full again is kept.
    """

    per_second: int
    _full_at: dict[tuple[str, object], float] = field(default_factory=dict)

    def take(self, caller: tuple[str, object], now: float) -> float:
        """Takes a request out; seconds until the bucket is full again. Raises TooManyRequests from an empty one."""
        full_at = self._full_at.get(caller, now)
        wait = (full_at if full_at > now else now) - now + 1 / self.per_second
        if wait > WINDOW_SECONDS:
            raise TooManyRequests(seconds=math.ceil(wait - WINDOW_SECONDS), per_second=self.per_second)
        if len(self._full_at) >= CALLERS_MAX:
            self._full_at = {one: until for one, until in self._full_at.items() if until > now}
        self._full_at[caller] = now + wait
        return wait


class Rates:
    """ASGI middleware behind the door: counts the requests of whoever came in."""

    def __init__(self, app: ASGIApp, per_second: int) -> None:
        self.app = app
        self.buckets = Buckets(per_second)
        self.policy = (b"ratelimit-policy", policy_of(per_second).encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = scope.get("state", {}).get("caller")
        if caller is None or not self.buckets.per_second:
            await self.app(scope, receive, send)
            return
        wait = self.buckets.take((caller.kind, caller.id), time.monotonic())
        left = int((WINDOW_SECONDS - wait) * self.buckets.per_second)
        # The guard sends them: another function around `send` would cost more than all of this.
        scope["state"]["also_told"] = (self.policy, (b"ratelimit", b'"caller";r=%d;t=%d' % (left, wait + 1)))
        await self.app(scope, receive, send)


def policy_of(per_second: int) -> str:
    """The policy as its header says it."""
    return f'"caller";q={per_second * WINDOW_SECONDS};w={WINDOW_SECONDS}'
