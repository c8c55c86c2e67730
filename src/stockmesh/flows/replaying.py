"""Deciding again from what was recorded: the same facts must lead to the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stockmesh.domain.fulfilment.refusals import DecidedElsewhere, UnknownOrder
from stockmesh.domain.network.places import Fix
from stockmesh.domain.sourcing.arrays import Plans, Supply
from stockmesh.domain.sourcing.decide import decide_batch
from stockmesh.domain.sourcing.facts import write_outcomes
from stockmesh.domain.sourcing.market import Market, setting_of
from stockmesh.domain.sourcing.seen_facts import SeenFacts, read_facts
from stockmesh.domain.sourcing.shortlisting import disprove
from stockmesh.flows.context import Context
from stockmesh.store.database import Session, rows


@dataclass(frozen=True, eq=False)
class Recorded:
    """One decision as the books hold it, with the market it was made in; `assumed` when no source tells where to."""

    order_id: int
    round: int
    decided_at: datetime
    sourced_for: datetime
    world_id: int
    cost_minor: int
    unserved_minor: int
    proven: bool
    assumed: bool
    facts: bytes
    outcome: bytes
    destination: Fix
    market: Market

    def seen(self) -> SeenFacts:
        """What the decision saw; a fresh copy each time, for deciding changes the supply."""
        return read_facts(self.facts, setting_of(self.market, self.market.tariff_row(self.destination)))


@dataclass(frozen=True)
class Replay:
    """Whether a decision comes out again, byte for byte. `engine_then` and `engine_now` differ after an upgrade."""

    order_id: int
    round: int
    agrees: bool
    recorded: str
    replayed: str
    engine_then: str
    engine_now: str


def recorded_decisions(session: Session, context: Context, order_id: int) -> list[Recorded]:
    """Every decision of an order, oldest first; what another system decided left no facts. Raises UnknownOrder and
    DecidedElsewhere."""
    found = rows(session, "orders/decisions", order_id=order_id)
    if not found:
        raise UnknownOrder(order=str(order_id))
    ours = [_recorded(session, context, row) for row in found if row["facts"]]
    if not ours:
        raise DecidedElsewhere(order=order_id)
    return ours


def latest_decisions(session: Session, context: Context, count: int) -> list[Recorded]:
    """The first decisions of the latest orders that were decided here, the oldest first."""
    found = rows(session, "orders/latest_decisions", count=count)
    return [_recorded(session, context, row) for row in reversed(found)]


def _recorded(session: Session, context: Context, row: dict[str, Any]) -> Recorded:
    facts = context.world(session, row["world_id"])
    return Recorded(
        **{name: row[name] for name in ("order_id", "round", "decided_at", "sourced_for", "world_id")},
        **{name: row[name] for name in ("cost_minor", "unserved_minor", "proven", "assumed")},
        facts=bytes(row["facts"]),
        outcome=bytes(row["outcome"]),
        destination=context.gazetteer.locate(row["country"], row["area"]),
        market=context.market(row["world_id"], facts, row["sourced_for"].astimezone(UTC).date()),
    )


def decide_recorded(recorded: Recorded, seen: SeenFacts) -> Plans:
    """The plan that the recorded facts lead to today."""
    supply = Supply(seen.supply.available.copy(), seen.supply.slots.copy())
    plans = decide_batch(recorded.market.world, seen.demand, supply)
    disprove(plans, seen.names.covers)
    return plans


def replay(recorded: Recorded, engine_now: str) -> Replay:
    """Recomputes one decision and compares."""
    seen = recorded.seen()
    plans = decide_recorded(recorded, seen)
    outcome = write_outcomes(seen.demand, plans, seen.names.extract).words.astype("<i4").tobytes()
    return Replay(
        order_id=recorded.order_id,
        round=recorded.round,
        agrees=outcome == recorded.outcome,
        recorded=recorded.outcome.hex(),
        replayed=outcome.hex(),
        engine_then=recorded.market.facts.engine,
        engine_now=engine_now,
    )


def replay_order(context: Context, order_id: int) -> Sequence[Replay]:
    """Every decision of an order recomputed. Raises UnknownOrder."""
    with context.database.session() as session:
        decisions = recorded_decisions(session, context, order_id)
    return [replay(recorded, context.engine) for recorded in decisions]
