"""Having the solver compiled before the first order comes."""

import numpy as np

from stockmesh.domain.carriers.tariffs import ROW, Tariffs
from stockmesh.domain.sourcing.arrays import BACKORDER, NO_TERMS, Demand, Policy, Sites, Supply, World
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.desk import EXACT_PIECES
from stockmesh.domain.sourcing.extracts import Extract
from stockmesh.domain.sourcing.facts import Names, write_facts, write_outcomes
from stockmesh.domain.sourcing.shortlisting import Wants, narrow, rank_for


def warm() -> None:
    """Compiles the core, or loads it from the compiler's cache, by sourcing one order at one location."""
    lines = EXACT_PIECES + 1
    one, none = np.ones(1, np.int64), np.zeros(1, np.int64)
    tariffs = Tariffs(
        rows=np.array([(0, 1, lines, lines, lines, 0, 1, 0, 0, 1_000_000)], ROW),
        break_weight_max_mg=one * lines,
        break_volume_max_um3=one * lines,
        break_price_minor=one,
    )
    every = np.ones(lines, np.int64)
    demand = Demand(
        line_start=np.array([0, lines]),
        component_start=np.arange(lines + 1),
        component_row=np.zeros(lines, np.int32),
        component_quantity=every,
        quantity=every,
        weight_mg=every,
        volume_um3=every,
        sides_um=np.zeros((lines, 3), np.int32),
        exceeds=np.zeros(lines, np.int64),
        penalty_minor=every,
        destination=np.zeros(1, np.int32),
        wish=np.full(1, BACKORDER, np.int8),
        buffer=none,
        barred=np.zeros((1, 1), np.int8),
        first_slot=np.zeros((1, 1), np.int32),
        tariff_of=np.zeros((1, 1), np.int32),
        terms=NO_TERMS,
    )
    world = World(Sites(none, none, none, np.array([0, 1])), tariffs, Policy(10_000, 0, 0, 1))
    before = Supply(one.reshape(1, 1) * lines, one.reshape(1, 1))
    plans = decide_batch(world, demand, Supply(before.available.copy(), before.slots.copy()))
    extract = Extract(none, none)
    write_facts(demand, plans, before, Names(every, row_item=one, covers=one > 0, extract=extract), 0)
    write_outcomes(demand, plans, extract)
    rank_for(world, demand.tariff_of[0], one, 0)
    first, carried = np.zeros(1, np.int32), np.ones((1, 1), np.bool_)
    narrow(Wants(np.array([0, 1]), first, carried, first, np.zeros((1, 1), np.int32)), np.zeros((1, 1), np.int8), True)
