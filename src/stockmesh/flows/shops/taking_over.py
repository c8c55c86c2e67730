"""Levels that a shop tells. Stockmesh keeps the stock, so they are heard only while a shop is being taken over."""

from collections.abc import Iterator, Mapping
from typing import Any

from stockmesh.flows.context import Context
from stockmesh.flows.shops.orders import Verdict
from stockmesh.gateways.shops.messages import LevelTold

Row = dict[str, Any]


def take_levels(context: Context, told: Mapping[int, tuple[Row, LevelTold]]) -> Iterator[tuple[int, Verdict]]:
    """What became of each level, by its message."""
    del context
    for number in told:
        yield number, "Not used: stock is kept here, and the shop's own count of it is not heard."
