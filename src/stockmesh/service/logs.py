"""What the service says of itself: JSON lines on standard error, text where a person reads along."""

import logging
import re
import sys
from collections.abc import MutableMapping, Sequence
from contextvars import ContextVar
from itertools import count
from secrets import token_hex
from typing import Any, Final

import msgspec
import structlog

# The request that is being answered; every line logged meanwhile carries it.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._:-]{1,100}")
_PREFIX: Final = token_hex(5)
_numbers: Final = count(1)
Line = MutableMapping[str, Any]


def name_request(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """The id that the client gave its request, where it is well-formed; otherwise one that no other request has."""
    for name, value in headers:
        if name == b"x-request-id" and WELL_FORMED.fullmatch(value):
            return value.decode()
    return f"{_PREFIX}-{next(_numbers):x}"


def configure_logs(level: str, style: str) -> None:
    """Lines from `level` on go to standard error as `json` or `text`; `auto` is text on a terminal.

    What libraries log joins them, from warnings on.
    """
    as_text = sys.stderr.isatty() if style == "auto" else style == "text"
    shared = [
        _add_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_text:
        renderer: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        factory: Any = structlog.PrintLoggerFactory(sys.stderr)
        own = [*shared, renderer]
    else:
        own = [*shared, structlog.processors.format_exc_info, _write_bytes]
        renderer, factory = _write_text, structlog.BytesLoggerFactory(sys.stderr.buffer)
    structlog.configure(
        processors=own,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    _take_over_libraries([*shared, structlog.processors.format_exc_info], renderer)


def _take_over_libraries(before: Sequence[Any], renderer: Any) -> None:
    """The standard library's loggers write as we do."""
    handler = logging.StreamHandler(sys.stderr)
    finishing = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=finishing, foreign_pre_chain=before))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # The pool tells of every failed attempt to connect; the caretaker says once that the database is away.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _add_request(_logger: object, _method: str, line: Line) -> Line:
    if request_id := REQUEST_ID.get():
        line["request_id"] = request_id
    return line


def _write_bytes(_logger: object, _method: str, line: Line) -> bytes:
    return msgspec.json.encode(line, enc_hook=str)


def _write_text(_logger: object, _method: str, line: Line) -> str:
    return msgspec.json.encode(line, enc_hook=str).decode()
