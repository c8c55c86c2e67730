"""Processes that place orders beside each other, steered from a test."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stockmesh.flows.context import Context
from stockmesh.flows.verify_books import verify_books

WORKER = Path(__file__).with_name("placing_worker.py")


@dataclass(frozen=True)
class Report:
    """What a worker acknowledged, in the order of its words."""

    path: Path

    def lines(self) -> list[dict[str, Any]]:
        """Every whole line; a worker killed in the middle of one had not said it."""
        if not self.path.exists():
            return []
        *whole, _ = self.path.read_text().split("\n")
        return [json.loads(line) for line in whole]

    def placed(self) -> dict[str, int]:
        """Order numbers by reference, for everything acknowledged as placed."""
        return {said["reference"]: said["order_id"] for said in self.lines() if said.get("placed")}

    def wait_for(self, acknowledged: int, *, seconds: float = 60) -> None:
        """Returns when so many outcomes stand in the report."""
        deadline = time.monotonic() + seconds
        while len(self.lines()) < acknowledged:
            assert time.monotonic() < deadline, f"{len(self.lines())} outcomes after {seconds} s"
            time.sleep(0.002)


@dataclass
class Launcher:
    """The program beside this one that forks workers."""

    process: subprocess.Popen[str]
    folder: Path
    runs: int = 0
    pids: list[int] = field(default_factory=list)

    def start(self, jobs: list[dict[str, Any]]) -> list[Report]:
        """The reports of workers that have just been set off together."""
        self.runs += 1
        reports = [Report(self.folder / f"{self.runs}-{number}.jsonl") for number in range(len(jobs))]
        told = [{**job, "report": str(report.path)} for job, report in zip(jobs, reports, strict=True)]
        self._say(json.dumps({"jobs": told}))
        self.pids = self._hear()["pids"]
        return reports

    def exits(self) -> list[int]:
        """How the workers ended, once all have; -9 for one that was killed."""
        return [int(code) for code in self._hear()["exits"]]

    def run(self, jobs: list[dict[str, Any]]) -> list[Report]:
        """The reports of workers that have all ended well."""
        reports = self.start(jobs)
        assert self.exits() == [0] * len(jobs)
        return reports

    def kill(self) -> None:
        """kill -9 to every worker."""
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the launcher ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def launched(folder: Path) -> Iterator[Launcher]:
    """A launcher whose workers report into the folder."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield Launcher(process, folder)
        if process.stdin is not None:
            process.stdin.close()
        process.wait(timeout=60)


def some_orders(prefix: str, count: int, skus: list[str], *, units_max: int, seed: int) -> list[dict[str, Any]]:
    """Orders of one to three of the items, drawn with a fixed seed."""
    chance = random.Random(f"{prefix} {seed}")
    return [
        {
            "reference": f"{prefix}-{number}",
            "lines": {
                sku: chance.randint(1, units_max) for sku in chance.sample(skus, chance.randint(1, min(3, len(skus))))
            },
            "to": chance.choice(["DE-10115", "NL-1071", "FR-75001"]),
        }
        for number in range(count)
    ]


def orders_in_books(context: Context) -> dict[str, int]:
    """Order numbers by reference."""
    with context.database.session() as session:
        found = session.execute("SELECT reference, order_id FROM orders").fetchall()
    return {row["reference"]: row["order_id"] for row in found}


def balances(context: Context) -> list[tuple[int, int]]:
    """(sellable, committed) of every cell, in key order."""
    with context.database.session() as session:
        found = session.execute("SELECT sellable, committed FROM stock ORDER BY item_id, location_id").fetchall()
    return [(row["sellable"], row["committed"]) for row in found]


def assert_whole(context: Context) -> None:
    """The books verify: nothing oversold, nothing half written."""
    verification = verify_books(context)
    assert verification.ok, [finding.sentence for finding in verification.findings[:20]]
