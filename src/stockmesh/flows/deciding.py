"""From checked orders and the books as they stand to decisions: the arrays the core reads, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stockmesh.domain.kernel.compiled import I8, I32, I64
from stockmesh.domain.network.calendars import microseconds
from stockmesh.domain.sourcing.arrays import Demand, Plans, Supply
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.facts import UNSEEN, Names, Record, write_facts, write_outcomes
from stockmesh.domain.sourcing.market import Market
from stockmesh.flows.calendar_window import Window, load_window
from stockmesh.flows.catalogue import Catalogue
from stockmesh.flows.context import Context, Present
from stockmesh.flows.ordering import WISHES, CheckedOrder, Lines, lay_out_lines
from stockmesh.store.database import Session, arrays
from stockmesh.store.vectors import Vector


@dataclass(frozen=True, eq=False)
class Asked:
    """A batch before the core: its orders and lines, and the market and working days they are decided in."""

    orders: Sequence[CheckedOrder]
    lines: Lines
    present: Present
    market: Market
    window: Window
    looked_at: int  # how many locations each order looks at in a large network; 0: all

    @property
    def placed_us(self) -> I64:
        """When each order came in, microseconds since 1970."""
        return np.array([microseconds(order.request.placed_at) for order in self.orders], dtype=np.int64)

    @property
    def longest_um(self) -> I64:
        """The longest side among each order's items, micrometres."""
        longest = np.zeros(len(self.orders), dtype=np.int64)
        np.maximum.at(longest, self.lines.order, self.present.catalogue.longest_um[self.lines.item])
        return longest


@dataclass(frozen=True, eq=False)
class Decided:
    """A batch after the core: what was asked, what was seen, what was decided."""

    asked: Asked
    demand: Demand
    names: Names
    plans: Plans
    facts: Record
    outcomes: Record
    counted_us: int  # the latest count of available among the cells read, microseconds since 1970; 0: never


@dataclass(frozen=True, eq=False)
class StockRead:
    """What the locations could give of some items before channel buffers, and when it was last counted."""

    available: I64  # [items, locations]
    counted_us: int


@dataclass(frozen=True, eq=False)
class Components:
    """What the lines need, exploded: one entry per component of each line."""

    start: I64
    item: I64
    quantity: I64


def decide(
    session: Session, context: Context, present: Present, orders: Sequence[CheckedOrder], *, look_at: int = 0
) -> Decided:
    """Decisions for orders that share a market, in their order, each seeing what those before it took.

    With `look_at` each order looks at so many locations of a large network; such a plan is not called proven.
    """
    days = [order.request.placed_at.date() for order in orders]
    market = context.market(present.world_id, present.facts, days[0])
    asked = Asked(
        orders=orders,
        lines=lay_out_lines(orders, present.catalogue),
        present=present,
        market=market,
        window=load_window(session, present, min(days), max(days)),
        looked_at=look_at if market.is_wide else 0,
    )
    components = explode(asked.lines, present.catalogue)
    row_item, component_row = np.unique(components.item, return_inverse=True)
    if asked.looked_at:
        stock = load_shortlisted(session, asked, components, row_item, component_row)
    else:
        stock = load_stock(session, present, row_item)
    before = Supply(stock.available, asked.window.slots)
    demand = _demand(asked, components, component_row.astype(np.int32))
    plans = decide_batch(asked.market.world, demand, Supply(before.available.copy(), before.slots.copy()))
    if asked.looked_at:
        plans.proven[:] = 0
    names = Names(line_item=asked.lines.item, row_item=row_item, longest_um=asked.longest_um)
    facts = write_facts(demand, plans, before, names, present.facts.policy.wait_days_max)
    return Decided(asked, demand, names, plans, facts, write_outcomes(demand, plans), stock.counted_us)


def explode(lines: Lines, catalogue: Catalogue) -> Components:
    """The components of every line: the item itself, or what its kit is made of."""
    count = len(lines.item)
    if not catalogue.components or not np.isin(lines.item, list(catalogue.components)).any():
        return Components(np.arange(count + 1, dtype=np.int64), lines.item, np.ones(count, dtype=np.int64))
    parts = [catalogue.components.get(int(item), ((int(item), 1),)) for item in lines.item]
    return Components(
        start=np.cumsum([0, *map(len, parts)], dtype=np.int64),
        item=np.array([item for kit in parts for item, _ in kit], dtype=np.int64),
        quantity=np.array([units for kit in parts for _, units in kit], dtype=np.int64),
    )


def load_stock(session: Session, present: Present, items: I64) -> StockRead:
    """What every location could give of the items, ascending by item id."""
    found = arrays(session, "stock/snapshot", items=Vector(items))
    return _matrix(present, items, found)


def load_shortlisted(
    session: Session, asked: Asked, components: Components, items: I64, component_row: I64
) -> StockRead:
    """As `load_stock`, but only for the locations on the shortlist of an order that wants the item."""
    lists = [asked.market.shortlist(order.destination, asked.looked_at) for order in asked.orders]
    length = np.array([len(one) for one in lists], dtype=np.int64)
    start = np.cumsum(length) - length
    order_of = np.repeat(asked.lines.order, np.diff(components.start))
    repeats = length[order_of]
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    location = np.concatenate(lists)[np.repeat(start[order_of], repeats) + within]
    width = len(asked.present.facts.locations)
    cells = np.unique(np.repeat(component_row, repeats) * width + location)
    location_ids = np.array(asked.present.directory.location_ids, dtype=np.int64)
    found = arrays(
        session,
        "stock/snapshot_cells",
        items=Vector(items[cells // width]),
        locations=Vector(location_ids[cells % width]),
    )
    return _matrix(asked.present, items, found)


def _matrix(present: Present, items: I64, found: dict[str, I64]) -> StockRead:
    """Parallel arrays of cells as a matrix; cells not found hold nothing."""
    available = np.zeros((len(items), len(present.facts.locations)), dtype=np.int64)
    index_of = np.full(max(present.directory.location_ids, default=0) + 2, -1, dtype=np.int64)
    index_of[list(present.directory.location_ids)] = np.arange(len(present.directory.location_ids))
    location = index_of[np.minimum(found["location_id"], len(index_of) - 1)]
    known = location >= 0
    row = np.searchsorted(items, found["item_id"][known])
    available[row, location[known]] = found["available"][known]
    return StockRead(available, int(found["counted_us"].max(initial=0)))


def _demand(asked: Asked, components: Components, component_row: I32) -> Demand:
    orders, lines, catalogue = asked.orders, asked.lines, asked.present.catalogue
    policy = asked.present.facts.policy
    tariff_of, destination = _destinations(asked)
    per_order = np.bincount(lines.order, minlength=len(orders))
    return Demand(
        line_start=np.cumsum([0, *per_order], dtype=np.int64),
        component_start=components.start,
        component_row=component_row,
        component_quantity=components.quantity,
        quantity=lines.quantity,
        weight_mg=catalogue.weight_mg[lines.item],
        volume_um3=catalogue.volume_um3[lines.item],
        penalty_minor=policy.unserved_minor
        + catalogue.price_minor[lines.item] * policy.unserved_price_ppm // 1_000_000,
        destination=destination,
        wish=np.array([WISHES[order.request.wish] for order in orders], dtype=np.int8),
        buffer=np.array([order.channel.buffer_units for order in orders], dtype=np.int64),
        barred=_barred(asked),
        first_slot=asked.window.first_slots(asked.placed_us),
        tariff_of=tariff_of,
    )


def _destinations(asked: Asked) -> tuple[I32, I32]:
    """One row of tariffs per distinct destination and longest item that matters, and each order's row."""
    orders, market = asked.orders, asked.market
    limit = int(market.side_max_um.min(initial=0))
    matters = np.where(asked.longest_um > limit, asked.longest_um, 0).tolist()
    keys = [
        (order.destination.country, order.destination.area, longest)
        for order, longest in zip(orders, matters, strict=True)
    ]
    place_of = {key: order.destination for key, order in zip(keys, orders, strict=True)}
    number = {key: index for index, key in enumerate(place_of)}
    tariff_of = np.stack([market.tariff_row(place, key[2]) for key, place in place_of.items()])
    return tariff_of, np.array([number[key] for key in keys], dtype=np.int32)


def _barred(asked: Asked) -> I8:
    """Locations that an order's channel may not use, and those it does not look at."""
    orders, locations = asked.orders, asked.present.facts.locations
    barred = np.zeros((len(orders), len(locations)), dtype=np.int8)
    codes = np.array([location.code for location in locations])
    for index, order in enumerate(orders):
        if order.channel.locations:
            barred[index] = ~np.isin(codes, order.channel.locations)
        if asked.looked_at:
            unseen = np.ones(len(locations), dtype=np.bool_)
            unseen[asked.market.shortlist(order.destination, asked.looked_at)] = False
            barred[index, unseen] = UNSEEN
    return barred
