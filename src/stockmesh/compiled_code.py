"""Where the compiler keeps machine code: apart by the sources it came from, and written by one process at a time.

The compiler's own cache notices changes in a function's file but not in those it calls, and would run old code.
"""

import atexit
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

# The compiler reads it when it is imported, and so do processes that this one starts.
VARIABLE: Final = "NUMBA_CACHE_DIR"
FOLDER: Final = "stockmesh-compiled"
LOCK: Final = "lock"
KEPT: Final = 3
PACKAGE: Final = Path(__file__).parent


def choose_folder(package: Path = PACKAGE) -> Path:
    """The folder for code of today's sources, set as the compiler's own.

    It lies beside the package where that is ours to write, else in the user's cache. Where neither can be written it is
    one of this process alone, dropped at its end. Code that came with the package is taken over.
    """
    digest = _digest_sources(package)
    shipped = package / "__pycache__" / FOLDER / digest
    folders = [base / FOLDER / digest for base in _bases(package, os.environ)]
    folder = next(filter(_is_writable, folders), None) or _own_folder() / FOLDER / digest
    if folder != shipped and not is_warm(folder):
        _take_over(shipped, folder)
    os.environ[VARIABLE] = str(folder)
    return folder


def is_warm(folder: Path) -> bool:
    """Whether anything was compiled into it."""
    return next(folder.glob("*/*.nbc"), None) is not None


def current_folder() -> Path:
    """What was chosen."""
    return Path(os.environ[VARIABLE])


@contextmanager
def writing_alone() -> Iterator[None]:
    """No other process writes compiled code meanwhile: two would give one name to the code of both."""
    shelf = current_folder().parent
    shelf.mkdir(parents=True, exist_ok=True)
    with (shelf / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget_old_code() -> None:
    """Code of earlier sources is dropped, the latest excepted: another process may be running it."""
    current = current_folder()
    folders = [folder for folder in current.parent.iterdir() if folder.is_dir()]
    latest = sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)[:KEPT]
    for folder in folders:
        if folder not in (current, *latest):
            shutil.rmtree(folder, ignore_errors=True)


def _digest_sources(package: Path) -> str:
    digest = hashlib.sha256()
    for source in sorted((package / "domain").rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _bases(package: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Where the folder may lie, best first: within what is set for the compiler, beside the sources, among caches."""
    if told := environment.get(VARIABLE):
        above = Path(told).parent  # what a process that started this one has chosen is no place to begin another in
        yield above.parent if above.name == FOLDER else Path(told)
    yield package / "__pycache__"
    if cache := environment.get("XDG_CACHE_HOME"):
        yield Path(cache)
    with suppress(RuntimeError):  # a user of a number alone has no home
        yield Path.home() / ".cache"


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _take_over(shipped: Path, folder: Path) -> None:
    """By links: the compiler replaces files and never writes into them."""
    for file in shipped.glob("*/*"):
        link = folder / file.relative_to(shipped)
        link.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process does the same
            link.symlink_to(file)


def _own_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
