"""The screens of API keys and users: lists, and forms that make and change them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from stockmesh.flows.access.keys import NewKey
from stockmesh.flows.access.scopes import Role
from stockmesh.flows.context import Context
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import access, network
from stockmesh.service.console.frame import render
from stockmesh.service.encoding import read_form
from stockmesh.service.here import Here, base_of, callers_of
from stockmesh.service.refusals import BadBody

router = APIRouter(include_in_schema=False)
Keys = Annotated[Reach, needs("keys:admin")]
Users = Annotated[Reach, needs("users:admin")]
KEYS: Final = "/console/keys"
USERS: Final = "/console/users"
DAYS: Final = (("", "Never"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"))
Form = Mapping[str, Sequence[str]]


@router.get(KEYS)
def keys_page(request: Request, context: Here, _: Keys) -> Response:
    """All keys, and the form that makes one."""
    return _show_keys(request, context)


@router.post(KEYS)
async def add_key(request: Request, context: Here, _: Keys) -> Response:
    """The keys with the new one, which is told this once."""
    form = await read_form(request)
    new = access.NewApiKey(
        name=_said(form, "name"), scopes=list(form.get("scope", ())), expires_at=_expiry(context, form), **_limits(form)
    )
    made = await run_in_threadpool(access.add_key, context, caller_of(request), new)
    return await run_in_threadpool(_show_keys, request, context, made)


@router.post(KEYS + "/{key_id}/revoke")
async def revoke_key(request: Request, context: Here, _: Keys, key_id: str) -> Response:
    """The way back to the keys; this one opens nothing any more."""
    await run_in_threadpool(access.revoke_key, context, caller_of(request), key_id)
    return _back(request, KEYS)


@router.get(USERS)
def users_page(request: Request, context: Here, _: Users) -> Response:
    """All users, and the form that adds one."""
    return _show_users(request, context)


@router.post(USERS)
async def add_user(request: Request, context: Here, _: Users) -> Response:
    """The users with the new one, and the link that lets the new one in."""
    form = await read_form(request)
    new = access.NewUser(name=_said(form, "name"), role=_role(form), **_limits(form))
    added = await run_in_threadpool(access.add_user, context, caller_of(request), new)
    return await run_in_threadpool(_show_link, request, context, added.name)


@router.post(USERS + "/{name:path}/change")
async def change_user(request: Request, context: Here, _: Users, name: str) -> Response:
    """The way back to the users; this one has another role and other limits."""
    form = await read_form(request)
    new = access.ChangedUser(role=_role(form), **_limits(form))
    await run_in_threadpool(access.change_user, context, caller_of(request), name, new)
    return _back(request, USERS)


@router.post(USERS + "/{name:path}/disable")
async def disable_user(request: Request, context: Here, _: Users, name: str) -> Response:
    """The way back to the users; this one may not come in any more."""
    await run_in_threadpool(partial(access.set_enabled, enabled=False), context, caller_of(request), name)
    return _back(request, USERS)


@router.post(USERS + "/{name:path}/enable")
async def enable_user(request: Request, context: Here, _: Users, name: str) -> Response:
    """The way back to the users; this one may come in again."""
    await run_in_threadpool(partial(access.set_enabled, enabled=True), context, caller_of(request), name)
    return _back(request, USERS)


@router.post(USERS + "/{name:path}/link")
def mint_link(request: Request, context: Here, _: Users, name: str) -> Response:
    """The users with a link that lets this one in once."""
    return _show_link(request, context, name)


@router.post(USERS + "/{name:path}/logout")
async def end_sessions(request: Request, context: Here, _: Users, name: str) -> Response:
    """The way back to the users; all sessions of this one are over."""
    await run_in_threadpool(access.end_sessions, context, caller_of(request), name)
    return _back(request, USERS)


def _show_keys(request: Request, context: Context, made: NewKey | None = None) -> Response:
    caller = caller_of(request)
    return render(
        request,
        "keys.html",
        keys=access.list_keys(context, caller),
        made=made,
        days=DAYS,
        scopes=access.givable_scopes(caller),
        **_codes(request, context),
    )


def _show_users(request: Request, context: Context, link: access.LoginLink | None = None) -> Response:
    caller = caller_of(request)
    return render(
        request,
        "users.html",
        users=access.list_users(context, caller),
        link=link,
        roles=access.givable_roles(caller),
        **_codes(request, context),
    )


def _show_link(request: Request, context: Context, name: str) -> Response:
    return _show_users(request, context, access.mint_link(context, caller_of(request), name, base_of(request)))


def _back(request: Request, path: str) -> Response:
    callers_of(request).forget()
    return RedirectResponse(path, 303)


def _codes(request: Request, context: Context) -> dict[str, Any]:
    """What somebody can be restricted to."""
    caller = caller_of(request)
    return {
        "owners": access.owner_codes(context, caller),
        "locations": [site.code for site in network.sites(context, caller.reach)],
        "channels": network.channel_codes(context, caller.reach),
    }


def _said(form: Form, name: str) -> str:
    return form.get(name, [""])[0].strip()


def _limits(form: Form) -> dict[str, list[str]]:
    return {f"{name}s": list(form.get(name, ())) for name in ("owner", "location", "channel")}


def _role(form: Form) -> Role:
    said = _said(form, "role")
    if said not in list(Role):
        raise BadBody(reason=f"there is no role {said[:40]!r}")
    return Role(said)


def _expiry(context: Context, form: Form) -> datetime | None:
    """The instant that a choice of the form means. Raises BadBody."""
    said = _said(form, "expires")
    if said not in dict(DAYS):
        raise BadBody(reason=f"a key cannot expire in {said[:40]!r} days")
    return context.clock() + timedelta(days=int(said)) if said else None
