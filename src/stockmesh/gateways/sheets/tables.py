"""What merchants send besides CSV, as the table it stands for: sheets of workbooks, and lines of JSON."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

import msgspec

from stockmesh.gateways.sheets import workbook_cells
from stockmesh.gateways.sheets.reading import HEADINGS_MAX, Manner
from stockmesh.gateways.sheets.refusals import UnreadableSheet
from stockmesh.gateways.sheets.unpacking import unpacked

WORKBOOK: Final = b"PK\x03\x04"
OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
BEGINNING: Final = 4_096
TOO_LARGE: Final = "it takes more memory or time than a workbook may; save the sheet as CSV UTF-8"
LINE_BYTES_MAX: Final = 1 << 20
Line = dict[str, Any]


@contextmanager
def as_table(path: Path, manner: Manner) -> Iterator[tuple[Path, Manner]]:
    """The file as CSV, gone afterwards unless it was, and how that is written. Raises UnreadableSheet."""
    with unpacked(path) as stream:
        begins = stream.read(BEGINNING)
    if begins.startswith(OLD_WORKBOOK):
        raise UnreadableSheet(file=path.name, problem=_old(path))
    is_workbook, is_lines = begins.startswith(WORKBOOK), begins.lstrip().startswith(b"{")
    if manner.sheet and not is_workbook:
        raise UnreadableSheet(file=path.name, problem=f"it is no workbook, so it has no sheet {manner.sheet!r}")
    if not (is_workbook or is_lines):
        yield path, manner
        return
    with TemporaryDirectory(prefix="stockmesh-") as folder:
        # Named as the file is: messages and the history of imports say what somebody brought.
        table = Path(folder) / path.name
        told = replace(manner, encoding="utf-8", delimiter=",", mark=manner.mark or ".")
        if is_workbook:
            told = replace(told, sheet=_write_sheet(path, told, table))
        else:
            _write_lines(path, table)
        yield table, told


def _old(path: Path) -> str:
    with path.open("rb") as stream:
        is_encrypted = ENCRYPTED in stream.read(1 << 20)
    return (
        "it is protected by a password; save it without one"
        if is_encrypted
        else "it is an old workbook; save it as XLSX"
    )


def _write_sheet(path: Path, manner: Manner, table: Path) -> str:
    """Writes the sheet to the table; answers its name."""
    with path.open("rb") as stream:
        if not stream.read(len(WORKBOOK)).startswith(WORKBOOK):
            raise UnreadableSheet(file=path.name, problem="it is a packed workbook; unpack it first")
    reader = Path(workbook_cells.__file__)
    command = [sys.executable, "-I", str(reader), str(path.resolve()), manner.sheet, manner.mark]
    with table.open("wb") as out:
        ended = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False)  # noqa: S603 - our own program
    said = ended.stderr.decode("utf-8", "replace")
    if ended.returncode == workbook_cells.REFUSED:
        raise UnreadableSheet(file=path.name, problem=said)
    if ended.returncode != 0:
        raise UnreadableSheet(file=path.name, problem=TOO_LARGE)
    return str(msgspec.json.decode(said)["sheet"])


def _write_lines(path: Path, table: Path) -> None:
    """Writes lines of JSON objects to the table; every name that any of them uses is a heading."""
    headings: dict[str, None] = {}
    with unpacked(path) as stream:
        for line in _lines(path, stream):
            headings |= dict.fromkeys(line)
            if len(headings) > HEADINGS_MAX:
                problem = f"its lines use more than {HEADINGS_MAX:,} names; leave some out"
                raise UnreadableSheet(file=path.name, problem=problem)
    with unpacked(path) as stream, table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(headings)
        writer.writerows([_text(line.get(name)) for name in headings] for line in _lines(path, stream))


def _lines(path: Path, stream: IO[bytes]) -> Iterator[Line]:
    decoder = msgspec.json.Decoder(Line)
    for number, line in enumerate(iter(lambda: stream.readline(LINE_BYTES_MAX + 1), b""), start=1):
        if len(line) > LINE_BYTES_MAX:
            raise UnreadableSheet(file=path.name, problem=f"line {number} is longer than a mebibyte")
        try:
            yield decoder.decode(line) if line.strip() else {}
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            problem = f"line {number} is no JSON object: {error}"
            raise UnreadableSheet(file=path.name, problem=problem) from error


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case list():
            return " ".join(map(_text, value))
        case _:
            return msgspec.json.encode(value).decode()
