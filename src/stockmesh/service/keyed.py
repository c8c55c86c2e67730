"""Routes that change something take an Idempotency-Key: the same request sent again is answered as it was.

A keyed request runs in one thread that holds its transaction; whatever the route asks of the database is part of it.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from hashlib import blake2b
from typing import Any, Final

from anyio import CapacityLimiter, from_thread, to_thread
from fastapi import Request, Response
from fastapi.routing import APIRoute

from stockmesh.flows.request_keys import KEY_MAX, KeptAnswer, KeyedRequest, answer_once, check_key
from stockmesh.service.access.needing import find_scope, reach_for
from stockmesh.service.encoding import read_bytes
from stockmesh.service.here import context_of, name_of_caller

HEADER: Final = "idempotency-key"
REPLAYED: Final = {"Idempotent-Replayed": "true"}
CHANGING: Final = ("POST", "PUT", "PATCH", "DELETE")
BODY_BYTES_MAX: Final = 20_000_000
# Each holds a connection while its route works; some are left for requests without a key.
AT_ONCE: Final = 5
PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": "^[!-~]+$"},
    "description": "the same key with the same request is answered as it was; with another it is refused",
}
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


class KeyedRoute(APIRoute):
    """A route whose changes are done once per key."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if set(options.get("methods") or ()) & set(CHANGING):
            said = dict(options.get("openapi_extra") or {})
            options["openapi_extra"] = said | {"parameters": [*said.get("parameters", ()), PARAMETER]}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The handler, around which keyed requests are looked up and kept."""
        handle = super().get_route_handler()
        scope = find_scope(self.endpoint)

        async def handle_once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method not in CHANGING:
                answered: Response = await handle(request)
                return answered
            # An answer kept is told only to who may still ask.
            if scope is not None:
                reach_for(request, scope)
            return await _answer(request, check_key(key), handle)

        return handle_once


def when_done(request: Request, act: Callable[[], None]) -> None:
    """Does something once the request's change is committed: with a key, after its route has answered."""
    waiting: list[Callable[[], None]] | None = getattr(request.state, "when_done", None)
    if waiting is None:
        act()
    else:
        waiting.append(act)


class _NotDone(Exception):
    """The route answered that it did nothing: its answer is given and not kept."""

    def __init__(self, response: Response) -> None:
        self.response = response


async def _answer(request: Request, key: str, handle: Handle) -> Response:
    body = await read_bytes(request, largest=BODY_BYTES_MAX)
    context = context_of(request)
    if not hasattr(request.app.state, "keyed_at_once"):
        request.app.state.keyed_at_once = CapacityLimiter(AT_ONCE)
    given: list[Response] = []
    waiting: list[Callable[[], None]] = []
    request.state.when_done = waiting

    def work() -> KeptAnswer:
        # Read anew each time: a conflict with another process runs the route once more.
        response = from_thread.run(handle, Request(request.scope, partial(_once_more, body)))
        if not 200 <= response.status_code < 300:
            raise _NotDone(response)
        given.append(response)
        return _kept(response)

    keyed = KeyedRequest(name_of_caller(request), key, fingerprint_of(request, body))
    try:
        answer = await to_thread.run_sync(answer_once, context, keyed, work, limiter=request.app.state.keyed_at_once)
    except _NotDone as undone:
        return undone.response
    for act in waiting:
        act()
    return replay(answer) if answer.replayed else given[-1]


def fingerprint_of(request: Request, body: bytes) -> bytes:
    """What makes two requests the same: method, path, question and body, in 16 bytes."""
    said = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return blake2b(said + body, digest_size=16).digest()


def replay(answer: KeptAnswer) -> Response:
    """An answer given before, given again."""
    told = {"Location": answer.location, "ETag": answer.etag}
    headers = {name: value for name, value in told.items() if value} | REPLAYED
    media_type = "application/json" if answer.body else None
    return Response(answer.body, answer.status, headers=headers, media_type=media_type)


def _kept(response: Response) -> KeptAnswer:
    # What must not be stored on the way is not stored by us either: it holds a secret.
    is_secret = "no-store" in response.headers.get("cache-control", "")
    return KeptAnswer(
        status=response.status_code,
        body=None if is_secret else bytes(response.body),
        location=response.headers.get("location", ""),
        etag=response.headers.get("etag", ""),
    )


async def _once_more(body: bytes) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": False}
