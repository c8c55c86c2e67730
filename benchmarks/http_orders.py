"""Orders posted one by one by 64 clients over HTTP, against a service with one transaction per request."""

import asyncio
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Final

import msgspec

from benchmarks.network import START, TOWNS, bench_context, set_up
from benchmarks.report import report
from stockmesh.flows.access.keys import KeyWish, add_key

CLIENTS: Final = 64
ITEMS: Final = 10_000
WARM_SECONDS: Final = 3.0
SECONDS: Final = 10.0


@dataclass(frozen=True)
class Load:
    """What the clients saw."""

    rate: float  # orders placed a second
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Door:
    """Where a service listens, a key that opens it, and its process."""

    port: int
    key: str
    pid: int


@contextmanager
def service(manner: str, processes: int = 1) -> Iterator[list[Door]]:
    """The ways into a service over ten locations with much of every item, which answers `batched` or `alone`."""
    with bench_context() as context, ExitStack() as running:
        set_up(context, locations=10, items=ITEMS, units=10_000_000)
        key = add_key(context, KeyWish("benchmark", ("orders:write", "stock:read"))).key
        yield [running.enter_context(_process(context.database.url, manner, key)) for _ in range(processes)]


@contextmanager
def _process(url: str, manner: str, key: str) -> Iterator[Door]:
    command = [sys.executable, "-m", "benchmarks.http_server", url, manner]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Door(int(process.stdout.readline()), key, process.pid)
        process.stdin.close()
        process.wait(60)


def posts(client: int, door: Door) -> Iterator[bytes]:
    """The requests of one client, whole: two-line orders of one to three units."""
    chance = random.Random(client)
    placed_at = START.isoformat()
    for number in range(1_000_000):
        lines = [
            {"sku": f"SKU{item:06}", "quantity": chance.randrange(1, 4), "unit_price_minor": 500}
            for item in chance.sample(range(ITEMS), 2)
        ]
        body = msgspec.json.encode(
            {
                "reference": f"H{client}-{number}",
                "channel": "web",
                "placed_at": placed_at,
                "destination": {"country": "GB", "postcode": chance.choice(TOWNS)[0]},
                "lines": lines,
            }
        )
        yield (
            f"POST /v1/orders HTTP/1.1\r\nHost: localhost:{door.port}\r\n"
            f"Authorization: Bearer {door.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


async def post_until(door: Door, client: int, end: float, taken: list[float]) -> None:
    """One client: the next order goes out when the one before is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    requests = posts(client, door)
    while time.perf_counter() < end:
        started = time.perf_counter()
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 201"), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        taken.append(time.perf_counter() - started)
    writer.close()


async def load(doors: Sequence[Door], first: int, seconds: float) -> Load:
    """All clients at once for some seconds, in turn at each door."""
    taken: list[float] = []
    end = time.perf_counter() + seconds
    clients = (
        post_until(door, first + client, end, taken) for client, door in zip(range(CLIENTS), cycle(doors), strict=False)
    )
    await asyncio.gather(*clients)
    cuts = statistics.quantiles(taken, n=100)
    return Load(len(taken) / seconds, cuts[49] * 1e3, cuts[98] * 1e3)


def measure(manner: str) -> Load:
    """What the clients see of a service, after a while of running warm."""
    with service(manner) as doors:
        asyncio.run(load(doors, 1_000, WARM_SECONDS))
        return asyncio.run(load(doors, 0, SECONDS))


def run() -> None:
    """Rate and latency, gathered into batches and one transaction each."""
    ours, alone = measure("batched"), measure("alone")
    name = f"{CLIENTS} clients posting 2-line orders, against one transaction per request"
    report(f"{name}: rate", ours=ours.rate, yardstick=alone.rate, unit="orders/s")
    report(f"{name}: median", ours=ours.p50_ms, yardstick=alone.p50_ms, unit="ms")
    report(f"{name}: 99th percentile", ours=ours.p99_ms, yardstick=alone.p99_ms, unit="ms")
