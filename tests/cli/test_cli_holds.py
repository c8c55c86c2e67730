"""`stockmesh holds`: what is kept for carts is shown and given up."""

import json
import os
import subprocess
import sys
from pathlib import Path

from stockmesh.cli.exits import CONFLICT, USAGE
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.flows.context import Context
from stockmesh.flows.hold_cart import Cart, hold_cart
from worlds import SmallWorld, put_in_books


def test_a_hold_is_listed_and_released(context: Context, database_url: str) -> None:
    """The books' clock stands in March; to the program the hold is long over, unless it lasts until today."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 3})
    hold = hold_cart(context, Cart("web", Destination("DE", "10115"), (OrderLine("tent", 2),)))
    with context.database.session() as session:
        session.execute("UPDATE cart_hold SET expires_at = '2999-01-01'")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).parent / "stockmesh", "holds", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "STOCKMESH_DATABASE_URL": database_url, "COLUMNS": "200"},
        )

    assert "tent 2" in run("list").stdout
    assert run("list", "--state", "lost").returncode == USAGE
    assert "2 units given back" in run("release", str(hold)).stdout
    assert run("release", str(hold)).returncode == CONFLICT
    [told] = json.loads(run("list", "--state", "all", "--json").stdout)["rows"]
    assert told["state"] == "released"
