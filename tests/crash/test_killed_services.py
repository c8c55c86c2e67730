"""kill -9 of the service, of PostgreSQL, of both, while clients post over HTTP: all they were told is in the books."""

import os
import random
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from conftest import HandClock
from placing_processes import assert_whole, orders_in_books
from service_process import Service, serving
from shoppers import Shoppers, draw_purchases, hear
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.access.keys import KeyWish, add_key
from stockmesh.flows.context import Context
from stockmesh.flows.relay_events import relay_all
from stockmesh.store import embedded
from stockmesh.store.database import Database
from stockmesh.store.migrating import migrate
from worlds import SmallWorld, put_in_books

CLIENTS = 6
SKUS = ["tent", "lamp", "mug"]
PLACES = ["LEJ", "AMS", "LIL"]
KILLS = ("service", "database", "both", "service")


@dataclass
class Site:
    """One machine: an embedded PostgreSQL, and a service on it that comes back at another door when it was killed."""

    home: Path
    stack: ExitStack = field(default_factory=ExitStack)
    running: list[Service] = field(default_factory=list)

    def doors(self) -> list[str]:
        """Where the service listens now."""
        return [self.running[-1].address]

    def open(self) -> None:
        """The service runs; it starts the database unless that is running."""
        self.running.append(self.stack.enter_context(serving(home=self.home, auth="required")))
        hear(self.running[-1])

    def strike(self, what: str) -> None:
        """kill -9; whoever looks after the machine starts again what was killed."""
        if what in ("database", "both"):
            self._kill_database()
        if what in ("service", "both"):
            self.running[-1].process.kill()
            self.running[-1].process.wait()
            self.open()
        else:
            embedded.start(self.home)

    def close(self) -> None:
        """The service has stopped as it should, and the database runs no more."""
        assert self.running[-1].stop() in (0, 128 + signal.SIGTERM)
        self.stack.close()
        embedded.start(self.home).cleanup()

    def _kill_database(self) -> None:
        pid_file = self.home / f"postgresql-{embedded.VERSION}" / "postmaster.pid"
        postmaster = psutil.Process(int(pid_file.read_text().split()[0]))
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=30)


@pytest.fixture
def site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="stockmesh-kills-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        found = Site(Path(folder) / "home")
        yield found
        found.stack.close()
        embedded.start(found.home).cleanup()


@contextmanager
def books(site: Site, clock: HandClock, gazetteer: Gazetteer) -> Iterator[Context]:
    """The books of the site, read beside the service."""
    database = Database(str(embedded.start(site.home).get_uri())).open()
    try:
        yield Context(database, clock, lambda: gazetteer, "test")
    finally:
        database.close()


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.soak)])
def test_what_clients_were_told_outlives_every_kill(
    site: Site, clock: HandClock, gazetteer: Gazetteer, kills: int
) -> None:
    """Clients send again what they hear no answer to, under the same reference and key: each order is there once."""
    migrate(str(embedded.start(site.home).get_uri()))
    with books(site, clock, gazetteer) as context:
        put_in_books(context, SmallWorld(), {(place, sku): 100 * kills for place in PLACES for sku in SKUS})
        key = add_key(context, KeyWish("shoppers", ("all",))).key
    chance = random.Random(13)
    site.open()
    shoppers = Shoppers(site.doors, key, [draw_purchases(f"K{one}", SKUS, units_max=2) for one in range(CLIENTS)])
    shoppers.begin()
    for kill in range(kills):
        shoppers.wait_for(shoppers.answered + chance.randrange(5, 60))
        site.strike(KILLS[kill % len(KILLS)])
        with books(site, clock, gazetteer) as context:
            told = dict(shoppers.told.placed)
            assert told.items() <= orders_in_books(context).items(), f"kill {kill}"
    shoppers.wait_for(shoppers.answered + 20)
    told_at_last = shoppers.end()
    site.close()
    assert sum(told_at_last.again.values()) >= kills
    with books(site, clock, gazetteer) as context:
        assert orders_in_books(context) == told_at_last.placed
        relay_all(context, "test", low=2)
        assert_whole(context)
        check_once(context)


def check_once(context: Context) -> None:
    """Each order was announced once, and no unit is kept for a cart whose order was answered."""
    with context.database.session() as session:
        told = session.execute(
            "SELECT subject_id FROM event WHERE kind = 'order_placed' GROUP BY subject_id HAVING count(*) > 1"
        ).fetchall()
        left = session.execute("SELECT count(*) AS holds FROM cart_hold WHERE state = 'open'").fetchone()
        kept = session.execute("SELECT sum(reserved)::bigint AS units FROM stock").fetchone()
    assert told == []
    assert (left, kept) == ({"holds": 0}, {"units": 0})
