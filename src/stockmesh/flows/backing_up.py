"""Backup and restore: what is restored is brought to today's schema and proven before anyone works with it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import stockmesh
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.store import backups
from stockmesh.store.backups import Progress, Seal
from stockmesh.store.migrating import HEAD, migrate
from stockmesh.store.resetting import BooksInUse


@dataclass(eq=False)
class BooksNotEmpty(Refusal):
    """A restore would take the place of what is there."""

    code = "books_not_empty"
    text = "There are books already. `--replace` puts the backup in their place; take a backup of them first."


def back_up(url: str, file: Path, progress: Progress) -> Seal:
    """The seal of a backup of the books as they are now, orders coming in meanwhile or not. Raises BackupFailed."""

    def seal(server: str) -> Seal:
        return Seal(stockmesh.__version__, HEAD, server, datetime.now(UTC), 0, "")

    return backups.write_backup(url, file, seal, progress)


def restore(url: str, file: Path, progress: Progress, *, replace: bool) -> Seal:
    """The seal of the backup whose books are now in force, at today's schema. Until all of it is read nothing changes.

    Raises NotABackup, BackupTooNew, BooksNotEmpty, BooksInUse and BackupFailed.
    """
    seal = backups.check_backup(file, lambda *_: None)
    if not replace and not backups.is_empty(url):
        raise BooksNotEmpty
    if connections := backups.other_connections(url):
        raise BooksInUse(connections=connections)
    backups.read_backup(url, file, seal, progress)
    migrate(url)
    return seal


@dataclass(frozen=True)
class LatestBackup:
    """The newest file of a folder that backups are written to."""

    name: str
    written_at: datetime
    bytes: int


def find_latest(folder: Path) -> LatestBackup | None:
    """The newest backup in a folder; None when there is none, or no folder."""
    files = [(file.stat(), file.name) for file in folder.glob("*") if file.is_file() and not file.name.startswith(".")]
    if not files:
        return None
    found, name = max(files, key=lambda one: one[0].st_mtime)
    return LatestBackup(name, datetime.fromtimestamp(found.st_mtime, UTC), found.st_size)
