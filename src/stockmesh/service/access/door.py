"""Finds out who is calling before any route is asked; what is not known to be open is shut.

A key comes in `Authorization`, a session in its cookie, neither the other way round. A session changes something only
with the token of its own forms, which no other site can know.
"""

import re
from contextlib import suppress
from functools import partial
from typing import Final
from urllib.parse import parse_qs

from psycopg import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockmesh.flows.access.callers import ANYONE, Caller, find_key_caller, find_session_caller
from stockmesh.flows.access.tokens import form_token, same
from stockmesh.flows.context import Context
from stockmesh.service.access.cookies import find_token
from stockmesh.service.access.known import Brake, Known
from stockmesh.service.encoding import FORM_BYTES_MAX, FORM_TYPE
from stockmesh.service.refusals import BodyTooLarge, FormTokenWrong, NotAuthenticated, TooManyFailures

READING: Final = ("GET", "HEAD", "OPTIONS")
LOGIN_PATH: Final = "/console/login"
HEALTH_PATHS: Final = ("/v1/health", "/v1/health/live", "/v1/health/ready")
# Open to whoever asks: they tell nothing of what the books hold.
START_PATHS: Final = ("/", "/console", "/console/", "/console/orders/")
OPEN: Final = frozenset({LOGIN_PATH, *HEALTH_PATHS, "/v1/openapi.json", *START_PATHS})
OPEN_FOLDERS: Final = ("/console/static/",)
# A shop holds no key of ours: it signs each message, and the route that takes it asks for nothing but the signature.
SIGNED: Final = re.compile(r"/v1/shops/[^/]+/webhooks")
SAID_IN_HEADER: Final = "x-form-token"
SAID_IN_FIELD: Final = "form_token"


class Callers:
    """Whom keys and sessions stand for, as this process knows it."""

    def __init__(self, context: Context, *, asks: bool) -> None:
        self.asks = asks
        self.brake = Brake()
        self.keys = Known(partial(find_key_caller, context))
        self.sessions = Known(lambda token: find_session_caller(context, token.decode()))

    def forget(self) -> None:
        """What was changed here counts here at once."""
        self.keys.forget()
        self.sessions.forget()

    async def find(self, scope: Scope) -> Caller:
        """Who sent a request. Raises NotAuthenticated and TooManyFailures."""
        if not self.asks:
            return ANYONE
        keys = [value for name, value in scope["headers"] if name == b"authorization"]
        token = "" if keys else find_token(scope)
        client = (scope.get("client") or ("", 0))[0]
        check = partial(self.brake.check, client)
        if keys:
            scheme, _, key = keys[0].partition(b" ")
            is_bearer = len(keys) == 1 and scheme.lower() == b"bearer"
            caller = await self.keys.caller(key.strip(), check) if is_bearer else None
        elif token:
            caller = await self.sessions.caller(token.encode(), check)
        else:
            raise NotAuthenticated
        if caller is None:
            self.brake.note(client)
            raise NotAuthenticated(wrong=True)
        return caller

    async def is_still(self, scope: Scope, caller: Caller) -> bool:
        """Whether a request that goes on is still the same caller's, with the same rights."""
        try:
            return await self.find(scope) == caller
        except (NotAuthenticated, TooManyFailures):
            return False
        except (OperationalError, InterfaceError, PoolTimeout):
            return True  # while the books are away nothing is told anyway


class Door:
    """ASGI middleware: lets in who may come in, and writes who it is into the request's state."""

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self.app = app
        self.callers = callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path in OPEN or path.startswith(OPEN_FOLDERS) or _is_signed(scope):
            if path in HEALTH_PATHS:
                with suppress(NotAuthenticated, TooManyFailures):
                    scope["state"]["caller"] = await self.callers.find(scope)
            await self.app(scope, receive, send)
            return
        caller = scope["state"]["caller"] = await self.callers.find(scope)
        if caller.kind == "user":
            receive = await _check_form(scope, receive)
        await self.app(scope, receive, send)


def _is_signed(scope: Scope) -> bool:
    return scope["method"] == "POST" and SIGNED.fullmatch(scope["path"]) is not None


async def _check_form(scope: Scope, receive: Receive) -> Receive:
    """What to read the body from, once a session's change is known to come from a page of its own.

    Raises FormTokenWrong, BodyTooLarge, and ClientDisconnect for a form that is not all there.
    """
    wanted = scope["state"]["form_token"] = form_token(find_token(scope))
    if scope["method"] in READING:
        return receive
    headers = Headers(scope=scope)
    said = headers.get(SAID_IN_HEADER, "")
    if not said and headers.get("content-type", "").split(";")[0].strip().lower() == FORM_TYPE:
        body = await _read_form(receive)
        said = parse_qs(body.decode("utf-8", "replace")).get(SAID_IN_FIELD, [""])[0]
        receive = _replay(body)
    if not same(said.encode("utf-8", "replace"), wanted.encode()):
        raise FormTokenWrong
    return receive


async def _read_form(receive: Receive) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect  # a part of a form is not the form
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > FORM_BYTES_MAX:
            raise BodyTooLarge(largest_bytes=FORM_BYTES_MAX)
    return body


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
