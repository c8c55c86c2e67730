"""A service as a process of its own, clients that post orders to it, and what each of them was told."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from stockmesh.service.running import open_door

PROGRAM: Final = "from stockmesh.cli.main import run; run()"


@dataclass
class Service:
    """`stockmesh serve`, running; what it logs is kept."""

    process: "subprocess.Popen[str]"
    address: str
    log: Path

    def stop(self, *, seconds: float = 60) -> int:
        """The exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def order(self, reference: str, units: int = 1) -> httpx.Response:
        """The answer to one order of lamps."""
        return httpx.post(f"{self.address}/v1/orders", json=new_order(reference, units), timeout=60)


def new_order(reference: str, units: int = 1) -> dict[str, Any]:
    """An order of lamps to Berlin."""
    return {
        "reference": reference,
        "channel": "web",
        "destination": {"country": "DE", "postcode": "10115"},
        "lines": [{"sku": "lamp", "quantity": units}],
    }


@contextmanager
def serving(**settings: object) -> Iterator[Service]:
    """A service with these settings, answering; killed at the end unless it has ended."""
    with open_door("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
    told = {f"STOCKMESH_{name.upper()}": str(value) for name, value in {**settings, "port": port}.items()}
    with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, "serve"],
            env={**os.environ, **told},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            assert "Console and API" in process.stdout.readline(), Path(log.name).read_text()
            yield Service(process, f"http://127.0.0.1:{port}", Path(log.name))
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


@dataclass
class Shoppers:
    """Clients that post one order after the other, until told to stop or nobody answers any more."""

    service: Service
    count: int
    prefix: str = ""
    acknowledged: dict[str, int] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """All of them post from now on."""
        self.threads = [threading.Thread(target=self._shop, args=(number,)) for number in range(self.count)]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """All have heard the answer to their last order."""
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _shop(self, shopper: int) -> None:
        with httpx.Client(timeout=60) as client:
            number = 0
            while not self.stopped.is_set():
                number += 1
                reference = f"{self.prefix}S{shopper}-{number}"
                try:
                    answer = client.post(f"{self.service.address}/v1/orders", json=new_order(reference))
                except httpx.TransportError:
                    self.unanswered.append(reference)
                    return
                if answer.status_code in (200, 201):
                    self.acknowledged[reference] = answer.json()["order_id"]
                else:
                    self.refused.append(answer.status_code)
                    self.unanswered.append(reference)
                    time.sleep(0.02)


def wait_until(holds: Callable[[], Any], *, seconds: float = 60) -> None:
    """Returns when it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.05)
