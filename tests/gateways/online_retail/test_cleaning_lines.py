"""Which lines of the file are goods, and the reason each other line is set aside for."""

from pathlib import Path

import pytest
from order_files import SALE, accounted, aside, read

POSTAGE = "postage and carriage"


@pytest.mark.parametrize(
    ("sku", "reason"),
    [
        ("POST", POSTAGE),
        ("DOT", POSTAGE),
        ("C2", POSTAGE),
        ("D", "discount"),
        ("m", "manual entry"),
        ("S", "samples"),
        ("BANK CHARGES", "bank charges"),
        ("AMAZONFEE", "marketplace fee"),
        ("CRUK", "charity commission"),
        ("B", "bad debt adjustment"),
        ("PADS", "sundry without a stock code of its own"),
        ("gift_0001_20", "gift voucher"),
    ],
)
def test_lines_that_are_not_goods_are_set_aside_by_reason(tmp_path: Path, sku: str, reason: str) -> None:
    retailer = read(tmp_path, SALE, SALE.replace("71053", sku))
    assert aside(retailer) == {reason: 1}
    assert len(retailer.orders[0].lines) == 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("3.39", "0.00", "zero price"),
        ("3.39", "0.001", "zero price"),
        ("3.39", "-11062.06", "negative price"),
        (",6,", ",0,", "zero quantity"),
        (",6,", ",-6,", "stock write-off: negative quantity outside a credit note"),
        ("United Kingdom", "Atlantis", "unknown country"),
        ("United Kingdom", "", "unknown country"),
    ],
)
def test_lines_that_cannot_be_orders_are_set_aside_by_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    retailer = read(tmp_path, SALE, SALE.replace("536365", "536366").replace(old, new))
    assert aside(retailer) == {reason: 1}
    assert [order.reference for order in retailer.orders] == ["536365"]


def test_a_positive_line_in_a_credit_note_with_goods_is_named_so(tmp_path: Path) -> None:
    note = SALE.replace("536365", "C536400")
    retailer = read(tmp_path, SALE, note.replace(",6,", ",-1,"), note.replace("71053", "71054"))
    assert aside(retailer) == {"credit note with a positive quantity": 1}
    assert len(retailer.credits) == 1


def test_a_row_that_contradicts_its_invoice_is_set_aside(tmp_path: Path) -> None:
    other_customer = SALE.replace("17850", "17851")
    other_country = SALE.replace("United Kingdom", "France")
    retailer = read(tmp_path, SALE, other_customer, other_country)
    assert aside(retailer) == {"row that contradicts its invoice's customer or country": 2}


def test_a_credit_note_of_a_discount_alone_counts_as_goodless(tmp_path: Path) -> None:
    discount = SALE.replace("536365", "C536379").replace("71053", "D").replace(",6,", ",-1,")
    retailer = read(tmp_path, SALE, discount)
    assert aside(retailer) == {"credit note without goods": 1}
    assert "1 credit notes hold no goods" in retailer.notes[-1]


def test_a_discount_beside_credited_goods_stays_a_discount(tmp_path: Path) -> None:
    note = SALE.replace("536365", "C536379").replace(",6,", ",-1,")
    assert aside(read(tmp_path, SALE, note, note.replace("71053", "D"))) == {"discount": 1}


def test_the_report_counts_all_lines_and_shows_the_first_three(tmp_path: Path) -> None:
    postage = [SALE.replace("71053", "POST")] * 5
    retailer = read(tmp_path, SALE, *postage, SALE.replace("3.39", "0.00"))
    assert [(entry.reason, entry.lines) for entry in retailer.set_aside] == [(POSTAGE, 5), ("zero price", 1)]
    first = "row 3, invoice 536365: 6 x POST WHITE METAL LANTERN at 3.39, United Kingdom"
    assert retailer.set_aside[0].examples[0] == first
    assert len(retailer.set_aside[0].examples) == 3
    assert accounted(retailer) == retailer.lines_read == 7
