"""A location is changed by hand: closed, opened, given other hours, room or carriers; a new version of the world."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stockmesh.domain.fulfilment.refusals import UnknownLocation
from stockmesh.domain.network.locations import Location
from stockmesh.flows.context import Context
from stockmesh.flows.importing.network_now import publish
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import BadLocation
from stockmesh.flows.set_up import gather_world
from stockmesh.flows.stock_levels import get_location_id
from stockmesh.store.database import Session, execute

DAILY_ORDERS_MAX = 2**31 - 1


def change_location(context: Context, code: str, change: Mapping[str, Any], *, reach: Reach = EVERYTHING) -> Location:
    """The location with these fields changed, in force. Raises UnknownLocation and BadLocation.

    A location serves all owners: who reaches only some of them or of their channels changes none.

    Orders placed before keep their plans; capacity already taken on a day is not taken back.
    """

    if reach.owners is not None or reach.channels is not None:
        raise UnknownLocation(location=code)

    def work(session: Session) -> Location:
        # Claimed first: what is changed is the latest there is, and nobody decides meanwhile.
        execute(session, "world/claim")
        get_location_id(session, code, reach)
        facts = gather_world(session, context.engine)
        known = {place.code: place for place in facts.locations}
        changed = replace(known[code], **change)
        _check(changed, {carrier.code for carrier in facts.carriers})
        if changed != known[code]:
            publish(session, context, replace(facts, locations=tuple((known | {code: changed}).values())))
        return changed

    return context.database.transact(work)


def _check(place: Location, carriers: set[str]) -> None:
    """Raises BadLocation."""
    reason = ""
    if not 0 <= place.daily_orders_max <= DAILY_ORDERS_MAX:
        reason = f"orders a day must be from 0 to {DAILY_ORDERS_MAX:,}"
    elif not place.name or not place.name.isprintable():
        reason = "it needs a printable name"
    elif not all(1 <= day <= 7 for day in place.working_days):
        reason = "working days are from 1 (Monday) to 7 (Sunday)"
    elif place.cutoff_local.tzinfo is not None:
        reason = "the cut-off is local time, without a time zone"
    elif unknown := set(place.carriers) - carriers:
        reason = f"no carrier is called {min(unknown)!r}"
    if reason:
        raise BadLocation(location=place.code, reason=reason)
