"""ETag, If-Match and If-None-Match: who changes something may say which version they mean, or that there is none yet,
and is refused when it is otherwise."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stockmesh.domain.stock.refusals import NoSuchItem, NotOfOwner
from stockmesh.flows.context import Context
from stockmesh.service.encoding import as_json
from stockmesh.service.refusals import ChangedMeanwhile, ThereAlready
from stockmesh.store.database import Session

T = TypeVar("T")
# What may be made by its address says so in these when it is not there.
ABSENT: Final = (NoSuchItem, NotOfOwner)


def etag_of(value: Any) -> str:
    """The strong ETag of a value as it is answered: whatever a reader could see differ makes another."""
    return f'"{blake2b(msgspec.json.encode(value), digest_size=12).hexdigest()}"'


def as_version(request: Request, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON with its ETag; 304 without it when that is what the reader has."""
    etag = etag_of(value)
    # Proxies that pack an answer make its ETag a weak one; to a reader it is the same.
    known = request.headers.get("if-none-match", "").replace("W/", "")
    if request.method == "GET" and _names(known, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return as_json(value, status, {**(headers or {}), "ETag": etag})


def change_version(
    context: Context,
    if_match: str | None,
    read: Callable[[], Any],
    *,
    lock: Callable[[Session], object],
    change: Callable[[], T],
    if_none_match: str | None = None,
) -> T:
    """What `change` answers, if the thing is the version meant, or not there. Looking and changing are one transaction.

    `read` answers the thing as GET does; `lock` keeps it from others. Raises ChangedMeanwhile, ThereAlready and what
    the others do.
    """
    if if_match is None and if_none_match is None:
        return change()

    def work(session: Session) -> T:
        with context.database.as_one(session):
            lock(session)
            etag = _etag_now(read, wanted=if_match is not None)
            if if_match is not None and not _names(if_match, etag):
                raise ChangedMeanwhile(etag=etag)
            if if_none_match is not None and etag and _names(if_none_match, etag):
                raise ThereAlready(etag=etag)
            return change()

    return context.database.transact(work)


def _etag_now(read: Callable[[], Any], *, wanted: bool) -> str:
    """The ETag of what is there; empty when there is nothing and nothing is wanted."""
    try:
        return etag_of(read())
    except ABSENT:
        if wanted:
            raise
        return ""


def _names(header: str, etag: str) -> bool:
    """Whether a list of ETags names this one; `*` names any."""
    return header.strip() == "*" or etag in [one.strip() for one in header.split(",")]
