"""Files of a million rows into the books: checked, staged and applied; rows a second and the memory it took."""

import json
import random
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.network import bench_context, bench_network
from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.context import Context
from stockmesh.flows.importing.history import import_file
from stockmesh.flows.importing.jobs import Said
from stockmesh.flows.importing.running import Wishes
from stockmesh.flows.set_up import publish_network, save_merchant
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.sheets import Manner, open_sheet

ROWS: Final = 1_000_000
LOCATIONS: Final = 10
AS_OF: Final = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def write_items(path: Path, count: int) -> None:
    """A file of items as a shop exports it: seven columns, a price, a tariff number."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        out.write("sku,title,weight_kg,length_cm,width_cm,height_cm,price,hs_code,origin\n")
        for number in range(count):
            weight, price = chance.randrange(50, 9_000), chance.randrange(100, 20_000)
            out.write(
                f"SKU{number:07},Item number {number},{weight / 1000:.3f},{chance.randrange(5, 60)},"
                f"{chance.randrange(5, 40)},{chance.randrange(1, 30)},{price / 100:.2f},95030041,CN\n"
            )


def write_stock(path: Path, count: int, *, more: int = 0) -> None:
    """A file of counts: every item at ten locations, each with so many units more."""
    chance = random.Random(2)
    with path.open("w", encoding="utf-8") as out:
        out.write("sku,location,quantity\n")
        for number in range(count):
            item, location = divmod(number, LOCATIONS)
            out.write(f"SKU{item:07},S{location:04},{chance.randrange(500) + more}\n")


def bring(context: Context, kind: str, path: Path, wishes: Wishes, *, case: str = "for the first time") -> int:
    """Imports a file that has no problems; answers its rows, printing the figure."""
    started = time.perf_counter()
    seen: dict[str, float] = {}

    def moved(what: str, *_: int) -> None:
        seen.setdefault(what, time.perf_counter() - started)

    imported = import_file(context, open_sheet(path, SHEETS[kind], Manner()), wishes, moved)
    seconds = time.perf_counter() - started
    assert imported.job is not None, imported.problems
    report = {
        "name": f"import {kind}, {imported.rows:,} rows {case}: checked, staged, applied",
        "ours": round(imported.rows / seconds),
        "unit": "rows/s",
        "seconds": round(seconds, 1),
        "seconds_until_applying": round(seen.get("Applying", 0.0), 1),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "created": imported.job.created,
        "changed": imported.job.changed,
        "unchanged": imported.job.unchanged,
    }
    print(json.dumps(report), flush=True)
    return imported.rows


def run(count: int = ROWS) -> None:
    """Items, a first count of their stock, both again as they are, and a later count in which every cell differs."""
    with bench_context() as context, TemporaryDirectory() as folder:
        save_merchant(context, Owner("bench", "Benchmark", "EUR"), [Channel("web", "Web")])
        publish_network(context, bench_network(LOCATIONS), SourcingPolicy(), "GBP")
        items, stock = Path(folder) / "items.csv", Path(folder) / "stock.csv"
        write_items(items, count)
        write_stock(stock, count)
        bring(context, "items", items, Wishes())
        counted = Said(kind="on_hand", as_of=AS_OF)
        bring(context, "stock", stock, Wishes(said=counted))
        bring(context, "items", items, Wishes(again=True), case="that change nothing")
        bring(context, "stock", stock, Wishes(said=counted, again=True), case="that change nothing")
        write_stock(stock, count, more=1)
        later = Said(kind="on_hand", as_of=AS_OF + timedelta(hours=1))
        bring(context, "stock", stock, Wishes(said=later), case="that all change")
        assert verify_books(context).ok


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
