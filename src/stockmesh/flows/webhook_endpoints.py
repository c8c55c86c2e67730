"""Endpoints that events are sent to: added, shown, given new secrets, silenced, tried out."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from stockmesh.flows.access.grants import stored
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.differences import changes
from stockmesh.flows.event_log import read_topics
from stockmesh.flows.keeping_secrets import WEBHOOKS, keep
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import UnknownDelivery, UnknownEndpoint
from stockmesh.gateways.webhooks.addresses import Networks, read_url, resolve
from stockmesh.gateways.webhooks.signing import new_secret
from stockmesh.store.database import Session, execute, find_row, rows

PAGE: Final = 50
GRACE: Final = timedelta(hours=24)
NOTHING_MORE: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Endpoint:
    """Where events are sent. Without topics it is all of them; `due` deliveries wait for an attempt; `secrets` says how
    many sign. `position` is how far it has been told. It is sent nothing before `rests_until`."""

    endpoint_id: int
    url: str
    topics: tuple[str, ...]
    active: bool
    disabled_reason: str
    created_at: datetime
    succeeded_at: datetime | None
    rests_until: datetime | None
    position: int
    due: int
    secrets: int


@dataclass(frozen=True)
class EndpointSecret:
    """The secret of an endpoint, told once: whoever receives messages checks them with it."""

    endpoint_id: int
    secret: str


@dataclass(frozen=True)
class Delivery:
    """One event for one endpoint, with its last attempt. Position 0 is a test."""

    delivery_id: int
    endpoint_id: int
    position: int
    topic: str
    state: str
    attempts: int
    created_at: datetime
    attempted_at: datetime | None
    next_attempt_at: datetime | None
    status: int | None
    took_ms: int | None
    problem: str
    excerpt: str


@dataclass(frozen=True)
class DeliveryFilter:
    """Which deliveries of the log; None asks for all."""

    state: str | None = None
    topic: str | None = None


def add_endpoint(
    context: Context, url: str, topics: Sequence[str], *, permitted: Networks, reach: Reach = EVERYTHING
) -> EndpointSecret:
    """The endpoint's number and its secret. It is told of what happens within reach from now on.

    Raises BadWebhookUrl, ForbiddenAddress and UnknownTopic. A name that leads nowhere yet is taken: each attempt
    resolves it anew.
    """
    target = read_url(url)
    wanted = sorted(read_topics(topics).wanted)
    with suppress(OSError):
        resolve(target, permitted)
    secret = new_secret()

    def work(session: Session) -> EndpointSecret:
        head = find_row(session, "events/head") or {}
        added = find_row(
            session,
            "webhooks/add",
            url=url,
            topics=wanted,
            created_at=context.clock(),
            position=head["position"],
            **stored(reach),
        )
        number = int((added or {})["endpoint_id"])
        _add_secret(session, context, number, secret)
        _tell(session, context, number, "added", told=changes({}, {"topics": wanted, "active": True}))
        return EndpointSecret(number, secret)

    return context.database.transact(work)


def list_endpoints(context: Context, *, reach: Reach = EVERYTHING) -> tuple[Endpoint, ...]:
    """The endpoints that are told of nothing beyond reach."""
    asked = {"endpoint_id": None, "now": context.clock(), **reach.parameters()}
    with context.database.session() as session:
        return tuple(map(_endpoint, rows(session, "webhooks/list", **asked)))


def get_endpoint(context: Context, endpoint_id: int, *, reach: Reach = EVERYTHING) -> Endpoint:
    """One endpoint. Raises UnknownEndpoint."""
    asked = {"endpoint_id": endpoint_id, "now": context.clock(), **reach.parameters()}
    with context.database.session() as session:
        row = find_row(session, "webhooks/list", **asked)
    if row is None:
        raise UnknownEndpoint(endpoint=endpoint_id)
    return _endpoint(row)


def rotate_secret(
    context: Context, endpoint_id: int, *, grace: timedelta = GRACE, reach: Reach = EVERYTHING
) -> EndpointSecret:
    """A new secret; the one before signs beside it until the grace is over. Raises UnknownEndpoint."""
    secret = new_secret()

    def work(session: Session) -> EndpointSecret:
        _lock(session, endpoint_id, reach)
        now = context.clock()
        execute(session, "webhooks/expire_secrets", endpoint_id=endpoint_id, expires_at=now + grace)
        execute(session, "webhooks/forget_secrets", endpoint_id=endpoint_id, now=now)
        _add_secret(session, context, endpoint_id, secret)
        _tell(session, context, endpoint_id, "secret_rotated")
        return EndpointSecret(endpoint_id, secret)

    return context.database.transact(work)


def set_active(
    context: Context, endpoint_id: int, *, active: bool, reason: str = "", reach: Reach = EVERYTHING
) -> Endpoint:
    """The endpoint, sent to or silent. What happens while it is silent is kept for it. Raises UnknownEndpoint."""

    def work(session: Session) -> None:
        if _lock(session, endpoint_id, reach)["active"] != active:
            switch(session, context, endpoint_id, active=active, reason=reason)

    context.database.transact(work)
    return get_endpoint(context, endpoint_id, reach=reach)


def switch(session: Session, context: Context, endpoint_id: int, *, active: bool, reason: str) -> None:
    """Enables or disables an endpoint whose row is locked, and tells it."""
    execute(session, "webhooks/set_active", endpoint_id=endpoint_id, active=active, reason="" if active else reason)
    _wake(session, endpoint_id)
    told = changes({"active": not active}, {"active": active})
    _tell(session, context, endpoint_id, "enabled" if active else "disabled", reason, told=told)


def remove_endpoint(context: Context, endpoint_id: int, *, reach: Reach = EVERYTHING) -> None:
    """The endpoint is gone, with its secrets and its log. Raises UnknownEndpoint."""

    def work(session: Session) -> None:
        was = _lock(session, endpoint_id, reach)
        execute(session, "webhooks/remove", endpoint_id=endpoint_id)
        _tell(session, context, endpoint_id, "removed", told=changes({"active": was["active"]}, {}))

    context.database.transact(work)


def send_test(context: Context, endpoint_id: int, *, reach: Reach = EVERYTHING) -> int:
    """The number of a test delivery, due at once. Raises UnknownEndpoint."""

    def work(session: Session) -> int:
        _lock(session, endpoint_id, reach)
        row = find_row(session, "webhooks/due_test", endpoint_id=endpoint_id, now=context.clock())
        _wake(session, endpoint_id)
        return int((row or {})["delivery_id"])

    return context.database.transact(work)


def replay_delivery(context: Context, delivery_id: int, *, reach: Reach = EVERYTHING) -> int:
    """The endpoint that the delivery is sent to once more, whatever became of it. Raises UnknownDelivery."""

    def work(session: Session) -> int:
        asked = {"delivery_id": delivery_id, "now": context.clock(), **reach.parameters()}
        row = find_row(session, "webhooks/replay", **asked)
        if row is None:
            raise UnknownDelivery(delivery=delivery_id)
        _wake(session, row["endpoint_id"])
        return int(row["endpoint_id"])

    return context.database.transact(work)


def list_deliveries(
    context: Context,
    endpoint_id: int,
    wanted: DeliveryFilter,
    *,
    reach: Reach = EVERYTHING,
    after: str = "",
    count: int = PAGE,
) -> Page[Delivery]:
    """A page of an endpoint's log, the newest first. Raises UnknownEndpoint and BadCursor."""
    before = read_mark(after, int) if after else None
    get_endpoint(context, endpoint_id, reach=reach)
    with context.database.session() as session:
        found = rows(
            session,
            "webhooks/deliveries",
            endpoint_id=endpoint_id,
            state=wanted.state,
            topic=wanted.topic,
            before=before,
            count=count + 1,
        )
    shown = tuple(Delivery(**row) for row in found[:count])
    return Page(shown, write_mark(shown[-1].delivery_id) if len(found) > count else None)


def _endpoint(row: dict[str, Any]) -> Endpoint:
    return Endpoint(**{**row, "topics": tuple(row["topics"])})


def _lock(session: Session, endpoint_id: int, reach: Reach) -> dict[str, Any]:
    row = find_row(session, "webhooks/lock", endpoint_id=endpoint_id, **reach.parameters())
    if row is None:
        raise UnknownEndpoint(endpoint=endpoint_id)
    return row


def _wake(session: Session, endpoint_id: int) -> None:
    """A person who acts on an endpoint does not wait until it is done resting."""
    execute(session, "webhooks/rest", endpoint_id=endpoint_id, until=None)


def purpose_of(endpoint_id: int) -> str:
    """What an endpoint's secrets are for, as they are encrypted for it alone."""
    return f"webhook {endpoint_id}"


def _add_secret(session: Session, context: Context, endpoint_id: int, secret: str) -> None:
    sealed = keep(session, context, secret, purpose=purpose_of(endpoint_id), place=WEBHOOKS)
    execute(session, "webhooks/add_secret", endpoint_id=endpoint_id, secret=sealed)


def _tell(
    session: Session,
    context: Context,
    endpoint_id: int,
    change: str,
    reason: str = "",
    *,
    told: Mapping[str, Any] = NOTHING_MORE,
) -> None:
    """Addresses are not told: they may hold words that only their owners should know."""
    body = {"endpoint_id": endpoint_id, "change": change, "reason": reason, **told}
    announce(session, context, "webhook_changed", endpoint_id, body)
