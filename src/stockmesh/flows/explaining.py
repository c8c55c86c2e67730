"""Why an order is sourced as it is: read the recorded facts, decide again, say it in words."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import numpy as np

from stockmesh.domain.fulfilment.refusals import UnknownOrder
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.network.places import Fix
from stockmesh.domain.sourcing.case import Case, LineName
from stockmesh.domain.sourcing.explanation import Explanation, explain
from stockmesh.domain.sourcing.seen_facts import SeenFacts
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import ensure_within
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.replaying import Recorded, recorded_decisions, replay
from stockmesh.store.database import Session, rows
from stockmesh.store.vectors import Vector

BEATEN = "A plan without it was cheaper."


@dataclass(frozen=True)
class OrderExplanation:
    """One decision of an order explained. `replays` says whether the facts still lead to the recorded bytes; `assumed`
    that the destination within the country is made up.
    """

    order_id: int
    round: int
    rounds: tuple[int, ...]
    decided_at: datetime
    sourced_for: datetime
    destination: Fix
    assumed: bool
    world_id: int
    policy: str
    engine: str
    replays: bool
    why: Explanation


def explain_order(
    context: Context, order_id: int, round_no: int | None = None, *, reach: Reach = EVERYTHING
) -> OrderExplanation:
    """The explanation of an order's latest decision, or of the given round; who reaches some locations is told of
    these. Raises UnknownOrder."""
    with context.database.session() as session:
        ensure_within(session, order_id, reach)
        decisions = recorded_decisions(session, context, order_id)
        wanted = [one for one in decisions if round_no in (None, one.round)]
        if not wanted:
            raise UnknownOrder(order=f"{order_id} round {round_no}")
        recorded = wanted[-1]
        case = _case(session, recorded)
        sites = _sites(session, reach)
    return OrderExplanation(
        order_id=order_id,
        round=recorded.round,
        rounds=tuple(one.round for one in decisions),
        decided_at=recorded.decided_at,
        sourced_for=recorded.sourced_for,
        destination=recorded.destination,
        assumed=recorded.assumed,
        world_id=recorded.world_id,
        policy=recorded.market.facts.policy.version,
        engine=recorded.market.facts.engine,
        replays=replay(recorded, context.engine).agrees,
        why=_seen_from(sites, explain(case)),
    )


def _sites(session: Session, reach: Reach) -> frozenset[str] | None:
    """The codes of the locations within reach; None for all."""
    if reach.locations is None:
        return None
    documents = [msgspec.json.decode(row["body"]) for row in rows(session, "views/sites", **reach.parameters())]
    return frozenset(document["code"] for document in documents)


def _seen_from(sites: frozenset[str] | None, why: Explanation) -> Explanation:
    """What an explanation tells of some locations: their bills, their reasons, and plans that need no other."""
    if sites is None:
        return why
    shipments = tuple(one for one in why.shipments if one.location in sites)
    return replace(
        why,
        cost=Money(sum(one.cost.minor for one in shipments), why.cost.currency),
        penalty=Money(0, why.penalty.currency),
        shipments=shipments,
        unserved=(),
        next_best=(),
        locations=tuple(
            replace(one, dearer=None, sentence=BEATEN) if one.dearer else one
            for one in why.locations
            if one.location in sites
        ),
        not_looked_at=0,
    )


def _case(session: Session, recorded: Recorded) -> Case:
    seen = recorded.seen()
    items = np.concatenate([seen.names.line_item, seen.names.row_item])
    found = {row["item_id"]: row for row in rows(session, "orders/item_names", items=Vector(items))}
    names = tuple(
        LineName(found[item]["sku"], found[item]["title"], _parts(seen, line, found))
        for line, item in enumerate(seen.names.line_item.tolist())
    )
    return Case(market=recorded.market, destination=recorded.destination, seen=seen, names=names)


def _parts(seen: SeenFacts, line: int, found: dict[int, dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    """What a line's units were put together from when it was decided; nothing when it is no kit."""
    demand = seen.demand
    parts = slice(int(demand.component_start[line]), int(demand.component_start[line + 1]))
    items = seen.names.row_item[demand.component_row[parts]].tolist()
    if items == [seen.names.line_item[line]]:
        return ()
    units = demand.component_quantity[parts].tolist()
    return tuple((found[item]["sku"], each) for item, each in zip(items, units, strict=True))
