"""From checked orders and the books as they stand to decisions: the arrays the core reads, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I32
from stockmesh.domain.sourcing.arrays import NO_TERMS, Demand, Plans, Supply, Terms
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.extracts import cut_world, widen
from stockmesh.domain.sourcing.facts import Names, Record, write_facts, write_outcomes
from stockmesh.domain.sourcing.shortlisting import disprove
from stockmesh.flows.asking import Asked, Needs, needs_of
from stockmesh.flows.calendar_window import load_window
from stockmesh.flows.context import Context, Present
from stockmesh.flows.looking import Look, Sight, look_everywhere, look_narrowly
from stockmesh.flows.ordering import WISHES, CheckedOrder, lay_out_lines
from stockmesh.flows.reading_stock import read_cells, read_everywhere
from stockmesh.store.database import Session

NOTHING: Final = Record(np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Decided:
    """A batch after the core: what was asked, what was seen, what was decided."""

    asked: Asked
    demand: Demand
    before: Supply  # what there was to take
    names: Names
    plans: Plans
    facts: Record
    outcomes: Record
    narrowed: bool  # in a large network: orders looked at a few locations only
    complete: NDArray[np.bool_]  # [orders] who looked only where all it wants is carried


def decide(
    session: Session,
    context: Context,
    present: Present,
    orders: Sequence[CheckedOrder],
    *,
    look: Look = Look.ALL,
    apart: bool = False,
) -> Decided:
    """Decisions for orders that share a market, in their order, each seeing what those before it took.

    In a large network orders may look at a few locations only; such a plan is not called proven. Orders decided `apart`
    see nothing of each other, and what they saw is not recorded.
    """
    days = [order.request.placed_at.date() for order in orders]
    asked = Asked(
        orders=orders,
        lines=lay_out_lines(orders, present.catalogue),
        present=present,
        market=context.market(present.world_id, present.facts, days[0]),
        window=load_window(session, present, min(days), max(days)),
    )
    needs = needs_of(asked)
    narrowed = look is not Look.ALL and asked.market.is_wide
    if narrowed:
        sight = look_narrowly(session, asked, needs, best=look is Look.BEST)
        available = read_cells(session, present, needs.items, sight.extract.location, sight.cells(needs))
    else:
        sight = look_everywhere(asked)
        available = read_everywhere(session, present, needs.items)
    before = Supply(available, asked.window.slots[sight.extract.location])
    demand = _demand(asked, needs, sight)
    world = cut_world(asked.market.world, sight.extract)
    plans = decide_batch(world, demand, Supply(before.available.copy(), before.slots.copy()), apart=apart)
    disprove(plans, sight.narrowed.covers)
    names = Names(asked.lines.item, needs.items, sight.narrowed.covers, sight.extract)
    return Decided(
        asked=asked,
        demand=demand,
        before=before,
        names=names,
        plans=widen(plans, sight.extract),
        facts=NOTHING if apart else write_facts(demand, plans, before, names, present.facts.policy.wait_days_max),
        outcomes=NOTHING if apart else write_outcomes(demand, plans, sight.extract),
        narrowed=narrowed,
        complete=sight.narrowed.complete,
    )


def decide_again(decided: Decided, terms: Terms) -> Plans:
    """Other plans for the same orders under other terms, each apart from the others, from what there was to take."""
    world = cut_world(decided.asked.market.world, decided.names.extract)
    plans = decide_batch(world, decided.demand._replace(terms=terms), decided.before, apart=True)
    disprove(plans, decided.names.covers)
    return widen(plans, decided.names.extract)


def _demand(asked: Asked, needs: Needs, sight: Sight) -> Demand:
    orders, lines, catalogue = asked.orders, asked.lines, asked.present.catalogue
    policy = asked.present.facts.policy
    tariff_of, destination = _destinations(asked)
    sides = catalogue.sides_um[lines.item]
    per_order = np.bincount(lines.order, minlength=len(orders))
    return Demand(
        line_start=np.cumsum([0, *per_order], dtype=np.int64),
        component_start=needs.start,
        component_row=needs.row,
        component_quantity=needs.quantity,
        quantity=lines.quantity,
        weight_mg=catalogue.weight_mg[lines.item],
        volume_um3=catalogue.volume_um3[lines.item],
        sides_um=sides,
        exceeds=asked.market.exceeds(sides),
        penalty_minor=policy.unserved_minor
        + catalogue.price_minor[lines.item] * policy.unserved_price_ppm // 1_000_000,
        destination=destination,
        wish=np.array([WISHES[order.request.wish] for order in orders], dtype=np.int8),
        buffer=np.array([order.channel.buffer_units for order in orders], dtype=np.int64),
        barred=sight.barred,
        first_slot=asked.window.first_slots(asked.placed_us, sight.extract.location),
        tariff_of=np.take(tariff_of, sight.extract.offer, axis=1),
        terms=NO_TERMS,
    )


def _destinations(asked: Asked) -> tuple[I32, I32]:
    """One row of tariffs per distinct destination, and each order's row."""
    keys = [(order.destination.country, order.destination.area) for order in asked.orders]
    place_of = {key: order.destination for key, order in zip(keys, asked.orders, strict=True)}
    number = {key: index for index, key in enumerate(place_of)}
    tariff_of = np.stack([asked.market.tariff_row(place) for place in place_of.values()])
    return tariff_of, np.array([number[key] for key in keys], dtype=np.int32)
