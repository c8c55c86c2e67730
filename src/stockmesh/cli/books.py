"""`stockmesh init`, `verify`, `warm`, `serve`."""

from typing import Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit
from stockmesh.cli.running import read_settings, running, warm_core


def init(*, as_json: AsJson = False) -> None:
    """Prepare the database (embedded unless STOCKMESH_DATABASE_URL is set) and say where the data lie."""
    from stockmesh.app import where_data_lie

    with running():
        place = where_data_lie(read_settings())
    emit({"data": place}, as_json, lambda: console.print(f"Ready. The data lie in {place}."))


def verify(*, as_json: AsJson = False) -> None:
    """Recompute every balance from the journal and compare; exit 1 and explain on any difference."""
    from stockmesh.cli.verify_text import show_verification
    from stockmesh.flows.verify_books import verify_books

    with running() as context:
        verification = verify_books(context)
    emit(verification, as_json, lambda: show_verification(verification))
    if verification.findings:
        raise typer.Exit(1)


def warm() -> None:
    """Compile the core once, so that nobody waits for it later."""
    warm_core()


def serve(
    *,
    host: Annotated[str, typer.Option(help="address to listen on; only loopback with STOCKMESH_AUTH=off")] = "",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="port to listen on (0: as set)")] = 0,
) -> None:
    """Run the API and the console until stopped."""
    from stockmesh.service.running import serve as run_service

    settings = read_settings()
    changes = {key: value for key, value in {"host": host, "port": port}.items() if value}
    warm_core()  # who is told that the service answers shall not wait for a compiler
    with running(serving=True) as context:
        run_service(context, settings.model_copy(update=changes))
