"""Policies: the one in force, a new one put in force, and what a new one would have made of real orders.

Orders are decided again from what their decisions saw, by the very core that decided them: stock, room and cards are
those of then, and only the policy is another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Final

import numpy as np

from stockmesh.domain.kernel.money import PPM, Money
from stockmesh.domain.sourcing.again import decide_again
from stockmesh.domain.sourcing.arrays import Demand
from stockmesh.domain.sourcing.market import Market, cards_in_force, open_market
from stockmesh.domain.sourcing.plans import Plan
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.domain.sourcing.refusals import PolicyTaken
from stockmesh.flows.context import Context
from stockmesh.flows.importing.network_now import publish
from stockmesh.flows.replaying import Recorded, latest_decisions, recorded_decisions
from stockmesh.flows.set_up import gather_world
from stockmesh.store.database import Session, execute, rows
from stockmesh.store.world import get_current

EXAMPLES: Final = 20
Moved = Callable[[int, int], None]


@dataclass(frozen=True)
class Sourced:
    """How an order is sourced under a policy: from where, what is paid, and what is left. Days waited are those of the
    shipment that waits longest."""

    locations: tuple[str, ...]
    cost: Money
    unserved_units: int
    wait_days: int

    @property
    def is_split(self) -> bool:
        """Whether it leaves from several locations."""
        return len(self.locations) > 1


@dataclass(frozen=True)
class Redecided:
    """One order under the policy it was decided by and under another."""

    order_id: int
    before: Sourced
    after: Sourced
    changed: bool


@dataclass(frozen=True)
class Sum:
    """Orders under one policy, added up."""

    cost: Money
    shipments: int
    split_orders: int
    unserved_units: int
    wait_days: int


@dataclass(frozen=True)
class Comparison:
    """Orders decided again: how many, how many come out otherwise, both sums, and the changes that weigh most."""

    policy: str
    orders: int
    changed: int
    before: Sum
    after: Sum
    examples: tuple[Redecided, ...]


def current_policy(context: Context) -> SourcingPolicy:
    """The policy in force. Raises EmptyNetwork when nothing was published."""
    with context.database.session() as session:
        return context.present(session).facts.policy


def publish_policy(context: Context, policy: SourcingPolicy) -> int:
    """The number of the world version in force with the policy. Raises PolicyTaken, and EmptyNetwork."""

    def work(session: Session) -> int:
        execute(session, "world/claim")
        get_current(session)
        facts = gather_world(session, context.engine)
        for row in rows(session, "world/policies", version=policy.version):
            if SourcingPolicy(**row["policy"]) != policy:
                raise PolicyTaken(version=policy.version)
        return publish(session, context, replace(facts, policy=policy))

    return context.database.transact(work)


def compare_latest(context: Context, policy: SourcingPolicy, count: int, moved: Moved = lambda *_: None) -> Comparison:
    """What a policy would have made of the latest orders, as each was decided first. Nothing is changed."""
    with context.database.session() as session:
        currency = context.present(session).facts.book_currency
        recorded = latest_decisions(session, context, count)
    return _compare(policy, currency, recorded, moved)


def compare_order(context: Context, policy: SourcingPolicy, order_id: int) -> Comparison:
    """What a policy would have made of one order as it was decided last. Raises UnknownOrder and DecidedElsewhere."""
    with context.database.session() as session:
        currency = context.present(session).facts.book_currency
        recorded = recorded_decisions(session, context, order_id)[-1:]
    return _compare(policy, currency, recorded, lambda *_: None)


def _compare(policy: SourcingPolicy, currency: str, decisions: Sequence[Recorded], moved: Moved) -> Comparison:
    markets: dict[tuple[int, tuple[object, ...]], Market] = {}
    found: list[Redecided] = []
    for number, recorded in enumerate(decisions, start=1):
        found.append(_redecide(recorded, policy, _market(markets, recorded, policy)))
        moved(number, len(decisions))
    weighty = sorted(
        (one for one in found if one.changed),
        key=lambda one: (-abs(one.after.cost.minor - one.before.cost.minor), one.order_id),
    )
    return Comparison(
        policy=policy.version,
        orders=len(found),
        changed=len(weighty),
        before=_sum([one.before for one in found], currency),
        after=_sum([one.after for one in found], currency),
        examples=tuple(weighty[:EXAMPLES]),
    )


def _market(
    markets: dict[tuple[int, tuple[object, ...]], Market], recorded: Recorded, policy: SourcingPolicy
) -> Market:
    """The market a decision was made in, with another policy; days with the same cards share one."""
    facts, day = recorded.market.facts, recorded.sourced_for.astimezone(UTC).date()
    key = (recorded.world_id, cards_in_force(facts, day))
    if key not in markets:
        markets[key] = open_market(replace(facts, policy=policy), day)
    return markets[key]


def _redecide(recorded: Recorded, policy: SourcingPolicy, market: Market) -> Redecided:
    seen = recorded.seen()
    before = decide_again(recorded.market.world, seen.demand, seen.supply)
    demand = _reweighed(seen.demand, recorded.market.facts.policy, policy)
    after = decide_again(market.world, demand, seen.supply)
    return Redecided(
        order_id=recorded.order_id,
        before=_sourced(recorded.market, seen.demand, before),
        after=_sourced(recorded.market, demand, after),
        changed=before.pieces != after.pieces,
    )


def _reweighed(demand: Demand, former: SourcingPolicy, policy: SourcingPolicy) -> Demand:
    """The demand with the penalties of another policy. The price of a unit is what its penalty says of it."""
    if former.unserved_price_ppm == 0:
        return demand
    price = (demand.penalty_minor - former.unserved_minor) * PPM // former.unserved_price_ppm
    return demand._replace(penalty_minor=policy.unserved_minor + price * policy.unserved_price_ppm // PPM)


def _sourced(market: Market, demand: Demand, plan: Plan) -> Sourced:
    facts = market.facts
    sent = sum(piece.quantity for piece in plan.pieces)
    return Sourced(
        locations=tuple(facts.locations[location].code for location in plan.locations),
        cost=Money(plan.paid_minor, facts.book_currency),
        unserved_units=int(np.sum(demand.quantity)) - sent,
        wait_days=max((one.slot - int(demand.first_slot[0, one.location]) for one in plan.shipments), default=0),
    )


def _sum(sides: Sequence[Sourced], currency: str) -> Sum:
    return Sum(
        cost=Money(sum(one.cost.minor for one in sides), currency),
        shipments=sum(len(one.locations) for one in sides),
        split_orders=sum(one.is_split for one in sides),
        unserved_units=sum(one.unserved_units for one in sides),
        wait_days=sum(one.wait_days for one in sides),
    )
