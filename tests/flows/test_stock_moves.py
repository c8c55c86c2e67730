"""Moves, transfers, receipts and thresholds: all or nothing, never below zero, once per key."""

from datetime import date

import pytest

from conftest import HandClock
from stock_world import level, place, small_world
from stockmesh.domain.stock.arrivals import Arrival, SafetyStock
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.refusals import (
    BadStockQuantity,
    CommandTaken,
    KitHasNoStock,
    MoreThanIncoming,
    NotEnoughStock,
    UnknownIncoming,
    UnknownStockLocation,
)
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.receive_stock import receive_incoming
from stockmesh.flows.set_safety_stock import set_safety_stock
from stockmesh.flows.stock_journal import list_incoming, list_movements
from stockmesh.flows.verify_books import verify_books

S = StockState


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    owner = small_world(context, {("DAV", "MUG"): 10})
    with context.database.session() as session:
        session.execute(
            "INSERT INTO incoming (item_id, location_id, reference, due_on, quantity) "
            "SELECT i.item_id, l.location_id, 'PO1', %s, 20 FROM item AS i, location AS l "
            "WHERE i.owner_id = %s AND i.sku = 'MUG' AND l.code = 'DAV'",
            (date(2026, 3, 5), owner),
        )


def move(clock: HandClock, quantity: int, from_state: StockState, to_state: StockState, to_location: str = "") -> Move:
    return Move("MUG", quantity, "DAV", from_state, to_state, clock.now, to_location, "shelf fell")


def test_units_change_their_state(context: Context, clock: HandClock) -> None:
    moves = [move(clock, 4, S.SELLABLE, S.DAMAGED), move(clock, 1, S.DAMAGED, S.SCRAP)]
    assert move_stock(context, moves).movements == 2
    now = level(context, "MUG", "DAV")
    assert (now.sellable, now.damaged, now.on_hand) == (6, 3, 9)
    assert verify_books(context).ok


def test_a_transfer_leaves_one_location_and_arrives_at_the_other(context: Context, clock: HandClock) -> None:
    moved = move_stock(context, [move(clock, 4, S.SELLABLE, S.SELLABLE, "GLA")])
    assert (level(context, "MUG", "DAV").sellable, level(context, "MUG", "GLA").sellable) == (6, 4)
    assert [(gain.location, gain.units) for gain in moved.gained] == [("GLA", 4)]
    assert verify_books(context).ok


def test_nothing_goes_below_zero_and_nothing_half_done_remains(context: Context, clock: HandClock) -> None:
    place(context, "A", {"MUG": 7})
    with pytest.raises(NotEnoughStock) as caught:
        move_stock(context, [move(clock, 2, S.SELLABLE, S.SCRAP), move(clock, 2, S.SELLABLE, S.DAMAGED)])
    assert (caught.value.row, caught.value.there, caught.value.asked) == (2, 1, 2)
    assert level(context, "MUG", "DAV").sellable == 3
    assert len(list_movements(context, "MUG").rows) == 2


def test_the_same_key_answers_the_same_and_other_content_is_refused(context: Context, clock: HandClock) -> None:
    moves = [move(clock, 4, S.SELLABLE, S.DAMAGED)]
    first = move_stock(context, moves, key="K1")
    clock.advance(hours=1)
    assert move_stock(context, moves, key="K1") == first
    assert move_stock(context, [move(clock, 4, S.SELLABLE, S.DAMAGED)], key="K1") == first
    assert level(context, "MUG", "DAV").damaged == 4
    with pytest.raises(CommandTaken):
        move_stock(context, [move(clock, 5, S.SELLABLE, S.DAMAGED)], key="K1")


def test_a_refused_command_leaves_its_key_free(context: Context, clock: HandClock) -> None:
    with pytest.raises(NotEnoughStock):
        move_stock(context, [move(clock, 11, S.SELLABLE, S.DAMAGED)], key="K1")
    assert move_stock(context, [move(clock, 10, S.SELLABLE, S.DAMAGED)], key="K1").moves == 1


def test_a_kit_and_an_unknown_location_have_nothing_to_move(context: Context, clock: HandClock) -> None:
    with pytest.raises(KitHasNoStock):
        move_stock(context, [Move("CAMP", 1, "DAV", S.SUPPLIER, S.SELLABLE, clock.now)])
    with pytest.raises(UnknownStockLocation):
        move_stock(context, [move(clock, 1, S.SELLABLE, S.SELLABLE, "MARS")])


def test_a_quantity_nobody_can_have_moved_is_refused(context: Context, clock: HandClock) -> None:
    with pytest.raises(BadStockQuantity):
        move_stock(context, [move(clock, 10**30, S.SUPPLIER, S.SELLABLE)], key="K1")


def test_a_receipt_against_supply_counts_it_as_received(context: Context, clock: HandClock) -> None:
    moved = receive_incoming(context, [Arrival("PO1", "MUG", "DAV", 8, clock.now)], key="R1")
    assert receive_incoming(context, [Arrival("PO1", "MUG", "DAV", 8, clock.now)], key="R1") == moved
    assert [(gain.sku, gain.units) for gain in moved.gained] == [("MUG", 8)]
    [line] = list_incoming(context).rows
    assert (line.received, line.still_due) == (8, 12)
    assert level(context, "MUG", "DAV").sellable == 18
    assert verify_books(context).ok


def test_more_than_was_announced_is_refused_as_a_whole(context: Context, clock: HandClock) -> None:
    arrivals = [Arrival("PO1", "MUG", "DAV", 15, clock.now), Arrival("PO1", "MUG", "DAV", 6, clock.now)]
    with pytest.raises(MoreThanIncoming) as caught:
        receive_incoming(context, arrivals)
    assert (caught.value.row, caught.value.still_due) == (2, 5)
    assert level(context, "MUG", "DAV").sellable == 10


def test_supply_nobody_announced_is_refused(context: Context, clock: HandClock) -> None:
    with pytest.raises(UnknownIncoming):
        receive_incoming(context, [Arrival("PO2", "MUG", "DAV", 1, clock.now)])


def test_safety_stock_is_withheld_and_lowering_it_gains(context: Context) -> None:
    assert set_safety_stock(context, [SafetyStock("MUG", "DAV", 12)]) == ()
    now = level(context, "MUG", "DAV")
    assert (now.available, now.withheld, now.sellable) == (0, 10, 10)
    [gain] = set_safety_stock(context, [SafetyStock("MUG", "DAV", 3)])
    assert (gain.sku, gain.location, gain.units) == ("MUG", "DAV", 7)
    assert verify_books(context).ok
