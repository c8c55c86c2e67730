"""Routes that are called thousands of times a second go straight to their endpoints; all others take the usual way.

The endpoints are the very functions that the routers know and document: only matching and resolving are spared.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from stockmesh.service.problems import FAILURES

Endpoint = Callable[[Request], Awaitable[Response]]
Endpoints = Mapping[tuple[str, str], Endpoint]  # by method and path


class Shortcut:
    """ASGI middleware that answers some requests itself."""

    def __init__(
        self, app: ASGIApp, endpoints: Endpoints, answer_failure: Callable[[Request, Exception], Response]
    ) -> None:
        self.app = app
        self.endpoints = endpoints
        self.answer_failure = answer_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self.endpoints.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            response = await endpoint(request)
        except FAILURES as error:
            response = self.answer_failure(request, error)
        await response(scope, receive, send)
