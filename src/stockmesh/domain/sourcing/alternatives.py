"""Why this plan and no other: the next best plans of one order, and for every location what spoke against it."""

from dataclasses import dataclass
from enum import StrEnum
from operator import mul
from typing import Final

import numpy as np

from stockmesh.domain.sourcing.again import decide_again, single_order
from stockmesh.domain.sourcing.arrays import NO_DAY, NO_LANE, NO_TARIFF, PART, REFUSE, Demand, Supply, World
from stockmesh.domain.sourcing.plans import Plan, Shipment

NEXT_BEST: Final = 3
REWARD_FLOOR_MINOR: Final = 10**10
REWARD_MAX_MICRO: Final = 1 << 61


class Verdict(StrEnum):
    """What became of a location."""

    USED = "used"
    BARRED = "barred"
    NO_TARIFF = "no_tariff"
    LATE = "late"
    FULL = "full"
    SHORT = "short"
    DEARER = "dearer"


# What became of a location, in a word; wherever outcomes are listed, in this order.
VERDICT_WORDS: Final = {
    Verdict.USED: "chosen",
    Verdict.DEARER: "dearer",
    Verdict.SHORT: "short",
    Verdict.FULL: "full",
    Verdict.LATE: "too late",
    Verdict.NO_TARIFF: "no carrier",
    Verdict.BARRED: "not for the channel",
}


@dataclass(frozen=True)
class Missing:
    """Units of a line (its number within the order) that a location lacks to fill it."""

    line: int
    units: int


@dataclass(frozen=True)
class Outcome:
    """One location's part in the decision.

    `dearer_minor`: what the cheapest plan that uses it costs more than the chosen one; below nothing only where that
    one is not proven. `shipment`: its bill in the chosen plan when used, in that cheapest plan when dearer.
    """

    location: int
    verdict: Verdict
    missing: tuple[Missing, ...] = ()
    dearer_minor: int = 0
    shipment: Shipment | None = None


@dataclass(frozen=True)
class Alternatives:
    """The chosen plan, the next best distinct ones by cost, and every location's outcome in location order."""

    chosen: Plan
    next_best: tuple[Plan, ...]
    outcomes: tuple[Outcome, ...]


def weigh_alternatives(world: World, demand: Demand, seen: Supply, order: int = 0) -> Alternatives:
    """What else could have been done for one order, given the supply as it saw it. Nothing is changed.

    Exact where the plans compared are proven; otherwise each figure is that of a good plan, not surely the best.
    """
    alone = single_order(demand, order)
    chosen = decide_again(world, alone, seen)
    free = alone._replace(wish=np.where(alone.wish == REFUSE, PART, alone.wish).astype(np.int8))
    forced: list[Plan] = []
    outcomes = []
    for location in range(len(world.sites.handling_order_micro)):
        outcome = _outcome(world, free, seen, chosen, location)
        if outcome.verdict is Verdict.DEARER:
            plan = decide_with(world, free, seen, location)
            outcome, plans = _dearer(outcome, chosen, plan)
            forced += plans
        outcomes.append(outcome)
    others = forced + [decide_without(world, free, seen, location) for location in chosen.locations]
    others += [decide_only(world, free, seen, location) for location in range(len(outcomes))]
    settled = tuple(_cheapest_of(outcome, chosen, others) for outcome in outcomes)
    return Alternatives(chosen, _next_best(chosen, others), settled)


def _cheapest_of(outcome: Outcome, chosen: Plan, plans: list[Plan]) -> Outcome:
    """The outcome with the cheapest plan found through its location.

    Leaving another location out may cut a line that is whole in the forced plan, and so do better.
    """
    if outcome.verdict is not Verdict.DEARER:
        return outcome
    through = [plan for plan in plans if outcome.location in plan.locations]
    if not through:
        return outcome
    return _dearer(outcome, chosen, min(through, key=lambda plan: plan.cost_minor))[0]


def decide_with(world: World, demand: Demand, seen: Supply, location: int) -> Plan:
    """The cheapest plan that uses the location if any does, at its true cost.

    The location is paid a reward larger than any plan's cost for sending something, and the reward is taken back.
    """
    micro_per_minor = world.policy.micro_per_minor
    ceiling = sum(map(mul, demand.penalty_minor.tolist(), demand.quantity.tolist()))
    reward_minor = min(ceiling + REWARD_FLOOR_MINOR, REWARD_MAX_MICRO // micro_per_minor)
    rewarded = world.sites.handling_order_micro.copy()
    rewarded[location] -= reward_minor * micro_per_minor
    plan = decide_again(world._replace(sites=world.sites._replace(handling_order_micro=rewarded)), demand, seen)
    if location not in plan.locations:
        return plan
    shipments = tuple(
        _with_handling(shipment, shipment.handling_minor + reward_minor) if shipment.location == location else shipment
        for shipment in plan.shipments
    )
    return Plan(plan.status, plan.proven, plan.cost_minor + reward_minor, plan.unserved_minor, shipments, plan.pieces)


def decide_without(world: World, demand: Demand, seen: Supply, location: int) -> Plan:
    """The best plan that leaves the location out."""
    barred = demand.barred.copy()
    barred[0, location] = 1
    return decide_again(world, demand._replace(barred=barred), seen)


def decide_only(world: World, demand: Demand, seen: Supply, location: int) -> Plan:
    """The best plan from the location alone."""
    barred = np.ones_like(demand.barred)
    barred[0, location] = demand.barred[0, location]
    return decide_again(world, demand._replace(barred=barred), seen)


def _outcome(world: World, demand: Demand, seen: Supply, chosen: Plan, location: int) -> Outcome:
    missing = list_missing(demand, seen, location)
    for shipment in chosen.shipments:
        if shipment.location == location:
            return Outcome(location, Verdict.USED, missing, 0, shipment)
    fence = find_fence(world, demand, seen, location)
    if fence is not None:
        return Outcome(location, fence, missing)
    served = len(demand.quantity) - len(missing)
    return Outcome(location, Verdict.DEARER if served > 0 else Verdict.SHORT, missing)


def _dearer(outcome: Outcome, chosen: Plan, plan: Plan) -> tuple[Outcome, list[Plan]]:
    """The outcome with its figure; SHORT when no plan uses the location although it has stock for some line."""
    for shipment in plan.shipments:
        if shipment.location == outcome.location:
            dearer = plan.cost_minor - chosen.cost_minor
            return Outcome(outcome.location, Verdict.DEARER, outcome.missing, dearer, shipment), [plan]
    return Outcome(outcome.location, Verdict.SHORT, outcome.missing), []


def find_fence(world: World, demand: Demand, seen: Supply, location: int) -> Verdict | None:
    """The hard rule that keeps the location out of the (only) order of the batch, None when there is none."""
    if demand.barred[0, location]:
        return Verdict.BARRED
    offers = slice(int(world.sites.offer_start[location]), int(world.sites.offer_start[location + 1]))
    if not any(takes_any(world, demand, int(tariff)) for tariff in demand.tariff_of[demand.destination[0], offers]):
        return Verdict.NO_TARIFF
    first = int(demand.first_slot[0, location])
    room = seen.slots[location, first : first + world.policy.wait_days_max + 1] > 0
    if first < 0 or not bool(room.any()):
        return Verdict.FULL
    reached = range(offers.start, offers.stop)
    in_time = (comes_in_time(demand, offer, first + int(room.argmax())) for offer in reached)
    tariffs = demand.tariff_of[demand.destination[0], offers] != NO_TARIFF
    if not any(known and timely for known, timely in zip(tariffs.tolist(), in_time, strict=True)):
        return Verdict.LATE
    return None


def takes_any(world: World, demand: Demand, tariff: int) -> bool:
    """Whether a unit of some line goes into a parcel of the tariff."""
    if tariff == NO_TARIFF:
        return False
    row = world.tariffs.rows[tariff]
    fits = (demand.exceeds & row["refuses"]) == 0
    fits &= np.maximum(demand.weight_mg, 1) <= row["weight_max_mg"]
    fits &= np.maximum(demand.volume_um3, 1) <= row["volume_max_um3"]
    return bool(fits.any())


def comes_in_time(demand: Demand, offer: int, slot: int) -> bool:
    """Whether a shipment of the (only) order that is begun in the slot comes before it is too late."""
    terms = demand.terms
    if len(terms.row) == 0 or terms.due[0] == NO_DAY:
        return True
    lane = int(terms.lane[terms.row[0], offer])
    return lane == NO_LANE or int(terms.arrives[lane, slot]) - int(terms.due[0]) <= int(terms.late_days_max[0])


def list_missing(demand: Demand, seen: Supply, location: int) -> tuple[Missing, ...]:
    """The lines the location cannot fill from its stock, each taken alone, with the units it lacks."""
    missing = []
    for line, quantity in enumerate(demand.quantity.tolist()):
        parts = slice(int(demand.component_start[line]), int(demand.component_start[line + 1]))
        rows, places = np.unique(demand.component_row[parts], return_inverse=True)
        each = np.zeros(len(rows), np.int64)
        np.add.at(each, places, demand.component_quantity[parts])
        stock = np.maximum(seen.available[rows, location] - demand.buffer[0], 0)
        lacking = quantity - int((stock // np.maximum(each, 1)).min(initial=quantity))
        if lacking > 0:
            missing.append(Missing(line, lacking))
    return tuple(missing)


def _with_handling(shipment: Shipment, handling_minor: int) -> Shipment:
    return Shipment(
        location=shipment.location,
        offer=shipment.offer,
        slot=shipment.slot,
        parcels=shipment.parcels,
        card_minor=shipment.card_minor,
        freight_minor=shipment.freight_minor,
        handling_minor=handling_minor,
        wait_minor=shipment.wait_minor,
        late_minor=shipment.late_minor,
        terms_minor=shipment.terms_minor,
    )


def _next_best(chosen: Plan, others: list[Plan]) -> tuple[Plan, ...]:
    """The cheapest distinct plans that send something, other than the chosen one."""
    distinct = {plan.pieces: plan for plan in others if plan.pieces and plan.pieces != chosen.pieces}
    return tuple(sorted(distinct.values(), key=lambda plan: (plan.cost_minor, plan.pieces))[:NEXT_BEST])
