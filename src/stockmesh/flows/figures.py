"""How the work beside the orders stands, as the books tell it: what waits, what is late, what is short, who does it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from stockmesh.store.database import Session, find_row, rows

# More than a relay ever leaves behind in good times; counting further would not make the news worse.
ANNOUNCEMENTS_COUNTED_MAX: Final = 20_000


@dataclass(frozen=True)
class Figures:
    """Read together. `relay_events` have no position yet, the oldest of them for `relay_seconds`; `deliveries_due` are
    to be sent, `deliveries_late` of them now; `world` is None while none was published."""

    announcements: int
    relay_events: int
    relay_seconds: float
    deliveries_due: int
    deliveries_late: int
    imports_applying: int
    imports_rows_left: int
    world: int | None
    schema_version: str
    server_version: str
    server_since: datetime


@dataclass(frozen=True)
class StockFigures:
    """Units promised beyond what was counted (`short`); of those `oversold` were never told to anybody, or stand below
    zero: there must be none. `bytes` is the size of the database."""

    short: int
    oversold: int
    bytes: int


@dataclass(frozen=True)
class Lease:
    """Work that one process does for all. It has lapsed when no seconds are left: nobody had work to do, or it died."""

    name: str
    owner: str
    seconds_left: float


def read_figures(session: Session) -> Figures:
    """What waits and what is late; cheap enough to be read every few seconds."""
    row = find_row(session, "health/figures", most=ANNOUNCEMENTS_COUNTED_MAX) or {}
    row["relay_events"] = row.pop("events")
    return Figures(**row)


def read_stock_figures(session: Session) -> StockFigures:
    """What is short and what is oversold; goes through all cells of stock."""
    row = find_row(session, "health/stock") or {}
    return StockFigures(row["short"], row["untold"] + row["negative"], row["bytes"])


def list_leases(session: Session) -> tuple[Lease, ...]:
    """Every lease ever taken and not let go, by name."""
    return tuple(Lease(**row) for row in rows(session, "health/leases"))
