"""Credit notes as a list."""

from datetime import UTC, datetime

from stockmesh.flows.context import Context
from stockmesh.flows.credit_views import CreditFilter, CreditKind, list_credits
from stockmesh.flows.set_up import save_credits
from stockmesh.gateways.retailer import CreditLine
from worlds import SmallWorld, put_in_books


def test_credits_are_listed_newest_first_by_page_and_kind(context: Context) -> None:
    """Three notes, two of them returns; a page at a time and by kind, customer and item."""
    owner_id = put_in_books(context, SmallWorld(), {})
    notes = [("C1", "tent", "return"), ("C2", "mug", "cancellation"), ("C3", "mug", "return")]
    lines = [
        CreditLine(reference, datetime(2026, 3, day, tzinfo=UTC), "K1" if day == 1 else "", sku, day, 250, kind)
        for day, (reference, sku, kind) in enumerate(notes, start=1)
    ]
    save_credits(context, owner_id, lines)
    first = list_credits(context, CreditFilter(), count=2)
    assert [row.reference for row in first.rows] == ["C3", "C2"]
    assert first.next is not None
    assert [row.reference for row in list_credits(context, CreditFilter(), after=first.next).rows] == ["C1"]
    (cancelled,) = list_credits(context, CreditFilter(kind=CreditKind.CANCELLATION)).rows
    assert (cancelled.reference, cancelled.quantity, str(cancelled.unit_price)) == ("C2", 2, "2.50 EUR")
    assert [row.reference for row in list_credits(context, CreditFilter(customer="K1")).rows] == ["C1"]
    assert [row.reference for row in list_credits(context, CreditFilter(sku="mug")).rows] == ["C3", "C2"]
