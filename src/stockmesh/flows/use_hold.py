"""An order takes a cart hold over: the hold is void, and its units are the order's to be decided on in the same act.

All that the order could be given is locked before the hold gives anything back, so nobody takes it in between.
"""

from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context, Present
from stockmesh.flows.hold_cart import ensure_open
from stockmesh.flows.hold_units import KeptUnits, LockedHold, cells_of_units, give_back_units, lock_hold, units_of
from stockmesh.flows.locking import lock_candidates
from stockmesh.flows.ordering import CheckedOrder
from stockmesh.flows.refusals import UnknownHold
from stockmesh.store.database import Session, column, execute
from stockmesh.store.vectors import Vector


def void_hold(
    session: Session, context: Context, present: Present, order: CheckedOrder
) -> tuple[LockedHold, list[KeptUnits]] | None:
    """The hold the order names with what it kept, given back and locked; None when it is not open and not required.

    Raises UnknownHold, also for one of another channel, and HoldNotOpen.
    """
    request = order.request
    hold = lock_hold(session, request.hold)
    if hold.channel_id != order.channel.channel_id:
        raise UnknownHold(hold=hold.hold_id)
    if not request.hold_required and hold.state_at(context.clock()) != "open":
        return None
    ensure_open(hold, context.clock())
    units = units_of(session, [hold.hold_id])
    lock_candidates(session, present, [order], also={one.key[0] for one in units})
    # At the instant of the order: a count in between then sees both or neither.
    give_back_units(session, context, units, occurred_at=max(request.placed_at, hold.held_at))
    return hold, units


def use_hold(session: Session, context: Context, hold: LockedHold, units: list[KeptUnits], *, order_id: int) -> None:
    """The hold is closed as used by the order."""
    execute(
        session,
        "holds/close",
        holds=Vector(column([hold.hold_id])),
        state="used",
        closed_at=context.clock(),
        order_id=order_id,
    )
    told = {"hold_id": hold.hold_id, "channel": hold.channel, "order_id": order_id}
    body = {**told, "units": [one.told() for one in units]}
    announce(session, context, "hold_used", hold.hold_id, body, cells=cells_of_units(units))
