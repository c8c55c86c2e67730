"""Availability read item by item by 64 clients over HTTP, against a service with one query per request."""

import asyncio
import random
import statistics
import time
from dataclasses import dataclass
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


async def load(door: Door, first: int, seconds: float) -> Reads:
    """All clients at once for some seconds."""
    taken: list[float] = []
    process = psutil.Process(door.pid)
    before = process.cpu_times()
    end = time.perf_counter() + seconds
    await asyncio.gather(*(read_until(door, first + client, end, taken) for client in range(CLIENTS)))
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    cuts = statistics.quantiles(taken, n=100)
    return Reads(len(taken) / seconds, cuts[49] * 1e3, cuts[98] * 1e3, spent / len(taken) * 1e6)


def measure(manner: str) -> Reads:
    """What the clients see of a service, after a while of running warm."""
    with service(manner) as door:
        asyncio.run(load(door, 1_000, WARM_SECONDS))
        return asyncio.run(load(door, 0, SECONDS))


def run() -> None:
    """Rate, latency and processor time, gathered into batches and one query each."""
    ours, alone = measure("batched"), measure("alone")
    name = f"{CLIENTS} clients reading availability at ten locations, against one query per request"
    report(f"{name}: rate", ours=ours.rate, yardstick=alone.rate, unit="reads/s")
    report(f"{name}: median", ours=ours.p50_ms, yardstick=alone.p50_ms, unit="ms")
    report(f"{name}: 99th percentile", ours=ours.p99_ms, yardstick=alone.p99_ms, unit="ms")
    report(f"{name}: processor time of the service", ours=ours.cpu_us, yardstick=alone.cpu_us, unit="us")
