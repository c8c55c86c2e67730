"""Cursors: where the next page begins, as an opaque text that belongs to one list and its sort."""

import base64
import binascii
from typing import Annotated, Any, Final, TypeVar

import msgspec
from pydantic import AfterValidator, Field

from stockmesh.service.refusals import BadCursor

P = TypeVar("P")

PAGE_ROWS: Final = 50
PAGE_ROWS_MAX: Final = 500
TEXT_MAX: Final = 120


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has characters that cannot be printed")
    return text


Text = Annotated[str, Field(max_length=TEXT_MAX), AfterValidator(_printable)]
Limit = Annotated[int, Field(ge=1, le=PAGE_ROWS_MAX)]


def encode_cursor(scope: str, position: Any) -> str:
    """The cursor of a position within a list; `scope` names the list and its sort."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode([scope, position])).decode().rstrip("=")


def decode_cursor(scope: str, cursor: str, kind: type[P]) -> P:
    """The position a cursor stands for. Raises BadCursor when it is not one of this list and sort."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        said, position = msgspec.msgpack.decode(raw, type=tuple[str, kind])
    except (binascii.Error, msgspec.MsgspecError, UnicodeError, ValueError):
        raise BadCursor(cursor=cursor[:TEXT_MAX]) from None
    if said != scope:
        raise BadCursor(cursor=cursor[:TEXT_MAX])
    return position
