"""Books written to one file and read back: PostgreSQL's own dump between a first line and a seal.

    stockmesh backup 1\\n | pg_dump --format=custom | seal: JSON with sizes, versions, SHA-256 | its length, 8 bytes

The dump is one snapshot, taken while orders come in; the seal comes last, so a file that was cut off has none.
"""

import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.store import embedded
from stockmesh.store.migrating import HEAD, find_version
from stockmesh.store.named import query

FIRST_LINE: Final = b"stockmesh backup 1\n"
LENGTH_BYTES: Final = 8
SEAL_BYTES_MAX: Final = 10_000
CHUNK: Final = 2**20
COMPRESSION: Final = "gzip:3"
GIVEN_SECONDS: Final = 2.0
# PostgreSQL 15 and 16 have no such setting, and the tools of 17 and 18 reset it.
UNKNOWN_TO_OLDER: Final = b"SET transaction_timeout = 0;\n"
PREAMBLE_ENDS: Final = b"CREATE "
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Seal:
    """What a backup says of itself. `bytes` and `sha256` are of the dump."""

    program: str
    schema_version: str
    server_version: str
    taken_at: datetime
    bytes: int
    sha256: str


@dataclass(eq=False)
class NotABackup(Refusal):
    """A file that is not ours, or not whole any more."""

    file: str
    problem: str
    code = "not_a_backup"
    text = "{file} is no backup that can be read: {problem}. The books are as they were."


@dataclass(eq=False)
class BackupTooNew(Refusal):
    """Written by a later release than this one."""

    file: str
    version: str
    known: str
    code = "backup_too_new"
    text = (
        "{file} holds books of version {version}; this release knows up to {known}. Install the release that wrote it."
    )


@dataclass(eq=False)
class BackupFailed(Refusal):
    """The tool that writes or reads books said no."""

    tool: str
    said: str
    code = "backup_failed"
    text = "{tool} stopped: {said}. No backup was written, and the books are as they were."


def write_backup(url: str, file: Path, seal: Callable[[str], Seal], progress: Progress) -> Seal:
    """The seal of a backup written to `file`, which is there whole or not at all. `seal` answers one for the version of
    the server, its sizes left open. Progress counts tables. Raises BackupFailed."""
    part = file.with_name(f".{file.name}.part")
    with psycopg.connect(url, connect_timeout=10) as connection:
        server = connection.info.parameter_status("server_version") or ""
        tables = int((connection.execute(query("backups/tables")).fetchone() or (0,))[0])
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            sealed = _write(url, out, seal(server), _count_tables(tables, progress))
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
    except OSError as problem:
        raise BackupFailed(tool="writing", said=f"{file}: {problem.strerror}") from problem
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return sealed


def _write(url: str, out: IO[bytes], seal: Seal, tell: Callable[[bytes], None]) -> Seal:
    digest, size = hashlib.sha256(), 0
    out.write(FIRST_LINE)
    arguments = ["--format=custom", f"--compress={COMPRESSION}", "--no-owner", "--no-privileges", "--verbose"]
    with _running("pg_dump", [*arguments, "--schema=public"], url, stdout=subprocess.PIPE, tell=tell) as dump:
        while chunk := dump.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    sealed = Seal(**(asdict(seal) | {"bytes": size, "sha256": digest.hexdigest()}))
    body = msgspec.json.encode(sealed)
    out.write(body + len(body).to_bytes(LENGTH_BYTES))
    return sealed


def _count_tables(tables: int, progress: Progress) -> Callable[[bytes], None]:
    done = 0

    def tell(line: bytes) -> None:
        nonlocal done
        if b"dumping contents of table" in line:
            done += 1
            progress(min(done, tables), tables)

    return tell


def check_backup(file: Path, progress: Progress) -> Seal:
    """The seal of a backup that is whole, every byte of it read. Raises NotABackup and BackupTooNew."""
    try:
        with file.open("rb") as opened:
            seal = _find_seal(opened, file)
            digest = hashlib.sha256()
            for chunk in _dump_of(opened, seal, progress):
                digest.update(chunk)
    except OSError as problem:
        raise NotABackup(file=str(file), problem=problem.strerror or str(problem)) from problem
    if digest.hexdigest() != seal.sha256:
        raise NotABackup(file=str(file), problem="it was changed or damaged since it was written")
    if seal.schema_version > HEAD:
        raise BackupTooNew(file=str(file), version=seal.schema_version, known=HEAD)
    return seal


def _find_seal(opened: IO[bytes], file: Path) -> Seal:
    if opened.read(len(FIRST_LINE)) != FIRST_LINE:
        raise NotABackup(file=str(file), problem="it was not written by `stockmesh backup`")
    size = opened.seek(0, os.SEEK_END)
    opened.seek(max(size - LENGTH_BYTES, 0))
    length = int.from_bytes(opened.read(LENGTH_BYTES))
    opened.seek(max(size - LENGTH_BYTES - min(length, SEAL_BYTES_MAX), 0))
    try:
        seal = msgspec.json.decode(opened.read(min(length, SEAL_BYTES_MAX)), type=Seal)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotABackup(file=str(file), problem="its end is missing") from None
    if size != len(FIRST_LINE) + seal.bytes + length + LENGTH_BYTES:
        raise NotABackup(file=str(file), problem="a part of it is missing")
    return seal


def _dump_of(opened: IO[bytes], seal: Seal, progress: Progress) -> Iterator[bytes]:
    opened.seek(len(FIRST_LINE))
    left = seal.bytes
    while left and (chunk := opened.read(min(CHUNK, left))):
        left -= len(chunk)
        progress(seal.bytes - left, seal.bytes)
        yield chunk


def read_backup(url: str, file: Path, seal: Seal, progress: Progress) -> None:
    """The books of a checked backup stand in place of all there were: in one transaction, so wholly or not at all.

    Raises BackupFailed.
    """
    # No option of psql's makes the transaction: it would commit at the end of its input, which also comes when whoever
    # writes it is killed. What is not told to commit is undone.
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    reading, writing = os.pipe()
    with (
        os.fdopen(reading, "rb") as script,
        os.fdopen(writing, "wb") as written,
        _running("psql", options, url, stdin=script),
    ):
        # Only psql holds the reading end now: when it gives up, whoever writes is told.
        script.close()
        written.write(query("backups/begin_replacing"))  # the dump itself creates the schema
        written.flush()
        _write_dump(file, seal, progress, written)
        written.write(query("backups/end_replacing"))
        written.close()


def _write_dump(file: Path, seal: Seal, progress: Progress, written: IO[bytes]) -> None:
    """The dump as a script. Raises BackupFailed when it has no end."""
    reading, writing = os.pipe()
    arguments = ["--no-owner", "--no-privileges", "--file=-"]
    with os.fdopen(reading, "rb") as dumped, os.fdopen(writing, "wb") as into_pipe:
        passing = Thread(target=_pass_on, args=(dumped, written))
        try:
            with (
                _running("pg_restore", arguments, "", stdin=subprocess.PIPE, stdout=into_pipe) as into,
                file.open("rb") as opened,
            ):
                into_pipe.close()
                passing.start()
                for chunk in _dump_of(opened, seal, progress):
                    into.write(chunk)
        finally:
            into_pipe.close()
            if passing.ident is not None:
                passing.join()


def _pass_on(dumped: IO[bytes], written: IO[bytes]) -> None:
    """A script without what servers older than the tools do not know. Closed when nobody takes it any more."""
    with dumped, suppress(BrokenPipeError):
        for line in dumped:
            if line != UNKNOWN_TO_OLDER:
                written.write(line)
            if line.startswith(PREAMBLE_ENDS):
                break
        shutil.copyfileobj(dumped, written, CHUNK)
        written.flush()


@contextmanager
def _running(tool: str, arguments: list[str], url: str, **streams: Any) -> Iterator[IO[bytes]]:
    """The pipe of one of PostgreSQL's tools; waited for at the end. Raises BackupFailed with what it complained of."""
    tell = streams.pop("tell", lambda _: None)
    address, environment = _address(url)
    command = [str(embedded.binaries() / tool), *arguments, *address]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, **streams) as process:  # noqa: S603
        complaints: list[bytes] = []
        hearing = Thread(target=_hear, args=(process.stderr, tell, complaints))
        hearing.start()
        failure: BackupFailed | None = None
        try:
            yield process.stdout or process.stdin  # type: ignore[misc]
        except BrokenPipeError:
            pass  # its exit code says why it reads no more
        except BackupFailed as failed:
            failure = failed
            _end(process)
        except BaseException:
            process.kill()
            raise
        finally:
            if process.stdin is not None:
                with suppress(BrokenPipeError):
                    process.stdin.close()
            process.wait()
            hearing.join()
        if process.returncode > 0 or (process.returncode and failure is None):
            said = b" ".join(complaints[:3]).decode(errors="replace")[:400]
            raise BackupFailed(tool=tool, said=said or f"exit {process.returncode}")
        if failure is not None:
            raise failure


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Whoever was fed by a tool that failed is given a moment to say why it stopped itself, and killed otherwise."""
    try:
        process.wait(GIVEN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _hear(stderr: IO[bytes], tell: Callable[[bytes], None], complaints: list[bytes]) -> None:
    """What a tool says of its progress is told on, the rest kept."""
    for line in stderr:
        tell(line)
        if re.search(rb"error|fatal|ERROR|FATAL|aborting|detail", line):
            complaints.append(line.strip())


def _address(url: str) -> tuple[list[str], dict[str, str]]:
    """How a tool finds the database. The password goes by the environment: arguments can be read by others."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if not url:
        return [], environment
    parts = conninfo_to_dict(url)
    if password := parts.pop("password", None):
        environment["PGPASSWORD"] = str(password)
    return [f"--dbname={make_conninfo('', **parts)}"], environment


def is_empty(url: str) -> bool:
    """Whether a database holds no books, or books in which nothing was written yet."""
    if find_version(url) is None:
        return True
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute(query("backups/is_empty")).fetchone()
        return bool(row and row[0])


def other_connections(url: str) -> int:
    """How many other programs are connected; those about to leave, our own questions among them, are waited for."""
    deadline = time.monotonic() + GIVEN_SECONDS
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
        while True:
            row = connection.execute(query("setup/other_connections")).fetchone()
            if not row or not row[0] or time.monotonic() > deadline:
                return int(row[0]) if row else 0
            time.sleep(0.05)
