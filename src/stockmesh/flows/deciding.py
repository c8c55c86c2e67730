"""From checked orders and the books as they stand to decisions: the arrays the core reads, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stockmesh.domain.kernel.compiled import I8, I32, I64
from stockmesh.domain.network.calendars import microseconds
from stockmesh.domain.sourcing.arrays import UNSEEN, Demand, Plans, Supply
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.facts import Names, Record, write_facts, write_outcomes
from stockmesh.domain.sourcing.market import Market
from stockmesh.domain.sourcing.shortlisting import disprove
from stockmesh.flows.calendar_window import Window, load_window
from stockmesh.flows.catalogue import Catalogue
from stockmesh.flows.context import Context, Present
from stockmesh.flows.ordering import WISHES, CheckedOrder, Lines, lay_out_lines
from stockmesh.flows.reading_stock import Shortlists, read_everywhere, read_shortlisted
from stockmesh.store.database import Session


@dataclass(frozen=True, eq=False)
class Asked:
    """A batch before the core: its orders and lines, and the market and working days they are decided in."""

    orders: Sequence[CheckedOrder]
    lines: Lines
    present: Present
    market: Market
    window: Window
    looked_at: int  # how many locations each order looks at in a large network; 0: all
    shortlists: Shortlists | None

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
        shortlists=shortlists_of(market, orders, look_at) if look_at and market.is_wide else None,
    )
    components = explode(asked.lines, present.catalogue)
    row_item, component_row = np.unique(components.item, return_inverse=True)
    if asked.shortlists is None:
        available = read_everywhere(session, present, row_item)
    else:
        wanted = (np.repeat(asked.lines.order, np.diff(components.start)), component_row)
        available = read_shortlisted(session, present, row_item, wanted=wanted, shortlists=asked.shortlists)
    before = Supply(available, asked.window.slots)
    demand = _demand(asked, components, component_row.astype(np.int32))
    plans = decide_batch(asked.market.world, demand, Supply(before.available.copy(), before.slots.copy()))
    disprove(plans, demand)
    names = Names(line_item=asked.lines.item, row_item=row_item, longest_um=asked.longest_um)
    facts = write_facts(demand, plans, before, names, present.facts.policy.wait_days_max)
    return Decided(asked, demand, names, plans, facts, write_outcomes(demand, plans))


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


def shortlists_of(market: Market, orders: Sequence[CheckedOrder], look_at: int) -> Shortlists:
    """The lists of the batch's destinations, one each, and each order's list."""
    keys = [(order.destination.country, order.destination.area) for order in orders]
    place_of = {key: order.destination for key, order in zip(keys, orders, strict=True)}
    number = {key: index for index, key in enumerate(place_of)}
    lists = tuple(market.shortlist(place, look_at) for place in place_of.values())
    return Shortlists(lists, np.array([number[key] for key in keys], dtype=np.int64))


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
    if asked.shortlists is not None:
        barred[~asked.shortlists.seen(len(locations))] = UNSEEN
    return barred
