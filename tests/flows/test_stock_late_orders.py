"""Orders sold before a count of available and recorded after it."""

from typing import Any

import numpy as np
import pytest

from conftest import HandClock
from stock_world import level, place, small_world
from stockmesh.domain.network.calendars import microseconds
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.flows import place_orders as placing
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import count_stock
from stockmesh.flows.late_orders import Commits, offset_late_commits
from stockmesh.flows.taking import Taken, take
from stockmesh.flows.verify_books import verify_books


def commits_of(items: list[int], locations: list[int], units: list[int], occurred_us: list[int]) -> Commits:
    return Commits(*(np.array(values, dtype=np.int64) for values in (items, locations, units, occurred_us)))


@pytest.mark.parametrize(("kind", "offset"), [(CountKind.AVAILABLE, 5), (CountKind.ON_HAND, 0)])
def test_only_a_count_of_available_had_left_the_units_out(
    context: Context, clock: HandClock, kind: CountKind, offset: int
) -> None:
    small_world(context, {("DAV", "MUG"): 10, ("GLA", "MUG"): 10})
    sold_us = microseconds(clock.now)
    clock.advance(hours=1)
    count_stock(context, [StockCount("MUG", "DAV", 10, kind, clock.now)])
    with context.database.session() as session:
        [mug] = session.execute("SELECT item_id FROM item WHERE sku = 'MUG'").fetchall()
    item, later_us = mug["item_id"], microseconds(clock.now) + 1
    commits = commits_of([item] * 4, [1, 2, 1, 1], [3, 4, 2, 1], [sold_us, sold_us, later_us - 1, later_us])
    given_back = context.database.transact(lambda session: offset_late_commits(session, context, commits))
    assert given_back == offset
    assert level(context, "MUG", "DAV").sellable == 10 + offset
    assert verify_books(context).ok


def test_a_count_that_arrives_between_reading_and_taking_leaves_the_units_out(
    context: Context, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sold at nine, counted available at ten, recorded while the count came in: what was counted stays available."""
    small_world(context, {("DAV", "MUG"): 10})
    sold_at = clock.now
    clock.advance(hours=1)

    def take_after_count(*arguments: Any) -> Taken:
        monkeypatch.setattr(placing, "take", take)
        count_stock(context, [StockCount("MUG", "DAV", 6, CountKind.AVAILABLE, clock.now)])
        return take(*arguments)

    monkeypatch.setattr(placing, "take", take_after_count)
    place(context, "SOLD", {"MUG": 4}, at=sold_at)
    now = level(context, "MUG", "DAV")
    assert (now.sellable, now.committed, now.on_hand) == (6, 4, 10)
    assert verify_books(context).ok


def test_nothing_committed_is_nothing_late(context: Context) -> None:
    nothing = commits_of([], [], [], [])
    assert context.database.transact(lambda session: offset_late_commits(session, context, nothing)) == 0
