"""kill -9 in the middle of placing: nothing acknowledged is lost or doubled, nothing stands half in the books."""

import os
import random
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from conftest import HandClock
from placing_processes import Launcher, assert_whole, launched, orders_in_books, some_orders
from placing_worker import requests_of
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.store import embedded
from stockmesh.store.database import Database
from stockmesh.store.migrating import migrate
from worlds import SmallWorld, put_in_books

SKUS = ["tent", "lamp", "mug"]
PLACES = ["LEJ", "AMS", "LIL"]
BEATS_MAX = 60
HOLD_BEATS_MAX = 600


@dataclass(frozen=True)
class Run:
    """How often a process is killed, and how many orders it has before it."""

    kills: int
    orders: int


@dataclass(frozen=True)
class HoldBeats:
    """With how many carts, and every how many words to the database a process is killed."""

    orders: int
    step: int


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with launched(tmp_path_factory.mktemp("reports")) as launcher:
        yield launcher


def stock_up(context: Context) -> None:
    """Enough for some orders, short for others: plans, splits and waiting units."""
    put_in_books(context, SmallWorld(), {(place, sku): 150 for place in PLACES for sku in SKUS})


def job_of(url: str, orders: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"url": url, "orders": orders, "batch": 20, **more}


def place_again(context: Context, orders: list[dict[str, Any]]) -> None:
    """The client sends all it has once more: what was committed is answered as repeated under its number."""
    before = orders_in_books(context)
    for outcome in place_orders(context, requests_of(orders)):
        assert isinstance(outcome, Placed)
        assert outcome.repeated == (outcome.reference in before)
        assert before.get(outcome.reference, outcome.order_id) == outcome.order_id
    assert orders_in_books(context).keys() == before.keys() | {one["reference"] for one in orders}


def test_every_beat_leaves_the_books_as_they_were_or_complete(
    launcher: Launcher, context: Context, database_url: str
) -> None:
    """Killed before its first word to the database, its second, and so on: a batch is there whole or not at all."""
    stock_up(context)
    survived = 0
    for beat in range(1, BEATS_MAX):
        orders = some_orders(f"B{beat}", 6, SKUS, units_max=4, seed=3)
        before = orders_in_books(context)
        (report,) = launcher.start([job_of(database_url, orders, kill_at=beat)])
        (code,) = launcher.exits()
        after = orders_in_books(context)
        assert len(after) - len(before) in (0, len(orders)), f"beat {beat}"
        assert report.placed().items() <= after.items()
        assert_whole(context)
        if code == 0:
            survived = beat
            break
        assert code == -signal.SIGKILL
        place_again(context, orders)
    assert survived > 10, "the batch speaks to the database more often than that"


@pytest.mark.parametrize(
    "beats", [HoldBeats(orders=3, step=7), pytest.param(HoldBeats(orders=5, step=1), marks=pytest.mark.soak)], ids=str
)
def test_every_beat_of_holding_and_ordering_leaves_whole_books(
    launcher: Launcher, context: Context, database_url: str, beats: HoldBeats
) -> None:
    """Carts are held, extended, given up and ordered; killed before each word, nothing is half done."""
    stock_up(context)
    survived = 0
    for beat in range(1, HOLD_BEATS_MAX, beats.step):
        orders = some_orders(f"H{beat}", beats.orders, SKUS, units_max=2, seed=5)
        (report,) = launcher.start([job_of(database_url, orders, kill_at=beat, hold=True)])
        (code,) = launcher.exits()
        assert report.placed().items() <= orders_in_books(context).items()
        assert_whole(context)
        if code == 0:
            survived = beat
            break
        assert code == -signal.SIGKILL
    assert survived > 20 * beats.orders, "holding and ordering speaks to the database more often than that"


@pytest.mark.parametrize(
    "run", [Run(kills=4, orders=240), pytest.param(Run(kills=50, orders=2_000), marks=pytest.mark.soak)], ids=str
)
def test_a_killed_process_loses_and_doubles_nothing(
    launcher: Launcher, context: Context, database_url: str, run: Run
) -> None:
    """Killed somewhere in its work, again and again: all it acknowledged is in the books, once."""
    stock_up(context)
    chance = random.Random(7)
    acknowledged: dict[str, int] = {}
    for kill in range(run.kills):
        orders = some_orders(f"K{kill}", run.orders, SKUS, units_max=2, seed=kill)
        (report,) = launcher.start([job_of(database_url, orders)])
        report.wait_for(chance.randrange(run.orders * 3 // 4))
        launcher.kill()
        assert launcher.exits() == [-signal.SIGKILL]
        acknowledged |= report.placed()
        assert acknowledged.items() <= orders_in_books(context).items()
        assert_whole(context)
        if kill % 2 == 0:
            place_again(context, orders)
    assert acknowledged.items() <= orders_in_books(context).items()
    assert_whole(context)


@dataclass
class OwnServer:
    """An embedded PostgreSQL that may be killed."""

    home: Path

    def start(self) -> str:
        """The address of its database, whatever state it was left in."""
        return str(embedded.start(self.home).get_uri())

    def kill(self) -> None:
        """kill -9 to the postmaster and everything it started."""
        pid_file = self.home / f"postgresql-{embedded.VERSION}" / "postmaster.pid"
        postmaster = psutil.Process(int(pid_file.read_text().split()[0]))
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=30)


@pytest.fixture
def own_server() -> Iterator[OwnServer]:
    with tempfile.TemporaryDirectory(prefix="stockmesh-crash-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = OwnServer(Path(folder) / "home")
        yield server
        embedded.start(server.home).cleanup()


@pytest.mark.parametrize(
    "run", [Run(kills=2, orders=240), pytest.param(Run(kills=20, orders=1_000), marks=pytest.mark.soak)], ids=str
)
def test_a_killed_database_loses_and_doubles_nothing(
    launcher: Launcher, own_server: OwnServer, clock: HandClock, gazetteer: Gazetteer, run: Run
) -> None:
    """The whole database is killed while orders come in and started again: what was acknowledged is durable."""
    url = own_server.start()
    migrate(url)
    chance = random.Random(11)
    acknowledged: dict[str, int] = {}
    for kill in range(run.kills):
        orders = some_orders(f"D{kill}", run.orders, SKUS, units_max=2, seed=kill)
        with opened(url, clock, gazetteer) as context:
            stock_up(context)
        (report,) = launcher.start([job_of(url, orders)])
        report.wait_for(chance.randrange(20, run.orders * 3 // 4))
        own_server.kill()
        assert launcher.exits() == [1]
        acknowledged |= report.placed()
        url = own_server.start()
        with opened(url, clock, gazetteer) as context:
            assert acknowledged.items() <= orders_in_books(context).items()
            assert_whole(context)
            place_again(context, orders)
            acknowledged = orders_in_books(context)
            assert_whole(context)


@contextmanager
def opened(url: str, clock: HandClock, gazetteer: Gazetteer) -> Iterator[Context]:
    """A context on a database of its own."""
    database = Database(url).open()
    try:
        yield Context(database, clock, lambda: gazetteer, "test")
    finally:
        database.close()
