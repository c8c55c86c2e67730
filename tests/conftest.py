"""What tests share: one embedded PostgreSQL per run, a fresh database per test, a clock that is set by hand."""

import base64
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.context import Context
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.store import embedded
from stockmesh.store.database import Database
from stockmesh.store.migrating import migrate
from stockmesh.store.secret_keys import SetKeys, Vault

# Processes that tests start are given the same key by the environment.
KEY = os.environ.setdefault("STOCKMESH_SECRET_KEY", base64.b64encode(b"t" * 32).decode())


@dataclass
class HandClock:
    """A clock that stands still until it is set."""

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        """Moves on by a timedelta's keywords."""
        self.now += timedelta(**delta)


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL with a template database at today's schema."""

    url: str
    template: str

    def admin(self, statement: sql.Composed) -> None:
        """Runs one statement outside any transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def url_of(self, name: str) -> str:
        """The address of another database on this server."""
        return self.url.replace("/postgres?", f"/{name}?", 1)

    def create(self, template: str | None = None) -> str:
        """The address of a fresh database."""
        name = f"t{uuid4().hex[:16]}"
        copy = sql.SQL("TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self.admin(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), copy))
        return self.url_of(name)

    def drop(self, url: str) -> None:
        """Removes a database, whoever is connected."""
        name = url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]
        self.admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One embedded server for the whole run, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="stockmesh-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        running = embedded.start(Path(folder) / "home")
        plain = Server(running.get_uri(), "")
        template = plain.create()
        migrate(template)
        yield Server(plain.url, template.split("?")[0].rsplit("/", 1)[1])
        running.cleanup()


@pytest.fixture
def database_url(server: Server) -> Iterator[str]:
    """A fresh database at today's schema."""
    url = server.create(server.template)
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The compiled postal table."""
    return load_gazetteer()


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands at Monday 2 March 2026, 09:00 UTC."""
    return HandClock()


@pytest.fixture
def context(database_url: str, clock: HandClock, gazetteer: Gazetteer) -> Iterator[Context]:
    """What flows need, on a fresh database."""
    database = Database(database_url).open()
    vault = Vault(SetKeys(KEY))
    yield Context(database=database, clock=clock, load_gazetteer=lambda: gazetteer, engine="test", vault=vault)
    database.close()
