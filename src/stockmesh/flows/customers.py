"""A customer as a person: everything the books hold of them told, or erased while the books stay whole."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import msgspec
import numpy as np

from stockmesh.domain.network.calendars import microseconds
from stockmesh.flows.announcing import NO_CELLS, announce, order_event_rows
from stockmesh.flows.context import Context
from stockmesh.flows.customer_traces import Person, ensure_nothing_comes_back, erase_traces, find_emails
from stockmesh.flows.event_kinds import topic_of
from stockmesh.flows.event_log import add_facts
from stockmesh.flows.order_contacts import PARTS
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import AmbiguousCustomer, UnknownCustomer
from stockmesh.store import copying
from stockmesh.store.copying import Integers
from stockmesh.store.database import Session, column, copy_all, execute, rows
from stockmesh.store.vectors import Vector

ORDERS_AT_ONCE: Final = 500
ERASED: Final = "[erased]"
Row = dict[str, Any]


@dataclass(frozen=True)
class Erasure:
    """What was erased of a customer, or would be in a dry run. `words`: events that reasons were taken out of;
    `excerpts`: answers of webhook receivers. `messages`: of
    shops, set aside, that were discarded. The customer is called `pseudonym` now; empty where there was no name.
    `also_named`: names that orders found by an e-mail address went by; other orders may still go by them."""

    customer: str
    owner: str
    dry_run: bool
    pseudonym: str
    orders: int
    contacts: int
    credits: int
    words: int
    excerpts: int
    carts: int
    messages: int
    also_named: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    name: str
    owner_id: int
    owner: str
    order_ids: tuple[int, ...]


class _DryRun(Exception):
    """Everything is undone; what it came to is known."""

    def __init__(self, erasure: Erasure) -> None:
        super().__init__()
        self.erasure = erasure


def export_customer(context: Context, name: str, *, owner: str = "", reach: Reach = EVERYTHING) -> Iterator[str]:
    """All that the books hold of a customer as one JSON document, in parts: orders with contact, lines and events, and
    credit notes. The name is the customer's, or an e-mail address.

    Raises UnknownCustomer and AmbiguousCustomer, before anything is answered.
    """
    with context.database.session() as session:
        found = _find(session, name, owner, reach)
    return _document(context, found, reach)


def erase_customer(
    context: Context, name: str, *, owner: str = "", dry_run: bool = False, reach: Reach = EVERYTHING
) -> Erasure:
    """What was erased: the contacts of all the customer's orders, the name, and words said about them. For good.

    Orders, stock and decisions stay as they are; the orders go on under a pseudonym, and an order sent again is still
    known as the one it was. Raises UnknownCustomer, AmbiguousCustomer, ErasureMustWait,
    FilesMustBeForgotten and MessagesMustBeApplied.
    """

    def work(session: Session) -> Erasure:
        found = _find(session, name, owner, reach)
        ensure_nothing_comes_back(session, name, found.owner)
        erasure = _erase(session, context, found, dry_run=dry_run)
        if dry_run:
            raise _DryRun(erasure)
        return erasure

    try:
        return context.database.transact(work)
    except _DryRun as dry:
        return dry.erasure


def _find(session: Session, name: str, owner: str, reach: Reach) -> _Found:
    asked = {"name": name, "owner": owner or None, **reach.parameters()}
    # A person is told of or erased whole: not by who sees some of the locations or channels alone.
    if reach.locations is not None or reach.channels is not None:
        raise UnknownCustomer(customer=name)
    found = rows(session, "customers/find", **asked)
    owners = {row["owner"]: row["owner_id"] for row in (*found, *rows(session, "customers/credit_owners", **asked))}
    if not owners:
        raise UnknownCustomer(customer=name)
    if len(owners) > 1:
        raise AmbiguousCustomer(customer=name, owners=tuple(sorted(owners)))
    [(owner, owner_id)] = owners.items()
    return _Found(name, owner_id, owner, tuple(row["order_id"] for row in found))


def _erase(session: Session, context: Context, found: _Found, *, dry_run: bool) -> Erasure:
    orders = Vector(column(found.order_ids))
    named = sorted({row["customer"] for row in rows(session, "customers/lock", orders=orders)} - {""})
    pseudonyms = {name: _pseudonym() for name in (found.name, *named)}
    pseudonym = pseudonyms[found.name]
    person = Person(found.owner, orders, tuple(pseudonyms), find_emails(session, orders) | _address(found.name))
    contacts = execute(session, "customers/erase_contacts", orders=orders)
    words = execute(session, "customers/redact_events", orders=orders, erased=ERASED, redacted_at=context.clock())
    excerpts = execute(session, "customers/forget_excerpts", orders=orders)
    names = {"names": list(pseudonyms), "pseudonyms": list(pseudonyms.values())}
    execute(session, "customers/rename_orders", orders=orders, erased=ERASED, **names)
    carts = execute(session, "customers/rename_holds", owner=found.owner, **names)
    messages = erase_traces(session, context, person)
    credited = execute(session, "customers/rename_credits", name=found.name, owner=found.owner, pseudonym=pseudonym)
    recorded = Integers(copying.instants(np.array([microseconds(context.clock())], dtype=np.int64)), 8)
    ids = orders.values.astype(np.int64)
    told = order_event_rows(session, context, "order_contact_erased", ids, recorded=recorded, cells=NO_CELLS)
    copy_all(session, told)
    called = pseudonym if credited or found.name in named else ""
    body = {"pseudonym": called, "orders": len(found.order_ids), "credits": credited, "carts": carts}
    announce(session, context, "customer_erased", found.owner_id, body)
    return Erasure(
        customer=found.name,
        owner=found.owner,
        dry_run=dry_run,
        pseudonym=called,
        orders=len(found.order_ids),
        contacts=contacts,
        credits=credited,
        words=words,
        excerpts=excerpts,
        carts=carts,
        messages=messages,
        also_named=tuple(name for name in named if name != found.name),
    )


def _address(name: str) -> frozenset[str]:
    return frozenset({name.lower()} if "@" in name else ())


def _pseudonym() -> str:
    """A name that says nothing and that nobody else has: the customer's orders still belong together."""
    return f"erased-{uuid4().hex[:16]}"


def _document(context: Context, found: _Found, reach: Reach) -> Iterator[str]:
    head = {"customer": found.name, "owner": found.owner, "exported_at": context.clock()}
    yield f'{_json(head)[:-1]},"orders":['
    for start in range(0, len(found.order_ids), ORDERS_AT_ONCE):
        with context.database.session() as session:
            orders = _orders(session, found.order_ids[start : start + ORDERS_AT_ONCE], reach)
        yield ("," if start else "") + ",".join(map(_json, orders))
    with context.database.session() as session:
        credited = rows(session, "customers/credits", name=found.name, owner=found.owner)
    yield f'],"credits":{_json(credited)}}}\n'


def _orders(session: Session, order_ids: Sequence[int], reach: Reach) -> list[Row]:
    asked = Vector(column(order_ids))
    orders = rows(session, "customers/orders", orders=asked)
    lines: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows(session, "customers/lines", orders=asked):
        lines[row.pop("order_id")].append(row)
    told = rows(session, "customers/events", orders=asked)
    add_facts(session, told, reach)
    events: defaultdict[int, list[Row]] = defaultdict(list)
    for row in told:
        event = {"type": topic_of(row["kind"]), "timestamp": row["recorded_at"], "data": row["data"]}
        events[row["subject_id"]].append(event)
    return [_order(row) | {"lines": lines[row["order_id"]], "events": events[row["order_id"]]} for row in orders]


def _order(row: Row) -> Row:
    contact = {part: row.pop(part) for part in PARTS}
    return row | {"contact": contact if row.pop("has_contact") else None}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
