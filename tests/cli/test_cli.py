"""The command line as a person meets it: one process per command, on a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import stockmesh.cli.exits
from refusal_codes import every_code
from stockmesh.cli.main import app
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.context import Context
from stockmesh.flows.set_up import save_items, save_merchant
from worlds import SmallWorld, item, put_in_books

Run = Callable[..., subprocess.CompletedProcess[str]]

ORDER = {
    "reference": "A-1",
    "channel": "web",
    "placed_at": "2026-03-02T09:00:00Z",
    "destination": {"country": "DE", "postcode": "10115"},
    "lines": [{"sku": "tent", "quantity": 2}],
}


@pytest.fixture
def run(context: Context, database_url: str) -> Run:
    """Runs `stockmesh` on books that hold the small world."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 3, ("AMS", "tent"): 2})

    def command(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).parent / "stockmesh", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "STOCKMESH_DATABASE_URL": database_url, "COLUMNS": "200"},
        )

    return command


def test_every_refusal_has_an_exit_code() -> None:
    """No refusal reaches a terminal without a place in the table, and no code stands there without a refusal."""
    assert set(stockmesh.cli.exits.EXITS) == every_code()


def test_an_order_from_placing_to_cancelling(run: Run) -> None:
    """Place, show, explain, replay, pause, resume, change, cancel: each command says what is so now."""
    placed = run("orders", "place", "-", "--json", stdin=json.dumps(ORDER))
    assert placed.returncode == 0, placed.stderr
    (outcome,) = json.loads(placed.stdout)
    assert outcome["outcome"] == "placed"
    order = str(outcome["order_id"])
    assert "tent" in run("orders", "show", order).stdout
    why = json.loads(run("orders", "show", order, "--why", "--json").stdout)
    bill = sum(shipment["cost"]["minor"] for shipment in why["why"]["shipments"])
    assert bill == why["why"]["cost"]["minor"] == outcome["cost_minor"]
    assert "AMS" in run("orders", "show", "A-1", "--why").stdout
    assert "agrees byte for byte" in run("orders", "replay", order).stdout
    assert "paused" in run("orders", "pause", order, "--reason", "payment").stdout
    assert "open" in run("orders", "resume", order).stdout
    assert "open" in run("orders", "change", order, "--line", "tent=1").stdout
    assert "cancelled" in run("orders", "cancel", order).stdout
    again = run("orders", "cancel", order)
    assert again.returncode == stockmesh.cli.exits.CONFLICT
    assert "not_possible" in again.stderr


def test_bad_orders_are_refused_one_by_one(run: Run) -> None:
    """A good order among bad ones is placed; the exit code tells that something was refused."""
    bad = {**ORDER, "reference": "A-2", "lines": [{"sku": "tnet", "quantity": 1}]}
    result = run("orders", "place", "-", "--json", stdin="\n".join(map(json.dumps, (bad, ORDER))))
    assert [one["outcome"] for one in json.loads(result.stdout)] == ["refused", "placed"]
    assert result.returncode == stockmesh.cli.exits.UNKNOWN


@pytest.mark.parametrize("text", ["", "[", "{}", '{"reference": 5}', "[1]", "\x00", '{"reference":"x"}\n{"oops"'])
def test_what_is_no_order_is_named(run: Run, text: str) -> None:
    """Anything but orders gives a sentence that says where and why."""
    result = run("orders", "place", "-", stdin=text)
    assert result.returncode == stockmesh.cli.exits.BAD_INPUT
    assert "standard input" in result.stderr + result.stdout
    assert "Traceback" not in result.stderr


def test_an_unreadable_order_harms_no_other(run: Run) -> None:
    """In a list, an order with a wrong type is refused alone."""
    odd = {**ORDER, "reference": "A-9", "lines": [{"sku": "tent", "quantity": 1.5}]}
    result = run("orders", "place", "-", "--json", stdin=json.dumps([odd, ORDER]))
    assert [one["outcome"] for one in json.loads(result.stdout)] == ["refused", "placed"]


@pytest.mark.parametrize("arguments", [["--bogus"], ["nonsense"], ["orders", "show"], ["stock", "move", "a"]])
def test_wrong_usage_is_told(run: Run, arguments: list[str]) -> None:
    """A usage error is a sentence and exit code 2, never a traceback."""
    result = run(*arguments)
    assert result.returncode == stockmesh.cli.exits.USAGE
    assert "Traceback" not in result.stderr


def test_a_count_is_brought_in_once(run: Run) -> None:
    """A counted file changes the books; the same file again does nothing; a bad row is named."""
    counts = "sku,location,quantity\ntent,LEJ,7\ntnet,LEJ,1\n"
    arguments = ("stock", "count", "-", "--kind", "on_hand", "--as-of", "2026-03-02T08:00+00:00", "--json")
    first, second = run(*arguments, stdin=counts), run(*arguments, stdin=counts)
    assert json.loads(first.stdout)["outcomes"][0]["difference"] == 4
    assert json.loads(second.stdout)["outcomes"][0]["result"] == "repeated"
    assert first.returncode == stockmesh.cli.exits.EXITS["unknown_stock_item"]
    assert json.loads(run("stock", "availability", "tent", "--json").stdout)["available"] == 9
    assert run("verify").returncode == 0


def test_stock_moves_and_holders(run: Run) -> None:
    """Units can be moved between states, never below zero, and holders are named."""
    run("orders", "place", "-", stdin=json.dumps(ORDER))
    assert json.loads(run("stock", "holders", "tent", "LEJ", "--json").stdout)["units"] == 2
    assert run("stock", "move", "tent", "1", "LEJ", "sellable", "damaged", "--reason", "torn").returncode == 0
    refused = run("stock", "move", "tent", "9", "AMS", "sellable", "damaged", "--reason", "torn")
    assert refused.returncode == stockmesh.cli.exits.SHORT
    assert json.loads(run("stock", "show", "tent", "--location", "LEJ", "--json").stdout)["rows"][0]["damaged"] == 1
    assert run("verify").returncode == 0


def test_a_reference_of_two_channels_and_a_sku_of_two_owners(run: Run, context: Context) -> None:
    """Both are refused with what to choose from, and done once it is said."""
    rival = save_merchant(context, Owner("rival", "Rival", "EUR"), [Channel("bay", "Bay")])
    save_items(context, rival, [item("tent", 2_000)], ())
    orders = [ORDER, {**ORDER, "channel": "bay"}]
    assert run("orders", "place", "-", stdin=json.dumps(orders)).returncode == 0
    unclear = run("orders", "show", "A-1")
    assert (unclear.returncode, "bay, web" in unclear.stderr) == (stockmesh.cli.exits.BAD_INPUT, True)
    assert json.loads(run("orders", "show", "A-1", "--channel", "bay", "--json").stdout)["state"] == "waiting"
    unclear = run("stock", "availability", "tent")
    assert (unclear.returncode, "rival, shop" in unclear.stderr) == (stockmesh.cli.exits.BAD_INPUT, True)
    brought = ("stock", "move", "tent", "5", "LEJ", "supplier", "sellable", "--owner", "rival", "--key", "K1")
    assert "1 waiting order was given 2 units" in run(*brought).stdout
    assert "no order waits" in run(*brought).stdout
    counts = "sku,owner,location,quantity\ntent,rival,LEJ,9\ntent,,AMS,1\n"
    counted = run("stock", "count", "-", "--kind", "on_hand", "--as-of", "2026-03-03T08:00+00:00", stdin=counts)
    assert "rival, shop" in counted.stdout
    assert json.loads(run("stock", "holders", "tent", "LEJ", "--owner", "rival", "--json").stdout)["units"] == 2
    assert run("verify").returncode == 0


def test_a_contact_is_shown_on_request_and_erased(run: Run) -> None:
    """The order itself never shows it; `--contact` does, until it is erased."""
    contact = {"name": "Anna Zweig", "street": "Lindenstr. 1", "email": "anna@example.org"}
    placed = run("orders", "place", "-", stdin=json.dumps({**ORDER, "contact": contact}))
    assert placed.returncode == 0
    assert "Zweig" not in placed.stdout + run("orders", "show", "A-1", "--json").stdout
    assert run("orders", "show", "A-1", "--contact").stdout.splitlines()[:3] == ["Anna Zweig", "Lindenstr. 1", "10115"]
    assert "is erased" in run("orders", "erase-contact", "A-1").stdout
    assert json.loads(run("orders", "show", "A-1", "--contact", "--json").stdout) is None
    assert run("verify").returncode == 0


def test_every_command_has_help() -> None:
    """Each command and group says what it does."""
    groups = [group.typer_instance for group in app.registered_groups if group.typer_instance]
    commands = [command for one in (app, *groups) for command in one.registered_commands]
    assert commands
    assert [command.callback for command in commands if not (command.callback and command.callback.__doc__)] == []
    assert all(group.help for group in app.registered_groups)
