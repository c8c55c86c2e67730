"""Supply on its way is told: lines of a purchase order or advice, new or changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.stock.counting import QUANTITY_MAX, YEAR_MIN
from stockmesh.domain.stock.refusals import BadStockInstant, BadStockQuantity
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.set_up import REFERENCES_TOLD, as_json, cells_of
from stockmesh.flows.stock_books import Named, get_cells
from stockmesh.gateways.retailer import IncomingSupply
from stockmesh.store.database import Session, execute, find_row, rows

YEAR_END = 2100


@dataclass(frozen=True)
class SupplyLine:
    """Units of an item on their way to a location; `owner` may be empty where only one has the SKU."""

    reference: str
    sku: str
    location: str
    due_on: date
    quantity: int
    owner: str = ""


@dataclass(frozen=True)
class SupplyTold:
    """How many lines are new, other than before, or as they were."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


def announce_supply(context: Context, lines: Sequence[SupplyLine], *, reach: Reach = EVERYTHING) -> SupplyTold:
    """All lines are known now, or none; a line is known by reference, item and location, the last of several counts.

    Rows count from 1. Raises BadStockQuantity, BadStockInstant, and what `resolve` answers for a name without a cell.
    """
    for row, line in enumerate(lines, start=1):
        if not 1 <= line.quantity <= QUANTITY_MAX:
            raise BadStockQuantity(row=row, quantity=line.quantity, smallest=1, largest=QUANTITY_MAX)
        if not YEAR_MIN <= line.due_on.year < YEAR_END:
            reason = f"it lies outside the years {YEAR_MIN} to {YEAR_END - 1}"
            raise BadStockInstant(row=row, instant=line.due_on.isoformat(), reason=reason, field="due_on")

    def work(session: Session) -> SupplyTold:
        named = [Named(row, one.sku, one.location, one.owner) for row, one in enumerate(lines, start=1)]
        owners = [cell.owner for cell in get_cells(session, named, reach)]
        number_of = {row["code"]: row["owner_id"] for row in rows(session, "imports/owners")}
        told = [
            _tell(
                session,
                context,
                number_of[owner],
                [one for one, whose in zip(lines, owners, strict=True) if whose == owner],
            )
            for owner in sorted(set(owners))
        ]
        return SupplyTold(
            sum(one.created for one in told), sum(one.changed for one in told), sum(one.unchanged for one in told)
        )

    return context.database.transact(work)


def _tell(session: Session, context: Context, owner_id: int, lines: Sequence[SupplyLine]) -> SupplyTold:
    """The same for one owner's items."""
    latest = {(one.reference, one.sku, one.location): one for one in lines}
    supply = [IncomingSupply(one.sku, one.location, one.quantity, one.due_on, one.reference) for one in latest.values()]
    document = {"owner_id": owner_id, "incoming": as_json(supply)}
    execute(session, "imports/open_incoming_cells", **document)
    found = find_row(session, "imports/apply_incoming", **document)
    ensure(found is not None and not found["refused"], "items and places were found before")
    references = sorted({line.reference for line in supply})[:REFERENCES_TOLD]
    body = {"lines": len(supply), "references": references}
    touched = cells_of(session, owner_id, sorted({line.sku for line in supply}))
    announce(session, context, "supply_announced", owner_id, body, cells=touched)
    told = found or {}
    return SupplyTold(told["created"], told["changed"], told["unchanged"])
