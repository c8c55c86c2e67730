"""Why an order is sourced as it is: read the recorded facts, decide again, say it in words."""

from dataclasses import dataclass
from datetime import datetime

from stockmesh.domain.fulfilment.refusals import UnknownOrder
from stockmesh.domain.network.places import Fix
from stockmesh.domain.sourcing.explanation import Case, Explanation, LineName, explain
from stockmesh.flows.context import Context
from stockmesh.flows.replaying import Recorded, recorded_decisions, replay
from stockmesh.store.database import Session, rows
from stockmesh.store.vectors import Vector


@dataclass(frozen=True)
class OrderExplanation:
    """One decision of an order explained. `replays` says whether the facts still lead to the recorded bytes."""

    order_id: int
    round: int
    rounds: tuple[int, ...]
    decided_at: datetime
    sourced_for: datetime
    destination: Fix
    world_id: int
    policy: str
    engine: str
    replays: bool
    why: Explanation


def explain_order(context: Context, order_id: int, round_no: int | None = None) -> OrderExplanation:
    """The explanation of an order's latest decision, or of the given round. Raises UnknownOrder."""
    with context.database.session() as session:
        decisions = recorded_decisions(session, context, order_id)
        wanted = [one for one in decisions if round_no in (None, one.round)]
        if not wanted:
            raise UnknownOrder(order=f"{order_id} round {round_no}")
        recorded = wanted[-1]
        case = _case(session, recorded)
    return OrderExplanation(
        order_id=order_id,
        round=recorded.round,
        rounds=tuple(one.round for one in decisions),
        decided_at=recorded.decided_at,
        sourced_for=recorded.sourced_for,
        destination=recorded.destination,
        world_id=recorded.world_id,
        policy=recorded.market.facts.policy.version,
        engine=recorded.market.facts.engine,
        replays=replay(recorded, context.engine).agrees,
        why=explain(case),
    )


def _case(session: Session, recorded: Recorded) -> Case:
    seen = recorded.seen()
    found = rows(session, "orders/item_names", items=Vector(seen.names.line_item))
    names = {row["item_id"]: LineName(row["sku"], row["title"]) for row in found}
    return Case(
        market=recorded.market,
        destination=recorded.destination,
        seen=seen,
        names=tuple(names[item] for item in seen.names.line_item.tolist()),
    )
