"""Which lines are goods, and what the others are: postage, discounts, fees, write-offs, ..."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from stockmesh.domain.kernel.money import format_minor
from stockmesh.gateways.online_retail.countries import is_known
from stockmesh.gateways.online_retail.reading import InvoiceRow
from stockmesh.gateways.retailer import SetAside

EXAMPLES_MAX: Final = 3
BROKEN_ROW: Final = "row that cannot be read"
NO_GOODS: Final = "credit note without goods"
CONTRADICTION: Final = "row that contradicts its invoice's customer or country"

NOT_GOODS: Final = {
    "POST": "postage and carriage",
    "DOT": "postage and carriage",
    "C2": "postage and carriage",
    "C3": "postage and carriage",
    "D": "discount",
    "M": "manual entry",
    "S": "samples",
    "BANK CHARGES": "bank charges",
    "AMAZONFEE": "marketplace fee",
    "CRUK": "charity commission",
    "B": "bad debt adjustment",
    "ADJUST": "manual entry",
    "ADJUST2": "manual entry",
    "PADS": "sundry without a stock code of its own",
}
GIFT_VOUCHER: Final = "GIFT_"


def is_credit_note(invoice: str) -> bool:
    """Whether an invoice number is a credit note's: it starts with C."""
    return invoice.startswith("C")


def why_not_goods(row: InvoiceRow) -> str:
    """The reason to set a line aside; empty when it is goods sold or credited."""
    if row.sku.startswith(GIFT_VOUCHER):
        return "gift voucher"
    return NOT_GOODS.get(row.sku) or _why_not_a_quantity(row) or _why_not_a_price(row) or _why_nowhere(row)


def _why_not_a_quantity(row: InvoiceRow) -> str:
    if row.quantity == 0:
        return "zero quantity"
    if is_credit_note(row.invoice):
        return "credit note with a positive quantity" if row.quantity > 0 else ""
    return "stock write-off: negative quantity outside a credit note" if row.quantity < 0 else ""


def _why_not_a_price(row: InvoiceRow) -> str:
    if row.unit_price_minor < 0:
        return "negative price"
    return "zero price" if row.unit_price_minor == 0 else ""


def _why_nowhere(row: InvoiceRow) -> str:
    return "" if is_known(row.country) else "unknown country"


@dataclass
class Aside:
    """The lines set aside so far, counted by reason, with the first few as examples."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def put(self, reason: str, example: str) -> None:
        """One line more for a reason."""
        self.counts[reason] += 1
        if len(self.examples[reason]) < EXAMPLES_MAX:
            self.examples[reason].append(example)

    def report(self) -> tuple[SetAside, ...]:
        """All reasons, the most frequent first."""
        ranked = sorted(self.counts, key=lambda reason: (-self.counts[reason], reason))
        return tuple(SetAside(reason, self.counts[reason], tuple(self.examples[reason])) for reason in ranked)


def as_example(row: InvoiceRow) -> str:
    """The line as the report shows it."""
    price = format_minor(row.unit_price_minor, "GBP")
    goods = f"{row.sku} {row.description}".strip()
    return (
        f"row {row.number}, invoice {row.invoice}: {row.quantity} x {goods} at {price}, {row.country or 'no country'}"
    )
