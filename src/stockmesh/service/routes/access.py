"""API keys, users and their login links. Nobody gives more than they have."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.access.keys import ApiKey, NewKey
from stockmesh.flows.access.users import User
from stockmesh.flows.context import Context
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import access
from stockmesh.service.answers.lists import Listing
from stockmesh.service.contract.bodies import Body
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here, base_of, callers_of
from stockmesh.service.keyed import KeyedRoute, when_done
from stockmesh.service.versions import as_version, change_version

router = APIRouter(prefix="/v1", tags=["access"], route_class=KeyedRoute)
Keys = Annotated[Reach, needs("keys:admin")]
Users = Annotated[Reach, needs("users:admin")]
KeyId = Annotated[str, Path(max_length=40, description="the key's id: what stands between `smk_` and the secret")]
UserName = Annotated[str, Path(max_length=80, description="the user's name")]
IfMatch = Annotated[str | None, Header(max_length=400, description="the ETag that is meant to be changed")]
NOT_KEPT = {"Cache-Control": "no-store"}
NEW_API_KEY = Body(access.NewApiKey)
NEW_USER = Body(access.NewUser)
CHANGED_USER = Body(access.ChangedUser)


@router.get("/keys", response_model=Listing[ApiKey])
def list_keys(context: Here, _: Keys, request: Request) -> Response:
    """All API keys, without their secrets; those revoked last."""
    return as_json(Listing(access.list_keys(context, caller_of(request)), None))


@router.post("/keys", response_model=NewKey, status_code=201, openapi_extra=NEW_API_KEY.described)
async def add_key(context: Here, _: Keys, request: Request) -> Response:
    """A new API key, which is told this once."""
    new = await NEW_API_KEY.read(request)
    return as_json(await run_in_threadpool(access.add_key, context, caller_of(request), new), 201, NOT_KEPT)


@router.get("/keys/{key_id}", response_model=ApiKey)
def get_key(context: Here, _: Keys, key_id: KeyId, request: Request) -> Response:
    """One API key, without its secret."""
    return as_version(request, access.get_key(context, caller_of(request), key_id))


@router.post("/keys/{key_id}/revoke", response_model=ApiKey)
async def revoke_key(context: Here, _: Keys, key_id: KeyId, request: Request, if_match: IfMatch = None) -> Response:
    """The key, which opens nothing any more, in all processes within 5 seconds."""
    caller = caller_of(request)
    revoked = await run_in_threadpool(
        change_version,
        context,
        if_match,
        lambda: access.get_key(context, caller, key_id),
        lock=lambda session: access.claim_key(session, key_id),
        change=lambda: access.revoke_key(context, caller, key_id),
    )
    when_done(request, callers_of(request).forget)
    return as_version(request, revoked)


@router.get("/users", response_model=Listing[User])
def list_users(context: Here, _: Users, request: Request) -> Response:
    """All users."""
    return as_json(Listing(access.list_users(context, caller_of(request)), None))


@router.post("/users", response_model=User, status_code=201, openapi_extra=NEW_USER.described)
async def add_user(context: Here, _: Users, request: Request) -> Response:
    """A new user, whom a link lets in."""
    new = await NEW_USER.read(request)
    return as_json(await run_in_threadpool(access.add_user, context, caller_of(request), new), 201)


@router.get("/users/{name:path}", response_model=User)
def get_user(context: Here, _: Users, name: UserName, request: Request) -> Response:
    """One user."""
    return as_version(request, access.get_user(context, caller_of(request), name))


@router.put("/users/{name:path}", response_model=User, openapi_extra=CHANGED_USER.described)
async def change_user(context: Here, _: Users, name: UserName, request: Request, if_match: IfMatch = None) -> Response:
    """The user with another role and other limits."""
    new = await CHANGED_USER.read(request)
    change = partial(access.change_user, context, caller_of(request), name, new)
    return await _change(context, request, name, if_match, change)


@router.post("/users/{name:path}/disable", response_model=User)
async def disable_user(context: Here, _: Users, name: UserName, request: Request, if_match: IfMatch = None) -> Response:
    """The user, who may not come in any more; open sessions are over."""
    change = partial(access.set_enabled, context, caller_of(request), name, enabled=False)
    return await _change(context, request, name, if_match, change)


@router.post("/users/{name:path}/enable", response_model=User)
async def enable_user(context: Here, _: Users, name: UserName, request: Request, if_match: IfMatch = None) -> Response:
    """The user, who may come in again."""
    change = partial(access.set_enabled, context, caller_of(request), name, enabled=True)
    return await _change(context, request, name, if_match, change)


async def _change(
    context: Context, request: Request, name: str, if_match: str | None, change: Callable[[], User]
) -> Response:
    """The user as changed, if it is the version meant; what is remembered of callers is looked up anew."""
    caller = caller_of(request)
    changed = await run_in_threadpool(
        change_version,
        context,
        if_match,
        lambda: access.get_user(context, caller, name),
        lock=lambda session: access.claim_users(session, caller),
        change=change,
    )
    when_done(request, callers_of(request).forget)
    return as_version(request, changed)


@router.post("/users/{name:path}/link", response_model=access.LoginLink, status_code=201)
def mint_link(context: Here, _: Users, name: UserName, request: Request) -> Response:
    """An address that lets the user in once, within 15 minutes."""
    return as_json(access.mint_link(context, caller_of(request), name, base_of(request)), 201, NOT_KEPT)


@router.post("/users/{name:path}/logout", response_model=access.Ended)
async def end_sessions(context: Here, _: Users, name: UserName, request: Request) -> Response:
    """How many sessions of the user ended: all that were open."""
    ended = await run_in_threadpool(access.end_sessions, context, caller_of(request), name)
    when_done(request, callers_of(request).forget)
    return as_json(ended)
