"""How an address may be asked: which methods and parameters it knows, and whether what it answers is accepted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockmesh.service.access.needing import find_scope
from stockmesh.service.refusals import NotAcceptable

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
API: Final = "/v1/"


class Asking:
    """ASGI middleware around the routes: answers OPTIONS, says all methods after a 405, and refuses parameters that
    would be overlooked and what no answer could satisfy."""

    def __init__(self, app: ASGIApp, routers: Sequence[APIRouter]) -> None:
        self.app = app
        self.routes = [route for router in routers for route in router.routes if isinstance(route, Route)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and (methods := self._methods(scope["path"])):
            await Response(status_code=204, headers={"Allow": methods})(scope, receive, send)
            return
        if scope["path"].startswith(API):
            self._check_accept(scope)
            if scope["query_string"]:
                self._check_parameters(scope)

        async def send_allowing(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = [one for one in message["headers"] if one[0] != b"allow"]
                message["headers"] = [*headers, (b"allow", self._methods(scope["path"]).encode())]
            await send(message)

        await self.app(scope, receive, send_allowing)

    def _at(self, path: str) -> Iterator[Route]:
        return (route for route in self.routes if route.path_regex.match(path))

    def _methods(self, path: str) -> str:
        """The methods of an address, empty when there is no such address."""
        found = {method for route in self._at(path) for method in route.methods or ()}
        also = {"HEAD", "OPTIONS"} if "GET" in found else {"OPTIONS"} if found else set()
        return ", ".join(sorted(found | also))

    def _check_accept(self, scope: Scope) -> None:
        """Raises NotAcceptable."""
        accept = ",".join(Headers(scope=scope).getlist("accept")).lower()
        ranges = accepted(accept)
        if not accept.strip() or JSON in ranges or "*/*" in ranges:
            return
        route = self._find(scope)
        offered = offers(route) if route is not None else ()
        if offered and not any(covers(asked, offer) for asked in ranges for offer in offered):
            raise NotAcceptable(media_types=offered)

    def _check_parameters(self, scope: Scope) -> None:
        """Raises RequestValidationError for a parameter that the route does not know, or that is said twice.

        Open addresses take any: who watches over a service, and shops, may add what they like to an address.
        """
        route = self._find(scope)
        if route is None or find_scope(route.endpoint) is None:
            return
        known = parameters(route)
        said = Counter(name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        wrong = {name: "is not known here" for name in said if name not in known}
        wrong |= {name: "is said more than once" for name, times in said.items() if name in known and times > 1}
        if wrong:
            raise RequestValidationError([{"loc": ("query", name), "msg": why} for name, why in wrong.items()])

    def _find(self, scope: Scope) -> APIRoute | None:
        """The route that a request is for."""
        found = (one for one in self._at(scope["path"]) if scope["method"] in (one.methods or ()))
        return next((one for one in found if isinstance(one, APIRoute)), None)


def accepted(accept: str) -> list[str]:
    """The media ranges of an Accept header; those of no weight are left out."""
    parts = (part.replace(" ", "").partition(";") for part in accept.split(",") if part.strip())
    return [name for name, _, rest in parts if rest not in ("q=0", "q=0.0", "q=0.00", "q=0.000")]


def offers(route: APIRoute) -> tuple[str, ...]:
    """The media types that a route answers in; none when it answers nothing."""
    told = [kind for answer in route.responses.values() for kind in answer.get("content", ())]
    if route.response_model is not None:
        told.append(JSON)
    return tuple(dict.fromkeys(told))


def parameters(route: APIRoute) -> frozenset[str]:
    """The names of what may stand in a query."""
    elsewhere = (params.Path, params.Header, params.Cookie)
    said = (field for field in get_flat_params(route.dependant) if not isinstance(field.field_info, elsewhere))
    return frozenset(field.validation_alias or field.alias for field in said)


def covers(asked: str, offer: str) -> bool:
    """Whether a media range such as `text/*` covers a media type."""
    return asked in (offer, PROBLEM) or (asked.endswith("/*") and offer.startswith(asked[:-1]))
