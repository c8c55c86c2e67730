"""Keys and users as the API takes and answers them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from stockmesh.flows.access import keys, signing_in, users
from stockmesh.flows.access.callers import Caller
from stockmesh.flows.access.grants import Granted
from stockmesh.flows.access.keys import ApiKey, KeyWish, NewKey
from stockmesh.flows.access.scopes import OF_KEYS, ROLES, SCOPES, Role
from stockmesh.flows.access.signing_in import Begun, OpenSession
from stockmesh.flows.access.users import User
from stockmesh.flows.context import Context
from stockmesh.flows.set_up import list_owners
from stockmesh.store.database import Session, rows

Codes = list[str] | None


class Limits(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What somebody is restricted to, by code; null or nothing named is as far as you reach yourself."""

    owners: Codes = None
    locations: Codes = None
    channels: Codes = None

    def granted(self) -> Granted:
        """As flows take it."""
        return Granted(*(tuple(codes) if codes else None for codes in (self.owners, self.locations, self.channels)))


class NewApiKey(Limits, forbid_unknown_fields=True, kw_only=True):
    """A key to make; without `expires_at` it is good until it is revoked."""

    name: str
    scopes: list[str]
    expires_at: datetime | None = None

    def wish(self) -> KeyWish:
        """As flows take it."""
        return KeyWish(self.name, tuple(self.scopes), self.granted(), self.expires_at)


class ChangedUser(Limits, forbid_unknown_fields=True, kw_only=True):
    """What a user is to be."""

    role: Role


class NewUser(ChangedUser, forbid_unknown_fields=True, kw_only=True):
    """A user to add."""

    name: str


@dataclass(frozen=True)
class LoginLink:
    """An address that lets a user in once."""

    user: str
    address: str
    expires_at: datetime


@dataclass(frozen=True)
class Ended:
    """How many sessions ended."""

    user: str
    sessions: int


def login_address(base: str, token: str) -> str:
    """The address of a login link."""
    return f"{base.rstrip('/')}/console/login?{urlencode({'link': token})}"


def list_keys(context: Context, caller: Caller) -> tuple[ApiKey, ...]:
    """All keys within reach, the newest first; those revoked last."""
    return keys.list_keys(context, reach=caller.reach)


def add_key(context: Context, caller: Caller, new: NewApiKey) -> NewKey:
    """The new key. Raises what the flow does."""
    return keys.add_key(context, new.wish(), reach=caller.reach, own=caller.scopes)


def get_key(context: Context, caller: Caller, key_id: str) -> ApiKey:
    """One key. Raises UnknownKey."""
    return keys.get_key(context, key_id, reach=caller.reach)


def revoke_key(context: Context, caller: Caller, key_id: str) -> ApiKey:
    """The key, which opens nothing any more. Raises UnknownKey."""
    return keys.revoke_key(context, key_id, reach=caller.reach)


def claim_key(session: Session, key_id: str) -> None:
    """Keeps a key from everybody else until the transaction ends."""
    rows(session, "access/lock_key", key_id=key_id)


def list_users(context: Context, caller: Caller) -> tuple[User, ...]:
    """All users within reach, by name."""
    return users.list_users(context, reach=caller.reach)


def get_user(context: Context, caller: Caller, name: str) -> User:
    """One user. Raises UnknownUser."""
    return users.get_user(context, name, reach=caller.reach)


def claim_users(session: Session, caller: Caller) -> None:
    """Keeps users from everybody else until the transaction ends."""
    rows(session, "access/lock_users", **caller.reach.parameters())


def add_user(context: Context, caller: Caller, new: NewUser) -> User:
    """The new user. Raises what the flow does."""
    return users.add_user(context, new.name, new.role, new.granted(), reach=caller.reach, own=caller.scopes)


def change_user(context: Context, caller: Caller, name: str, new: ChangedUser) -> User:
    """The user with another role and reach. Raises what the flow does."""
    return users.change_user(context, name, new.role, new.granted(), reach=caller.reach, own=caller.scopes)


def set_enabled(context: Context, caller: Caller, name: str, *, enabled: bool) -> User:
    """The user, who may come in or may not. Raises what the flow does."""
    return users.set_enabled(context, name, enabled=enabled, reach=caller.reach, own=caller.scopes)


def end_sessions(context: Context, caller: Caller, name: str) -> Ended:
    """How many sessions of the user ended. Raises what the flow does."""
    return Ended(name, users.end_sessions(context, name, reach=caller.reach, own=caller.scopes))


def mint_link(context: Context, caller: Caller, name: str, base: str) -> LoginLink:
    """An address below the base that lets the user in once. Raises what the flow does."""
    link = signing_in.mint_link(context, name, reach=caller.reach, own=caller.scopes)
    return LoginLink(name, login_address(base, link.token), link.expires_at)


def sign_in(context: Context, link: str, agent: str) -> Begun:
    """A session for whoever has a link. Raises LinkSpent."""
    return signing_in.sign_in(context, link, agent)


def own_sessions(context: Context, caller: Caller) -> tuple[OpenSession, ...]:
    """The caller's open sessions; a key has none."""
    return signing_in.list_sessions(context, int(caller.id)) if caller.kind == "user" else ()


def sign_out(context: Context, caller: Caller, session_id: int | None = None) -> None:
    """The caller's session of this number is over, or all of them."""
    if caller.kind == "user":
        signing_in.sign_out(context, int(caller.id), session_id)


def givable_scopes(caller: Caller) -> list[tuple[str, str]]:
    """The scopes that the caller can give to a key, with what they allow."""
    return [(scope, SCOPES[scope]) for scope in OF_KEYS if scope in caller.scopes]


def givable_roles(caller: Caller) -> list[str]:
    """The roles that the caller can give to a user."""
    return [role.value for role in Role if ROLES[role] <= caller.scopes]


def owner_codes(context: Context, caller: Caller) -> tuple[str, ...]:
    """The codes of the owners within reach."""
    return tuple(list_owners(context, reach=caller.reach))
