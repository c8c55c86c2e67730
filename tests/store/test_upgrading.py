"""Books of every earlier version come to today's with all they hold; books and data of later versions are refused."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from conftest import HandClock
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.backing_up import back_up, restore
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.verify_books import verify_books
from stockmesh.store import embedded
from stockmesh.store.database import Database
from stockmesh.store.embedded import OtherMajorVersion
from stockmesh.store.migrating import HEAD, STEPS, BooksTooNew, find_version, migrate
from worlds import SmallWorld, order, put_in_books

VERSIONS = sorted(step.name[1:5] for step in STEPS.iterdir() if step.name.endswith(".py"))


def bring_to(url: str, version: str) -> None:
    """The schema as an earlier release left it."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(str(STEPS)).parent))
    configuration.attributes["url"] = url
    command.upgrade(configuration, version)


def test_books_of_every_version_come_to_todays(
    server: Any, clock: HandClock, gazetteer: Gazetteer, tmp_path: Path
) -> None:
    """Rows written by today's flows are taken back to each earlier schema as data alone, and migrated: nothing is lost,
    the books verify and their decisions replay."""
    source = server.create(server.template)
    database = Database(source).open()
    context = Context(database, clock, lambda: gazetteer, "test")
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 50})
    placed = place_orders(context, [order(f"U-{n}", {"lamp": 2}) for n in range(9)])
    assert all(isinstance(one, Placed) for one in placed)
    database.close()
    for version in VERSIONS:
        url = server.create()
        bring_to(url, version)
        copy_rows(source, url)
        migrate(url)
        assert find_version(url) == HEAD
        upgraded = Context(Database(url).open(), clock, lambda: gazetteer, "test")
        try:
            assert verify_books(upgraded).findings == ()
            for one in placed:
                assert isinstance(one, Placed)
                assert all(replay.agrees for replay in replay_order(upgraded, one.order_id))
            again = place_orders(upgraded, [order("U-3", {"lamp": 2}), order("later", {"lamp": 1})])
            assert [isinstance(one, Placed) and one.repeated for one in again] == [True, False]
        finally:
            upgraded.database.close()
            server.drop(url)
    server.drop(source)


def copy_rows(source: str, target: str) -> None:
    """Every row of the tables that the earlier schema has, in the columns it has, and where sequences stand."""
    with psycopg.connect(source) as there, psycopg.connect(target) as here:
        here.execute("SET session_replication_role = replica")
        tables = [row[0] for row in here.execute(TABLES).fetchall()]
        for table in tables:
            columns = ", ".join(f'"{row[0]}"' for row in here.execute(COLUMNS, [table]).fetchall())
            with (
                there.cursor().copy(f"COPY {table} ({columns}) TO STDOUT") as out,
                here.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as into,
            ):
                for chunk in out:
                    into.write(chunk)
        for name, last in there.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall():
            if last is not None and here.execute("SELECT to_regclass(%s)", [name]).fetchone() != (None,):
                here.execute("SELECT setval(%s::regclass, %s)", [name, last])


TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_version'
"""
COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


def test_books_of_a_later_release_are_refused(database_url: str, tmp_path: Path) -> None:
    """Neither opened nor changed."""
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE schema_version SET version_num = '9999'")
    with pytest.raises(BooksTooNew, match="9999"):
        migrate(database_url)
    assert find_version(database_url) == "9999"


def test_a_backup_of_an_earlier_version_is_brought_to_todays(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restored as it was, then migrated."""
    old, new = server.create(), server.create()
    bring_to(old, VERSIONS[0])
    monkeypatch.setattr("stockmesh.flows.backing_up.HEAD", VERSIONS[0])
    back_up(old, tmp_path / "old", lambda *_: None)
    monkeypatch.undo()
    seal = restore(new, tmp_path / "old", lambda *_: None, replace=False)
    assert seal.schema_version == VERSIONS[0]
    assert find_version(new) == HEAD
    for url in (old, new):
        server.drop(url)


@pytest.mark.parametrize(
    ("folder", "version"), [("postgresql-17", "17"), ("postgresql-19", "19"), ("postgresql-18", "16")]
)
def test_data_of_another_postgresql_are_refused(folder: str, version: str) -> None:
    """Rather than beginning with empty books beside them."""
    home = Path(tempfile.mkdtemp(prefix="stockmesh-test-"))
    home.chmod(0o755)
    try:
        (home / folder).mkdir()
        (home / folder / "PG_VERSION").write_text(f"{version}\n")
        with pytest.raises(OtherMajorVersion, match=f"PostgreSQL {version}.*stockmesh restore"):
            embedded.start(home)
        assert [one.name for one in home.iterdir()] == [folder]
    finally:
        shutil.rmtree(home)
