"""Small order files written by hand, and the import of them."""

from pathlib import Path

from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.online_retail import read_online_retail
from stockmesh.gateways.retailer import Retailer

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
SALE = "536365,71053,WHITE METAL LANTERN,6,2010-12-01T08:26,3.39,17850,United Kingdom"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """The path of a plain file with these rows."""
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def read(folder: Path, *rows: str) -> Retailer:
    """The retailer of these rows."""
    return read_online_retail(write(folder, *rows), load_gazetteer())


def aside(retailer: Retailer) -> dict[str, int]:
    """Lines set aside by reason."""
    return {entry.reason: entry.lines for entry in retailer.set_aside}


def accounted(retailer: Retailer) -> int:
    """Lines kept and lines set aside, together."""
    kept = sum(len(order.lines) for order in retailer.orders) + len(retailer.credits)
    return kept + sum(entry.lines for entry in retailer.set_aside)
