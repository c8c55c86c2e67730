"""`stockmesh keys`: API keys made, listed, revoked."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.limits import Channels, Locations, Owners, granted, say_limits
from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running

if TYPE_CHECKING:
    from stockmesh.flows.access.keys import ApiKey, NewKey

app = typer.Typer(no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="what will use the key")],
    *,
    scope: Annotated[list[str], typer.Option(help="what it may, such as orders:write; `all`; may be said often")],
    days: Annotated[int, typer.Option(min=0, max=3_650, help="days until it expires (0: never)")] = 0,
    owner: Owners = None,
    location: Locations = None,
    channel: Channels = None,
    as_json: AsJson = False,
) -> None:
    """Make an API key and print it, which is done this once."""
    from stockmesh.flows.access.keys import KeyWish, add_key

    with running() as context:
        expires_at = context.clock() + timedelta(days=days) if days else None
        made = add_key(context, KeyWish(name, tuple(scope), granted(owner, location, channel), expires_at))
    emit(made, as_json, lambda: _show_made(made))


@app.command("list")
def list_keys(*, as_json: AsJson = False) -> None:
    """All keys, without their secrets; those revoked last."""
    from stockmesh.flows.access import keys

    with running() as context:
        found = keys.list_keys(context)
    emit(found, as_json, lambda: _show(found))


@app.command()
def revoke(key: Annotated[str, typer.Argument(metavar="ID", help="the key's id")], *, as_json: AsJson = False) -> None:
    """Make a key open nothing any more; running services hear of it within 5 seconds."""
    from stockmesh.flows.access.keys import revoke_key

    with running() as context:
        revoked = revoke_key(context, key)
    emit(revoked, as_json, lambda: console.print(f"{revoked.name} ({key}) opens nothing any more.", markup=False))


def _show_made(made: "NewKey") -> None:
    console.print(f"The key {made.key_id}, told this once: {made.key}", markup=False)
    console.print(f"Send it as `Authorization: Bearer {made.key}`.", markup=False)


def _show(found: "tuple[ApiKey, ...]") -> None:
    table(
        ["id", "name", "scopes", "reaches", "expires", "last used", "revoked"],
        [
            (
                one.key_id,
                one.name,
                " ".join(one.scopes),
                say_limits(one.limits),
                one.expires_at and f"{one.expires_at:%Y-%m-%d %H:%M}",
                one.used_at and f"{one.used_at:%Y-%m-%d %H:%M}",
                one.revoked_at and f"{one.revoked_at:%Y-%m-%d %H:%M}",
            )
            for one in found
        ],
        fold=["scopes", "reaches"],
    )
