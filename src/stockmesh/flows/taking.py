"""Taking what was decided: capacity and units in one act, whole orders only, whoever came first wins."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.compiled import I64
from stockmesh.flows.context import Present
from stockmesh.flows.deciding import Decided
from stockmesh.store import database
from stockmesh.store.database import Session
from stockmesh.store.vectors import Vector

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Takes:
    """What a batch wants, flattened: one entry per component of each piece, and one per shipment.

    `place` is the order's index in the batch; locations are numbers of the books.
    """

    place: I64
    item: I64
    location: I64
    quantity: I64
    line: I64
    piece: I64
    slot_place: I64
    slot_location: I64
    slot_day: I64


def spread(starts: I64) -> I64:
    """The owner of every entry of a run-length layout: [0, 2, 3] is 0, 0, 1."""
    return np.repeat(np.arange(len(starts) - 1, dtype=np.int64), np.diff(starts))


def takes_of(decided: Decided, present: Present) -> Takes:
    """What the decisions want from the books, in arrival order."""
    demand, plans = decided.demand, decided.plans
    location_ids = np.array(present.directory.location_ids, dtype=np.int64)
    parts = np.diff(demand.component_start)[plans.piece_line]
    piece = np.repeat(np.arange(len(plans.piece_line), dtype=np.int64), parts)
    first = np.repeat(np.cumsum(parts) - parts, parts)
    component = demand.component_start[plans.piece_line][piece] + np.arange(len(piece)) - first
    return Takes(
        place=spread(plans.piece_start)[piece],
        item=decided.names.row_item[demand.component_row[component]],
        location=location_ids[plans.piece_location][piece],
        quantity=plans.piece_quantity[piece] * demand.component_quantity[component],
        line=plans.piece_line[piece],
        piece=piece,
        slot_place=spread(plans.shipment_start),
        slot_location=location_ids[plans.shipment_location],
        slot_day=decided.asked.window.day[plans.shipment_location, plans.shipment_slot],
    )


@dataclass(frozen=True, eq=False)
class Taken:
    """Which of the batch's orders now hold what they were given, and when the latest of the cells they took from that
    were counted available was (microseconds since 1970; 0: none ever was)."""

    won: Mask
    counted_us: int


def take(session: Session, present: Present, decided: Decided, takes: Takes, settled: Mask) -> Taken:
    """Takes whole orders in arrival order. Only `settled` orders are taken; the others are to be decided again."""
    won = np.zeros(len(decided.asked.orders), dtype=np.bool_)
    won[takes.slot_place] = True
    won &= settled
    won &= _find_room(session, present, takes, len(decided.asked.orders))
    wanted, slots = won[takes.place], won[takes.slot_place]
    buffer = np.array([order.channel.buffer_units for order in decided.asked.orders], dtype=np.int64)
    found = database.find_row(
        session,
        "stock/take",
        places=Vector(takes.place[wanted]),
        items=Vector(takes.item[wanted]),
        locations=Vector(takes.location[wanted]),
        quantities=Vector(takes.quantity[wanted]),
        buffers=Vector(buffer[takes.place[wanted]]),
        slot_places=Vector(takes.slot_place[slots]),
        slot_locations=Vector(takes.slot_location[slots]),
        slot_days=Vector(takes.slot_day[slots]),
    )
    ensure(found is not None, "an aggregate always answers one row")
    losers, counted_us = (found["losers"], found["counted_us"]) if found else ([], 0)
    won[losers] = False
    return Taken(won, counted_us)


def every_order(decided: Decided) -> Mask:
    """A mask that leaves no order of the batch out."""
    return np.ones(len(decided.asked.orders), dtype=np.bool_)


def _find_room(session: Session, present: Present, takes: Takes, orders: int) -> Mask:
    """Locks the location-days wanted and answers which orders still find room on all of theirs."""
    fits = np.ones(orders, dtype=np.bool_)
    if len(takes.slot_place) == 0:
        return fits
    keys, entry = _location_days(takes)
    index = [present.directory.index_of[int(location)] for location in keys["location"]]
    capacities = [present.facts.locations[place].daily_orders_max for place in index]
    where = {"locations": Vector(keys["location"]), "days": Vector(keys["day"])}
    days = database.rows(session, "orders/lock_days", **where)
    if len(days) < len(keys):
        database.execute(session, "orders/open_days", **where, capacities=Vector(database.column(capacities)))
        days = database.rows(session, "orders/lock_days", **where)
    room = database.column(capacities) - database.column([row["taken"] for row in days])
    if (np.bincount(entry, minlength=len(room)) <= room).all():
        return fits
    by_day = np.argsort(entry, kind="stable")
    position = np.empty(len(entry), dtype=np.int64)
    first_of = np.searchsorted(entry[by_day], np.arange(len(room)))
    position[by_day] = np.arange(len(entry)) - first_of[entry[by_day]]
    fits[takes.slot_place[position >= room[entry]]] = False
    return fits


def _location_days(takes: Takes) -> tuple[NDArray[np.void], I64]:
    """The distinct location-days in key order, and each shipment's index among them."""
    pairs = np.empty(len(takes.slot_place), dtype=[("location", np.int64), ("day", np.int64)])
    pairs["location"], pairs["day"] = takes.slot_location, takes.slot_day
    keys, entry = np.unique(pairs, return_inverse=True)
    return keys, entry.astype(np.int64)
