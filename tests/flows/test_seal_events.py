"""Sealed events: every way of changing the past is noticed, and the first block that does not match is named."""

import pytest

from stockmesh.flows.acting import Actor, ActorKind, acting_as
from stockmesh.flows.audit_trail import AuditFilter, get_entry, list_audit
from stockmesh.flows.context import Context
from stockmesh.flows.order_life import pause_order
from stockmesh.flows.place_orders import place_orders
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.seal_events import find_tip, seal_all, seal_once, something_to_seal
from stockmesh.flows.verify_books import verify_books, verify_session
from worlds import SmallWorld, order, put_in_books


@pytest.fixture(autouse=True)
def sealed(context: Context) -> None:
    """Three blocks: the opening, two orders, and one of them paused."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 9})
    seal(context)
    with acting_as(Actor(ActorKind.USER, "anna")):
        placed = place_orders(context, [order("A", {"tent": 1}), order("B", {"tent": 1})])
        seal(context)
        pause_order(context, placed[0].order_id, "unpaid")  # type: ignore[union-attr]
        seal(context)


def seal(context: Context) -> None:
    relay_all(context, "relay", low=2)
    seal_all(context, "sealer")


def bad_blocks(context: Context, statement: str) -> list[int]:
    with context.database.session() as session, session.transaction(force_rollback=True):
        assert session.execute(statement.encode()).rowcount > 0, statement
        return [one.book for one in verify_session(session, 100).findings if one.check == "sealed"]


def test_blocks_follow_each_other(context: Context) -> None:
    tip = find_tip(context)
    assert tip is not None
    assert tip.block_no == 3
    assert not something_to_seal(context)
    assert seal_once(context, "sealer") is None
    assert verify_books(context).ok
    latest = list_audit(context, AuditFilter(topic="order.paused")).rows[0]
    assert get_entry(context, latest.entry_id).block_no == 3


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE event SET body = body || '{\"reason\": \"paid\"}' WHERE kind = 'order_paused'", 3),
        ("UPDATE event SET recorded_at = recorded_at + interval '1 us' WHERE kind = 'order_placed'", 2),
        ("UPDATE event SET actor_id = 0 WHERE kind = 'order_placed'", 2),
        ("UPDATE event SET subject_id = subject_id + 1 WHERE kind = 'world_published'", 1),
        ("UPDATE actor SET name = 'ben'", 2),
        ("DELETE FROM event WHERE kind = 'order_paused'", 3),
        ("DELETE FROM event_block WHERE block_no = 2", 3),
        ("UPDATE event_block SET digest = sha256('x') WHERE block_no = 2", 2),
        ("UPDATE event_run SET first_event_id = first_event_id + 1 WHERE first_position = 1", 1),
        ("INSERT INTO event_redacted SELECT event_id, now(), sha256('x') FROM event WHERE kind = 'order_paused'", 3),
    ],
)
def test_tampering_names_the_first_block(context: Context, statement: str, first: int) -> None:
    assert bad_blocks(context, statement)[0] == first
    assert verify_books(context).ok


def test_a_block_made_anew_betrays_itself_by_the_next(context: Context) -> None:
    """Whoever changes an event and its block's digest must change all blocks after it."""
    remade = """
        UPDATE event_block SET digest = sha256(
            (SELECT digest FROM event_block WHERE block_no = 1) || convert_to(format('2 %s|', last_position), 'UTF8')
        ) WHERE block_no = 2
    """
    assert set(bad_blocks(context, remade)) == {2, 3}


def test_one_process_seals_at_a_time(context: Context) -> None:
    place_orders(context, [order("C", {"tent": 1})])
    relay_all(context, "relay", low=2)
    assert seal_once(context, "another") is None
    assert seal_once(context, "sealer") is not None
