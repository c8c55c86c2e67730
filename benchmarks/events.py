"""Server-sent events to a thousand readers of one service: events delivered per second, and how late the last are."""

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Final

import psutil  # type: ignore[import-untyped]

from benchmarks.network import bench_context
from benchmarks.report import report
from stockmesh.flows.access.keys import KeyWish, add_key
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.service.running import open_door

READERS: Final = 1_000
RATES: Final = (5, 20, 100)
SECONDS: Final = 10.0
BEATS_A_SECOND: Final = 5
QUIETLY: Final = {"STOCKMESH_LOG_LEVEL": "warning"}
SERVICE: Final = """
import sys
from stockmesh.app import Settings, open_context
from stockmesh.service.running import serve
settings = Settings(database_url=sys.argv[1], port=int(sys.argv[2]))
with open_context(settings) as context:
    serve(context, settings)
"""


@dataclass(frozen=True)
class Door:
    """Where the service listens, and the key its readers come with."""

    port: int
    key: str


@dataclass
class Watch:
    """When each event was raised, and how late it came to each reader."""

    lags: list[float] = field(default_factory=list)
    taken: int = 0
    refused: int = 0

    def see(self, line: bytes) -> None:
        """Notes an event's data line; every reader's are counted, one reader in ten is timed."""
        self.taken += 1
        if self.taken % 10 == 0:
            raised = float(json.loads(line[6:])["data"]["reason"])
            self.lags.append(time.time() - raised)


async def read(door: Door, watch: Watch, ready: asyncio.Semaphore) -> None:
    """One reader, until cancelled."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port, limit=2**20)
    who = f"Host: 127.0.0.1\r\nAuthorization: Bearer {door.key}"
    writer.write(f"GET /v1/events/stream?topic=order HTTP/1.1\r\n{who}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    watch.refused += b" 200 OK" not in head.split(b"\r\n", 1)[0]
    ready.release()
    while line := await reader.readline():
        if line.startswith(b"data: "):
            watch.see(line)


def raise_events(context: Context, rate: int) -> int:
    """How many events were raised, `rate` a second for the time of the run, a few transactions a second."""
    count = max(rate // BEATS_A_SECOND, 1)
    started = time.time()
    raised = 0
    while (now := time.time()) < started + SECONDS:

        def work(session: Any) -> None:
            for number in range(count):
                announce(session, context, "order_paused", number, {"reason": f"{time.time():.6f}"})

        context.database.transact(work)
        raised += count
        time.sleep(max(now + count / rate - time.time(), 0))
    return raised


async def measure(context: Context, door: Door, rate: int) -> tuple[float, float, int, int]:
    """Events delivered a second, the 99th percentile of their lag in seconds, how many came, how many should have."""
    watch, ready = Watch(), asyncio.Semaphore(0)
    readers = [asyncio.create_task(read(door, watch, ready)) for _ in range(READERS)]
    for _ in range(READERS):
        await ready.acquire()
    if watch.refused:
        raise RuntimeError(f"{watch.refused} of {READERS} readers were not let in")
    started = time.time()
    raised = await asyncio.to_thread(raise_events, context, rate)
    wanted = raised * READERS
    while watch.taken < wanted and time.time() < started + 3 * SECONDS:
        await asyncio.sleep(0.02)
    seconds = time.time() - started
    for task in readers:
        task.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    lag = sorted(watch.lags)[int(len(watch.lags) * 0.99)] if watch.lags else float("inf")
    return watch.taken / seconds, lag, watch.taken, wanted


def megabytes(pid: int) -> float:
    """What a process holds of memory."""
    return float(psutil.Process(pid).memory_info().rss / 2**20)


def run() -> None:
    """A thousand readers at several rates; readers and service share this machine's cores."""
    with bench_context() as context:
        key = add_key(context, KeyWish("benchmark", ("events:read",))).key
        with open_door("127.0.0.1", 0) as free:
            door = Door(free.getsockname()[1], key)
        command = [sys.executable, "-W", "ignore", "-c", SERVICE, context.database.url, str(door.port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | QUIETLY, text=True) as service:
            try:
                if service.stdout is None or not service.stdout.readline():
                    raise RuntimeError("the service did not start")
                alone = megabytes(service.pid)
                for rate in RATES:
                    delivered, lag, taken, wanted = asyncio.run(measure(context, door, rate))
                    report(
                        f"events to {READERS:,} streams, {rate} raised a second: delivered",
                        ours=delivered,
                        yardstick=rate * READERS,
                        unit="events/s",
                    )
                    report(
                        f"the same: lag of the 99th percentile, {taken:,} of {wanted:,} delivered",
                        ours=lag * 1_000,
                        yardstick=0,
                        unit="ms",
                    )
                report("memory of the service, beside none", ours=megabytes(service.pid), yardstick=alone, unit="MB")
            finally:
                service.terminate()
