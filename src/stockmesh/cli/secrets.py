"""`stockmesh secrets`: rotate, new-key."""

import typer

from stockmesh.cli.output import AsJson, console, emit
from stockmesh.cli.running import running

app = typer.Typer(no_args_is_help=True)


@app.command()
def rotate(*, as_json: AsJson = False) -> None:
    """Encrypt all secrets in the books under a new key and forget the old one.

    Where STOCKMESH_SECRET_KEY is set: put the new key in front of the old one for every process first, then run this,
    then take the old one out.
    """
    from stockmesh.flows.keeping_secrets import rotate as rotate_secrets

    with running() as context:
        rotated = rotate_secrets(context)
    kept = "" if rotated.made else " STOCKMESH_SECRET_KEY needs no other key any more."
    words = f"Secrets encrypted under key {rotated.key_id}: {rotated.secrets}.{kept}"
    emit(rotated, as_json, lambda: console.print(words))


@app.command("new-key")
def new_key(*, as_json: AsJson = False) -> None:
    """Print a new key for STOCKMESH_SECRET_KEY; nothing is changed."""
    from stockmesh.store.secret_keys import new_key as make_key

    made = make_key()
    emit({"key": made}, as_json, lambda: console.print(made, markup=False))
