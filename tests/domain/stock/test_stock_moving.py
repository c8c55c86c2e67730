"""What may be moved by hand, and how late movements leave a count right."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from stockmesh.domain.stock.books import OpenBooks, Stamp
from stockmesh.domain.stock.cells import Cell, CountKind
from stockmesh.domain.stock.moving import MOVES, Move, cause_of, check_move
from stockmesh.domain.stock.refusals import BadStockQuantity, MoveNotAllowed, ReasonMissing
from stockmesh.domain.stock.states import ON_HAND, Account, Cause, StockState, outside

S = StockState
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EARLIER = NOON - timedelta(hours=1)
DAV, GLA = 1, 2
SELLABLE_HERE = Account(DAV, S.SELLABLE)


def move(from_state: StockState, to_state: StockState, to_location: str = "", quantity: int = 1) -> Move:
    return Move("MUG", quantity, "DAV", from_state, to_state, NOON, to_location, "why")


def opened(**cells: Cell) -> OpenBooks:
    return OpenBooks({(9, {"dav": DAV, "gla": GLA}[name]): cell for name, cell in cells.items()})


def counted(kind: CountKind, **units: int) -> Cell:
    return Cell(**units, counted_as_of=NOON, counted_kind=kind)


def test_units_of_orders_and_carts_are_never_moved_by_hand() -> None:
    for state, other in product((S.COMMITTED, S.RESERVED), StockState):
        for pair in ((state, other), (other, state)):
            with pytest.raises(MoveNotAllowed):
                cause_of(move(*pair), 1)


def test_the_table_moves_to_or_from_the_network_and_never_touches_shortfall() -> None:
    for pair in MOVES:
        assert ON_HAND & set(pair)
        assert S.SHORTFALL not in pair


def test_a_transfer_keeps_the_state() -> None:
    assert cause_of(move(S.SELLABLE, S.SELLABLE, "GLA"), 1) is Cause.TRANSFER
    with pytest.raises(MoveNotAllowed, match="keep their state"):
        cause_of(move(S.SELLABLE, S.DAMAGED, "GLA"), 1)


def test_a_move_to_where_the_units_are_is_refused() -> None:
    with pytest.raises(MoveNotAllowed, match="nothing would change"):
        cause_of(move(S.SELLABLE, S.SELLABLE, "DAV"), 1)


def test_an_adjustment_needs_a_reason() -> None:
    with pytest.raises(ReasonMissing):
        check_move(Move("MUG", 1, "DAV", S.ADJUSTMENT, S.SELLABLE, NOON, reason=" "), 1, now=NOON)


@pytest.mark.parametrize("quantity", [0, -3, 10**9 + 1])
def test_a_move_is_of_at_least_one_unit_and_of_no_impossible_number(quantity: int) -> None:
    with pytest.raises(BadStockQuantity):
        check_move(move(S.SUPPLIER, S.SELLABLE, quantity=quantity), 1, now=NOON)


def test_a_receipt_heals_a_shortfall_before_it_becomes_sellable() -> None:
    books = opened(dav=Cell(committed=5, shortfall=2))
    books.move(9, 6, (outside(S.SUPPLIER), SELLABLE_HERE), Stamp(Cause.RECEIPT, NOON))
    assert (books.cells[9, DAV].sellable, books.cells[9, DAV].shortfall) == (4, 0)
    assert [(one.target.state, one.units) for one in books.movements] == [(S.SHORTFALL, 2), (S.SELLABLE, 4)]


def test_a_late_sale_does_not_deduct_again_from_what_was_counted_after_it() -> None:
    books = opened(dav=counted(CountKind.ON_HAND, sellable=8))
    books.move(9, 3, (SELLABLE_HERE, outside(S.SCRAP)), Stamp(Cause.ADJUST, EARLIER))
    assert books.cells[9, DAV].on_hand == 8
    assert {one.stamp.cause for one in books.movements} == {Cause.ADJUST, Cause.LATE_OFFSET}
    assert {one.stamp.occurred_at for one in books.movements} == {EARLIER}


def test_what_left_before_the_count_need_not_be_there_any_more() -> None:
    books = opened(dav=counted(CountKind.ON_HAND, committed=4, shortfall=1))
    accounts = (SELLABLE_HERE, outside(S.SCRAP))
    assert books.enough(9, 3, accounts, EARLIER)
    assert not books.enough(9, 3, accounts, NOON + timedelta(seconds=1))
    books.move(9, 3, accounts, Stamp(Cause.ADJUST, EARLIER))
    assert books.cells[9, DAV].free == -1


def test_a_late_receipt_was_counted_already() -> None:
    books = opened(dav=counted(CountKind.AVAILABLE, sellable=8))
    books.move(9, 5, (outside(S.SUPPLIER), SELLABLE_HERE), Stamp(Cause.RECEIPT, EARLIER))
    assert books.cells[9, DAV].sellable == 8


def test_a_late_change_of_state_stays_within_a_count_of_on_hand_and_needs_no_offset() -> None:
    books = opened(dav=counted(CountKind.ON_HAND, sellable=8))
    books.move(9, 5, (SELLABLE_HERE, Account(DAV, S.DAMAGED)), Stamp(Cause.RECLASSIFY, EARLIER))
    assert (books.cells[9, DAV].sellable, books.cells[9, DAV].damaged) == (3, 5)
    assert len(books.movements) == 1


def test_a_late_transfer_is_offset_only_where_a_count_came_after_it() -> None:
    books = opened(dav=counted(CountKind.ON_HAND, sellable=8), gla=Cell())
    books.move(9, 3, (SELLABLE_HERE, Account(GLA, S.SELLABLE)), Stamp(Cause.TRANSFER, EARLIER))
    assert (books.cells[9, DAV].sellable, books.cells[9, GLA].sellable) == (8, 3)


def test_books_tell_what_gained_and_what_fell_short() -> None:
    books = opened(dav=Cell(sellable=2, committed=3, safety_stock=1), gla=Cell(sellable=1, safety_stock=5))
    books.adjust((9, DAV), -4, Stamp(Cause.COUNT, NOON))
    books.adjust((9, GLA), 6, Stamp(Cause.COUNT, NOON))
    assert books.fell_short() == {(9, DAV): 2}
    assert books.gained() == {(9, GLA): 2}
