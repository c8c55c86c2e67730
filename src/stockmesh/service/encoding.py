"""JSON in and out: answers encoded, bodies read and checked."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from stockmesh.gateways.sheets.cells import BYTE_ORDER_MARK
from stockmesh.service.answers.lists import ROWS_MAX, Listing, ListQuery
from stockmesh.service.refusals import BadBody, BodyTooLarge, EncodedBody, NotForm, NotJson

T = TypeVar("T")
Q = TypeVar("Q", bound=ListQuery)

BODY_BYTES_MAX: Final = 2_000_000
FORM_BYTES_MAX: Final = 64_000
FORM_TYPE: Final = "application/x-www-form-urlencoded"
LENGTH_DIGITS_MAX: Final = 20
FIELDS_MAX: Final = 1_000
LINES: Final = "application/x-ndjson"
IN_LINES: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {LINES: {"schema": {"type": "string"}}}}}


def as_json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as a JSON answer: instants in ISO 8601, money as its minor units with the currency."""
    return Response(msgspec.json.encode(value), status, headers=headers, media_type="application/json")


def as_lines(values: Iterable[Any], headers: dict[str, str] | None = None) -> Response:
    """Values as JSON, a line each."""
    body = b"".join(msgspec.json.encode(value) + b"\n" for value in values)
    return Response(body, headers=headers, media_type=LINES)


def answer_list(request: Request, query: Q, page: Callable[[Q], Listing[Any]]) -> Response:
    """A page of a list as JSON; for who accepts lines of JSON all of the list from the cursor on, streamed.

    Pages are read one after the other, and no more than one is held: `limit` has no say.
    """
    if LINES not in request.headers.get("accept", ""):
        return as_json(page(query))
    first = page(query.model_copy(update={"limit": ROWS_MAX}))
    return StreamingResponse(_lines(first, query, page), media_type=LINES)


def _lines(found: Listing[Any], query: Q, page: Callable[[Q], Listing[Any]]) -> Iterator[bytes]:
    while True:
        yield b"".join(msgspec.json.encode(one) + b"\n" for one in found.items)
        if found.next_cursor is None:
            return
        found = page(query.model_copy(update={"limit": ROWS_MAX, "cursor": found.next_cursor}))


class CsvFile(StreamingResponse):
    """A list as a file of CSV, sent as it is read; spreadsheets are told its encoding by its first sign."""

    media_type = "text/csv"

    def __init__(self, lines: Iterable[str], name: str) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
        super().__init__(chain([BYTE_ORDER_MARK], lines), headers=headers, media_type="text/csv; header=present")


CSV_ANSWER: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


async def read_bytes(request: Request, *, largest: int) -> bytes:
    """The body as it came. Raises BodyTooLarge as soon as it is."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < LENGTH_DIGITS_MAX and int(announced) > largest:
        raise BodyTooLarge(largest_bytes=largest)
    # A length announced may be a lie or missing: what counts is what arrives.
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise BodyTooLarge(largest_bytes=largest)
    return bytes(body)


async def read_json(request: Request, kind: type[T], default: T | None = None, *, largest: int = BODY_BYTES_MAX) -> T:
    """The body as a value of `kind`; `default` when there is none. Raises NotJson, BodyTooLarge, EncodedBody and
    BadBody."""
    body = await read_bytes(request, largest=largest)
    request.state.body = body  # what an Idempotency-Key stands for
    if not body and default is not None:
        return default
    content_type = request.headers.get("content-type", "")
    if content_type.split(";")[0].strip().lower() != "application/json":
        raise NotJson(content_type=content_type[:80])
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if encoding := request.headers.get("content-encoding", ""):
            raise EncodedBody(content_encoding=encoding[:80]) from None
        raise BadBody(reason=str(error)[:300]) from None


async def read_form(request: Request, *, largest: int = FORM_BYTES_MAX) -> dict[str, list[str]]:
    """The fields of a form that a browser posted. Raises NotForm, BodyTooLarge and BadBody."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_TYPE:
        raise NotForm
    body = await read_bytes(request, largest=largest)
    try:
        return parse_qs(body.decode(), max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise BadBody(reason=str(error)[:300]) from None
