"""Compiled code: what of it is dropped, and that a service has it before it answers."""

import os
from pathlib import Path

import pytest

from service_process import serving
from stockmesh import COMPILED
from stockmesh.cli.books import forget_old_code
from stockmesh.flows.context import Context
from worlds import SmallWorld, put_in_books


def folders(parent: Path, names: str) -> list[Path]:
    """Folders, each a second younger than the one before."""
    made = []
    for age, name in enumerate(names):
        folder = parent / name
        folder.mkdir(parents=True)
        os.utime(folder, (1_000 + age, 1_000 + age))
        made.append(folder)
    return made


def left(parent: Path) -> str:
    return "".join(sorted(folder.name for folder in parent.iterdir()))


def test_the_three_latest_and_the_current_are_kept(tmp_path: Path) -> None:
    made = folders(tmp_path / COMPILED, "abcdef")
    forget_old_code(made[0])
    assert left(tmp_path / COMPILED) == "adef"


def test_beside_a_folder_chosen_by_others_nothing_is_dropped(tmp_path: Path) -> None:
    made = folders(tmp_path, "abcdef")
    forget_old_code(made[0])
    assert left(tmp_path) == "abcdef"


@pytest.mark.soak
def test_a_service_compiles_before_it_answers(context: Context, database_url: str, tmp_path: Path) -> None:
    """With an empty cache nobody's order waits for the compiler: the first is answered within seconds."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 5})
    os.environ["NUMBA_CACHE_DIR"], kept = str(tmp_path), os.environ["NUMBA_CACHE_DIR"]
    try:
        with serving(database_url=database_url, request_seconds=5) as service:
            assert service.order("A-1").status_code == 201
            assert "being compiled" in service.log.read_text()
    finally:
        os.environ["NUMBA_CACHE_DIR"] = kept
