"""Proving the books: every balance is recomputed from the journal and compared, and every row must belong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stockmesh.flows.context import Context
from stockmesh.store.database import Session, execute, rows

FINDINGS_MAX: Final = 1_000


@dataclass(frozen=True)
class Finding:
    """One difference: where, what the books say, what the journal or the rows beside it say, and what that means."""

    check: str
    item: str | None
    location: str | None
    order_id: int | None
    column: str
    book: int
    journal: int
    sentence: str


@dataclass(frozen=True)
class Verification:
    """What was found. `checks` names what was compared; `truncated` the checks with more findings than are listed."""

    ok: bool
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    truncated: tuple[str, ...]


# Each check is one pass over the books, in the query of its name; no row means that it holds.
CHECKS: Final[Mapping[str, str]] = {
    "balances": (
        "{item} at {location}: the books say {book:,} {column}, its movements add up to {journal:,}. "
        "A balance was changed without a movement, or a movement was written or lost without its balance."
    ),
    "misplaced": (
        "{column} of {book:,} units of {item} names an item, a location or a state that cannot be: states of stock "
        "belong to a location, the rest of the world to none."
    ),
    "commitments": (
        "Order {order_id}, {column}: {book:,} units of {item} should be committed (ordered, less waiting and dropped), "
        "its movements commit {journal:,}. The order promises other units than it holds."
    ),
    "fulfilments": (
        "Order {order_id} at {location}: {book:,} planned fulfilments, {journal:,} units committed. "
        "Units are held where nobody will ship them, or a fulfilment has nothing to ship."
    ),
    "location_days": (
        "{location} on {column}: {book:,} orders are taken from the day's capacity, {journal:,} fulfilments are "
        "planned. Capacity is lost or promised twice."
    ),
    "orphans": "Order {order_id} is not in the books, but {book:,} rows of {column} belong to it.",
    "incomplete": "Order {order_id} has no {column}, which is written when it is placed.",
    "waiting": (
        "Order {order_id} is {column} with {book:,} units waiting: an order waits exactly while units of it do."
    ),
    "cancelled": (
        "Order {order_id}, {column}: the order is cancelled, but only {journal:,} of {book:,} units of {item} are "
        "dropped. The rest could be given stock."
    ),
    "shortfalls": (
        "{item} at {location} is {book:,} units short of what is promised, and nobody was told: the event is missing."
    ),
    "announced": (
        "{book:,} {column} are in the books, {journal:,} were announced. Some will never be told, or are told without "
        "being there."
    ),
    "positions": (
        "A run of events begins at {column} {book}, the one before it ends before {journal}. Readers would miss "
        "events, or see two at one place."
    ),
    "sealed": (
        "Block {book} of the sealed events does not match: from position {journal} on, an event, its actor or the seal "
        "itself was changed, added or lost after it was sealed. Blocks before it are whole."
    ),
    "counts": (
        "{item} at {location}: the mark of the last count is not the newest count recorded (microseconds since 1970: "
        "{book} and {journal}). An older count could be applied over a newer one."
    ),
    "holds": (
        "{item} at {location}: {book:,} units are reserved, open holds keep {journal:,}. "
        "Units are kept for nobody, or by a hold that is closed."
    ),
    "hold_lines": "{column}: {book:,} units of {item} should be kept, {journal:,} are.",
    "incoming": (
        "{item} to {location}, {column}: {book:,} units are marked as received, receipts add up to {journal:,}."
    ),
}


def verify_books(context: Context, *, findings_max: int = FINDINGS_MAX) -> Verification:
    """Whether the books are whole, with every difference explained. Reads one snapshot; nothing is changed or locked.

    At most `findings_max` differences of each check are listed.
    """

    def work(session: Session) -> Verification:
        execute(session, "verify/begin")
        execute(session, "verify/work_memory")
        return verify_session(session, findings_max)

    return context.database.transact(work)


def verify_session(session: Session, most: int) -> Verification:
    """The same for the books as a session sees them, its own uncommitted changes included."""
    found = {check: _findings(session, check, most) for check in CHECKS}
    listed = tuple(finding for findings in found.values() for finding in findings[:most])
    return Verification(
        ok=not listed,
        checks=tuple(CHECKS),
        findings=listed,
        truncated=tuple(check for check, findings in found.items() if len(findings) > most),
    )


def _findings(session: Session, check: str, most: int) -> list[Finding]:
    found = []
    for row in rows(session, f"verify/{check}", most=most + 1):
        facts = {
            "item": row["sku"],
            "location": row["location"],
            "order_id": row["order_id"],
            "column": row["column_name"],
            "book": row["book"] or 0,
            "journal": row["journal"] or 0,
        }
        shown = {name: "unknown" if value is None else value for name, value in facts.items()}
        found.append(Finding(check=check, **facts, sentence=CHECKS[check].format(**shown)))
    return found
