"""Requests by key: the same key and request answers the same again, and has its effect once.

The key is written in the transaction of the effect: a request that is refused or killed leaves neither. A request whose
key another transaction is working on is refused rather than kept waiting.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.errors import LockNotAvailable

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context
from stockmesh.flows.leases import take_lease
from stockmesh.flows.refusals import AnswerNotKept, BadKey, KeyReused, KeyRunning
from stockmesh.store.database import Session, execute, find_row, rows

KEY_MAX: Final = 255
LEASE: Final = "prune_keys"
PRUNED_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class KeyedRequest:
    """A request with the key its caller gave it; the fingerprint is of everything else it says."""

    caller: str
    key: str
    fingerprint: bytes

    @property
    def name(self) -> tuple[str, str]:
        """What the key is unique by."""
        return self.caller, self.key


@dataclass(frozen=True)
class KeptAnswer:
    """What a request was answered. Without a body it held a secret, which is told once."""

    status: int
    body: bytes | None
    location: str = ""
    etag: str = ""
    replayed: bool = False


@dataclass(frozen=True)
class KeyedOrder(OrderRequest):
    """An order that came with a key."""

    keyed: KeyedRequest | None = None


def check_key(key: str) -> str:
    """The key itself. Raises BadKey."""
    if not 1 <= len(key) <= KEY_MAX or not all("!" <= sign <= "~" for sign in key):
        raise BadKey(key=key[:80], largest=KEY_MAX)
    return key


def answer_once(context: Context, request: KeyedRequest, work: Callable[[], KeptAnswer]) -> KeptAnswer:
    """What `work` answers, or what it answered before. All that it does is one transaction, the key with it.

    Raises KeyReused, KeyRunning, AnswerNotKept, and what `work` does; then nothing of it has happened.
    """

    def keyed(session: Session) -> KeptAnswer:
        if not _claim(session, context, request):
            known = _find(session, context, [request]).get(request.name)
            if known is None:  # its time was over between the two looks
                raise KeyRunning(key=request.key)
            return _replayed(request, known)
        with context.database.as_one(session):
            answer = work()
        told = {"status": answer.status, "body": answer.body, "location": answer.location, "etag": answer.etag}
        execute(session, "keys/answer", caller=request.caller, key=request.key, **told)
        return answer

    return context.database.transact(keyed)


def _claim(session: Session, context: Context, request: KeyedRequest) -> bool:
    """Whether the key is this request's from now on. Raises KeyRunning."""
    execute(session, "keys/be_brief")
    try:
        mine = find_row(
            session,
            "keys/claim",
            caller=request.caller,
            key=request.key,
            fingerprint=request.fingerprint,
            recorded_at=context.clock(),
            oldest=_oldest(context),
        )
    except LockNotAvailable:
        raise KeyRunning(key=request.key) from None
    execute(session, "keys/be_patient")
    return mine is not None


def _oldest(context: Context) -> datetime:
    return context.clock() - context.keys_kept


def _find(session: Session, context: Context, asked: Sequence[KeyedRequest]) -> dict[tuple[str, str], dict[str, Any]]:
    found = rows(
        session,
        "keys/find",
        callers=[one.caller for one in asked],
        keys=[one.key for one in asked],
        oldest=_oldest(context),
    )
    return {(row["caller"], row["key"]): row for row in found}


def _replayed(request: KeyedRequest, known: Mapping[str, Any]) -> KeptAnswer:
    """Raises KeyReused and AnswerNotKept."""
    if bytes(known["fingerprint"]) != request.fingerprint:
        raise KeyReused(key=request.key)
    if known["body"] is None:
        raise AnswerNotKept(key=request.key)
    return KeptAnswer(known["status"], bytes(known["body"]), known["location"], known["etag"], replayed=True)


def find_answers(
    session: Session, context: Context, requests: Sequence[OrderRequest]
) -> dict[int, KeptAnswer | Refusal]:
    """By place: orders whose key was answered before, came with another order, or comes twice in this batch.

    Nothing is asked of the database when no order has a key.
    """
    keyed = {place: one.keyed for place, one in enumerate(requests) if isinstance(one, KeyedOrder) and one.keyed}
    if not keyed:
        return {}
    known = _find(session, context, list(keyed.values()))
    answers: dict[int, KeptAnswer | Refusal] = {}
    seen: set[tuple[str, str]] = set()
    for place, one in keyed.items():
        if one.name in seen:
            answers[place] = KeyRunning(key=one.key)
        elif one.name in known:
            try:
                answers[place] = _replayed(one, known[one.name])
            except Refusal as refusal:
                answers[place] = refusal
        seen.add(one.name)
    return answers


def record_answers(session: Session, context: Context, answers: Sequence[tuple[OrderRequest, object]]) -> None:
    """Keeps what orders with a key were answered. A key taken meanwhile is a conflict: the batch is tried again."""
    keyed = [(one.keyed, said) for one, said in answers if isinstance(one, KeyedOrder) and one.keyed]
    if not keyed:
        return
    execute(
        session,
        "keys/record",
        callers=[one.caller for one, _ in keyed],
        keys=[one.key for one, _ in keyed],
        fingerprints=[one.fingerprint for one, _ in keyed],
        statuses=[200] * len(keyed),
        bodies=[msgspec.json.encode(said) for _, said in keyed],
        locations=[""] * len(keyed),
        recorded_at=context.clock(),
    )


def with_key(request: OrderRequest, keyed: KeyedRequest) -> KeyedOrder:
    """The order with its key."""
    return KeyedOrder(**{name: getattr(request, name) for name in request.__dataclass_fields__}, keyed=keyed)


def something_old(context: Context) -> bool:
    """Whether an answer was kept long enough."""
    with context.database.session() as session:
        row = find_row(session, "keys/any_old", oldest=_oldest(context))
    return bool(row and row["old"])


def prune_keys(context: Context, owner: str, *, most: int = PRUNED_AT_ONCE) -> int | None:
    """How many answers were forgotten; None when another holder of the lease does it."""

    def work(session: Session) -> int | None:
        if not take_lease(session, LEASE, owner):
            return None
        return execute(session, "keys/prune", oldest=_oldest(context), most=most)

    return context.database.transact(work)
