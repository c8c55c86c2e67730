"""Levels that a shop tells. Stockmesh keeps the stock, so they are heard only of a shop that is being taken over: then
they are counts of what is available, netted like any other count."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.flows.acting import Actor, ActorKind, working_as
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import RefusedCount, count_stock
from stockmesh.flows.shops.orders import Verdict
from stockmesh.gateways.shops.messages import LevelTold
from stockmesh.store.database import column, rows
from stockmesh.store.vectors import Vector

UNHEARD: Final = "Not used: stock is kept here, and the shop's own count of it is not heard."
Row = dict[str, Any]


@dataclass(frozen=True)
class ToldLevel:
    """A level with its message and the shop that told it."""

    message_id: int
    shop: Row
    level: LevelTold

    @property
    def location(self) -> str:
        """Our location that the shop's leads to; empty unless it is exactly one."""
        found = [code for code, number in self.shop["locations"].items() if number == self.level.location]
        return found[0] if len(found) == 1 else ""


def take_levels(context: Context, told: Mapping[int, tuple[Row, LevelTold]]) -> dict[int, Verdict]:
    """What became of each level, by its message."""
    levels = [ToldLevel(number, shop, level) for number, (shop, level) in told.items()]
    verdicts: dict[int, Verdict] = {one.message_id: UNHEARD for one in levels}
    heard = [one for one in levels if one.shop["takes_counts"]]
    skus = _skus(context, heard) if heard else {}
    by_shop: defaultdict[int, list[tuple[ToldLevel, str]]] = defaultdict(list)
    for one in heard:
        sku = skus.get((one.shop["shop_id"], one.level.stock_number), "")
        if sku and one.location:
            by_shop[one.shop["shop_id"]].append((one, sku))
        else:
            word = "no product with this number is known" if one.location else "no location of ours is this one"
            verdicts[one.message_id] = f"Not used: {word}."
    for ours in by_shop.values():
        verdicts |= _count(context, ours)
    return verdicts


def _skus(context: Context, levels: list[ToldLevel]) -> dict[tuple[int, str], str]:
    with context.database.session() as session:
        found = rows(
            session,
            "shops/stock_skus",
            shops=Vector(column([one.shop["shop_id"] for one in levels])),
            numbers=[one.level.stock_number for one in levels],
        )
    return {(row["shop_id"], row["stock_number"]): row["sku"] for row in found}


def _count(context: Context, ours: list[tuple[ToldLevel, str]]) -> dict[int, Verdict]:
    """Counts of one shop, in one act; of a cell that was told twice for one instant, the later message is heard."""
    said = {(sku, one.location, one.level.as_of): one for one, sku in ours}
    counts = [
        # An oversold shop counts below nothing.
        StockCount(sku, place, max(one.level.available, 0), CountKind.AVAILABLE, as_of, owner=one.shop["owner"])
        for (sku, place, as_of), one in said.items()
    ]
    reference = f"shop {ours[0][0].shop['shop']}"
    with working_as(context, Actor(ActorKind.SHOP, ours[0][0].shop["shop"])):
        counting = count_stock(context, counts, reference=reference)
    results = {
        one.message_id: outcome.refusal if isinstance(outcome, RefusedCount) else ""
        for one, outcome in zip(said.values(), counting.outcomes, strict=True)
    }
    return {one.message_id: results.get(one.message_id, "") for one, _ in ours}
