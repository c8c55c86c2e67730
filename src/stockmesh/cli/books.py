"""`stockmesh init`, `verify`, `warm`, `serve`."""

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from stockmesh import COMPILED
from stockmesh.cli.output import AsJson, console, emit
from stockmesh.cli.running import running


def init(*, as_json: AsJson = False) -> None:
    """Prepare the database (embedded unless STOCKMESH_DATABASE_URL is set) and say where the data lie."""
    from stockmesh.app import Settings, where_data_lie

    with running():
        place = where_data_lie(Settings())
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
    from stockmesh.domain.sourcing.warming import warm as compile_all

    compile_all()
    forget_old_code(Path(os.environ["NUMBA_CACHE_DIR"]))


def forget_old_code(current: Path) -> None:
    """Compiled code of earlier sources is dropped, the three latest excepted: another process may be running them.

    A folder that somebody else chose may lie beside anything: there nothing is dropped.
    """
    if current.parent.name != COMPILED:
        return
    kept = sorted(current.parent.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)[:3]
    for folder in current.parent.iterdir():
        if folder not in (current, *kept):
            shutil.rmtree(folder, ignore_errors=True)


def serve(
    *,
    host: Annotated[str, typer.Option(help="address to listen on; only loopback with STOCKMESH_AUTH=off")] = "",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="port to listen on (0: as set)")] = 0,
) -> None:
    """Run the API and the console until stopped."""
    from stockmesh.app import Settings
    from stockmesh.service.running import serve as run_service

    settings = Settings()
    changes = {key: value for key, value in {"host": host, "port": port}.items() if value}
    with running(serving=True) as context:
        run_service(context, settings.model_copy(update=changes))
