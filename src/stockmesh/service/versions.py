"""ETag and If-Match: who changes something may say which version they mean, and is refused when it is another."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stockmesh.flows.context import Context
from stockmesh.service.encoding import as_json
from stockmesh.service.refusals import ChangedMeanwhile
from stockmesh.store.database import Session

T = TypeVar("T")


def etag_of(value: Any) -> str:
    """The strong ETag of a value as it is answered: whatever a reader could see differ makes another."""
    return f'"{blake2b(msgspec.json.encode(value), digest_size=12).hexdigest()}"'


def as_version(request: Request, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON with its ETag; 304 without it when that is what the reader has."""
    etag = etag_of(value)
    if request.method == "GET" and _names(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers={"ETag": etag})
    return as_json(value, status, {**(headers or {}), "ETag": etag})


def change_version(
    context: Context,
    if_match: str | None,
    read: Callable[[], Any],
    *,
    lock: Callable[[Session], object],
    change: Callable[[], T],
) -> T:
    """What `change` answers, if the thing is the version meant. Looking and changing are one transaction.

    `read` answers the thing as GET does; `lock` keeps it from others. Raises ChangedMeanwhile and what the others do.
    """
    if if_match is None:
        return change()

    def work(session: Session) -> T:
        with context.database.as_one(session):
            lock(session)
            etag = etag_of(read())
            if not _names(if_match, etag):
                raise ChangedMeanwhile(etag=etag)
            return change()

    return context.database.transact(work)


def _names(header: str, etag: str) -> bool:
    """Whether a list of ETags names this one; `*` names any."""
    return header.strip() == "*" or etag in [one.strip() for one in header.split(",")]
