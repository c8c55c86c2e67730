"""The file as booked: invoices and credit notes by number, every other line by its reason; nothing assumed yet."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from stockmesh.domain.fulfilment.requests import OrderLine
from stockmesh.gateways.online_retail.lines import (
    BROKEN_ROW,
    CONTRADICTION,
    NO_GOODS,
    Aside,
    as_example,
    is_credit_note,
    why_not_goods,
)
from stockmesh.gateways.online_retail.reading import BrokenRow, InvoiceRow, OrderFile
from stockmesh.gateways.online_retail.refusals import OrderFileEmpty

ROWS_PER_REPORT: Final = 20_000

Progress = Callable[[int, int], None]


@dataclass
class Invoice:
    """One invoice or credit note in the making; the first line of it says whose it is."""

    customer: str
    country: str
    at: datetime
    lines: list[OrderLine] = field(default_factory=list)
    aside: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Ledger:
    """What has been read so far: invoices and credit notes by number, titles and prices by SKU."""

    invoices: dict[str, Invoice] = field(default_factory=dict)
    aside: Aside = field(default_factory=Aside)
    titles: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    prices: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    lines_read: int = 0

    def enter(self, row: InvoiceRow | BrokenRow) -> None:
        """Books one line of the file, whatever it is."""
        self.lines_read += 1
        if isinstance(row, BrokenRow):
            self.aside.put(BROKEN_ROW, f"row {row.number}: {row.problem}")
            return
        invoice = self.invoices.get(row.invoice)
        if invoice is None:
            invoice = self.invoices[row.invoice] = Invoice(row.customer, row.country, row.at)
        self._enter(row, invoice)

    def _enter(self, row: InvoiceRow, invoice: Invoice) -> None:
        reason = why_not_goods(row)
        if not reason and (row.customer != invoice.customer or row.country != invoice.country):
            reason = CONTRADICTION
        if reason:
            invoice.aside.append((reason, as_example(row)))
            return
        invoice.at = min(invoice.at, row.at)
        invoice.lines.append(OrderLine(row.sku, abs(row.quantity), row.unit_price_minor))
        weight = 0 if is_credit_note(row.invoice) else 1
        self.prices[row.sku][row.unit_price_minor] += weight
        if row.description:
            self.titles[row.sku][row.description] += weight

    def orders(self) -> dict[str, Invoice]:
        """The invoices that hold goods sold, by number."""
        return {
            number: invoice for number, invoice in self.invoices.items() if invoice.lines and not is_credit_note(number)
        }

    def credit_notes(self) -> dict[str, Invoice]:
        """The credit notes by number, with or without goods."""
        return {number: invoice for number, invoice in self.invoices.items() if is_credit_note(number)}

    def close(self) -> None:
        """Settles what only the whole file shows: credit notes that hold no goods at all."""
        for number, invoice in self.invoices.items():
            is_empty_credit = is_credit_note(number) and not invoice.lines
            for reason, example in invoice.aside:
                self.aside.put(NO_GOODS if is_empty_credit else reason, example)
            invoice.aside.clear()


def read_ledger(path: Path, on_progress: Progress | None = None) -> Ledger:
    """All lines of the file, booked, before any date is shifted or anything assumed."""
    ledger = Ledger()
    file = OrderFile(path)
    for row in file.rows():
        ledger.enter(row)
        if on_progress and ledger.lines_read % ROWS_PER_REPORT == 0:
            on_progress(ledger.lines_read, file.rows_estimate(ledger.lines_read))
    if ledger.lines_read == 0:
        raise OrderFileEmpty(str(path))
    ledger.close()
    if on_progress:
        on_progress(ledger.lines_read, ledger.lines_read)
    return ledger
