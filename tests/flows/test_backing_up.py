"""Backups are whole or not there; what is restored is what was backed up; nothing is replaced unasked."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from placing_processes import orders_in_books
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.backing_up import BooksNotEmpty, back_up, find_latest, restore
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.verify_books import verify_books
from stockmesh.store import backups
from stockmesh.store.backups import BackupFailed, BackupTooNew, NotABackup
from stockmesh.store.database import Database
from stockmesh.store.resetting import BooksInUse
from worlds import SmallWorld, order, put_in_books


def silent(_done: int, _total: int) -> None:
    """Nobody follows the progress."""


@pytest.fixture
def other_url(server: Any) -> Iterator[str]:
    """Another database, empty."""
    url = server.create()
    yield url
    server.drop(url)


def opened(url: str, like: Context, gazetteer: Gazetteer) -> Context:
    return Context(Database(url).open(), like.clock, lambda: gazetteer, "test")


def test_a_backup_taken_under_orders_is_restored_whole(
    context: Context, other_url: str, gazetteer: Gazetteer, tmp_path: Path
) -> None:
    """What was acknowledged before the backup began is in it, its books verify, and its decisions replay."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 5_000})
    before = place_orders(context, [order(f"B-{number}", {"lamp": 1}) for number in range(40)])
    assert all(isinstance(one, Placed) for one in before)
    stop = threading.Event()
    placing = threading.Thread(target=place_until, args=(context, stop))
    placing.start()
    seen: list[tuple[int, int]] = []
    seal = back_up(context.database.url, tmp_path / "books", lambda *step: seen.append(step))
    stop.set()
    placing.join()
    assert seen[-1][0] == seen[-1][1] > 15
    assert (tmp_path / "books").stat().st_mode & 0o777 == 0o600
    assert restore(other_url, tmp_path / "books", silent, replace=False) == seal
    restored = opened(other_url, context, gazetteer)
    try:
        there = orders_in_books(restored)
        assert {f"B-{number}" for number in range(40)} <= there.keys()
        assert there.items() <= orders_in_books(context).items()
        assert verify_books(restored).findings == ()
        assert all(one.agrees for one in replay_order(restored, there["B-7"]))
        again = place_orders(restored, [order("B-7", {"lamp": 1}), order("NEW", {"lamp": 1})])
        assert [isinstance(one, Placed) and one.repeated for one in again] == [True, False]
    finally:
        restored.database.close()


def place_until(context: Context, stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        place_orders(context, [order(f"W-{number}-{place}", {"lamp": 1}) for place in range(5)])


@pytest.fixture
def backup(context: Context, tmp_path: Path) -> Path:
    """A backup of a small shop."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 50})
    place_orders(context, [order("A-1", {"lamp": 1})])
    back_up(context.database.url, tmp_path / "books", silent)
    return tmp_path / "books"


def test_books_are_replaced_only_when_that_is_said(backup: Path, context: Context) -> None:
    url = context.database.url
    place_orders(context, [order("A-2", {"lamp": 1})])
    with pytest.raises(BooksNotEmpty):
        restore(url, backup, silent, replace=False)
    with pytest.raises(BooksInUse):
        restore(url, backup, silent, replace=True)
    assert orders_in_books(context).keys() == {"A-1", "A-2"}
    context.database.close()
    restore(url, backup, silent, replace=True)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT reference FROM orders").fetchall() == [("A-1",)]


@pytest.mark.parametrize("cut", [0, 5, 300, -1])
def test_a_file_cut_off_is_no_backup(backup: Path, other_url: str, cut: int) -> None:
    backup.write_bytes(backup.read_bytes()[:cut])
    with pytest.raises(NotABackup):
        restore(other_url, backup, silent, replace=False)


def test_a_changed_byte_is_found(backup: Path, other_url: str) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    with pytest.raises(NotABackup, match="changed or damaged"):
        restore(other_url, backup, silent, replace=False)
    with pytest.raises(NotABackup):
        restore(other_url, backup.with_name("missing"), silent, replace=False)


def test_books_of_a_later_release_are_refused(backup: Path, other_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "HEAD", "0000")
    with pytest.raises(BackupTooNew, match="Install the release"):
        restore(other_url, backup, silent, replace=False)


def test_a_restore_that_fails_midway_changes_nothing(
    backup: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dump that PostgreSQL itself cannot read: the books before it are still in force."""
    context.database.close()
    seal = backups.check_backup(backup, silent)
    dump = b"".join(backups._dump_of(backup.open("rb"), seal, silent))
    monkeypatch.setattr(backups, "_dump_of", lambda *_: iter([dump[: len(dump) * 3 // 4]]))
    with pytest.raises(BackupFailed):
        backups.read_backup(context.database.url, backup, seal, silent)
    with psycopg.connect(context.database.url) as connection:
        assert connection.execute("SELECT reference FROM orders").fetchall() == [("A-1",)]


def test_a_setting_that_older_servers_lack_is_left_out(tmp_path: Path) -> None:
    """Where the script sets up; the same words in a table are somebody's data."""
    setting = b"SET transaction_timeout = 0;\n"
    (tmp_path / "script").write_bytes(b"SET lock_timeout = 0;\n" + setting + b"CREATE SCHEMA public;\n" + setting)
    with (tmp_path / "script").open("rb") as script, (tmp_path / "passed").open("wb") as passed:
        backups._pass_on(script, passed)
    assert (tmp_path / "passed").read_bytes() == b"SET lock_timeout = 0;\nCREATE SCHEMA public;\n" + setting


KILLED = """
import os, signal, sys, time
from pathlib import Path
import psycopg
from stockmesh.store import backups
url, file, share = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
begun = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'psql' AND datname = current_database()" \\
    " AND xact_start IS NOT NULL AND query NOT ILIKE 'begin%' AND wait_event = 'ClientRead'"
backups.CHUNK = 500
def step(done, total):
    if done < share * total:
        return
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute(begun).fetchone():
            time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)
backups.read_backup(url, file, backups.check_backup(file, lambda *_: None), step)
"""


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
def test_a_restore_that_is_killed_changes_nothing(backup: Path, context: Context, share: float) -> None:
    """Whoever reads the script then sees its end as if it were whole: what is not said to be whole is not kept."""
    url = context.database.url
    place_orders(context, [order("A-2", {"lamp": 1})])
    context.database.close()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(backup), str(share)], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    deadline = time.monotonic() + 30
    while backups.other_connections(url):
        assert time.monotonic() < deadline
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT reference FROM orders ORDER BY 1").fetchall() == [("A-1",), ("A-2",)]


def test_a_backup_that_fails_leaves_the_one_before(
    backup: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = backup.read_bytes()
    with pytest.raises(BackupFailed, match="writing stopped"):
        back_up(context.database.url, backup / "below-a-file", silent)
    monkeypatch.setattr(backups, "COMPRESSION", "unknown:3")
    with pytest.raises(BackupFailed, match="pg_dump stopped"):
        back_up(context.database.url, backup, silent)
    assert backup.read_bytes() == content
    assert [file.name for file in backup.parent.iterdir()] == ["books"]


def test_the_latest_backup_of_a_folder_is_found(backup: Path, tmp_path: Path) -> None:
    found = find_latest(backup.parent)
    assert found is not None
    assert (found.name, found.bytes) == ("books", backup.stat().st_size)
    assert find_latest(tmp_path / "nowhere") is None
