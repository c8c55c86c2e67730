"""JSON in and out: answers encoded, bodies read and checked."""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stockmesh.service.refusals import BadBody, BodyTooLarge, NotJson

T = TypeVar("T")

BODY_BYTES_MAX: Final = 2_000_000


def as_json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as a JSON answer: instants in ISO 8601, money as its minor units with the currency."""
    return Response(msgspec.json.encode(value), status, headers=headers, media_type="application/json")


def as_lines(values: Iterable[Any], headers: dict[str, str] | None = None) -> Response:
    """Values as JSON, a line each."""
    body = b"".join(msgspec.json.encode(value) + b"\n" for value in values)
    return Response(body, headers=headers, media_type="application/x-ndjson")


async def read_json(request: Request, kind: type[T], default: T | None = None, *, largest: int = BODY_BYTES_MAX) -> T:
    """The body as a value of `kind`; `default` when there is none. Raises NotJson, BodyTooLarge and BadBody."""
    # A length announced may be a lie or missing: what counts is what arrives.
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise BodyTooLarge(largest_bytes=largest)
    request.state.body = bytes(body)  # what an Idempotency-Key stands for
    if not body and default is not None:
        return default
    content_type = request.headers.get("content-type", "")
    if content_type.split(";")[0].strip().lower() != "application/json":
        raise NotJson(content_type=content_type[:80])
    try:
        return msgspec.json.decode(bytes(body), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody(reason=str(error)[:300]) from None
