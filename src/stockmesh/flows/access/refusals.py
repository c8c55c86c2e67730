"""What access is refused for. None of these sentences repeats a secret."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnknownScope(Refusal):
    """A scope that there is not, or none at all."""

    scope: str
    scopes: tuple[str, ...]
    code = "unknown_scope"
    text = "There is no scope {scope!r}. Name one or more of: {scopes}; or `all`."


@dataclass(eq=False)
class UnknownKey(Refusal):
    """A key that was never made, or lies beyond reach."""

    key: str
    code = "unknown_key"
    text = "No API key has the id {key!r}. `stockmesh keys list` shows all."


@dataclass(eq=False)
class UnknownUser(Refusal):
    """A user who was never added, or lies beyond reach."""

    user: str
    code = "unknown_user"
    text = "No user is called {user!r}. `stockmesh users list` shows all."


@dataclass(eq=False)
class UserTaken(Refusal):
    """Two users would have one name."""

    user: str
    code = "user_taken"
    text = "There is a user called {user!r} already. Choose another name."


@dataclass(eq=False)
class BadName(Refusal):
    """A name that cannot be kept or told apart."""

    name: str
    largest: int
    code = "bad_name"
    text = "{name!r} cannot be a name: 1 to {largest} printable characters, no spaces around it."


@dataclass(eq=False)
class BadExpiry(Refusal):
    """A key that would end before it begins."""

    expires_at: str
    code = "bad_expiry"
    text = "{expires_at} is not in the years to come. Say an instant with its time zone after now, or none."


@dataclass(eq=False)
class LastAdministrator(Refusal):
    """Nobody would be left who can let others in."""

    user: str
    code = "last_administrator"
    text = "{user!r} is the last administrator who reaches everything. Make another user one first."


@dataclass(eq=False)
class UserDisabled(Refusal):
    """A link for somebody who may not come in."""

    user: str
    code = "user_disabled"
    text = "{user!r} is disabled. Enable the user first."


@dataclass(eq=False)
class LinkSpent(Refusal):
    """A login link that was used, has expired, or never was."""

    code = "link_spent"
    text = "This login link was used already or has expired. Ask for another: `stockmesh users link NAME`."


@dataclass(eq=False)
class TooMuchGranted(Refusal):
    """Somebody would give another more than they have."""

    scopes: tuple[str, ...]
    code = "too_much_granted"
    text = "You cannot give what you do not have: {scopes}."
