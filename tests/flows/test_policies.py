"""Policies: put in force, never edited, and compared on what orders saw."""

import pytest

from stockmesh.domain.fulfilment.refusals import EmptyNetwork
from stockmesh.domain.fulfilment.requests import Wish
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.domain.sourcing.refusals import PolicyTaken
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.policies import compare_latest, compare_order, current_policy, publish_policy
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.verify_books import verify_books
from worlds import SmallWorld, order, put_in_books

ONE = SourcingPolicy(version="one shipment", shipments_max=1)


def split_order(context: Context) -> int:
    """The number of an order that two locations share, and of one that any could send."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 2, ("AMS", "tent"): 2, ("LEJ", "lamp"): 9})
    placed = place_orders(context, [order("A", {"tent": 4}, wish=Wish.PART), order("B", {"lamp": 1})])
    assert all(isinstance(one, Placed) for one in placed)
    return next(one.order_id for one in placed if isinstance(one, Placed))


def test_a_policy_is_in_force_from_then_on(context: Context) -> None:
    """What was decided before replays by the policy of then."""
    number = split_order(context)
    assert len(get_order(context, number).planned) == 2
    before = current_policy(context)
    world = publish_policy(context, ONE)
    assert current_policy(context) == ONE
    assert publish_policy(context, ONE) == world
    put_in_books_again = place_orders(context, [order("C", {"lamp": 2, "tent": 1}, wish=Wish.PART)])
    assert isinstance(put_in_books_again[0], Placed)
    assert len(get_order(context, put_in_books_again[0].order_id).planned) <= 1
    assert [one.agrees for one in replay_order(context, number)] == [True]
    assert before != ONE
    assert verify_books(context).ok


def test_a_published_policy_is_never_edited(context: Context) -> None:
    put_in_books(context, SmallWorld(), {})
    publish_policy(context, ONE)
    publish_policy(context, SourcingPolicy(version="another"))
    with pytest.raises(PolicyTaken):
        publish_policy(context, SourcingPolicy(version="one shipment", shipments_max=2))
    assert current_policy(context).version == "another"
    publish_policy(context, ONE)
    assert current_policy(context) == ONE


def test_without_a_network_there_is_nothing_to_source_by(context: Context) -> None:
    with pytest.raises(EmptyNetwork):
        publish_policy(context, ONE)


def test_orders_are_decided_again_by_another_policy(context: Context) -> None:
    """The split order is sent from one place and loses two units; the other one stays; nothing in the books changes."""
    number = split_order(context)
    seen: list[tuple[int, int]] = []
    found = compare_latest(context, ONE, 10, lambda done, total: seen.append((done, total)))
    assert (found.orders, found.changed, seen[-1]) == (2, 1, (2, 2))
    assert (found.before.split_orders, found.after.split_orders) == (1, 0)
    assert (found.before.shipments, found.after.shipments) == (3, 2)
    assert (found.before.unserved_units, found.after.unserved_units) == (0, 2)
    [changed] = found.examples
    assert (changed.order_id, len(changed.before.locations), len(changed.after.locations)) == (number, 2, 1)
    assert changed.after.cost.minor < changed.before.cost.minor
    assert compare_order(context, ONE, number).examples == (changed,)
    assert len(get_order(context, number).planned) == 2
    assert current_policy(context).shipments_max > 1


def test_the_policy_in_force_changes_nothing(context: Context) -> None:
    split_order(context)
    found = compare_latest(context, current_policy(context), 10)
    assert (found.changed, found.before) == (0, found.after)


def test_penalties_are_weighed_anew(context: Context) -> None:
    """Where leaving units costs next to nothing, nothing is sent."""
    split_order(context)
    cheap = SourcingPolicy(version="cheap", unserved_minor=0, unserved_price_ppm=0)
    found = compare_latest(context, cheap, 10)
    assert (found.changed, found.after.shipments, found.after.cost.minor) == (2, 0, 0)
