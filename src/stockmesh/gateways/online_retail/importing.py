"""The import itself: every line of the file becomes part of an order, part of a credit, or is set aside by reason."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Final

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.network.items import Item
from stockmesh.gateways.online_retail.chance import SEED
from stockmesh.gateways.online_retail.countries import VAGUE, get_country
from stockmesh.gateways.online_retail.credits import Sales
from stockmesh.gateways.online_retail.dates import CYCLE, shift_to_2026, uk_to_utc
from stockmesh.gateways.online_retail.destinations import Destinations, Towns
from stockmesh.gateways.online_retail.giftware import assume_item
from stockmesh.gateways.online_retail.ledger import Invoice, Ledger, Progress, read_ledger
from stockmesh.gateways.online_retail.refusals import NoOrdersInFile
from stockmesh.gateways.retailer import CreditLine, Retailer

OWNER: Final = Owner("online-retail", "UK online retailer", "GBP")
CHANNEL: Final = Channel("online", "Online shop")


def read_online_retail(
    path: Path | str, gazetteer: Towns, *, seed: int = SEED, on_progress: Progress | None = None
) -> Retailer:
    """The retailer of an Online Retail file: catalogue, orders and credits by time, and every other line by reason.

    CSV, plain or packed (xz, gzip); prices in pounds become pence; dates are UK local time, shifted by whole 52 weeks
    to end in 2026. `on_progress` is told rows done and the rows estimated in all. Raises a Refusal when the file is
    no such file, or holds no order; single bad rows are set aside.
    Source of the format: Chen (2015), UCI Machine Learning Repository, doi 10.24432/C5BW33.
    """
    ledger = read_ledger(Path(path), on_progress)
    if not ledger.orders():
        reasons = "; ".join(f"{aside.reason} {aside.lines} ({aside.examples[0]})" for aside in ledger.aside.report())
        raise NoOrdersInFile(str(path), ledger.lines_read, reasons or "nothing")
    shift = shift_to_2026(max(invoice.at for invoice in ledger.invoices.values()).date())
    return Retailer(
        owner=OWNER,
        channels=(CHANNEL,),
        items=_items(ledger, seed),
        kits=(),
        orders=_orders(ledger, shift, Destinations(gazetteer, seed)),
        credits=_credits(ledger, shift),
        set_aside=ledger.aside.report(),
        notes=_notes(ledger, shift),
        lines_read=ledger.lines_read,
    )


def _items(ledger: Ledger, seed: int) -> tuple[Item, ...]:
    """One item per stock code, with its most frequent title and price; ties fall to the first and the lowest."""
    return tuple(
        assume_item(sku, _title(ledger.titles[sku]) or sku, _price(ledger.prices[sku]), seed=seed)
        for sku in sorted(ledger.prices)
    )


def _title(titles: Counter[str]) -> str:
    return min(titles, key=lambda title: (-titles[title], title), default="")


def _price(prices: Counter[int]) -> int:
    return min(prices, key=lambda minor: (-prices[minor], minor))


def _orders(ledger: Ledger, shift: timedelta, destinations: Destinations) -> tuple[OrderRequest, ...]:
    orders = [_order(number, invoice, shift, destinations) for number, invoice in ledger.orders().items()]
    return tuple(sorted(orders, key=lambda order: (order.placed_at, order.reference)))


def _order(number: str, invoice: Invoice, shift: timedelta, destinations: Destinations) -> OrderRequest:
    place = get_country(invoice.country)
    return OrderRequest(
        reference=number,
        channel=CHANNEL.code,
        placed_at=uk_to_utc(invoice.at + shift),
        destination=destinations.assume(place.countries, invoice.customer or f"invoice {number}"),
        lines=tuple(invoice.lines),
        customer=invoice.customer,
        assumed=frozenset({"destination", "country"} if place.is_assumed else {"destination"}),
    )


def _credits(ledger: Ledger, shift: timedelta) -> tuple[CreditLine, ...]:
    sales = Sales()
    for invoice in ledger.orders().values():
        sales.note(invoice.customer, {line.sku for line in invoice.lines}, invoice.at)
    sales.sort()
    credited = [
        CreditLine(
            reference=number,
            credited_at=uk_to_utc(note.at + shift),
            customer=note.customer,
            sku=line.sku,
            quantity=line.quantity,
            unit_price_minor=line.unit_price_minor,
            kind=sales.kind_of_credit(note.customer, line.sku, note.at),
        )
        for number, note in ledger.credit_notes().items()
        for line in note.lines
    ]
    return tuple(sorted(credited, key=lambda credit: (credit.credited_at, credit.reference)))


def _notes(ledger: Ledger, shift: timedelta) -> tuple[str, ...]:
    orders, credit_notes = ledger.orders(), ledger.credit_notes()
    vague = Counter(order.country for order in orders.values() if order.country.casefold() in VAGUE)
    goodless = sum(not note.lines for note in credit_notes.values())
    empty = len(ledger.invoices) - len(credit_notes) - len(orders)
    return (
        f"Dates are shifted by {shift // CYCLE} x 52 weeks; times are UK local time, kept as UTC.",
        "Assumed for every item: weight, sides, HS code, origin. Assumed for every order: the destination's town.",
        *(f"Country assumed for {count} orders of {name!r}." for name, count in sorted(vague.items())),
        f"{goodless} credit notes hold no goods; {empty} invoices hold no goods that can be ordered.",
    )
