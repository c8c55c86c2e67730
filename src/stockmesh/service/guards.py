"""What every answer carries and every request must pass: security headers, our own host name, no foreign web sites."""

import secrets
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.service.access.site import Site, name_of
from stockmesh.service.refusals import CrossSite, StrangeHost

AnswerFailure = Callable[[Request, Exception], Response]
READING: Final = ("GET", "HEAD", "OPTIONS")
OWN_SITE: Final = ("same-origin", "none")

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# As they go over the wire: they are sent with every answer, and no route sets one of them itself.
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)
OWN_STYLES: Final = (b"content-security-policy", CONTENT_POLICY.format(styles="'self'").encode())


def nonce_of(request: Request) -> str:
    """What lets in the style element that AG Grid writes its theme into; everything else is a file of ours.

    Drawn when a page asks for it: an answer without one lets nothing in, and costs no randomness.
    """
    if not hasattr(request.state, "nonce"):
        request.state.nonce = secrets.token_urlsafe(16)
    return str(request.state.nonce)


def content_policy(nonce: str | None) -> tuple[bytes, bytes]:
    """The header that says what a page may load."""
    if nonce is None:
        return OWN_STYLES
    return (b"content-security-policy", CONTENT_POLICY.format(styles=f"'self' 'nonce-{nonce}'").encode())


def find_offence(method: str, headers: Headers, site: Site) -> Refusal | None:
    """Why a request is turned away. A page elsewhere can make a browser call loopback, under its own name or ours."""
    named = headers.getlist("host")
    host = named[0] if len(named) == 1 else ", ".join(named)  # two names are no name of ours
    if name_of(host) not in site.hosts:
        return StrangeHost(host=host[:80])
    origin_told = headers.get("sec-fetch-site", "none")
    if method not in READING and origin_told not in OWN_SITE:
        return CrossSite(site=origin_told[:80])
    # Older browsers send no Sec-Fetch-Site, but name the origin of every form they post.
    origin = headers.get("origin")
    if method in READING or origin is None or origin.lower() == site.origin:
        return None
    if origin.split("://")[-1].lower() != host.lower():
        return CrossSite(site=origin[:80])
    return None


class Guard:
    """ASGI middleware around the whole service: the outermost loop, which alone catches bugs.

    HEAD is answered as GET without its body, so that every address that can be read can be asked for.
    """

    def __init__(self, app: ASGIApp, answer_failure: AnswerFailure, site: Site) -> None:
        self.app = app
        self.site = site
        self.answer_failure = answer_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun: list[bool] = []
        state = scope.setdefault("state", {})
        is_head = state["is_head"] = scope["method"] == "HEAD"

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(True)
                also = state.get("also_told", ())
                message["headers"] = [*message["headers"], *HEADERS, *also, content_policy(state.get("nonce"))]
            if is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        offence = find_offence(scope["method"], Headers(scope=scope), self.site)
        asked = {**scope, "method": "GET"} if is_head else scope
        app = self.app if offence is None else self.answer_failure(Request(scope), offence)
        try:
            await app(asked, receive, send_guarded)
        except ClientDisconnect:
            pass  # whoever asked has left: nobody is to be answered, and nothing went wrong here
        except Exception as bug:
            if begun:
                raise
            await self.answer_failure(Request(scope), bug)(scope, receive, send_guarded)
        finally:
            scope["route"] = asked.get("route")
