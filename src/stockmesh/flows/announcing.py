"""Raising events: written in the transaction of what they tell, with an announcement that the relay finds them by."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec
import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.flows.acting import number_now, reason_now
from stockmesh.flows.context import Context
from stockmesh.store.copying import Column, Integers, Label, Missing, Rows, Texts
from stockmesh.store.database import Session, copy_all, execute
from stockmesh.store.vectors import Vector, dump_vector

NO_CELLS: Final = np.zeros(0, dtype=np.int64)


def cells_at(items: I64, locations: I64 | int) -> I64:
    """Items at locations as one number each; location 0 stands for all of an item."""
    found: I64 = (items << 32) | locations
    return found


def announce(
    session: Session, context: Context, kind: str, subject_id: int, body: dict[str, Any], *, cells: I64 = NO_CELLS
) -> None:
    """One event. `cells` are those whose availability may be another now. Why it was done is told where it was said."""
    ids = context.event_ids.take(session, 1)
    told = body | {"reason": reason_now()} if reason_now() and not body.get("reason") else body
    execute(
        session,
        "events/record",
        event_id=int(ids[0]),
        recorded_at=context.clock(),
        subject_id=subject_id,
        kind=kind,
        body=msgspec.json.encode(told).decode() if told else None,
        actor_id=number_now(context),
    )
    tell_relay(session, ids, cells)


def order_event_rows(
    session: Session,
    context: Context,
    kind: str,
    order_ids: I64,
    *,
    recorded: Integers,
    cells: I64,
    actors: I64 | None = None,
) -> list[Rows]:
    """One event per order, without a body: what it tells is read from the order's rows when somebody asks.

    `actors`: the number of who is behind each; where it is 0 it is who is at work.
    """
    if len(order_ids) == 0:
        return []
    ids = context.event_ids.take(session, len(order_ids))
    columns: dict[str, Column] = {
        "event_id": Integers(ids, 8),
        "recorded_at": recorded,
        "subject_id": Integers(order_ids, 8),
        "kind": Label(kind.encode()),
        "body": Missing(),
        "actor_id": Integers(_behind(context, actors), 4),
    }
    return [Rows("event", columns, len(ids)), announcement_rows(ids, cells)]


def announce_rows(
    session: Session,
    context: Context,
    query: str,
    *,
    rows: Mapping[str, Collection[int] | I64],
    cells: I64,
    **said: Any,
) -> None:
    """One event per row of columns of equal length; the query writes them and words their bodies."""
    count = len(next(iter(rows.values())))
    if count == 0:
        return
    ids = context.event_ids.take(session, count)
    vectors = {name: Vector(np.asarray(values, dtype=np.int64)) for name, values in rows.items()}
    execute(
        session, query, ids=Vector(ids), recorded_at=context.clock(), actor_id=number_now(context), **vectors, **said
    )
    tell_relay(session, ids, cells)


def _behind(context: Context, actors: I64 | None) -> I64 | int:
    if actors is None:
        return number_now(context)
    return np.where(actors > 0, actors, 0 if actors.all() else number_now(context))


def tell_relay(session: Session, event_ids: I64, cells: I64) -> None:
    """Announces events just written. Called while the rows they are about are locked, which keeps their order."""
    copy_all(session, [announcement_rows(event_ids, cells)])


def distinct(cells: I64) -> I64:
    """Each cell once, ascending. Batches that come in key order need no sorting, which would cost a tenth of them."""
    return cells if bool((cells[1:] > cells[:-1]).all()) else np.unique(cells)


def announcement_rows(event_ids: I64, cells: I64) -> Rows:
    """The announcements of events: one per run of ids, the first of them with the cells touched."""
    starts = np.flatnonzero(np.diff(event_ids, prepend=event_ids[0] - 2) != 1)
    touched = [distinct(cells), *[NO_CELLS] * (len(starts) - 1)]
    columns: dict[str, Column] = {
        "first_event_id": Integers(event_ids[starts], 8),
        "events": Integers(np.diff(starts, append=len(event_ids)), 4),
        "cells": Texts([dump_vector(one) for one in touched]),
    }
    return Rows("announcement", columns, len(starts))
