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


def test_a_refused_count_shows_its_code(run: Run) -> None:
    """Each refused row is told with the code that the reference explains."""
    counts = "sku,location,quantity\ntnet,LEJ,1\ntent,LEJ,x\n"
    result = run("stock", "count", "-", "--kind", "on_hand", "--as-of", "2026-03-02T08:00+00:00", stdin=counts)
    assert "[unknown_stock_item]" in result.stdout
    assert "[bad_count_row]" in result.stdout


def test_cost_and_penalty_mean_the_same_everywhere(run: Run) -> None:
    """Placed, placed again, listed, shown, explained: what is paid, and apart from it what unserved units weighed."""
    short = {**ORDER, "lines": [{"sku": "tent", "quantity": 6}]}
    placed, again = (json.loads(run("orders", "place", "-", "--json", stdin=json.dumps(short)).stdout)[0] for _ in "12")
    (listed,) = json.loads(run("orders", "list", "--json").stdout)["rows"]
    decision = json.loads(run("orders", "show", "A-1", "--json").stdout)["decision"]
    why = json.loads(run("orders", "show", "A-1", "--why", "--json").stdout)["why"]
    costs = [placed["cost_minor"], again["cost_minor"], listed["cost"]["minor"], decision["plan_cost"]["minor"]]
    penalties = [placed["penalty_minor"], again["penalty_minor"], listed["penalty"]["minor"]]
    penalties += [decision["unserved"]["minor"], why["penalty"]["minor"]]
    assert set(costs) == {why["cost"]["minor"]} == {sum(one["cost"]["minor"] for one in why["shipments"])}
    assert set(penalties) == {sum(one["penalty"]["minor"] for one in why["unserved"])}
    assert penalties[0] > 0
    assert "penalty" in run("orders", "place", "-", stdin=json.dumps(short)).stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("orders", "list", "--country", "Narnia"), "unknown_country"),
        (("orders", "list", "--location", "LEX"), "unknown_location"),
        (("orders", "list", "--channel", "wbe"), "unknown_channel"),
        (("orders", "credits", "--sku", "tnet"), "no_such_item"),
        (("stock", "show", "--location", "LEX"), "unknown_location"),
        (("stock", "incoming", "--sku", "tnet"), "no_such_item"),
        (("stock", "incoming", "--location", "LEX"), "unknown_location"),
    ],
)
def test_a_filter_that_names_nothing_known_is_refused(run: Run, arguments: tuple[str, ...], code: str) -> None:
    """A misspelt name is no empty list."""
    result = run(*arguments)
    assert (result.returncode, result.stdout) == (stockmesh.cli.exits.UNKNOWN, "")
    assert f"[{code}]" in result.stderr


def test_a_state_or_sort_that_is_none_is_told_with_what_is_possible(run: Run) -> None:
    """The usage error lists the words."""
    assert "open, waiting, paused, cancelled" in run("orders", "list", "--state", "lost").stderr
    assert "newest, oldest, dearest" in run("orders", "list", "--sort", "best").stderr


def test_a_country_may_be_named_as_orders_name_it(run: Run) -> None:
    """Code or name, in the filter as in an order file."""
    run("orders", "place", "-", stdin=json.dumps({**ORDER, "destination": {"country": "Germany", "postcode": "10115"}}))
    for country in ("DE", "de", "Germany"):
        assert len(json.loads(run("orders", "list", "--country", country, "--json").stdout)["rows"]) == 1


@pytest.mark.parametrize(
    ("change", "field", "nearest"),
    [
        ({"whish": "refuse"}, "whish", "'wish'"),
        ({"lines": [{"sku": "tent", "qty": 1, "quantity": 1}]}, "lines[1].qty", "'lines[1].quantity'"),
        ({"destination": {"country": "DE", "postcode": "10115", "zip": "1"}}, "destination.zip", ""),
    ],
)
def test_a_field_that_no_order_has_is_refused(run: Run, change: dict[str, object], field: str, nearest: str) -> None:
    """The refusal names the order, the field and the nearest known one; the order beside it is placed."""
    odd = {**ORDER, "reference": "A-9", **change}
    result = run("orders", "place", "-", "--json", stdin=json.dumps([odd, ORDER]))
    refused, placed = json.loads(result.stdout)
    assert (refused["refusal"]["code"], placed["outcome"]) == ("unknown_field", "placed")
    assert (refused["refusal"]["order"], refused["refusal"]["field"]) == ("A-9", field)
    assert nearest in refused["refusal"]["detail"]


def test_a_step_that_is_not_possible_names_the_order(run: Run) -> None:
    """Whoever reads the refusal in a log knows which order it was."""
    run("orders", "place", "-", stdin=json.dumps(ORDER))
    number = json.loads(run("orders", "show", "A-1", "--json").stdout)["order_id"]
    assert f"order {number} is open: resume is not possible" in run("orders", "resume", "A-1").stderr


def test_the_plan_in_force_stands_before_void_ones(run: Run) -> None:
    """After a change the first fulfilment shown is the planned one."""
    run("orders", "place", "-", stdin=json.dumps(ORDER))
    run("orders", "change", "A-1", "--line", "tent=1")
    shown = run("orders", "show", "A-1").stdout
    assert 0 < shown.index("planned") < shown.index("void")


def test_a_location_is_shown_in_words(run: Run) -> None:
    """Working days, cut-off, money: nothing of how the program stores them."""
    shown = run("locations", "show", "LEJ").stdout
    assert "Mon Tue Wed Thu Fri" in shown
    assert "0.50 EUR an order" in shown
    assert "micro" not in shown


def test_books_in_use_are_not_forgotten(run: Run, context: Context) -> None:
    """While another program is connected nothing is dropped; afterwards all is."""
    refused = run("demo-reset", "--yes")
    assert (refused.returncode, "[books_in_use]" in refused.stderr) == (stockmesh.cli.exits.CONFLICT, True)
    assert run("locations", "show", "LEJ").returncode == 0
    context.database.close()
    assert run("demo-reset", "--yes").returncode == 0
    assert run("locations", "list").returncode == stockmesh.cli.exits.EXITS["empty_network"]


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
    assert "1 waiting order got 2 units" in run(*brought).stdout
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
