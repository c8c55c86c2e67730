"""The trail, customers, secrets and exports from the command line: who ran a command is who did it."""

import csv
import getpass
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stockmesh.cli.exits import SETUP, UNKNOWN, USAGE
from stockmesh.domain.fulfilment.requests import Contact
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import place_orders
from stockmesh.flows.webhook_endpoints import add_endpoint
from stockmesh.gateways.webhooks.addresses import read_networks
from worlds import SmallWorld, order, put_in_books

Run = Callable[..., subprocess.CompletedProcess[str]]
CONTACT = Contact("Anna Zweig", email="anna@example.org")


@pytest.fixture
def run(context: Context, database_url: str, tmp_path: Path) -> Run:
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 5})
    place_orders(context, [order("A-1", {"tent": 1}, customer="anna", contact=CONTACT), order("=A-2", {"tent": 1})])

    def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {"STOCKMESH_DATABASE_URL": database_url, "STOCKMESH_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
        return subprocess.run(
            [Path(sys.executable).parent / "stockmesh", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **own, **environment},
        )

    return command


def test_who_runs_a_command_is_who_did_it(run: Run) -> None:
    """With the reason given before the command; told as a table, as JSON and as CSV."""
    assert run("--reason", "till broken", "stock", "safety", "tent", "LEJ", "2").returncode == 0
    [entry] = json.loads(run("audit", "--kind", "stock.changed", "--json").stdout)["rows"]
    assert (entry["actor"], entry["actor_kind"], entry["reason"]) == (getpass.getuser(), "command_line", "till broken")
    told = run("audit", "--subject", "tent").stdout
    assert "stock.changed" in told
    assert "safety_stock 0 → 2" in told
    found = list(csv.DictReader(io.StringIO(run("audit", "--actor-kind", "command_line", "--csv").stdout)))
    assert [one["topic"] for one in found] == ["stock.changed"]
    assert run("audit", "--kind", "nonsense").returncode == UNKNOWN
    assert run("audit", "--actor-kind", "ghost").returncode == USAGE
    assert "Nothing is sealed yet" in run("audit", "--tip").stdout


def test_lists_are_printed_whole_as_csv(run: Run) -> None:
    found = list(csv.DictReader(io.StringIO(run("orders", "list", "--limit", "1", "--csv").stdout)))
    assert [one["reference"] for one in found] == ["'=A-2", "A-1"]
    [cell] = csv.DictReader(io.StringIO(run("stock", "show", "--csv").stdout))
    assert (cell["sku"], cell["committed"]) == ("tent", "2")


def test_a_customer_is_exported_to_a_closed_file_and_erased(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "anna.json"
    assert run("customers", "export", "anna", "--output", str(file)).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text(encoding="utf-8"))["orders"][0]["contact"]["name"] == "Anna Zweig"
    assert "would be erased: 1 contact" in run("customers", "erase", "anna", "--dry-run").stdout
    assert run("customers", "erase", "anna").returncode != 0
    erased = json.loads(run("customers", "erase", "anna", "--yes", "--json").stdout)
    assert (erased["contacts"], erased["dry_run"]) == (1, False)
    assert run("customers", "export", "anna").returncode == UNKNOWN


def test_the_key_is_kept_in_the_home_folder_unless_it_is_set(run: Run, context: Context, tmp_path: Path) -> None:
    """Secrets of another key are told of, with what to do."""
    home = tmp_path / "home" / "secret.key"
    assert json.loads(run("secrets", "rotate", "--json", STOCKMESH_SECRET_KEY="").stdout)["made"] is True
    assert stat.S_IMODE(home.stat().st_mode) == 0o600
    add_endpoint(context, "http://127.0.0.1:9/", [], permitted=read_networks("127.0.0.0/8"))
    refused = run("secrets", "rotate", STOCKMESH_SECRET_KEY="")
    assert refused.returncode == SETUP
    assert "All processes on one database must share the key" in refused.stderr
    assert run("secrets", "rotate", STOCKMESH_SECRET_KEY=home.name).returncode == SETUP
    new = run("secrets", "new-key").stdout.strip()
    both = f"{new},{os.environ['STOCKMESH_SECRET_KEY']}"
    assert "STOCKMESH_SECRET_KEY needs no other key" in run("secrets", "rotate", STOCKMESH_SECRET_KEY=both).stdout
    assert run("secrets", "rotate", STOCKMESH_SECRET_KEY=new).returncode == 0
