"""Where compiled code lies: apart by sources, within what is set, and never in the way of anything else there."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stockmesh.app
from stockmesh.cli import books
from stockmesh.compiled_code import (
    FOLDER,
    VARIABLE,
    choose_folder,
    current_folder,
    forget_old_code,
    is_warm,
    writing_alone,
)
from stockmesh.service import running as service_running


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one source, nothing said about where code lies, and a home."""
    for name in (VARIABLE, "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    package = tmp_path / "package"
    (package / "domain").mkdir(parents=True)
    (package / "domain" / "core.py").write_text("1")
    return package


def close(folder: Path) -> None:
    """Nothing can be put there, not even by root: it is a file."""
    folder.write_text("")


def test_other_sources_have_another_folder(package: Path) -> None:
    """Whatever is set: code of an earlier release is never run."""
    before = choose_folder(package)
    (package / "domain" / "core.py").write_text("2")
    after = choose_folder(package)
    assert before != after
    assert before.parent == after.parent == package / "__pycache__" / FOLDER


def test_what_is_set_is_where_it_lies(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a process started by this one finds the same folder, not one within it."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "set"))
    chosen = choose_folder(package)
    assert chosen.parent == tmp_path / "set" / FOLDER
    assert choose_folder(package) == chosen == current_folder()


def test_a_package_that_is_not_ours_to_write_uses_the_users_cache(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(package / "__pycache__")
    assert choose_folder(package).parent == tmp_path / "home" / ".cache" / FOLDER
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert choose_folder(package).parent == tmp_path / "cache" / FOLDER


def test_code_that_came_with_the_package_is_taken_over(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an image built by root and run by somebody else: nobody compiles again."""
    shipped = choose_folder(package) / "room"
    shipped.mkdir()
    (shipped / "core.1.nbc").write_text("machine code")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "set"))
    chosen = choose_folder(package)
    assert is_warm(chosen)
    assert (chosen / "room" / "core.1.nbc").read_text() == "machine code"


def test_where_nothing_can_be_written_a_process_has_a_folder_of_its_own() -> None:
    """It is gone when the process is."""
    program = (
        "import sys, stockmesh.compiled_code as code; from pathlib import Path;"
        "code._is_writable = lambda folder: False; print(code.choose_folder())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    folder = Path(done.stdout.strip())
    assert folder.parent.name == FOLDER
    assert not folder.parent.parent.exists()


def test_forgetting_touches_nothing_but_old_code(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies beside the folder that is set belongs to somebody else."""
    for other in "abcde":
        (tmp_path / "cache" / other).mkdir(parents=True)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache" / "set"))
    current = choose_folder(package)
    for age, old in enumerate("12345"):
        folder = current.parent / old
        folder.mkdir()
        os.utime(folder, (age, age))
    with writing_alone():
        forget_old_code()
    assert {folder.name for folder in (tmp_path / "cache").iterdir()} == {*"abcde", "set"}
    assert {folder.name for folder in current.parent.iterdir() if folder.is_dir()} == {current.name, "4", "5"}


def _write_too(shelf: str, wrote: Any) -> None:
    os.environ[VARIABLE] = shelf
    with writing_alone():
        wrote.set()


def test_two_processes_never_write_at_once(package: Path) -> None:
    """The second begins when the first is done."""
    methods = multiprocessing.get_context("spawn")
    wrote = methods.Event()
    other = methods.Process(target=_write_too, args=(str(choose_folder(package)), wrote))
    with writing_alone():
        other.start()
        assert not wrote.wait(2)
    assert wrote.wait(30)
    other.join(30)


def test_it_is_warm_before_it_serves(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """Who hears that the service answers does not wait for a compiler in the first order."""
    done: list[str] = []

    def note(what: str) -> Callable[..., None]:
        return lambda *_, **__: done.append(what)

    monkeypatch.setenv("STOCKMESH_DATABASE_URL", database_url)
    monkeypatch.setattr(stockmesh.app, "warm_core", note("warm"))
    monkeypatch.setattr(service_running, "serve", note("serving"))
    books.serve()
    assert done == ["warm", "serving"]
