"""Who a request is from: put beside the work that it leads to, so that every event it raises says so."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from stockmesh.flows.access.callers import Caller
from stockmesh.flows.acting import Actor, ActorKind, acting_as, number_of
from stockmesh.flows.context import Context

ANONYMOUS: Final = Actor(ActorKind.USER, "anonymous on loopback")
READING: Final = ("GET", "HEAD", "OPTIONS")
REASON_HEADER: Final = "change-reason"
REASON_MAX: Final = 200


class Acting:
    """ASGI middleware that everything below does its work in the name of the caller."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self.app = app
        self.context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING:
            await self.app(scope, receive, send)
            return
        # Numbered before any transaction begins: none then waits for a second connection while it holds one.
        caller = scope.setdefault("state", {}).get("caller")
        await number_of_caller(self.context, caller)
        with acting_as(actor_of(caller), reason_of(Headers(scope=scope))):
            await self.app(scope, receive, send)


async def number_of_caller(context: Context, caller: Caller | None) -> int:
    """The number of the actor that a caller is, for work that is gathered from several requests."""
    actor = actor_of(caller)
    number = context.actor_numbers.get(actor)
    return await run_in_threadpool(number_of, context, actor) if number is None else number


def actor_of(caller: Caller | None) -> Actor:
    """The actor that a caller is; where nobody is asked who they are, somebody on this machine."""
    if caller is None or caller.kind == "anyone":
        return ANONYMOUS
    return Actor(ActorKind(caller.kind), f"{caller.name} ({caller.id})" if caller.kind == "key" else caller.name)


def reason_of(headers: Headers) -> str:
    """Why a change is made, as its `Change-Reason` says; what cannot be printed is left out."""
    said = headers.get(REASON_HEADER, "")
    return "".join(sign for sign in said if sign.isprintable())[:REASON_MAX]
