"""Every request gets an id, is counted and timed, and, but for those that come by the thousand, gets a line in the log.

Counting is plain integers in the one thread of the event loop; a scrape words them.
"""

import logging
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable
from time import perf_counter
from typing import Any, Final

import structlog
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockmesh.service.logs import REQUEST_ID, name_request

# From a memory lookup to what a client gives up on.
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATIC: Final = "/console/static/"
# A stream lasts as long as its reader likes: its seconds say nothing of the service.
ENDLESS: Final = frozenset({"/v1/events/stream"})
CLIENT_LEFT: Final = 499
_log = structlog.get_logger()


class Requests(Collector):
    """Requests answered, by method, route and status, and how long they took by method and route."""

    def __init__(self) -> None:
        self.counts: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self.buckets: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (len(SECONDS) + 1))
        self.sums: defaultdict[tuple[str, str], float] = defaultdict(float)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request more."""
        self.counts[method, route, status] += 1
        if route not in ENDLESS:
            self.buckets[method, route][bisect_left(SECONDS, seconds)] += 1
            self.sums[method, route] += seconds

    def describe(self) -> Iterable[Metric]:
        """The same without any figure, for lists of metrics."""
        return self._families()

    def collect(self) -> Iterable[Metric]:
        """Everything counted so far."""
        counter, histogram = self._families()
        for (method, route, status), count in list(self.counts.items()):
            counter.add_metric([method, route, str(status)], count)
        for key, buckets in list(self.buckets.items()):
            histogram.add_metric(list(key), _cumulated(buckets), self.sums[key])
        return (counter, histogram)

    def _families(self) -> tuple[CounterMetricFamily, HistogramMetricFamily]:
        return (
            CounterMetricFamily(
                "stockmesh_requests",
                "Requests answered; status 499: the client left before.",
                labels=("method", "route", "status"),
            ),
            HistogramMetricFamily(
                "stockmesh_request_seconds",
                "From a request's first byte read to its answer's last byte written; streams of events left out.",
                labels=("method", "route"),
            ),
        )


def _cumulated(buckets: list[int]) -> list[tuple[str, float]]:
    total, found = 0, []
    for bound, count in zip((*map(str, SECONDS), "+Inf"), buckets, strict=True):
        total += count
        found.append((bound, float(total)))
    return found


class Tracking:
    """ASGI middleware around everything else. Requests to `quiet` paths get a line only when debugging."""

    def __init__(self, app: ASGIApp, requests: Requests, quiet: Collection[tuple[str, str]]) -> None:
        self.app = app
        self.requests = requests
        self.quiet = frozenset(quiet)
        self.tells_all = _log.is_enabled_for(logging.DEBUG)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        request_id = name_request(scope["headers"])
        REQUEST_ID.set(request_id)
        status = CLIENT_LEFT

        async def send_tracked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_tracked)
        finally:
            method, path = scope["method"], scope["path"]
            is_quiet = (method, path) in self.quiet
            route = path if is_quiet else _route_of(scope)
            method = method if method in METHODS else "other"
            seconds = perf_counter() - begun
            self.requests.note(method, route, status, seconds)
            if not is_quiet or self.tells_all:
                _say(scope, method, route, (status, seconds))


def _route_of(scope: Scope) -> str:
    """The template of the route, never the path itself: it may name a person, and there are endlessly many."""
    route = scope.get("route")
    if route is not None:
        return str(route.path)
    return STATIC if scope["path"].startswith(STATIC) else "none"


def _say(scope: Scope, method: str, route: str, ended: tuple[int, float]) -> None:
    status, seconds = ended
    facts: dict[str, Any] = {"method": method, "route": route, "status": status, "ms": round(seconds * 1_000, 2)}
    caller = scope.get("state", {}).get("caller")
    if caller is not None:
        facts["caller"] = f"{getattr(caller, 'kind', '')} {getattr(caller, 'id', caller)}".strip()
    (_log.debug if route == STATIC else _log.info)("request", **facts)
