"""The life of an order before release: every step of the table works, every other is refused, nothing is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from conftest import HandClock
from placing_processes import assert_whole, balances
from stockmesh.domain.fulfilment.order_states import ORDER_LIFE, OrderAction, OrderState
from stockmesh.domain.fulfilment.refusals import UnknownItem, UnknownOrder
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, Wish
from stockmesh.domain.kernel.machine import NotPossible
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import count_stock
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import (
    OrderChange,
    cancel_order,
    change_order,
    find_order,
    pause_order,
    resume_order,
)
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.serve_waiting import serve_waiting
from worlds import SmallWorld, order, put_in_books

S, A = OrderState, OrderAction
TWO_TENTS = OrderChange(lines=(OrderLine("tent", 2, 1_000),))
TOLD: dict[OrderAction, Callable[[Context, int], OrderState]] = {
    A.PAUSE: lambda context, order_id: pause_order(context, order_id, "payment"),
    A.RESUME: resume_order,
    A.CANCEL: cancel_order,
    A.CHANGE: lambda context, order_id: change_order(context, order_id, OrderChange(Destination("DE", "20095"))),
}
REACHED_BY: dict[OrderState, tuple[OrderAction, ...]] = {
    S.OPEN: (),
    S.WAITING: (),
    S.PAUSED: (A.PAUSE,),
    S.CANCELLED: (A.CANCEL,),
}


@dataclass(frozen=True)
class Books:
    """Everything the books say about an order and the stock, to be compared before and after."""

    detail: object
    balances: list[tuple[int, int]]
    rows: list[dict[str, object]]


def books_of(context: Context, order_id: int) -> Books:
    with context.database.session() as session:
        found = session.execute(
            "SELECT (SELECT count(*) FROM movement) AS movements, (SELECT count(*) FROM event) AS events,"
            " (SELECT count(*) FROM decision) AS decisions, (SELECT sum(taken) FROM location_day) AS taken,"
            " (SELECT count(*) FROM order_line) AS lines"
        ).fetchall()
    return Books(get_order(context, order_id), balances(context), [dict(row) for row in found])


def placed(context: Context, quantity: int, reference: str = "O1", wish: Wish = Wish.BACKORDER) -> int:
    """The number of an order for so many tents."""
    (outcome,) = place_orders(context, [order(reference, {"tent": quantity}, wish=wish)])
    assert isinstance(outcome, Placed), outcome
    return outcome.order_id


@pytest.fixture
def stocked(context: Context) -> Context:
    """Three tents in Leipzig."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 3})
    return context


@pytest.mark.parametrize("state", list(OrderState))
def test_the_table_is_the_truth(stocked: Context, state: OrderState) -> None:
    """From each state every action the table lists leads where it says, and every other is refused and does nothing."""
    for number, (action, act) in enumerate(TOLD.items()):
        order_id = placed(stocked, 9 if state is S.WAITING else 1, f"O{number}")
        for step in REACHED_BY[state]:
            TOLD[step](stocked, order_id)
        assert get_order(stocked, order_id).state == state
        before = books_of(stocked, order_id)
        if (state, action) in ORDER_LIFE.table:
            reached = act(stocked, order_id)
            lists = ORDER_LIFE.table[state, action]
            assert reached in ({lists, S.WAITING} if state is S.WAITING and lists is S.OPEN else {lists})
            assert get_order(stocked, order_id).state == reached
        else:
            with pytest.raises(NotPossible):
                act(stocked, order_id)
            assert books_of(stocked, order_id) == before
        if get_order(stocked, order_id).state != S.CANCELLED:
            cancel_order(stocked, order_id)
    assert balances(stocked) == [(3, 0)]
    assert_whole(stocked)


def test_every_step_is_told_or_driven_by_a_flow() -> None:
    """The table holds no action that nobody can ask for."""
    assert {action for _, action in ORDER_LIFE.table} == set(TOLD) | {A.RESOURCE}


def test_an_unknown_order_is_refused(stocked: Context) -> None:
    """An order that is not there can be told nothing."""
    for act in TOLD.values():
        with pytest.raises(UnknownOrder):
            act(stocked, 999)
    for name in ("999", "no such order", "", "9" * 40, "²"):
        with pytest.raises(UnknownOrder):
            find_order(stocked, name)


def test_an_order_is_found_by_number_and_by_reference(stocked: Context) -> None:
    """People use either; a number wins over a reference that looks like it."""
    order_id = placed(stocked, 1)
    other = placed(stocked, 1, str(order_id))
    assert find_order(stocked, "O1") == order_id
    assert find_order(stocked, str(order_id)) == order_id
    assert find_order(stocked, str(other)) == other


def test_cancelling_gives_units_and_capacity_back(stocked: Context) -> None:
    """Units are sellable again, the day is free again, and the journal says so."""
    order_id = placed(stocked, 2)
    assert balances(stocked) == [(1, 2)]
    cancel_order(stocked, order_id, "changed my mind")
    assert balances(stocked) == [(3, 0)]
    after = books_of(stocked, order_id)
    assert after.rows[0]["taken"] == 0
    detail = get_order(stocked, order_id)
    assert [event.kind for event in detail.events] == ["order_placed", "order_cancelled"]
    assert [(line.waiting, line.dropped) for line in detail.lines] == [(0, 2)]
    assert_whole(stocked)


def test_cancelling_heals_a_shortfall_first(stocked: Context, clock: HandClock) -> None:
    """Two of three promised tents are missing: of the units a cancelled order gives back, two heal, one can be sold."""
    first, second = placed(stocked, 2), placed(stocked, 1, "O2")
    clock.advance(hours=1)
    count_stock(stocked, [StockCount("tent", "LEJ", 1, CountKind.ON_HAND, clock.now - timedelta(minutes=1))])
    assert cell(stocked) == {"sellable": 0, "committed": 3, "shortfall": 2}
    cancel_order(stocked, second)
    assert cell(stocked) == {"sellable": 0, "committed": 2, "shortfall": 1}
    cancel_order(stocked, first)
    assert cell(stocked) == {"sellable": 1, "committed": 0, "shortfall": 0}
    assert_whole(stocked)


def cell(context: Context) -> dict[str, int]:
    """The tents of Leipzig."""
    with context.database.session() as session:
        row = session.execute("SELECT sellable, committed, shortfall FROM stock").fetchone()
    return dict(row or {})


REFUSED: dict[str, tuple[OrderChange, str]] = {
    "more than there is": (OrderChange(lines=(OrderLine("tent", 4),)), "short_stock"),
    "an unknown item": (OrderChange(lines=(OrderLine("chair", 1),)), "unknown_item"),
    "no lines": (OrderChange(lines=()), "empty_order"),
    "a quantity of nothing": (OrderChange(lines=(OrderLine("tent", 0),)), "bad_quantity"),
    "a country nobody serves": (OrderChange(Destination("AU", "2000")), "not_served"),
    "a postcode that cannot be": (OrderChange(Destination("DE", "nowhere")), "unknown_postcode"),
}


def test_a_refused_change_leaves_everything_as_it_was(stocked: Context) -> None:
    """Whatever a change is refused for, order, stock, capacity and journal stay as they were."""
    order_id = placed(stocked, 1, wish=Wish.REFUSE)
    before = books_of(stocked, order_id)
    found = {}
    for kind, (change, _) in REFUSED.items():
        with pytest.raises(Refusal) as caught:
            change_order(stocked, order_id, change)
        found[kind] = caught.value.code
        assert books_of(stocked, order_id) == before
    assert found == {kind: code for kind, (_, code) in REFUSED.items()}
    assert_whole(stocked)


def test_a_change_keeps_the_story(stocked: Context) -> None:
    """The plan before is kept as void, the new one is in force, and the event tells what the order was."""
    order_id = placed(stocked, 1)
    change_order(stocked, order_id, TWO_TENTS)
    detail = get_order(stocked, order_id)
    assert [(part.round, part.state) for part in detail.fulfilments] == [(1, "void"), (2, "planned")]
    assert [line.quantity for line in detail.lines] == [2]
    told = detail.events[-1]
    assert told.kind == "order_changed"
    assert told.body["before"]["lines"] == [{"sku": "tent", "quantity": 1}]
    assert balances(stocked) == [(1, 2)]
    assert_whole(stocked)


def test_an_order_changed_many_times_holds_only_its_last_wish(stocked: Context) -> None:
    """A hundred changes to and fro leave one plan, exactly its units, and books that verify."""
    order_id = placed(stocked, 1)
    for number in range(100):
        change_order(stocked, order_id, OrderChange(lines=(OrderLine("tent", 1 + number % 3),)))
    assert balances(stocked) == [(2, 1)]
    assert len([part for part in get_order(stocked, order_id).fulfilments if part.state == "planned"]) == 1
    assert_whole(stocked)


def test_a_waiting_order_can_be_cancelled_before_it_is_served(stocked: Context, clock: HandClock) -> None:
    """Stock that comes after the cancellation stays sellable."""
    order_id = placed(stocked, 5)
    cancel_order(stocked, order_id)
    receive(stocked, clock, 4)
    assert serve_waiting(stocked).served == 0
    assert balances(stocked) == [(7, 0)]
    assert_whole(stocked)


def receive(context: Context, clock: HandClock, quantity: int) -> None:
    """Tents arrive in Leipzig."""
    move_stock(
        context,
        [Move("tent", quantity, "LEJ", StockState.SUPPLIER, StockState.SELLABLE, clock.now)],
        key=str(clock.now),
    )


def test_an_unknown_item_is_named_in_the_refusal(stocked: Context) -> None:
    """The clerk reads which line and which SKU."""
    order_id = placed(stocked, 1)
    with pytest.raises(UnknownItem, match=r"Line 1.*'chair'"):
        change_order(stocked, order_id, OrderChange(lines=(OrderLine("chair", 1),)))
