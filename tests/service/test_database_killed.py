"""The embedded server dies, or its disk fills up: the service stays, says so, and goes on when it can."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]
import pytest

from conftest import HandClock
from placing_processes import assert_whole, orders_in_books
from service_process import Service, Shoppers, serving, wait_until
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.context import Context
from stockmesh.store import embedded
from stockmesh.store.database import Database
from stockmesh.store.migrating import migrate
from worlds import SmallWorld, put_in_books

MEGABYTE = 2**20


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for an embedded server of its own."""
    with tempfile.TemporaryDirectory(prefix="stockmesh-ops-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A disk of its own with 420 MB."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=420m", "tmpfs", str(home)], check=False)
    if mounted.returncode:
        pytest.skip("NO FULL DISK TESTED: mounting is not permitted here")
    home.chmod(0o755)
    yield home
    subprocess.run(["umount", "-l", str(home)], check=True)


def prepare(home: Path, clock: HandClock, gazetteer: Gazetteer) -> tuple[Context, object]:
    """Lamps in the books of an embedded server that goes on running; its context, and what stops it."""
    server = embedded.start(home)
    migrate(server.get_uri())
    database = Database(server.get_uri()).open()
    context = Context(database, clock, lambda: gazetteer, "test")
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 100_000})
    return context, server


def kill_server(home: Path) -> None:
    """kill -9 to PostgreSQL and everything it started."""
    pid = int((home / f"postgresql-{embedded.VERSION}" / "postmaster.pid").read_text().split()[0])
    postmaster = psutil.Process(pid)
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(family, timeout=30)


def is_ready(service: Service) -> bool:
    return httpx.get(f"{service.address}/v1/health/ready", timeout=60).status_code == 200


@pytest.mark.parametrize("kills", [1, pytest.param(25, marks=pytest.mark.soak)])
def test_an_embedded_server_that_was_killed_is_started_again(
    home: Path, clock: HandClock, gazetteer: Gazetteer, kills: int
) -> None:
    """kill -9 under load: clients are told 503, the service starts it anew, and what was acknowledged is there."""
    context, server = prepare(home, clock, gazetteer)
    context.database.close()
    with serving(home=home) as service:
        for kill in range(kills):
            shoppers = Shoppers(service, 4, f"K{kill}-")
            shoppers.begin()
            wait_until(lambda: len(shoppers.acknowledged) > 20)  # noqa: B023
            kill_server(home)
            wait_until(lambda: 503 in shoppers.refused)  # noqa: B023
            known = len(shoppers.acknowledged)
            wait_until(lambda: len(shoppers.acknowledged) > known + 20, seconds=120)  # noqa: B023
            shoppers.end()
            assert set(shoppers.refused) <= {503}
            check(home, clock, gazetteer, shoppers.acknowledged)
        assert is_ready(service)
        assert service.stop() == 0
    server.cleanup()  # type: ignore[attr-defined]


def check(home: Path, clock: HandClock, gazetteer: Gazetteer, acknowledged: dict[str, int]) -> None:
    """All that was acknowledged is in the books, and they verify."""
    database = Database(str(embedded.start(home).get_uri())).open()
    try:
        context = Context(database, clock, lambda: gazetteer, "test")
        assert acknowledged.items() <= orders_in_books(context).items()
        assert_whole(context)
    finally:
        database.close()


def test_a_nearly_full_disk_stops_orders_before_the_database(
    small_disk: Path, clock: HandClock, gazetteer: Gazetteer
) -> None:
    """Below the reserve orders are refused with 507 and not one is half done; once there is room they go on."""
    context, server = prepare(small_disk / "home", clock, gazetteer)
    context.database.close()
    with serving(home=small_disk / "home", disk_free_min_mb=60) as service:
        assert service.order("A-1").status_code == 201
        ballast = small_disk / "ballast"
        fill(ballast, leave_mb=30)
        wait_until(lambda: not is_ready(service))
        refused = service.order("A-2")
        assert (refused.status_code, refused.json()["code"]) == (507, "disk_nearly_full")
        assert refused.headers["retry-after"]
        ballast.unlink()
        wait_until(lambda: is_ready(service))
        placed = service.order("A-2")
        assert placed.status_code == 201
        check(small_disk / "home", clock, gazetteer, {"A-2": placed.json()["order_id"]})
        assert service.stop() == 0
    server.cleanup()  # type: ignore[attr-defined]


def test_a_disk_that_is_full_altogether_loses_nothing(small_disk: Path, clock: HandClock, gazetteer: Gazetteer) -> None:
    """Without a reserve the database itself runs out: clients hear 503 or 507, and it goes on after space is freed."""
    context, server = prepare(small_disk / "home", clock, gazetteer)
    context.database.close()
    with serving(home=small_disk / "home", disk_free_min_mb=0) as service:
        ballast = small_disk / "ballast"
        fill(ballast, leave_mb=0)
        shoppers = Shoppers(service, 8)
        shoppers.begin()
        wait_until(lambda: len(shoppers.refused) > 20, seconds=120)
        ballast.unlink()
        known = len(shoppers.acknowledged)
        wait_until(lambda: len(shoppers.acknowledged) > known + 20, seconds=120)
        shoppers.end()
        assert set(shoppers.refused) <= {503, 507}
        check(small_disk / "home", clock, gazetteer, shoppers.acknowledged)
        assert service.stop() == 0
    server.cleanup()  # type: ignore[attr-defined]


def fill(ballast: Path, *, leave_mb: int) -> None:
    """Takes all room on a disk but so much."""
    with ballast.open("wb") as out:
        for size in (MEGABYTE, 4_096):
            try:
                while shutil.disk_usage(ballast.parent).free > leave_mb * MEGABYTE:
                    out.write(bytes(size))
                    out.flush()
            except OSError:
                continue
