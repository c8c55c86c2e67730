"""What a Prometheus server reads: each process tells its own; what is of the books is the same in all."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import stockmesh
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.service.answers.orders import PlacedOrder
from stockmesh.service.tracking import Requests

# When a counter began is told by the process's own start.
disable_created_metrics()  # type: ignore[no-untyped-call]
MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
ORDERS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
Outcomes = Sequence[PlacedOrder | Refusal]


class Reading(Protocol):
    """A figure that is read when somebody asks; None when it is not known."""

    def __call__(self) -> float | None:
        """The figure now."""


class Readings(Collector):
    """Figures that nothing counts along: read when scraped, left out while they are not known."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[str, Reading]] = {}

    def add(self, name: str, told: str, read: Reading) -> None:
        """One figure more."""
        self._read[name] = (told, read)

    def describe(self) -> Iterable[Metric]:
        """All there are, without reading any."""
        return [GaugeMetricFamily(name, told) for name, (told, _) in self._read.items()]

    def collect(self) -> Iterable[Metric]:
        """All that are known."""
        for name, (told, read) in self._read.items():
            family = GaugeMetricFamily(name, told)
            value = read()
            if value is not None:
                family.add_metric([], value)
            yield family


class Metrics:
    """The registry of one service, and what writes into it. A `Watch` of the database."""

    def __init__(self, engine: str) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self.requests = Requests()
        self.readings = Readings()
        self.batch_orders = self._histogram("batch_orders", "Orders placed together in one batch.", ORDERS)
        self.batch_wait = self._histogram(
            "batch_wait_seconds", "How long the first order of a batch waited for the batch before it.", SECONDS
        )
        self.placing = self._histogram("placing_seconds", "A batch from its first look to its commit.", SECONDS)
        self.decide = self._histogram("decide_seconds", "Deciding a batch: reading stock and sourcing.", SECONDS)
        self.commit = self._histogram("commit_seconds", "Making a transaction durable, of any kind.", SECONDS)
        self.orders = self._counter("orders", "Orders by outcome: open, waiting, repeated, refused, failed.", "outcome")
        self.refused = self._counter("orders_refused", "Orders refused, by the code of the refusal.", "code")
        self.conflicts = self._counter(
            "transaction_conflicts", "Transactions begun again because another was in the way.", "kind"
        )
        self.deliveries = self._counter(
            "webhook_attempts", "Webhooks attempted by this process: delivered or failed.", "outcome"
        )
        build = Gauge("stockmesh_build", "The release and the engine running.", ("version", "engine"), registry=None)
        build.labels(stockmesh.__version__, engine).set(1)
        self._others: tuple[Collector, ...] = (build, self.requests, self.readings, ProcessCollector(registry=None))
        for collector in self._others:
            self.registry.register(collector)

    def _histogram(self, name: str, told: str, bounds: Sequence[float]) -> Histogram:
        return Histogram(f"stockmesh_{name}", told, buckets=bounds, registry=self.registry)

    def _counter(self, name: str, told: str, label: str) -> Counter:
        return Counter(f"stockmesh_{name}", told, (label,), registry=self.registry)

    def read(self, name: str, told: str, reading: Reading) -> None:
        """Adds a figure that is read when scraped."""
        self.readings.add(f"stockmesh_{name}", told, reading)

    def described(self) -> list[Metric]:
        """Every family there is, by name, whether or not anything is known of it yet."""
        counted = (self.batch_orders, self.batch_wait, self.placing, self.decide, self.commit)
        counters = (self.orders, self.refused, self.conflicts, self.deliveries)
        parts: list[Any] = [*counted, *counters, *self._others]
        found: list[Metric] = [family for part in parts for family in getattr(part, "describe", part.collect)()]
        return sorted(found, key=lambda family: family.name)

    def text(self) -> bytes:
        """Everything as Prometheus reads it."""
        return generate_latest(self.registry)

    def decided(self, seconds: float) -> None:
        """A batch of orders was decided."""
        self.decide.observe(seconds)

    def committed(self, seconds: float) -> None:
        """A transaction was made durable."""
        self.commit.observe(seconds)

    def conflicted(self, kind: str) -> None:
        """A transaction began again."""
        self.conflicts.labels(kind).inc()

    def delivered(self, outcome: str) -> None:
        """A webhook was attempted."""
        self.deliveries.labels(outcome).inc()

    def placed(self, waited: float, took: float, outcomes: Sequence[object]) -> None:
        """A batch was placed: what became of each of its orders."""
        self.batch_orders.observe(len(outcomes))
        self.batch_wait.observe(waited)
        self.placing.observe(took)
        counts: dict[str, int] = {}
        for outcome in outcomes:
            kind = self._kind(outcome)
            counts[kind] = counts.get(kind, 0) + 1
        for kind, count in counts.items():
            self.orders.labels(kind).inc(count)

    def _kind(self, outcome: object) -> str:
        if isinstance(outcome, PlacedOrder):
            return "repeated" if outcome.repeated else outcome.state
        if isinstance(outcome, Refusal):
            self.refused.labels(outcome.code).inc()
            return "refused"
        return "failed"
