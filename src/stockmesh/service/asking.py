"""How an address may be asked: which methods it knows, and whether what it answers is accepted."""

from collections.abc import Iterator, Sequence
from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockmesh.service.refusals import NotAcceptable

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
API: Final = "/v1/"


class Asking:
    """ASGI middleware around the routes: answers OPTIONS, says all methods after a 405, and refuses what no answer
    could satisfy."""

    def __init__(self, app: ASGIApp, routers: Sequence[APIRouter]) -> None:
        self.app = app
        self.routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and (methods := self._methods(scope["path"])):
            await Response(status_code=204, headers={"Allow": methods})(scope, receive, send)
            return
        if scope["path"].startswith(API):
            self._check_accept(scope)

        async def send_allowing(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = [one for one in message["headers"] if one[0] != b"allow"]
                message["headers"] = [*headers, (b"allow", self._methods(scope["path"]).encode())]
            await send(message)

        await self.app(scope, receive, send_allowing)

    def _at(self, path: str) -> Iterator[APIRoute]:
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
        route = next((one for one in self._at(scope["path"]) if scope["method"] in (one.methods or ())), None)
        offered = offers(route) if route is not None else ()
        if offered and not any(covers(asked, offer) for asked in ranges for offer in offered):
            raise NotAcceptable(media_types=offered)


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


def covers(asked: str, offer: str) -> bool:
    """Whether a media range such as `text/*` covers a media type."""
    return asked in (offer, PROBLEM) or (asked.endswith("/*") and offer.startswith(asked[:-1]))
