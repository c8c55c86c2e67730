"""The cookie of a session: read by no script, sent to no other site, and bound to this host where there is TLS."""

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from stockmesh.flows.access.callers import SESSION_MAX
from stockmesh.flows.access.tokens import is_token
from stockmesh.service.access.site import LOOPBACK, name_of

NAME: Final = "stockmesh_session"
SECURE_NAME: Final = f"__Host-{NAME}"


def is_secure(scope: Scope) -> bool:
    """Whether the cookie goes over TLS alone: always, but on this machine."""
    return scope["scheme"] == "https" or name_of(Headers(scope=scope).get("host", "")) not in LOOPBACK


def find_token(scope: Scope) -> str:
    """The session's token that a request brings, or nothing; of several nobody knows whose they are."""
    name = SECURE_NAME if is_secure(scope) else NAME
    said = [
        value
        for header in Headers(scope=scope).getlist("cookie")
        for part in header.split(";")
        for key, value in cookie_parser(part).items()
        if key == name
    ]
    return said[0] if len(said) == 1 and is_token(said[0]) else ""


def set_token(answer: Response, scope: Scope, token: str) -> None:
    """The answer, which makes a browser keep the token."""
    _set(answer, scope, token, int(SESSION_MAX.total_seconds()))


def forget_token(answer: Response, scope: Scope) -> None:
    """The answer, which makes a browser forget its token."""
    _set(answer, scope, "", 0)


def _set(answer: Response, scope: Scope, token: str, seconds: int) -> None:
    secure = is_secure(scope)
    answer.set_cookie(
        SECURE_NAME if secure else NAME,
        token,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )
