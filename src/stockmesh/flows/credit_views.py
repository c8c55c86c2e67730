"""Credit notes as a list: cancellations and returns that a file told of, kept for the work on returns."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from stockmesh.domain.kernel.money import Money
from stockmesh.flows.context import Context
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.stock_levels import get_item
from stockmesh.store.database import rows

PAGE: Final = 50


class CreditKind(StrEnum):
    """cancellation: the same customer and item within a day of the sale. return: everything else."""

    CANCELLATION = "cancellation"
    RETURN = "return"


@dataclass(frozen=True)
class CreditRow:
    """Units credited to a customer, at the price they were sold for; `customer` is empty for guests."""

    reference: str
    credited_at: datetime
    customer: str
    kind: CreditKind
    sku: str
    title: str
    quantity: int
    unit_price: Money


@dataclass(frozen=True)
class CreditFilter:
    """Which credit lines; None asks for all."""

    kind: CreditKind | None = None
    customer: str | None = None
    sku: str | None = None


def list_credits(context: Context, wanted: CreditFilter, *, after: str = "", count: int = PAGE) -> Page[CreditRow]:
    """A page of credit lines, the newest first. Raises BadCursor and NoSuchItem."""
    position = read_mark(after, tuple[datetime, int]) if after else (None, None)
    with context.database.session() as session:
        if wanted.sku is not None:
            get_item(session, wanted.sku)
        found = rows(
            session, "views/credits", **vars(wanted), after_at=position[0], after_id=position[1], count=count + 1
        )
    shown = found[:count]
    mark = write_mark((shown[-1]["credited_at"], shown[-1]["credit_id"])) if len(found) > count else None
    return Page(
        tuple(
            CreditRow(
                reference=row["reference"],
                credited_at=row["credited_at"],
                customer=row["customer"],
                kind=CreditKind(row["kind"]),
                sku=row["sku"],
                title=row["title"],
                quantity=row["quantity"],
                unit_price=Money(row["unit_price_minor"], row["currency"]),
            )
            for row in shown
        ),
        mark,
    )
