"""What the docs say is so: snippets run, links lead somewhere, the reference has not drifted."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from stockmesh.flows.context import Context
from worlds import SmallWorld, item, location, put_in_books
from write_reference import pages

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TARGETS: Final = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))


def snippets(kind: str) -> list[tuple[str, str]]:
    """The fenced blocks of a kind over all pages, with the page's name."""
    return [
        (str(page.relative_to(ROOT)), block)
        for page in PAGES
        for block in re.findall(rf"```{kind}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S)
    ]


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_reference_is_what_the_program_says(name: str) -> None:
    """`python scripts/write_reference.py` would change nothing."""
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == pages()[name]


def test_links_lead_to_files() -> None:
    """Every relative link of every page names a file that is there."""
    missing = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []


def test_make_commands_exist() -> None:
    """Every `make` command a page tells to run is a target."""
    told = {word for _, block in snippets("sh") for word in re.findall(r"^make ([a-z-]+)", block, flags=re.M)}
    assert told
    assert told <= TARGETS


def test_figures_name_their_command() -> None:
    """Each table of measured figures in the README stands below the command that makes it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    measured = readme.split("## Measured")[1].split("\n## ")[0]
    for part in measured.split("\n### ")[1:]:
        assert "`make bench" in part or "`make demo" in part or "`python -m " in part or "`pytest" in part, part


def test_guide_snippets_run(context: Context, database_url: str, tmp_path: Path) -> None:
    """The console blocks of the guide, in order: every line that starts with $ succeeds."""
    put_in_books(context, guide_world(), {("LEJ", "tent"): 5, ("AMS", "tent"): 3, ("AMS", "lamp"): 8})
    environment = {**os.environ, "STOCKMESH_DATABASE_URL": database_url, "COLUMNS": "200"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    for name, text in snippets("json"):
        (tmp_path / "order.json").write_text(text, encoding="utf-8")
        assert json.loads(text), name
    for page in PAGES:
        for name, block in re.findall(r"```(?:csv|toml) (\S+)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S):
            (tmp_path / name).write_text(block, encoding="utf-8")
    for name, block in snippets("csv"):
        (tmp_path / "counts.csv").write_text(block, encoding="utf-8")
        assert block, name
    commands = [line[2:] for _, block in snippets("console") for line in block.splitlines() if line.startswith("$ ")]
    assert len(commands) >= 8
    for command in commands:
        done = subprocess.run(
            shlex.split(command), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def guide_world() -> SmallWorld:
    """What the guide's reader has in the books."""
    places = (
        location("LEJ", "DE", "04103", ["parcel"], handling_order_micro=500_000),
        location("AMS", "NL", "1012", ["parcel"], handling_order_micro=600_000),
    )
    return SmallWorld(locations=places, items=(item("tent", 3_000), item("lamp", 1_000)))
