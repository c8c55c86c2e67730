"""Deciding one order of a batch once more, from what it saw."""

import numpy as np

from stockmesh.domain.sourcing.arrays import Demand, Supply, Terms, World
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.plans import Plan, read_plan


def decide_again(world: World, demand: Demand, seen: Supply, order: int = 0) -> Plan:
    """The plan of one order, given the supply as that order saw it. `seen` is not changed.

    The same facts give the same plan as within the batch, to the last number.
    """
    alone = single_order(demand, order)
    plans = decide_batch(world, alone, Supply(seen.available.copy(), seen.slots.copy()))
    return read_plan(plans, alone, 0)


def single_order(demand: Demand, order: int) -> Demand:
    """A batch that holds only the given order."""
    first, last = (int(line) for line in demand.line_start[order : order + 2])
    begin, end = int(demand.component_start[first]), int(demand.component_start[last])
    return Demand(
        line_start=np.array([0, last - first], np.int64),
        component_start=demand.component_start[first : last + 1] - begin,
        component_row=demand.component_row[begin:end],
        component_quantity=demand.component_quantity[begin:end],
        quantity=demand.quantity[first:last],
        weight_mg=demand.weight_mg[first:last],
        volume_um3=demand.volume_um3[first:last],
        sides_um=demand.sides_um[first:last],
        exceeds=demand.exceeds[first:last],
        penalty_minor=demand.penalty_minor[first:last],
        destination=demand.destination[order : order + 1],
        wish=demand.wish[order : order + 1],
        buffer=demand.buffer[order : order + 1],
        barred=demand.barred[order : order + 1],
        first_slot=demand.first_slot[order : order + 1],
        tariff_of=demand.tariff_of,
        terms=_single_terms(demand.terms, order, slice(first, last)),
    )


def _single_terms(terms: Terms, order: int, lines: slice) -> Terms:
    """The terms of one order of a batch."""
    return terms._replace(
        row=terms.row[order : order + 1],
        due=terms.due[order : order + 1],
        late_minor=terms.late_minor[order : order + 1],
        late_days_max=terms.late_days_max[order : order + 1],
        unit_micro=terms.unit_micro[lines],
    )
