"""What went wrong, as a page in the frame or a part of one: in words, and with the next steps."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from stockmesh.service import problems
from stockmesh.service.access.needing import find_caller
from stockmesh.service.console.frame import SCREENS, render
from stockmesh.service.refusals import NotAuthenticated


@dataclass(frozen=True)
class NextStep:
    """Where a reader goes from here."""

    label: str
    address: str


# Of a refusal, the parameter of the address that it is about.
REFUSED_PARAMETER: Final = {"unknown_location": "location", "unknown_channel": "channel", "bad_cursor": "cursor"}
SIGNED_OUT: Final = ("not_authenticated", "link_spent")
PASSING: Final = ("database_unavailable", "internal_error")


def answer_failure(request: Request, error: Exception) -> Response:
    """A problem; for a browser a page of the console that says the same, with the same status and headers."""
    if not _wants_page(request):
        return problems.answer_failure(request, error)
    if isinstance(error, NotAuthenticated) and request.method == "GET" and "hx-request" not in request.headers:
        return _to_sign_in(request)
    members = problems.describe_failure(error)
    is_part = request.headers.get("hx-target", "view").rpartition("#")[2] != "view"
    answer = render(
        request,
        "problem_part.html" if is_part else "problem.html",
        members["status"],
        problem=members,
        given=dict(request.query_params),
        steps=() if is_part else next_steps(request, members),
    )
    answer.headers.update(problems.headers_of(error, members))
    return answer


def _to_sign_in(request: Request) -> Response:
    """The way to the sign-in page, and from there back to what was asked for."""
    path, query = request.url.path, request.url.query
    asked = f"{path}?{query}" if query else path
    return RedirectResponse(f"/console/login?{urlencode({'next': asked})}", 303)


def _wants_page(request: Request) -> bool:
    path = request.url.path
    if path.startswith("/console"):
        return True
    return not path.startswith("/v1") and "text/html" in request.headers.get("accept", "")


def next_steps(request: Request, members: dict[str, Any]) -> tuple[NextStep, ...]:
    """Where to go from a problem, the likeliest first."""
    path, query, code = request.url.path, request.url.query, members["code"]
    if code in PASSING:
        return (NextStep("Try again", f"{path}?{query}" if query else path), *_screens(request))
    if code in SIGNED_OUT:
        return (NextStep("Sign in", "/console/login"),)
    if code == "unknown_order":
        name = str(members["facts"]["order"])
        return (
            NextStep(f"Search references for {name}", f"/console/orders?reference={quote(name)}"),
            *_screens(request),
        )
    return _without_parameters(path, parse_qsl(query), _wrong_parameters(members)) or _screens(request)


def _wrong_parameters(members: dict[str, Any]) -> set[str]:
    refused = REFUSED_PARAMETER.get(members["code"])
    wrong = {error["parameter"].rpartition(".")[2] for error in members.get("errors", ())}
    return wrong | ({refused} if refused else set())


def _without_parameters(path: str, given: list[tuple[str, str]], wrong: set[str]) -> tuple[NextStep, ...]:
    """The screen with what is right of its filter, and without any; nothing when no filter was wrong."""
    named = wrong & {name for name, _ in given}
    if not named or path not in {screen.address for screen in SCREENS}:
        return ()
    rest = [(name, value) for name, value in given if name not in wrong and value]
    without = NextStep(f"Leave out {', '.join(sorted(named))}", f"{path}?{urlencode(rest)}" if rest else path)
    return (without, NextStep("Clear the filter", path)) if rest else (without,)


def _screens(request: Request) -> tuple[NextStep, ...]:
    """The screens that the caller is shown in the navigation too."""
    caller = find_caller(request)
    scopes = caller.scopes if caller else ()
    return tuple(NextStep(screen.name, screen.address) for screen in SCREENS if screen.scope in scopes)
