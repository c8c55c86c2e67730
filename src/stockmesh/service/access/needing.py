"""What a route needs: `reach: Annotated[Reach, needs("orders:read")]` declares its scope and hands it the reach.

There is no other declaration: it is checked, shown in the OpenAPI document and the reference, and read by the shortcut.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final

from fastapi import Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.params import Security as Declared
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase

from stockmesh.flows.access.callers import Caller
from stockmesh.flows.access.scopes import SCOPES
from stockmesh.flows.reach import Reach
from stockmesh.service.refusals import NotAuthenticated, ScopeMissing


class Gate(SecurityBase):
    """The dependency behind every declaration."""

    def __init__(self) -> None:
        self.scheme_name = "key"
        self.model = HTTPBearer(
            description="An API key, `smk_...`; what an operation lists is the scope it needs. `stockmesh keys add` "
            "makes one. A browser that has signed in to the console sends its session instead, and with every change "
            "the header `X-Form-Token`."
        )

    async def __call__(self, request: Request, needed: SecurityScopes) -> Reach:
        """How far the caller reaches. Raises NotAuthenticated and ScopeMissing."""
        return reach_for(request, needed.scopes[0])


GATE: Final = Gate()


def needs(scope: str) -> Any:
    """The dependency of a route that needs a scope; it answers the caller's reach."""
    if scope not in SCOPES:
        raise KeyError(scope)
    return Security(GATE, scopes=[scope])


def find_caller(request: Request) -> Caller | None:
    """Who is calling, if that is known."""
    found: Caller | None = getattr(request.state, "caller", None)
    return found


def caller_of(request: Request) -> Caller:
    """Who is calling. Raises NotAuthenticated."""
    caller = find_caller(request)
    if caller is None:
        raise NotAuthenticated
    return caller


def reach_for(request: Request, scope: str) -> Reach:
    """How far the caller reaches with a scope. Raises NotAuthenticated and ScopeMissing."""
    caller = caller_of(request)
    if scope not in caller.scopes:
        raise ScopeMissing(scope=scope)
    return caller.reach


def ensure_whole(reach: Reach) -> None:
    """Nothing when the caller reaches everything: figures of the house are no part of it. Raises ScopeMissing."""
    if not reach.is_everything:
        raise ScopeMissing(scope="system:read")


def find_scope(endpoint: Callable[..., Any]) -> str | None:
    """The scope that a route's function declares."""
    for annotation in inspect.get_annotations(endpoint).values():
        for extra in getattr(annotation, "__metadata__", ()):
            if isinstance(extra, Declared) and extra.dependency is GATE:
                return str(next(iter(extra.scopes or ())))
    return None
