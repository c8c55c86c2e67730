"""The bytes of a file, packed or plain: what they are, read once from end to end before any row is."""

import codecs
import gzip
import lzma
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Final

from stockmesh.gateways.sheets.refusals import UnreadableSheet

BLOCK: Final = 1 << 20
UNPACKED_BYTES_MAX: Final = 4 << 30  # of a packed file
OPENERS: Final[Mapping[bytes, Callable[..., Any]]] = {b"\xfd7zXZ\x00": lzma.open, b"\x1f\x8b": gzip.open}
# What begins so is no text, and what it is instead.
FOREIGN: Final = {
    b"PK\x03\x04": "it is a packed folder; unpack it first",
    b"%PDF": "it is a PDF; ask for the figures as CSV",
}
BOMS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ZEROS_MAX_SHARE: Final = 0.1


@dataclass(frozen=True)
class Contents:
    """A file's digest and size, and the encoding of its text; `guessed` when only its bytes spoke for it. `quotes`:
    cells of it may begin with the quotation mark that keeps spreadsheets from running them."""

    digest: bytes
    size: int
    encoding: str
    guessed: bool
    quotes: bool


@contextmanager
def local_copy(path: Path) -> Iterator[Path]:
    """The file itself, or standard input (`-`) as a file that is gone afterwards."""
    if str(path) != "-":
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="stockmesh-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes as they were before they were packed. Raises UnreadableSheet, whatever happens to them."""
    try:
        with path.open("rb") as plain:
            begins = plain.read(8)
        opener = next((one for mark, one in OPENERS.items() if begins.startswith(mark)), None)
        with opener(path, "rb") if opener else path.open("rb") as stream:
            yield stream
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise UnreadableSheet(file=path.name, problem=f"its packing is damaged: {error}") from error
    except OSError as error:
        raise UnreadableSheet(file=path.name, problem=error.strerror or str(error)) from error


def look_through(path: Path, encoding: str) -> Contents:
    """What the file is. Raises UnreadableSheet for what is no text at all, or not in the encoding somebody said."""
    found = blake2b(digest_size=16)
    strict = codecs.getincrementaldecoder("utf-8")()
    size, is_utf8, begins, quotes = 0, True, b"", False
    with unpacked(path) as stream:
        most = max(UNPACKED_BYTES_MAX, path.stat().st_size)
        while block := stream.read(BLOCK):
            begins = begins or block[:65_536]
            if len(block) == BLOCK and b"\n" not in block and b"\r" not in block:
                raise UnreadableSheet(file=path.name, problem="a line of it is longer than a mebibyte: it is no table")
            found.update(block)
            size += len(block)
            if size > most:
                raise UnreadableSheet(
                    file=path.name, problem="it is too large when unpacked; bring it in several files"
                )
            quotes = quotes or b"'" in block
            is_utf8 = is_utf8 and _decodes(strict, block)
    is_utf8 = is_utf8 and _decodes(strict, b"", final=True)
    if not begins.strip():
        raise UnreadableSheet(file=path.name, problem="it is empty")
    for mark, problem in FOREIGN.items():
        if begins.startswith(mark):
            raise UnreadableSheet(file=path.name, problem=problem)
    told, guessed = _encoding(path, begins, encoding, is_utf8=is_utf8)
    return Contents(found.digest(), size, told, guessed, quotes)


def _encoding(path: Path, begins: bytes, said: str, *, is_utf8: bool) -> tuple[str, bool]:
    if said:
        try:
            return codecs.lookup(said).name, False
        except LookupError as error:
            problem = f"{said!r} is no encoding we know; use utf-8, utf-16, cp1252 or latin-1"
            raise UnreadableSheet(file=path.name, problem=problem) from error
    for mark, encoding in BOMS.items():
        if begins.startswith(mark):
            return encoding, False
    zeros = [begins[start::2].count(0) / max(len(begins) / 2, 1) for start in (0, 1)]
    if max(zeros) > 0.3 and min(zeros) < 0.1:
        return ("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"), True
    if max(zeros) > ZEROS_MAX_SHARE:
        raise UnreadableSheet(file=path.name, problem="it is no text; save it as CSV UTF-8")
    return ("utf-8", False) if is_utf8 else (_eight_bits(begins), True)


def _eight_bits(begins: bytes) -> str:
    """Windows writes signs where Latin-1 has controls; five bytes stand for nothing in it."""
    try:
        begins.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
