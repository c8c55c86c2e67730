"""Verification: whole books are whole, and every kind of tampering is found, named and explained."""

import pytest

from conftest import HandClock
from stock_world import place, small_world
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.domain.stock.arrivals import Arrival
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import count_stock
from stockmesh.flows.hold_cart import Cart, hold_cart
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.receive_stock import receive_incoming
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.seal_events import seal_all
from stockmesh.flows.verify_books import CHECKS, verify_books, verify_session


@pytest.fixture(autouse=True)
def world(context: Context, clock: HandClock) -> None:
    """Orders of items and kits, one waiting, one cancelled, sealed; a shortfall, and supply received in part."""
    small_world(context, {("DAV", "MUG"): 10, ("DAV", "TENT"): 4, ("DAV", "STOVE"): 9, ("GLA", "MUG"): 3})
    with context.database.session() as session:
        session.execute(
            "INSERT INTO incoming (item_id, location_id, reference, due_on, quantity) "
            "SELECT i.item_id, l.location_id, 'PO1', '2026-03-05', 20 FROM item AS i, location AS l "
            "WHERE i.sku = 'TENT' AND l.code = 'GLA'"
        )
    place(context, "PLAIN", {"MUG": 3, "STOVE": 1})
    place(context, "KIT", {"CAMP": 2})
    place(context, "WAITS", {"TENT": 9})
    cancel_order(context, place(context, "GONE", {"MUG": 2}).order_id)
    hold_cart(context, Cart("web", Destination("GB", "SW1A 1AA"), (OrderLine("STOVE", 2), OrderLine("MUG", 1))))
    relay_all(context, "relay", low=2)
    assert seal_all(context, "sealer") > 0
    clock.advance(hours=1)
    count_stock(context, [StockCount("MUG", "DAV", 1, CountKind.ON_HAND, clock.now)])
    receive_incoming(context, [Arrival("PO1", "TENT", "GLA", 2, clock.now)])


def tamper(context: Context, statement: str) -> None:
    with context.database.session() as session:
        assert session.execute(statement.encode()).rowcount > 0


def test_whole_books_are_whole(context: Context) -> None:
    found = verify_books(context)
    assert found.findings == ()
    assert found.ok


TAMPERING = [
    ("UPDATE stock SET sellable = sellable + 1 WHERE item_id = 3 AND shortfall = 0", "balances"),
    ("UPDATE stock SET damaged = 1 WHERE item_id = 2 AND location_id = 2", "balances"),
    ("UPDATE stock SET shortfall = shortfall + 1 WHERE shortfall > 0", "balances"),
    ("DELETE FROM stock WHERE item_id = 4 AND location_id = 1", "balances"),
    ("DELETE FROM movement WHERE cause = 'opening' AND item_id = 2", "balances"),
    ("UPDATE movement SET quantity = quantity + 1 WHERE cause = 'commit' AND line_no = 1", "commitments"),
    ("UPDATE movement SET from_location = 0 WHERE cause = 'commit'", "misplaced"),
    ("UPDATE movement SET item_id = 999 WHERE cause = 'opening' AND item_id = 2", "misplaced"),
    ("UPDATE order_line SET waiting = waiting - 1 WHERE waiting > 1", "commitments"),
    ("UPDATE order_line SET dropped = dropped - 1 WHERE dropped > 0", "cancelled"),
    ("UPDATE order_line SET line_no = 7 WHERE line_no = 2", "commitments"),
    ("UPDATE orders SET state = 'cancelled' WHERE state = 'waiting'", "commitments"),
    ("UPDATE fulfilment SET state = 'void'", "fulfilments"),
    ("UPDATE fulfilment SET state = 'planned'", "fulfilments"),
    ("UPDATE location_day SET taken = taken + 1", "location_days"),
    ("DELETE FROM location_day", "location_days"),
    ("DELETE FROM orders WHERE reference = 'KIT'", "orphans"),
    ("INSERT INTO order_contact (order_id) VALUES (77)", "orphans"),
    ("DELETE FROM decision", "incomplete"),
    ("DELETE FROM order_line WHERE waiting = 0", "incomplete"),
    ("UPDATE orders SET state = 'open' WHERE state = 'waiting'", "waiting"),
    ("DELETE FROM event WHERE kind = 'stock_shortfall'", "shortfalls"),
    ("DELETE FROM announcement", "announced"),
    ("INSERT INTO event_run (first_position, first_event_id, events) VALUES (5000, 1, 1)", "positions"),
    ("UPDATE event SET subject_id = subject_id + 1 WHERE event_id IN (SELECT first_event_id FROM event_run)", "sealed"),
    ("UPDATE stock SET counted_as_of = NULL", "counts"),
    ("DELETE FROM stock_count", "counts"),
    ("UPDATE stock SET reserved = reserved + 1 WHERE reserved > 0", "holds"),
    ("UPDATE hold_unit SET quantity = quantity + 1", "holds"),
    ("DELETE FROM hold_unit WHERE quantity = 2", "holds"),
    ("UPDATE cart_hold SET state = 'released', closed_at = held_at", "holds"),
    ("UPDATE hold_line SET held = held - 1 WHERE held > 1", "hold_lines"),
    ("DELETE FROM hold_line", "hold_lines"),
    ("UPDATE incoming SET received = received + 1", "incoming"),
]


def test_tampering_is_found(context: Context) -> None:
    """Each in a transaction of its own that is rolled back, so that the books are whole again for the next."""
    with context.database.session() as session:
        for statement, check in TAMPERING:
            with session.transaction(force_rollback=True):
                assert session.execute(statement.encode()).rowcount > 0, statement
                found = verify_session(session, 100)
                assert check in {finding.check for finding in found.findings}, statement
    assert verify_books(context).ok


def test_every_check_is_tampered_with() -> None:
    assert {check for _, check in TAMPERING} == set(CHECKS)


def test_a_finding_says_where_what_and_what_it_means(context: Context) -> None:
    tamper(context, "UPDATE stock SET sellable = sellable + 5 WHERE item_id = 2 AND location_id = 2")
    [finding] = verify_books(context).findings
    assert (finding.item, finding.location, finding.column) == ("MUG", "GLA", "sellable")
    assert (finding.book, finding.journal) == (8, 3)
    assert finding.sentence.startswith("MUG at GLA: the books say 8 sellable, its movements add up to 3. ")


def test_findings_beyond_the_limit_are_announced_and_not_listed(context: Context) -> None:
    tamper(context, "UPDATE stock SET refurbish = 1")
    found = verify_books(context, findings_max=2)
    assert (len(found.findings), found.truncated) == (2, ("balances",))
