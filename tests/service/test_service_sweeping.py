"""The timer that clears away what is over: as long as there is any, and no longer."""

from shop import open_shop

from conftest import HandClock
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.flows import expire_holds
from stockmesh.flows.context import Context
from stockmesh.flows.hold_cart import Cart, hold_cart
from stockmesh.flows.hold_views import get_hold
from stockmesh.flows.leases import take_lease
from stockmesh.service.events.chores import ChoreTimer
from stockmesh.service.events.timers import EXPIRING, SWEEP_SECONDS


def test_expired_holds_are_swept_beat_by_beat(context: Context, clock: HandClock) -> None:
    open_shop(context)
    timer = ChoreTimer(context, EXPIRING)
    hold = hold_cart(context, Cart("web", Destination("DE", "10115"), (OrderLine("lamp", 2),)))
    assert timer.beat() == SWEEP_SECONDS
    clock.advance(hours=1)
    assert timer.beat() == 0.0
    assert timer.beat() == SWEEP_SECONDS
    assert get_hold(context, hold).lines[0].kept == ()


def test_a_lease_let_go_is_free_at_once(context: Context, clock: HandClock) -> None:
    open_shop(context)
    here, there = (ChoreTimer(context, EXPIRING) for _ in range(2))
    for _ in range(2):
        hold_cart(context, Cart("web", Destination("DE", "10115"), (OrderLine("lamp", 1),)), minutes=1)
        clock.advance(minutes=2)
        assert here.beat() == 0.0
        hold_cart(context, Cart("web", Destination("DE", "10115"), (OrderLine("lamp", 1),)), minutes=1)
        clock.advance(minutes=2)
        assert there.beat() == SWEEP_SECONDS
        here.let_go()
        assert there.beat() == 0.0
        there.let_go()
    assert context.database.transact(lambda session: take_lease(session, expire_holds.LEASE, "anyone"))
