"""Availability read item by item by 64 clients over HTTP, against a service with one query per request."""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Final

import psutil  # type: ignore[import-untyped]

from benchmarks.http_orders import CLIENTS, ITEMS, Door, service
from benchmarks.report import report

WARM_SECONDS: Final = 2.0
SECONDS: Final = 8.0


@dataclass(frozen=True)
class Reads:
    """What the clients saw, and what the service's process (without the database) spent on it."""

    rate: float  # answers a second
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of one answer


async def read_until(door: Door, client: int, end: float, taken: list[float]) -> None:
    """One client: the next question goes out when the one before is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    chance = random.Random(client)
    rest = f"HTTP/1.1\r\nHost: localhost:{door.port}\r\nAuthorization: Bearer {door.key}\r\n\r\n"
    while time.perf_counter() < end:
        started = time.perf_counter()
        writer.write(f"GET /v1/availability?sku=SKU{chance.randrange(ITEMS):06} {rest}".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        taken.append(time.perf_counter() - started)
    writer.close()


async def load(doors: Sequence[Door], first: int, seconds: float) -> Reads:
    """All clients at once for some seconds, in turn at each door."""
    taken: list[float] = []
    before = spent_by(doors)
    end = time.perf_counter() + seconds
    clients = (
        read_until(door, first + client, end, taken) for client, door in zip(range(CLIENTS), cycle(doors), strict=False)
    )
    await asyncio.gather(*clients)
    spent = spent_by(doors) - before
    cuts = statistics.quantiles(taken, n=100)
    return Reads(len(taken) / seconds, cuts[49] * 1e3, cuts[98] * 1e3, spent / len(taken) * 1e6)


def spent_by(doors: Sequence[Door]) -> float:
    """Processor seconds of the service's processes so far."""
    times = [psutil.Process(door.pid).cpu_times() for door in doors]
    return float(sum(one.user + one.system for one in times))


def measure(manner: str, processes: int = 1) -> Reads:
    """What the clients see of a service, after a while of running warm."""
    with service(manner, processes) as doors:
        asyncio.run(load(doors, 1_000, WARM_SECONDS))
        return asyncio.run(load(doors, 0, SECONDS))


def run() -> None:
    """Rate, latency and processor time of one process and of two, gathered into batches and one query each."""
    for processes in (1, 2):
        ours, alone = measure("batched", processes), measure("alone", processes)
        served = "a process" if processes == 1 else f"{processes} processes"
        name = f"{CLIENTS} clients reading availability at ten locations of {served}, against one query per request"
        report(f"{name}: rate", ours=ours.rate, yardstick=alone.rate, unit="reads/s")
        report(f"{name}: median", ours=ours.p50_ms, yardstick=alone.p50_ms, unit="ms")
        report(f"{name}: 99th percentile", ours=ours.p99_ms, yardstick=alone.p99_ms, unit="ms")
        report(f"{name}: processor time of the service", ours=ours.cpu_us, yardstick=alone.cpu_us, unit="us")
