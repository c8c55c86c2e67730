"""The embedded PostgreSQL keeps data over a restart, opens nobody's home and writes its settings once."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stockmesh.store import embedded
from stockmesh.store.embedded import MARK, ClosedFolder, closed_parent, default_home, start


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="stockmesh-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_data_survive_a_restart_and_settings_are_written_once(open_folder: Path) -> None:
    """What was committed is there after a stop; a setting that somebody edited is not overwritten."""
    home = open_folder / "home"
    server = start(home)
    marks = home / f"postgresql-{embedded.VERSION}" / MARK
    try:
        with psycopg.connect(server.get_uri()) as connection:
            connection.execute("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (7)")
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
            assert connection.execute("SHOW max_connections").fetchone() == ("60",)
        server.cleanup()
        marks.write_text(marks.read_text().replace("max_connections = 60", "max_connections = 61"))
        server = start(home)
        with psycopg.connect(server.get_uri()) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
            assert connection.execute("SHOW max_connections").fetchone() == ("61",)
    finally:
        server.cleanup()
    configuration = (marks.parent / "postgresql.conf").read_text()
    assert configuration.count(MARK) == 1


def test_a_closed_parent_is_found(open_folder: Path) -> None:
    """The outermost folder that others may not enter is named; a folder that is not there yet closes nothing."""
    closed = open_folder / "private"
    (closed / "deep").mkdir(parents=True)
    wanted = closed / "deep" / "data"
    assert closed_parent(wanted) in (None, *(parent for parent in open_folder.parents))
    before = closed_parent(wanted)
    closed.chmod(0o700)
    (closed / "deep").chmod(0o700)
    assert closed_parent(wanted) == (before or closed)


def test_root_is_refused_a_closed_home(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as root, a home that others cannot enter is refused with what to do, and nobody's folder is opened."""
    closed = open_folder / "private"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(ClosedFolder, match="STOCKMESH_HOME") as caught:
        start(closed / "home")
    assert caught.value.closed == str(closed)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not (closed / "home").exists()


def test_the_default_home_is_a_system_folder_for_root_and_ones_own_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's data do not lie in root's home; a user's lie where the user's data lie."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_home() == Path("/var/lib/stockmesh")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/somebody")
    assert default_home() == Path("/srv/somebody/stockmesh")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert default_home() == Path.home() / ".local" / "share" / "stockmesh"


class Recovering:
    """A server that is not ready the first times it is asked to start, as after a crash with much to recover."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)

    def start(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


def test_a_long_recovery_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The starter's ten seconds run out, then the server is there but not ready: both are waited for."""
    monkeypatch.setattr(embedded, "POLL_SECONDS", 0)
    server = Recovering(subprocess.TimeoutExpired("pg_ctl", 10), AssertionError(), AssertionError())
    embedded._start_patiently(server)
    assert server.failures == []


def test_waiting_for_recovery_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that never gets ready is reported in the end, and any other failure at once."""
    monkeypatch.setattr(embedded, "POLL_SECONDS", 0)
    monkeypatch.setattr(embedded, "RECOVERY_SECONDS_MAX", -1)
    with pytest.raises(subprocess.TimeoutExpired):
        embedded._start_patiently(Recovering(subprocess.TimeoutExpired("pg_ctl", 10)))
    with pytest.raises(subprocess.CalledProcessError):
        embedded._start_patiently(Recovering(subprocess.CalledProcessError(1, "pg_ctl")))
