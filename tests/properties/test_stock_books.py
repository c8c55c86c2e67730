"""The stock books against plain integers: whatever is received, counted, moved, ordered or cancelled, late or not."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conftest import HandClock
from stock_world import STOCK_WORLD, place
from stockmesh.domain.fulfilment.refusals import ShortStock
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest
from stockmesh.domain.stock.arrivals import Arrival, SafetyStock
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.refusals import NotEnoughStock
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import Counted, CountResult, count_stock
from stockmesh.flows.expire_holds import expire_holds
from stockmesh.flows.hold_cart import Cart, hold_cart, release_hold
from stockmesh.flows.hold_views import get_hold
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.place_orders import Placed, Refused, place_orders
from stockmesh.flows.receive_stock import receive_incoming
from stockmesh.flows.refusals import HoldNotOpen
from stockmesh.flows.serve_waiting import serve_waiting
from stockmesh.flows.set_safety_stock import set_safety_stock
from stockmesh.flows.stock_levels import StockFilter, list_stock
from stockmesh.flows.verify_books import verify_books
from worlds import put_in_books

S = StockState
TO = Destination("GB", "SW1A 1AA")
SKUS, SITES = ("MUG", "STOVE", "TENT"), ("DAV", "GLA")
CELLS = st.sampled_from([(sku, site) for sku in SKUS for site in SITES])
FEW = st.integers(1, 12)
BACK = st.integers(0, 6)  # how many minutes ago
TABLES = (
    "movement, stock, stock_count, orders, order_line, fulfilment, decision, location_day, incoming, command, "
    "event, announcement, event_run, availability_told, assortment, cart_hold, hold_line, hold_unit"
)


@dataclass
class Plain:
    """One cell as plain integers; `past` is when on_hand and free changed, and by how much."""

    free: int = 0
    committed: int = 0
    reserved: int = 0
    damaged: int = 0
    safety: int = 0
    counted_at: datetime | None = None
    counted_kind: CountKind = CountKind.ON_HAND
    past: list[tuple[datetime, int, int]] = field(default_factory=list)

    @property
    def on_hand(self) -> int:
        return self.free + self.committed + self.reserved + self.damaged

    def change(self, at: datetime, on_hand: int, free: int) -> None:
        """Something happened; what the last count had seen already is put back."""
        self.free += free
        self.past.append((at, on_hand, free))
        measured = free if self.counted_kind is CountKind.AVAILABLE else on_hand
        if self.saw(at) and measured:
            self.free -= measured
            self.past.append((at, -measured, -measured))

    def saw(self, at: datetime) -> bool:
        return self.counted_at is not None and at <= self.counted_at

    def count(self, kind: CountKind, quantity: int, as_of: datetime) -> int:
        """Answers the difference: what was counted less what the cell held at that instant."""
        of_free = kind is CountKind.AVAILABLE
        now = self.free if of_free else self.on_hand
        then = now - sum(free if of_free else on_hand for at, on_hand, free in self.past if at > as_of)
        difference = 0 if of_free and quantity == 0 and then < 0 else quantity - then
        self.free += difference
        self.past.append((as_of, difference, difference))
        self.counted_at, self.counted_kind = as_of, kind
        return difference


class StockBooks(RuleBasedStateMachine):
    """Each step is booked and played through with integers; afterwards both must agree and the books must be whole."""

    def __init__(self, context: Context, clock: HandClock) -> None:
        super().__init__()
        self.context, self.clock = context, clock
        self.clock.now = HandClock.now
        self.cells = {(sku, site): Plain() for sku in SKUS for site in SITES}
        self.orders: dict[int, dict[tuple[str, str], int]] = {}
        self.holds: dict[int, tuple[datetime, dict[tuple[str, str], int]]] = {}
        self.counts: dict[str, tuple[StockCount, CountResult]] = {}
        self.steps = 0

    def ago(self, minutes: int) -> datetime:
        return self.clock.now - timedelta(minutes=minutes)

    def tick(self) -> None:
        self.steps += 1
        self.clock.advance(minutes=1)

    @initialize()
    def open(self) -> None:
        with self.context.database.session() as session:
            session.execute(f"TRUNCATE {TABLES}".encode())
            session.execute(
                "INSERT INTO incoming (item_id, location_id, reference, due_on, quantity) SELECT item_id, location_id, "
                "'PO', '2026-04-01', 1000000 FROM item, location WHERE NOT is_kit"
            )
        self.tick()

    @rule(cell=CELLS, units=FEW, back=BACK, announced=st.booleans())
    def receive(self, cell: tuple[str, str], units: int, back: int, announced: bool) -> None:
        sku, site = cell
        at = self.ago(back)
        if announced:
            receive_incoming(self.context, [Arrival("PO", sku, site, units, at)], key=f"receive {self.steps}")
        else:
            move_stock(self.context, [Move(sku, units, site, S.SUPPLIER, S.SELLABLE, at)])
        self.cells[cell].change(at, units, units)
        self.tick()

    @rule(cell=CELLS, units=FEW, back=BACK, to=st.sampled_from([S.SCRAP, S.DAMAGED]))
    def lose(self, cell: tuple[str, str], units: int, back: int, to: StockState) -> None:
        at, plain = self.ago(back), self.cells[cell]
        move = Move(cell[0], units, cell[1], S.SELLABLE, to, at)
        on_hand = -units if to is S.SCRAP else 0
        measured = -units if plain.counted_kind is CountKind.AVAILABLE else on_hand
        if plain.free < units and not (plain.saw(at) and measured):
            with pytest.raises(NotEnoughStock):
                move_stock(self.context, [move])
        else:
            move_stock(self.context, [move])
            plain.damaged += 0 if to is S.SCRAP else units
            plain.change(at, on_hand, -units)
        self.tick()

    @rule(cell=CELLS, units=FEW)
    def repair(self, cell: tuple[str, str], units: int) -> None:
        move = Move(cell[0], units, cell[1], S.DAMAGED, S.SELLABLE, self.clock.now)
        if self.cells[cell].damaged < units:
            with pytest.raises(NotEnoughStock):
                move_stock(self.context, [move])
        else:
            move_stock(self.context, [move])
            self.cells[cell].damaged -= units
            self.cells[cell].change(self.clock.now, 0, units)
        self.tick()

    @rule(sku=st.sampled_from(SKUS), units=FEW, back=BACK, sites=st.permutations(SITES))
    def transfer(self, sku: str, units: int, back: int, sites: list[str]) -> None:
        at, (here, there) = self.ago(back), sites
        move = Move(sku, units, here, S.SELLABLE, S.SELLABLE, at, there)
        source = self.cells[sku, here]
        if source.free < units and not source.saw(at):
            with pytest.raises(NotEnoughStock):
                move_stock(self.context, [move])
        else:
            move_stock(self.context, [move])
            source.change(at, -units, -units)
            self.cells[sku, there].change(at, units, units)
        self.tick()

    @rule(cell=CELLS, quantity=st.integers(0, 20), back=BACK, kind=st.sampled_from(CountKind))
    def count(self, cell: tuple[str, str], quantity: int, back: int, kind: CountKind) -> None:
        count = StockCount(*cell, quantity, kind, self.ago(back), row=1)
        plain, reference = self.cells[cell], f"count {self.steps}"
        [outcome] = count_stock(self.context, [count], reference=reference).outcomes
        assert isinstance(outcome, Counted)
        if plain.counted_at is not None and count.as_of < plain.counted_at:
            assert outcome.result is CountResult.OLDER
        else:
            assert outcome.result is CountResult.APPLIED
            assert outcome.difference == plain.count(kind, quantity, count.as_of)
        self.counts[reference] = (count, outcome.result)
        self.tick()

    @precondition(lambda self: self.counts)
    @rule(data=st.data())
    def count_again(self, data: st.DataObject) -> None:
        reference = data.draw(st.sampled_from(sorted(self.counts)))
        count, result = self.counts[reference]
        [outcome] = count_stock(self.context, [count], reference=reference).outcomes
        assert isinstance(outcome, Counted)
        assert outcome.result is (CountResult.OLDER if result is CountResult.OLDER else CountResult.REPEATED)
        self.tick()

    @rule(cell=CELLS, units=st.integers(0, 5))
    def keep_back(self, cell: tuple[str, str], units: int) -> None:
        set_safety_stock(self.context, [SafetyStock(*cell, units)])
        self.cells[cell].safety = units
        self.tick()

    @rule(lines=st.dictionaries(st.sampled_from([*SKUS, "CAMP"]), FEW, min_size=1, max_size=3))
    def order(self, lines: dict[str, int]) -> None:
        self.tick()
        order_id = place(self.context, f"order {self.steps}", lines).order_id
        self.orders[order_id] = {}
        self._follow_commitments()
        self.tick()

    @precondition(lambda self: self.orders)
    @rule()
    def serve(self) -> None:
        self.tick()
        serve_waiting(self.context)
        self._follow_commitments()
        self.tick()

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.tick()
        order_id = data.draw(st.sampled_from(sorted(self.orders)))
        cancel_order(self.context, order_id)
        for cell, units in self.orders.pop(order_id).items():
            self.cells[cell].committed -= units
            self.cells[cell].change(self.clock.now, 0, units)
        self.tick()

    @rule(
        lines=st.dictionaries(st.sampled_from([*SKUS, "CAMP"]), FEW, min_size=1, max_size=3), minutes=st.integers(1, 9)
    )
    def hold(self, lines: dict[str, int], minutes: int) -> None:
        self.tick()
        wanted = tuple(OrderLine(sku, units) for sku, units in lines.items())
        with suppress(ShortStock):
            hold_id = hold_cart(self.context, Cart("web", TO, wanted, part=True), minutes=minutes)
            kept: dict[tuple[str, str], int] = {}
            for line in get_hold(self.context, hold_id).lines:
                for one in line.kept:
                    kept[one.sku, one.location] = kept.get((one.sku, one.location), 0) + one.units
            self.holds[hold_id] = (self.clock.now + timedelta(minutes=minutes), kept)
            for cell, units in kept.items():
                self.cells[cell].reserved += units
                self.cells[cell].change(self.clock.now, 0, -units)
                assert self.cells[cell].free >= self.cells[cell].safety
        self.tick()

    @rule()
    def sweep(self) -> None:
        """What a hold kept goes to who waits for it, in the same sweep."""
        self.tick()
        over = [hold_id for hold_id, (until, _) in self.holds.items() if until <= self.clock.now]
        assert expire_holds(self.context, "me") == len(over)
        for hold_id in over:
            self._give_back(hold_id)
        self._follow_commitments()
        self.tick()

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        self.tick()
        hold_id = data.draw(st.sampled_from(sorted(self.holds)))
        if self.holds[hold_id][0] <= self.clock.now:
            with pytest.raises(HoldNotOpen):
                release_hold(self.context, hold_id)
        else:
            release_hold(self.context, hold_id)
            self._give_back(hold_id)
        self.tick()

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), lines=st.dictionaries(st.sampled_from([*SKUS, "CAMP"]), FEW, min_size=1, max_size=3))
    def use(self, data: st.DataObject, lines: dict[str, int]) -> None:
        """An order takes a hold over, whether or not it wants the same."""
        self.tick()
        hold_id = data.draw(st.sampled_from(sorted(self.holds)))
        wanted = tuple(OrderLine(sku, units, 1_500) for sku, units in lines.items())
        request = OrderRequest(f"order {self.steps}", "web", self.clock.now, TO, wanted, hold=hold_id)
        [outcome] = place_orders(self.context, [request])
        if self.holds[hold_id][0] <= self.clock.now:
            assert isinstance(outcome, Refused)
        else:
            assert isinstance(outcome, Placed)
            self._give_back(hold_id)
            self.orders[outcome.order_id] = {}
            self._follow_commitments()
        self.tick()

    def _give_back(self, hold_id: int) -> None:
        for cell, units in self.holds.pop(hold_id)[1].items():
            self.cells[cell].reserved -= units
            self.cells[cell].change(self.clock.now, 0, units)

    def _follow_commitments(self) -> None:
        """Which location serves is not the books' concern; that it gives no more than it could is."""
        with self.context.database.session() as session:
            taken = session.execute(
                "SELECT order_id, sku, code, sum(quantity)::bigint AS units FROM movement JOIN item USING (item_id) "
                "JOIN location ON location_id = to_location WHERE cause = 'commit' AND recorded_at = %s "
                "GROUP BY order_id, sku, code ORDER BY order_id, sku, code",
                (self.clock.now,),
            ).fetchall()
        for row in taken:
            cell = (row["sku"], row["code"])
            plain = self.cells[cell]
            plain.committed += row["units"]
            plain.change(self.clock.now, 0, -row["units"])
            assert plain.free >= plain.safety
            held = self.orders[row["order_id"]]
            held[cell] = held.get(cell, 0) + row["units"]

    @invariant()
    def books_hold_what_the_integers_say(self) -> None:
        found = {(row.sku, row.location): row for row in list_stock(self.context, StockFilter()).rows}
        for cell, plain in self.cells.items():
            if cell not in found:
                assert plain.free == plain.on_hand == 0
                continue
            row = found[cell]
            assert (row.sellable, row.shortfall) == (max(plain.free, 0), max(-plain.free, 0))
            assert (row.committed, row.reserved, row.damaged) == (plain.committed, plain.reserved, plain.damaged)
            assert (row.on_hand, row.available) == (plain.on_hand, max(plain.free - plain.safety, 0))

    @invariant()
    def books_are_whole(self) -> None:
        assert verify_books(self.context).findings == ()


@pytest.fixture
def in_books(context: Context, clock: HandClock) -> tuple[Context, HandClock]:
    """The world without any stock."""
    put_in_books(context, STOCK_WORLD, {})
    return context, clock


def play(in_books: tuple[Context, HandClock], examples: int, steps: int, *, same_every_run: bool) -> None:
    class HereAndNow(StockBooks):
        def __init__(self) -> None:
            super().__init__(*in_books)

    run_state_machine_as_test(
        HereAndNow,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=same_every_run,
            phases=[Phase.generate] if same_every_run else list(Phase),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_books_agree_with_plain_integers(in_books: tuple[Context, HandClock]) -> None:
    play(in_books, examples=12, steps=25, same_every_run=True)


@pytest.mark.soak
def test_the_books_agree_with_plain_integers_for_long(in_books: tuple[Context, HandClock]) -> None:
    play(in_books, examples=300, steps=60, same_every_run=False)
