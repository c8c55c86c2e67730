"""Imports at the command line: what a person reads, and what a program does."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from stockmesh.cli.exits import BAD_INPUT
from stockmesh.flows.context import Context
from worlds import SmallWorld, put_in_books

Run = Callable[..., subprocess.CompletedProcess[str]]
GOLDEN: Final = Path(__file__).with_name("golden")
DIRTY = """Lagerbestand vom 2.3.2026
Artikel;Lager;Menge;Bemerkung
tent;LEJ;12;
Tent;LEJ;1;andere Schreibweise
tnet;AMS;3;
lamp;LEJ ;1.000;
mug;AMS;2,5;
mug;LIX;7;
lamp;AMS;-3;
tent;LEJ;12;noch einmal
"Artikel";Lager;Menge;Bemerkung
mug;LEJ;=SUMME(A1:A2);
;LEJ;4;
mug;LEJ;1;x;y
"""


@pytest.fixture
def run(context: Context, database_url: str, tmp_path: Path) -> Run:
    """Runs `stockmesh` in an empty folder, on books that hold the small world."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 3, ("AMS", "tent"): 2})

    def command(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).parent / "stockmesh", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "STOCKMESH_DATABASE_URL": database_url, "COLUMNS": "200"},
        )

    return command


COUNT = ("--kind", "on_hand", "--as-of", "2026-03-02T06:00Z")


def test_the_report_of_a_dirty_file(run: Run, tmp_path: Path) -> None:
    """Every problem with row, column, value, reason and what was probably meant; nothing is changed."""
    (tmp_path / "bestand.csv").write_bytes(DIRTY.encode("cp1252"))
    done = run("import", "stock", "bestand.csv", *COUNT, "--rejects", "bad.csv")
    assert done.returncode == BAD_INPUT, done.stderr
    assert done.stdout == (GOLDEN / "import_problems.txt").read_text(encoding="utf-8")
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as rejects:
        bad = list(csv.DictReader(rejects, delimiter=";"))
    assert len(bad) == 10
    assert bad[-2]["reason"] == "Artikel is empty, and the column is needed"
    levels = json.loads(run("stock", "show", "tent", "--json").stdout)["rows"]
    assert [one["on_hand"] for one in levels] == [2, 3]


def test_good_rows_then_the_same_again(run: Run, tmp_path: Path) -> None:
    """Only the good rows are applied, the job says so, the file is known when it comes again, the books are whole."""
    (tmp_path / "bestand.csv").write_text(DIRTY, encoding="utf-8")
    first = json.loads(run("import", "stock", "bestand.csv", *COUNT, "--only-good", "--json").stdout)
    assert (first["job"]["created"], first["job"]["changed"], first["job"]["left_out"]) == (1, 1, 10)
    second = json.loads(run("import", "stock", "bestand.csv", *COUNT, "--only-good", "--json").stdout)
    assert second["before"]
    assert [one["job_id"] for one in json.loads(run("import", "jobs", "--json").stdout)] == [1]
    assert json.loads(run("import", "resume", "--json").stdout) == []
    assert run("verify").returncode == 0


def test_another_merchant_goes_live(run: Run, tmp_path: Path) -> None:
    """A second merchant goes live with templates and standard input."""
    assert run("owners", "add", "ours", "--currency", "EUR", "--channel", "ours-web").returncode == 0
    items = run("import", "template", "items").stdout
    assert run("import", "items", "-", stdin=items).returncode == BAD_INPUT
    brought = run("import", "items", "-", "--owner", "ours", stdin=items)
    assert brought.returncode == 0, brought.stderr
    assert "100%" in brought.stderr
    card = run("import", "template", "rate-cards").stdout
    (tmp_path / "card.csv").write_text(card, encoding="utf-8")
    dry = run("import", "rate-cards", "card.csv", "--owner", "ours", "--dry-run")
    assert dry.returncode == 0, dry.stdout
    assert "1" in run("import", "rate-cards", "card.csv", "--owner", "ours").stdout
    dearer = card.replace("4.20", "4.30")
    again = run("import", "rate-cards", "-", "--owner", "ours", stdin=dearer)
    assert (again.returncode, "card_taken" in again.stdout) == (BAD_INPUT, True)
    assert run("import", "stock", "card.csv", "--owner", "ours").returncode == BAD_INPUT


@pytest.mark.parametrize(
    "arguments",
    [
        ("items", "none.csv"),
        ("stock", "none.csv", "--kind", "seen"),
        ("items", "none.csv", "--map", "sku"),
        ("items", "none.csv", "--decimal", ";"),
        ("template", "nothing"),
        ("resume", "77"),
    ],
)
def test_what_cannot_begin_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    """A sentence and an exit code, never a traceback."""
    done = run("import", *arguments)
    assert done.returncode not in (0, 1)
    assert "Traceback" not in done.stderr
