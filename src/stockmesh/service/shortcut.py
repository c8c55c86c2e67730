"""Routes that are called thousands of times a second go straight to their endpoints; all others take the usual way.

The endpoints are the functions that the routers know and document, or lead straight to them: only matching and
resolving are spared. One that answers None leaves the request to the usual way.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from stockmesh.domain.kernel.checks import ensure
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import find_scope, reach_for
from stockmesh.service.problems import FAILURES

Endpoint = Callable[[Request, Reach], Awaitable[Response | None]]
Endpoints = Mapping[tuple[str, str], Endpoint]  # by method and path


class Shortcut:
    """ASGI middleware that answers some requests itself."""

    def __init__(
        self, app: ASGIApp, endpoints: Endpoints, answer_failure: Callable[[Request, Exception], Response]
    ) -> None:
        self.app = app
        self.endpoints = {asked: (endpoint, _scope_of(endpoint)) for asked, endpoint in endpoints.items()}
        self.answer_failure = answer_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.endpoints.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            endpoint, needed = found
            response = await endpoint(request, reach_for(request, needed))
        except FAILURES as error:
            response = self.answer_failure(request, error)
        await (response or self.app)(scope, receive, send)


def _scope_of(endpoint: Endpoint) -> str:
    """The scope that the endpoint declares as a route."""
    scope = find_scope(endpoint)
    ensure(scope is not None, "every route declares a scope")
    return scope or ""
