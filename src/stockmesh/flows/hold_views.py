"""Cart holds as people and programs read them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from stockmesh.domain.kernel.money import Money
from stockmesh.flows.context import Context
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import UnknownHold
from stockmesh.flows.stock_levels import get_channel
from stockmesh.store.database import Session, column, rows
from stockmesh.store.vectors import Vector

PAGE: Final = 50
STATES: Final = ("open", "released", "expired", "used")


@dataclass(frozen=True)
class KeptAt:
    """Units of an item kept at a location; of a kit, its components."""

    sku: str
    location: str
    units: int


@dataclass(frozen=True)
class HoldLine:
    """A line of the cart, how much of it is held, and, while the hold is open, where."""

    line_no: int
    sku: str
    title: str
    quantity: int
    held: int
    kept: tuple[KeptAt, ...]


@dataclass(frozen=True)
class Hold:
    """A cart hold. `cost` is what the plan would pay that the units were chosen by; the order is decided again."""

    hold_id: int
    state: str
    channel: str
    owner: str
    customer: str
    country: str
    area: str
    held_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    order_id: int | None
    cost: Money
    lines: tuple[HoldLine, ...]


def get_hold(context: Context, hold_id: int, *, reach: Reach = EVERYTHING) -> Hold:
    """One hold. Raises UnknownHold."""
    with context.database.session() as session:
        found = _holds(session, context.clock(), [hold_id], reach)
    if not found:
        raise UnknownHold(hold=hold_id)
    return found[0]


def list_holds(
    context: Context,
    *,
    state: str | None = "open",
    channel: str | None = None,
    customer: str | None = None,
    reach: Reach = EVERYTHING,
    after: str = "",
    count: int = PAGE,
) -> Page[Hold]:
    """A page of holds within reach, the newest first. Raises BadCursor and UnknownChannel."""
    position = read_mark(after, int) if after else None
    now = context.clock()
    with context.database.session() as session:
        if channel is not None:
            get_channel(session, channel, reach)
        asked = {"state": state, "channel": channel, "customer": customer, "after": position, "now": now}
        ids = [row["hold_id"] for row in rows(session, "holds/page", **asked, **reach.parameters(), count=count + 1)]
        found = _holds(session, now, ids[:count], reach)
    mark = write_mark(ids[count - 1]) if len(ids) > count else None
    return Page(tuple(reversed(found)), mark)


def _holds(session: Session, now: datetime, hold_ids: Sequence[int], reach: Reach) -> list[Hold]:
    """Holds within reach by ascending number."""
    found = rows(session, "holds/find", holds=Vector(column(hold_ids)), **reach.parameters())
    wanted = Vector(column([row["hold_id"] for row in found]))
    kept: defaultdict[tuple[int, int], list[KeptAt]] = defaultdict(list)
    for row in rows(session, "holds/units", holds=wanted):
        kept[row["hold_id"], row["line_no"]].append(KeptAt(row["sku"], row["location"], row["quantity"]))
    lines: defaultdict[int, list[HoldLine]] = defaultdict(list)
    for row in rows(session, "holds/lines", holds=wanted):
        hold_id = row.pop("hold_id")
        lines[hold_id].append(HoldLine(**row, kept=tuple(kept[hold_id, row["line_no"]])))
    return [_hold(row, now, tuple(lines[row["hold_id"]])) for row in found]


def _hold(row: dict[str, Any], now: datetime, lines: tuple[HoldLine, ...]) -> Hold:
    if row["state"] == "open" and row["expires_at"] <= now:
        row["state"] = "expired"
    return Hold(cost=Money(row.pop("cost_minor"), row.pop("currency")), lines=lines, **row)
