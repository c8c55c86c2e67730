"""From a file, packed or plain, to rows of typed fields. One row is one physical line: damage stays in its line."""

import codecs
import csv
import gzip
import io
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from stockmesh.gateways.online_retail.refusals import (
    OrderColumnsMissing,
    OrderFileEmpty,
    OrderFileNotFound,
    OrderFileUnreadable,
)

COLUMNS: Final = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
# The second edition of the file names three columns differently.
OTHER_NAMES: Final = {"Invoice": "InvoiceNo", "Price": "UnitPrice", "Customer ID": "CustomerID"}
QUANTITY_MAX: Final = 1_000_000
HEADER_CHARACTERS_MAX: Final = 10_000
LINE_CHARACTERS_MAX: Final = 10_000
NUMBER_CHARACTERS_MAX: Final = 40
TITLE_CHARACTERS_MAX: Final = 200
YEARS: Final = range(1990, 2101)
WHOLE_NUMBER: Final = re.compile(r"-?\d{1,12}\Z", re.ASCII)
AMOUNT: Final = re.compile(r"-?\d{1,9}(\.\d{1,9})?\Z", re.ASCII)
SPREADSHEET_DATE: Final = "%m/%d/%Y %H:%M"


class InvoiceRow(NamedTuple):
    """One line of an invoice. `number` counts the file's lines, the header being 1; `at` is UK local time."""

    number: int
    invoice: str
    sku: str
    description: str
    quantity: int
    at: datetime
    unit_price_minor: int
    customer: str
    country: str


class BrokenRow(NamedTuple):
    """A line that could not be understood, and why."""

    number: int
    problem: str


class FieldError(ValueError):
    """One field that does not read: carries the sentence for the report."""


@dataclass
class RowReader:
    """Turns the fields of one line into an InvoiceRow; remembers what repeats (dates, prices)."""

    positions: tuple[int, ...]
    width: int
    _instants: dict[str, datetime] = field(default_factory=dict)
    _prices: dict[str, int] = field(default_factory=dict)

    def read(self, number: int, line: str) -> InvoiceRow | BrokenRow:
        """The row of one physical line, or what is wrong with it."""
        try:
            return self._read(number, line)
        except (FieldError, csv.Error) as error:
            return BrokenRow(number, str(error))

    def _read(self, number: int, line: str) -> InvoiceRow:
        if len(line) > LINE_CHARACTERS_MAX:
            raise FieldError(f"longer than {LINE_CHARACTERS_MAX} characters")
        cells = next(csv.reader([line])) if '"' in line else line.rstrip("\n").split(",")
        if len(cells) != self.width:
            raise FieldError(f"{len(cells)} columns instead of {self.width}")
        invoice, sku, description, quantity, at, price, customer, country = [cells[place] for place in self.positions]
        return InvoiceRow(
            number=number,
            invoice=_number("InvoiceNo", invoice).upper(),
            sku=_number("StockCode", sku).upper(),
            description=_title(description),
            quantity=_quantity(quantity),
            at=self._instants.get(at) or self._instant(at),
            unit_price_minor=self._prices[price] if price in self._prices else self._price(price),
            customer=_number("CustomerID", customer).removesuffix(".0") if customer else "",
            country=country.strip(),
        )

    def _instant(self, text: str) -> datetime:
        self._instants[text] = _instant(text)
        return self._instants[text]

    def _price(self, text: str) -> int:
        if not AMOUNT.match(text.strip()):
            raise FieldError(f"UnitPrice {text[:40]!r} is not an amount")
        minor = (Decimal(text.strip()) * 100).quantize(Decimal(1), ROUND_HALF_UP)
        self._prices[text] = int(minor)
        return self._prices[text]


def _number(column: str, text: str) -> str:
    """An invoice, stock code or customer as written; short and printable, so that the books can hold it as a key."""
    number = text.strip()
    if len(number) > NUMBER_CHARACTERS_MAX or not number.isprintable():
        raise FieldError(f"{column} {number[:40]!r} is too long or holds unprintable signs")
    if not number and column != "CustomerID":
        raise FieldError(f"{column} is empty")
    return number


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title.isprintable():
        title = "".join(sign for sign in title if sign.isprintable())
    return title[:TITLE_CHARACTERS_MAX]


def _quantity(text: str) -> int:
    if not WHOLE_NUMBER.match(text.strip()):
        raise FieldError(f"Quantity {text[:40]!r} is not a whole number")
    quantity = int(text)
    if abs(quantity) > QUANTITY_MAX:
        raise FieldError(f"Quantity {quantity} is beyond {QUANTITY_MAX}")
    return quantity


def _instant(text: str) -> datetime:
    """UK local time from `2010-12-01T08:26` (seconds allowed) or `12/1/2010 8:26`."""
    try:
        at = datetime.strptime(text.strip(), SPREADSHEET_DATE) if "/" in text else datetime.fromisoformat(text.strip())  # noqa: DTZ007
    except ValueError:
        raise FieldError(f"InvoiceDate {text[:40]!r} is not a date with a time") from None
    if at.tzinfo is not None or at.year not in YEARS:
        raise FieldError(f"InvoiceDate {text[:40]!r} is not a UK local time of {YEARS[0]} to {YEARS[-1]}")
    return at


class OrderFile:
    """An open order file: its rows, and how far reading has come."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw, self._size = _open_raw(path)
        self._lines = io.TextIOWrapper(_unpacked(self._raw, path), encoding="utf-8-sig", errors="latin-1-bytes")

    def rows(self) -> Iterator[InvoiceRow | BrokenRow]:
        """Every line that is not blank, in the order of the file. Raises a Refusal when the file breaks off."""
        try:
            yield from self._rows()
        except (OSError, EOFError, lzma.LZMAError) as error:
            raise OrderFileUnreadable(str(self.path), str(error)) from error
        finally:
            self._lines.close()
            self._raw.close()

    def _rows(self) -> Iterator[InvoiceRow | BrokenRow]:
        header = self._lines.readline(HEADER_CHARACTERS_MAX)
        reader = RowReader(*_positions(header, self.path))
        for number, line in enumerate(self._lines, start=2):
            if line.strip():
                yield reader.read(number, line)

    def rows_estimate(self, rows_done: int) -> int:
        """How many rows the whole file will have, judged by the share of its bytes already read."""
        return max(rows_done, rows_done * self._size // max(self._raw.tell(), 1))


def _positions(header: str, path: Path) -> tuple[tuple[int, ...], int]:
    if not header.strip():
        raise OrderFileEmpty(str(path))
    names = [cell.strip() for cell in next(csv.reader([header]))]
    places = {OTHER_NAMES.get(name, name): place for place, name in enumerate(names)}
    missing = [column for column in COLUMNS if column not in places]
    if missing:
        found = "".join(sign if sign.isprintable() else "?" for sign in header[:100].strip())
        raise OrderColumnsMissing(str(path), ", ".join(missing), found)
    return tuple(places[column] for column in COLUMNS), len(names)


def _open_raw(path: Path) -> tuple[BinaryIO, int]:
    if not path.is_file():
        raise OrderFileNotFound(str(path))
    try:
        return path.open("rb"), max(path.stat().st_size, 1)
    except OSError as error:
        raise OrderFileUnreadable(str(path), str(error)) from error


def _unpacked(raw: BinaryIO, path: Path) -> BinaryIO:
    magic = raw.read(6)
    raw.seek(0)
    if magic.startswith(b"PK"):
        raise OrderFileUnreadable(str(path), "it is a spreadsheet or zip archive")
    if magic == b"\xfd7zXZ\x00":
        return cast(BinaryIO, lzma.open(raw))
    if magic.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.open(raw))
    return raw


def _read_as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 are read as Latin-1, one by one: old exports write the pound sign so."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin-1-bytes", _read_as_latin_1)
