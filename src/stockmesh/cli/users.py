"""`stockmesh users`: who may sign in to the console, and the links that let them in."""

from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.limits import Channels, Locations, Owners, granted, say_limits
from stockmesh.cli.output import AsJson, console, emit, one_of, table
from stockmesh.cli.running import read_settings, running

if TYPE_CHECKING:
    from stockmesh.flows.access.users import User

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="the user's name")]
RoleName = Annotated[str, typer.Option(help="viewer, operator or administrator")]


@app.command()
def add(
    name: Name,
    *,
    role: RoleName,
    owner: Owners = None,
    location: Locations = None,
    channel: Channels = None,
    as_json: AsJson = False,
) -> None:
    """Add a user; `stockmesh users link NAME` lets the user in."""
    from stockmesh.flows.access.scopes import Role
    from stockmesh.flows.access.users import add_user

    wanted = one_of(Role, role, "--role")
    with running() as context:
        added = add_user(context, name, wanted, granted(owner, location, channel))
    emit(added, as_json, lambda: _show((added,)))


@app.command("list")
def list_users(*, as_json: AsJson = False) -> None:
    """All users."""
    from stockmesh.flows.access import users

    with running() as context:
        found = users.list_users(context)
    emit(found, as_json, lambda: _show(found))


@app.command()
def change(
    name: Name,
    *,
    role: RoleName,
    owner: Owners = None,
    location: Locations = None,
    channel: Channels = None,
    as_json: AsJson = False,
) -> None:
    """Give a user a role and limits; what is not named is not limited."""
    from stockmesh.flows.access.scopes import Role
    from stockmesh.flows.access.users import change_user

    wanted = one_of(Role, role, "--role")
    with running() as context:
        changed = change_user(context, name, wanted, granted(owner, location, channel))
    emit(changed, as_json, lambda: _show((changed,)))


@app.command()
def link(name: Name, *, as_json: AsJson = False) -> None:
    """Print a link that lets a user in once, within 15 minutes."""
    from stockmesh.flows.access.signing_in import mint_link
    from stockmesh.service.answers.access import LoginLink, login_address
    from stockmesh.service.running import base_address

    settings = read_settings()
    with running() as context:
        minted = mint_link(context, name)
    told = LoginLink(name, login_address(base_address(settings, settings.port), minted.token), minted.expires_at)
    words = f"{name} signs in once with this link, until {told.expires_at:%Y-%m-%d %H:%M} UTC:"
    emit(told, as_json, lambda: console.print(f"{words}\n{told.address}", markup=False))


@app.command()
def disable(name: Name, *, as_json: AsJson = False) -> None:
    """Let a user in no more; open sessions and links are over."""
    _switch(name, as_json, enabled=False)


@app.command()
def enable(name: Name, *, as_json: AsJson = False) -> None:
    """Let a user in again."""
    _switch(name, as_json, enabled=True)


@app.command()
def logout(name: Name, *, as_json: AsJson = False) -> None:
    """End all sessions of a user, wherever they are."""
    from stockmesh.flows.access.users import end_sessions

    with running() as context:
        ended = end_sessions(context, name)
    emit({"user": name, "sessions": ended}, as_json, lambda: console.print(f"{ended} of {name} ended.", markup=False))


def _switch(name: str, as_json: bool, *, enabled: bool) -> None:
    from stockmesh.flows.access.users import set_enabled

    with running() as context:
        found = set_enabled(context, name, enabled=enabled)
    emit(found, as_json, lambda: _show((found,)))


def _show(found: "tuple[User, ...]") -> None:
    table(
        ["name", "role", "reaches", "last signed in", "sessions", "disabled"],
        [
            (
                one.name,
                one.role,
                say_limits(one.limits),
                one.signed_in_at and f"{one.signed_in_at:%Y-%m-%d %H:%M}",
                one.sessions,
                one.disabled_at and f"{one.disabled_at:%Y-%m-%d %H:%M}",
            )
            for one in found
        ],
        right=["sessions"],
        fold=["reaches"],
    )
