"""`stockmesh policy`: show, check, diff, publish."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, progress, table
from stockmesh.cli.running import running
from stockmesh.domain.kernel.words import count_of

if TYPE_CHECKING:
    from stockmesh.domain.sourcing.policy import SourcingPolicy
    from stockmesh.flows.policies import Comparison, Sourced

app = typer.Typer(no_args_is_help=True)
PolicyFile = Annotated[Path, typer.Argument(metavar="FILE", help="a policy as TOML; - reads standard input")]


@app.command()
def show(
    *, toml: Annotated[bool, typer.Option("--toml", help="print it as a file to edit")] = False, as_json: AsJson = False
) -> None:
    """The policy in force."""
    from stockmesh.flows.policies import current_policy
    from stockmesh.gateways.policies import FIGURES, write_policy

    with running() as context:
        policy = current_policy(context)
    if toml:
        typer.echo(write_policy(policy), nl=False)
        return

    def render() -> None:
        console.print(f"Policy {policy.version}", style="bold", markup=False)
        said = [(name, f"{getattr(policy, name):,}", figure.words) for name, figure in FIGURES.items()]
        table(["figure", "value", "meaning"], said, right=["value"], fold=["meaning"])

    emit(policy, as_json, render)


@app.command()
def check(
    file: PolicyFile,
    *,
    order: Annotated[int | None, typer.Option(min=1, help="the number of an order to decide again by it")] = None,
    as_json: AsJson = False,
) -> None:
    """Whether a policy can be used, and what it would make of an order; nothing is changed."""
    from stockmesh.flows.policies import compare_order

    policy = _read(file)
    if order is None:
        emit(policy, as_json, lambda: console.print(f"Policy {policy.version} can be used.", markup=False))
        return
    with running() as context:
        found = compare_order(context, policy, order)
    emit(found, as_json, lambda: _show(found))


@app.command()
def diff(
    file: PolicyFile,
    *,
    orders: Annotated[int, typer.Option(min=1, max=20_000, help="how many of the latest orders")] = 1_000,
    as_json: AsJson = False,
) -> None:
    """Decide the latest orders again by a policy: which change, and what it costs and saves. Nothing is changed."""
    from stockmesh.flows.policies import compare_latest

    policy = _read(file)
    with running() as context, progress("Deciding again") as moved:
        found = compare_latest(context, policy, orders, moved)
    emit(found, as_json, lambda: _show(found))


@app.command()
def publish(file: PolicyFile, *, as_json: AsJson = False) -> None:
    """Put a policy in force: what is decided from now on is decided by it."""
    from stockmesh.flows.policies import publish_policy

    policy = _read(file)
    with running() as context:
        world_id = publish_policy(context, policy)
    answer = {"policy": policy.version, "world_id": world_id}
    emit(
        answer, as_json, lambda: console.print(f"Policy {policy.version} is in force, world {world_id}.", markup=False)
    )


def _read(file: Path) -> "SourcingPolicy":
    from stockmesh.gateways.order_files import UnreadableInput
    from stockmesh.gateways.policies import read_policy

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(place=str(file), problem=str(error)) from error
    return read_policy(text)


def _show(found: "Comparison") -> None:
    console.print(
        f"{count_of(found.orders, 'order')} by {found.policy}, otherwise than decided: {found.changed:,}", markup=False
    )
    before, after = found.before, found.after
    table(
        ["", "as decided", "by this policy"],
        [
            ("cost", before.cost, after.cost),
            ("shipments", f"{before.shipments:,}", f"{after.shipments:,}"),
            ("split orders", f"{before.split_orders:,}", f"{after.split_orders:,}"),
            ("units not sent", f"{before.unserved_units:,}", f"{after.unserved_units:,}"),
            ("days waited", f"{before.wait_days:,}", f"{after.wait_days:,}"),
        ],
        right=["as decided", "by this policy"],
    )
    if found.examples:
        console.print("\nThe changes that weigh most", style="bold")
        rows = [(one.order_id, _said(one.before), _said(one.after)) for one in found.examples]
        table(["order", "as decided", "by this policy"], rows, fold=["as decided", "by this policy"])


def _said(side: "Sourced") -> str:
    left = f", {count_of(side.unserved_units, 'unit')} not sent" if side.unserved_units else ""
    return f"{' + '.join(side.locations) or 'nowhere'}: {side.cost}{left}"
