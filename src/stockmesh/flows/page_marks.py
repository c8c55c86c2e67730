"""Page marks: where the next page of a list begins, as one opaque word."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from stockmesh.domain.stock.refusals import BadCursor

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Page(Generic[R]):
    """Rows of a list, and the mark of the next page, or None at the end."""

    rows: tuple[R, ...]
    next: str | None


def write_mark(position: object) -> str:
    """The mark of a position in a list."""
    return urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def read_mark(mark: str, kind: type[T]) -> T:
    """The position that a mark stands for. Raises BadCursor."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(mark + "=" * (-len(mark) % 4)), type=kind)
    except (msgspec.MsgspecError, Error, ValueError) as error:
        raise BadCursor(cursor=mark) from error
