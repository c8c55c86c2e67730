"""Delivering events: fanned out to endpoints, attempted until taken, given up after the schedule.

Every delivery is attempted at least once more after a crash, and may arrive twice: receivers know it by `webhook-id`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Final

import msgspec

from stockmesh.flows.access.grants import reach_in
from stockmesh.flows.context import Context
from stockmesh.flows.event_kinds import topic_of
from stockmesh.flows.event_log import Event, Topics, get_events, within_reach
from stockmesh.flows.leases import may_take, take_lease
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.webhook_endpoints import purpose_of, switch
from stockmesh.gateways.webhooks import sending, signing
from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.gateways.webhooks.sending import Attempt
from stockmesh.store.database import Session, column, execute, find_row, rows
from stockmesh.store.vectors import Vector

LEASE: Final = "webhooks"
# The schedule of Standard Webhooks: after these waits, each stretched by up to a tenth, a delivery is given up.
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
# Whoever answers with these has more than it can take: it is left alone for a moment, or for as long as it says.
TOO_MUCH: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
EVENTS_MAX: Final = 200
WAITING_MAX: Final = 500
OF_EACH: Final = 4
LOG_KEPT: Final = timedelta(days=30)
PRUNED_MAX: Final = 500


@dataclass(frozen=True)
class Message:
    """A delivery ready to be sent."""

    delivery_id: int
    endpoint_id: int
    attempts: int
    created_at: datetime
    url: str
    message_id: str
    body: bytes
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """How many deliveries somebody can take on, and which they have: deliveries under way, endpoints with enough."""

    under_way: tuple[int, ...] = ()
    full: tuple[int, ...] = ()
    most: int = 100


def wait_after(delivery_id: int, attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when there is no further one.

    The stretch follows from the delivery, so that a million deliveries do not come back at one instant.
    """
    if attempts > len(WAITS):
        return None
    lot = int.from_bytes(blake2b(f"{delivery_id}/{attempts}".encode(), digest_size=4).digest())
    return WAITS[attempts - 1] * (1 + lot / 2**32 / 10)


def something_due(context: Context) -> bool:
    """Whether there is anything to fan out or attempt. Writes nothing."""
    with context.database.session() as session:
        row = find_row(session, "webhooks/something_due", head=_head(session), now=context.clock())
        return bool(row and row["due"])


def claim_due(context: Context, owner: str, claim: Claim) -> list[Message] | None:
    """Deliveries to attempt now; None when another process has the lease.

    New events are fanned out first. Endpoints that do not take what they are sent are not given more than can wait.
    """
    with context.database.session() as session:
        if not may_take(session, LEASE, owner):
            return None

    def work(session: Session) -> list[Message] | None:
        if not take_lease(session, LEASE, owner):
            return None
        _fan_out(session, context)
        return _due(session, context, claim)

    return context.database.transact(work)


def attempt(context: Context, message: Message, permitted: Networks) -> Attempt:
    """Sends a message; signed at the instant of this attempt."""
    headers = signing.headers_of(message.message_id, context.clock(), message.body, message.secrets)
    return sending.send(message.url, message.body, headers, permitted)


def record(context: Context, message: Message, made: Attempt) -> None:
    """Writes how an attempt went. 410, and a whole schedule without any success, disable the endpoint."""

    def work(session: Session) -> None:
        endpoint = find_row(session, "webhooks/lock", endpoint_id=message.endpoint_id, **EVERYTHING.parameters())
        if endpoint is None:
            return
        now = context.clock()
        again = None if _is_final(made) else _next_attempt(message, made, now)
        state = "delivered" if not made.problem else "failed" if again is None else "due"
        is_news = execute(
            session,
            "webhooks/record",
            delivery_id=message.delivery_id,
            attempts=message.attempts,
            state=state,
            now=now,
            next_attempt_at=again,
            status=made.status,
            took_ms=made.took_ms,
            problem=made.problem,
            excerpt=made.excerpt,
        )
        if state == "delivered":
            execute(session, "webhooks/succeeded", endpoint_id=message.endpoint_id, now=now)
            return
        if rest := _rest_after(made):
            execute(session, "webhooks/rest", endpoint_id=message.endpoint_id, until=now + rest)
        if is_news and state == "failed" and endpoint["active"]:
            _disable(session, context, message, made, endpoint["succeeded_at"])

    context.database.transact(work)


def prune_log(context: Context) -> bool:
    """Forgets some old deliveries; whether there may be more."""
    before = context.clock() - LOG_KEPT
    forgotten = context.database.transact(
        lambda session: execute(session, "webhooks/prune", before=before, most=PRUNED_MAX)
    )
    return forgotten == PRUNED_MAX


def _is_final(made: Attempt) -> bool:
    return not made.problem or made.status == HTTPStatus.GONE


def _next_attempt(message: Message, made: Attempt, now: datetime) -> datetime | None:
    wait = wait_after(message.delivery_id, message.attempts + 1)
    return None if wait is None else now + max(wait, timedelta(seconds=made.retry_after_seconds))


def _rest_after(made: Attempt) -> timedelta:
    """How long an endpoint is sent nothing at all."""
    asked_for = timedelta(seconds=made.retry_after_seconds)
    return max(asked_for, WAITS[0]) if made.status in TOO_MUCH else asked_for


def _disable(
    session: Session, context: Context, message: Message, made: Attempt, succeeded_at: datetime | None
) -> None:
    if made.status == HTTPStatus.GONE:
        switch(session, context, message.endpoint_id, active=False, reason="It answered 410: gone.")
    elif succeeded_at is None or succeeded_at < message.created_at:
        reason = f"It took nothing since {message.created_at:%Y-%m-%d %H:%M} UTC. {made.problem}"
        switch(session, context, message.endpoint_id, active=False, reason=reason[:300])


def _head(session: Session) -> int:
    return int((find_row(session, "events/head") or {})["position"])


def _fan_out(session: Session, context: Context) -> None:
    behind = rows(session, "webhooks/behind", head=_head(session), waiting_max=WAITING_MAX)
    pages: dict[int, list[dict[str, Any]]] = {}
    for endpoint in behind:
        after = endpoint["position"]
        if after not in pages:
            pages[after] = rows(session, "events/page", after=after, most=EVENTS_MAX)
        topics = Topics(frozenset(endpoint["topics"]))
        asked_for = [row for row in pages[after] if topics.include(topic_of(row["kind"]))]
        told = within_reach(session, asked_for, reach_in(endpoint))
        wanted = [(row["position"], topic_of(row["kind"])) for row in told]
        execute(
            session,
            "webhooks/fan_out",
            endpoint_id=endpoint["endpoint_id"],
            upto=pages[after][-1]["position"] if pages[after] else after,
            positions=Vector(column([position for position, _ in wanted])),
            topics=[topic for _, topic in wanted],
            now=context.clock(),
        )


def _due(session: Session, context: Context, claim: Claim) -> list[Message]:
    now = context.clock()
    found = rows(
        session,
        "webhooks/due",
        now=now,
        under_way=Vector(column(sorted(claim.under_way))),
        full=Vector(column(sorted(claim.full))),
        of_each=OF_EACH,
        most=claim.most,
    )
    events = _events(session, found)
    endpoints = Vector(column(sorted({row["endpoint_id"] for row in found})))
    secrets: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows(session, "webhooks/secrets", endpoints=endpoints, now=now) if found else ():
        number = row["endpoint_id"]
        secrets[number].append(context.vault.decrypt(row["secret"], purpose_of(number)))
    return [_message(row, events.get((reach_in(row), row["position"])), secrets[row["endpoint_id"]]) for row in found]


def _events(session: Session, due: Sequence[dict[str, Any]]) -> dict[tuple[Reach, int], Event]:
    """The events that are due, as each reach is told of them."""
    positions: defaultdict[Reach, list[int]] = defaultdict(list)
    for row in due:
        positions[reach_in(row)].append(row["position"])
    return {
        (reach, event.position): event
        for reach, places in positions.items()
        for event in get_events(session, places, reach=reach)
    }


def _message(row: dict[str, Any], event: Event | None, secrets: Sequence[str]) -> Message:
    if event is None:
        data = {"endpoint_id": row["endpoint_id"]}
        event = Event(0, f"test_{row['delivery_id']}", row["topic"], row["created_at"], data)
    return Message(
        delivery_id=row["delivery_id"],
        endpoint_id=row["endpoint_id"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        url=row["url"],
        message_id=event.id,
        body=msgspec.json.encode(event),
        secrets=tuple(secrets),
    )
