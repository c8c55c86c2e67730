"""A year of a retailer played into the books: orders in the order of time, and every Monday what a buyer does.

The clock of a played year stands at what is being played, so the books do not depend on the day it is done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.stock.arrivals import Arrival
from stockmesh.flows.commands import digest, once
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Outcome, place_orders
from stockmesh.flows.receive_stock import receive_incoming
from stockmesh.flows.serve_waiting import serve_waiting
from stockmesh.flows.set_up import as_json
from stockmesh.gateways.retailer import IncomingSupply, Position
from stockmesh.gateways.sample.stocking import Replenishment
from stockmesh.store.database import Session, execute, rows

MORNING: Final = time(6)
Played = Callable[[Sequence[Outcome]], None]


@dataclass(frozen=True)
class Year:
    """What is played: one merchant's orders in the order of time, and how its shelves are kept filled."""

    owner_id: int
    orders: Sequence[OrderRequest]
    supply: Replenishment


def play_year(context: Context, year: Year, *, batch_orders: int, played: Played) -> None:
    """Every order placed and every delivery received, in the order of time; `played` hears each batch's outcomes.

    Played again it goes on where it stopped: what is in the books is answered, not done again.
    """
    for monday, orders in groupby(year.orders, key=_monday):
        _play_morning(context, year, monday)
        week = list(orders)
        for start in range(0, len(week), batch_orders):
            batch = week[start : start + batch_orders]
            played(place_orders(_at(context, batch[-1].placed_at), batch))


def _monday(order: OrderRequest) -> date:
    """The Monday on whose morning the order's week began."""
    day = (order.placed_at - timedelta(hours=MORNING.hour)).date()
    return day - timedelta(days=day.weekday())


def _play_morning(context: Context, year: Year, monday: date) -> None:
    """Deliveries that have come are received, waiting orders served from them, and the reviewed items ordered."""
    then = _at(context, datetime.combine(monday, MORNING, UTC))
    if _receive(then, year, monday):
        serve_waiting(then)
    _order(then, year, monday)


def _receive(context: Context, year: Year, monday: date) -> int:
    with context.database.session() as session:
        found = rows(session, "year/due", owner_id=year.owner_id, day=monday)
    lines = [IncomingSupply(**row) for row in found]
    arrivals = [
        Arrival(line.reference, line.sku, line.location, line.quantity, context.clock())
        for line in lines
        if year.supply.has_come(line, monday)
    ]
    return receive_incoming(context, arrivals).movements if arrivals else 0


def _order(context: Context, year: Year, monday: date) -> None:
    """What the reviewed items lack is ordered, once for each Monday."""
    skus = sorted({level.sku for level in year.supply.reviewed(monday)})

    def work(session: Session) -> int:
        positions = [Position(**row) for row in rows(session, "year/positions", owner_id=year.owner_id, skus=skus)]
        bought = year.supply.order(monday, positions)
        return execute(session, "setup/save_incoming", owner_id=year.owner_id, incoming=as_json(bought))

    once(context, f"review {year.owner_id} {monday}", digest("review", year.owner_id, str(monday)), int, work)


def _at(context: Context, instant: datetime) -> Context:
    """The same context with its clock standing at an instant of the played year."""
    return replace(context, clock=lambda: instant)
