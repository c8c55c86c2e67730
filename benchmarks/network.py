"""The world of the benchmarks: N locations in Britain, the sample's carriers, items of one merchant, much stock."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from stockmesh.app import utc_now
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.network.items import Item
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.context import Context
from stockmesh.flows.set_up import open_stock, publish_network, save_items, save_merchant
from stockmesh.gateways.engine import engine_version
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.retailer import Network, OpeningStock
from stockmesh.gateways.sample.network import sample_network
from stockmesh.store import embedded
from stockmesh.store.database import Database
from stockmesh.store.migrating import migrate

START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOWNS: Final = (
    ("SW1A 1AA", 51_501_000, -141_000), ("M1 1AE", 53_481_000, -2_236_000), ("EH1 1YZ", 55_950_000, -3_190_000),
    ("B33 8TH", 52_485_000, -1_793_000), ("CF10 1EP", 51_476_000, -3_176_000), ("LS2 9JT", 53_807_000, -1_555_000),
    ("G12 8QQ", 55_872_000, -4_288_000), ("NE1 4LP", 54_973_000, -1_614_000), ("PL4 8AA", 50_375_000, -4_138_000),
    ("NR1 3JU", 52_628_000, 1_299_000),
)  # fmt: skip
ORDERS_A_DAY: Final = 1_000_000


@contextmanager
def bench_context() -> Iterator[Context]:
    """A context on a fresh embedded PostgreSQL with fsync on, gone afterwards."""
    with TemporaryDirectory(prefix="stockmesh-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "home")
        database = Database(server.get_uri()).open()
        migrate(server.get_uri())
        yield Context(database=database, clock=utc_now, load_gazetteer=load_gazetteer, engine=engine_version())
        database.close()
        server.cleanup()


def bench_network(locations: int) -> Network:
    """Sites spread over ten towns, all like the sample's second British one, with room for every order."""
    sample = sample_network()
    model = next(place for place in sample.locations if place.code == "GB-GLA")
    sites = tuple(
        replace(
            model,
            code=f"S{number:04}",
            name=f"Site {number}",
            postcode=TOWNS[number % len(TOWNS)][0].split()[0],
            latitude_e6=TOWNS[number % len(TOWNS)][1],
            longitude_e6=TOWNS[number % len(TOWNS)][2],
            handling_order_micro=model.handling_order_micro + 1_000 * (number % 97),
            daily_orders_max=ORDERS_A_DAY,
        )
        for number in range(locations)
    )
    return Network(sites, sample.carriers, sample.fx_ppm)


def set_up(context: Context, *, locations: int, items: int, units: int, share_percent: int = 100) -> None:
    """The books of the benchmark: each item at `share_percent` of the locations, `units` in each."""
    chance = random.Random(20_26)
    goods = [
        Item(
            sku=f"SKU{number:06}",
            title=f"item {number}",
            weight_mg=chance.randrange(50, 3_000) * 1_000,
            length_um=200_000,
            width_um=150_000,
            height_um=50_000,
            unit_price_minor=chance.randrange(100, 5_000),
            hs_code="",
            origin_country="GB",
        )
        for number in range(items)
    ]
    network = bench_network(locations)
    owner = save_merchant(context, Owner("bench", "Benchmark", "GBP"), [Channel("web", "Web")])
    publish_network(context, network, SourcingPolicy(), "GBP")
    save_items(context, owner, goods, [])
    for start in range(0, items, 1_000):
        opening = [
            OpeningStock(item.sku, place.code, units)
            for item in goods[start : start + 1_000]
            for place in network.locations
            if chance.randrange(100) < share_percent
        ]
        open_stock(context, owner, opening, occurred_at=START - timedelta(days=1))


def draw_orders(count: int, *, items: int, prefix: str, seed: int, hot: bool = False) -> list[OrderRequest]:
    """Orders of two lines of one to three units; `hot`: the first line is always the same item."""
    chance = random.Random(seed)
    return [
        OrderRequest(
            reference=f"{prefix}{number}",
            channel="web",
            placed_at=START + timedelta(milliseconds=10 * number),
            destination=Destination("GB", chance.choice(TOWNS)[0]),
            lines=tuple(
                OrderLine(f"SKU{item:06}", chance.randrange(1, 4), 500) for item in _two_items(chance, items, hot=hot)
            ),
        )
        for number in range(count)
    ]


def _two_items(chance: random.Random, items: int, *, hot: bool) -> Sequence[int]:
    return [0, chance.randrange(1, items)] if hot else chance.sample(range(items), 2)
