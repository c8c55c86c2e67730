"""Signing in by a link, signing out, and one's own sessions."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from stockmesh.flows.reach import Reach
from stockmesh.service.access.cookies import find_token, forget_token, set_token
from stockmesh.service.access.door import LOGIN_PATH
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import access
from stockmesh.service.console.frame import render
from stockmesh.service.encoding import read_form
from stockmesh.service.here import Here, callers_of, context_of

router = APIRouter(include_in_schema=False)
Signed = Annotated[Reach, needs("session")]
START: Final = "/console/orders"
LINK_LETTERS_MAX: Final = 200


@router.get(LOGIN_PATH)
def show_sign_in(
    request: Request,
    link: Annotated[str, Query(max_length=LINK_LETTERS_MAX)] = "",
    following: Annotated[str, Query(alias="next", max_length=2_000)] = "",
) -> Response:
    """The page of a login link. Looking at it spends nothing: programs that preview links look too."""
    return render(request, "sign_in.html", link=link, following=_within(following))


@router.post(LOGIN_PATH)
async def enter(request: Request) -> Response:
    """A session for whoever has a link that is not spent; one that was open in this browser ends."""
    form = await read_form(request)
    link, following = (form.get(name, [""])[0] for name in ("link", "next"))
    context, agent = context_of(request), request.headers.get("user-agent", "")
    begun = await run_in_threadpool(access.sign_in, context, link.strip(), agent)
    if before := find_token(request.scope):
        await _end(request, before)
    answer = RedirectResponse(_within(following), 303)
    set_token(answer, request.scope, begun.token)
    return answer


@router.post("/console/logout")
async def leave(request: Request, _: Signed) -> Response:
    """The way to the sign-in page; the session is over."""
    await _end(request, find_token(request.scope))
    return _signed_out(request)


@router.get("/console/account")
def show_account(request: Request, context: Here, _: Signed) -> Response:
    """Who one is, what one may do, and one's open sessions."""
    return render(request, "account.html", sessions=access.own_sessions(context, caller_of(request)))


@router.post("/console/account/sessions/{session_id:int}/end")
async def end_session(request: Request, session_id: int, _: Signed) -> Response:
    """One's sessions, one fewer."""
    await run_in_threadpool(access.sign_out, context_of(request), caller_of(request), session_id)
    callers_of(request).forget()
    return RedirectResponse("/console/account", 303)


@router.post("/console/account/logout-everywhere")
async def leave_everywhere(request: Request, _: Signed) -> Response:
    """The way to the sign-in page; all sessions of the user are over, wherever they are."""
    await run_in_threadpool(access.sign_out, context_of(request), caller_of(request))
    return _signed_out(request)


async def _end(request: Request, token: str) -> None:
    """Ends the session of a token, if there is one."""
    callers = callers_of(request)
    caller = await run_in_threadpool(callers.sessions.find, token.encode())
    if caller is not None:
        await run_in_threadpool(access.sign_out, context_of(request), caller, caller.session_id)
    callers.forget()


def _signed_out(request: Request) -> Response:
    callers_of(request).forget()
    answer = RedirectResponse(LOGIN_PATH, 303)
    forget_token(answer, request.scope)
    return answer


def _within(following: str) -> str:
    """An address of the console to go on to: never one elsewhere, whatever a link says."""
    parts = urlsplit(following)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/console") and "\\" not in following
    return following if is_ours and following.isprintable() and parts.path != LOGIN_PATH else START
