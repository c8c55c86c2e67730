"""Counts come in: the books are made to agree with what was counted, as of the instant it was counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.network.calendars import microseconds
from stockmesh.domain.stock.books import Key, OpenBooks, Stamp
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import Since, StockCount, check_count, difference, is_older
from stockmesh.domain.stock.refusals import CountedTwice, CountReferenceTaken
from stockmesh.domain.stock.states import Cause
from stockmesh.flows.commands import digest
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_books import Found, Gain, Named, close_books, gains, open_books, resolve
from stockmesh.store.database import Session, column, execute, rows
from stockmesh.store.vectors import Vector


class CountResult(StrEnum):
    """applied: the books agree with the count now. repeated: it came before. older: a newer count has the say."""

    APPLIED = "applied"
    REPEATED = "repeated"
    OLDER = "older"


@dataclass(frozen=True)
class Counted:
    """A count that was understood. `difference`: units it added to the books or, negative, took from them;
    `short`: units promised beyond what there is, once the whole file is applied."""

    row: int
    sku: str
    owner: str
    location: str
    result: CountResult
    difference: int = 0
    short: int = 0


@dataclass(frozen=True)
class RefusedCount:
    """A row that was not applied; the others are."""

    row: int
    sku: str
    location: str
    refusal: Refusal


@dataclass(frozen=True)
class Counting:
    """The outcome of every row in the order given, the reference they are recorded under, and what can be given to
    waiting orders now."""

    reference: str
    outcomes: tuple[Counted | RefusedCount, ...]
    gained: tuple[Gain, ...]


@dataclass(frozen=True)
class _Row:
    """A count with its place in the caller's sequence and its cell."""

    place: int
    count: StockCount
    cell: Found

    @property
    def key(self) -> Key:
        return self.cell.key

    @property
    def number(self) -> int:
        return self.count.row


@dataclass(eq=False)
class _Tally:
    """What became of the rows so far."""

    outcomes: dict[int, Counted | RefusedCount] = field(default_factory=dict)
    applied: list[tuple[_Row, int]] = field(default_factory=list)

    def refuse(self, place: int, count: StockCount, refusal: Refusal) -> None:
        self.outcomes[place] = RefusedCount(count.row, count.sku, count.location, refusal)

    def settle(self, row: _Row, result: CountResult, change: int = 0) -> None:
        self.outcomes[row.place] = Counted(
            row.number, row.count.sku, row.cell.owner, row.count.location, result, change
        )


def count_stock(
    context: Context, counts: Sequence[StockCount], *, reference: str = "", reach: Reach = EVERYTHING
) -> Counting:
    """The outcome of every count; good rows are applied, in one act, whatever becomes of the others.

    A count is known by reference, item, location and instant: sent again it does nothing. Without a reference, the
    content gives one. Rows are numbered from 1 where they carry no number.
    """
    numbered = [count if count.row else replace(count, row=place + 1) for place, count in enumerate(counts)]
    said = [(one.sku, one.owner, one.location, str(one.quantity), one.kind, one.as_of) for one in numbered]
    name = reference or f"count-{digest(said).hex()}"
    return context.database.transact(lambda session: _count(session, context, numbered, reference=name, reach=reach))


def _count(
    session: Session, context: Context, counts: Sequence[StockCount], *, reference: str, reach: Reach
) -> Counting:
    tally = _Tally()
    cells = resolve(session, list(map(_named, counts)), reach)
    fresh = _understood(context, counts, cells, tally)
    books = open_books(session, [row.key for row in fresh])
    fresh = _unknown_yet(session, fresh, reference, tally)
    effects = _since(session, [row for row in fresh if not is_older(row.count, books.cells[row.key])])
    for row in sorted(fresh, key=lambda row: (row.count.as_of, row.place)):
        _apply(books, row, effects.get(row.place, Since()), tally, reference)
    _record(session, context, tally, reference)
    close_books(session, context, books, cause=Cause.COUNT.value, reference=reference)
    names = [(_named(row.count), row.cell) for row in fresh]
    short = {row.place: books.cells[row.key].shortfall for row in fresh}
    outcomes = (_with_short(tally.outcomes[place], short.get(place, 0)) for place in range(len(counts)))
    return Counting(reference, tuple(outcomes), gains(books, names))


def _named(count: StockCount) -> Named:
    return Named(count.row, count.sku, count.location, count.owner)


def _with_short(outcome: Counted | RefusedCount, short: int) -> Counted | RefusedCount:
    return replace(outcome, short=short) if isinstance(outcome, Counted) else outcome


def _understood(
    context: Context, counts: Sequence[StockCount], cells: Sequence[Found | Refusal], tally: _Tally
) -> list[_Row]:
    """The rows that can be counted; the others are refused, and a row said twice in the same words is repeated."""
    now = context.clock()
    first: dict[tuple[Key, object], _Row] = {}
    for place, (count, cell) in enumerate(zip(counts, cells, strict=True)):
        try:
            check_count(count, count.row, now=now)
        except Refusal as refusal:
            tally.refuse(place, count, refusal)
            continue
        if isinstance(cell, Refusal):
            tally.refuse(place, count, cell)
            continue
        row = _Row(place, count, cell)
        before = first.setdefault((row.key, count.as_of), row)
        if before is not row:
            _refuse_twice(row, before, tally)
    return list(first.values())


def _refuse_twice(row: _Row, before: _Row, tally: _Tally) -> None:
    count = row.count
    if (count.kind, count.quantity) == (before.count.kind, before.count.quantity):
        tally.settle(row, CountResult.REPEATED)
    else:
        refusal = CountedTwice(row=row.number, sku=count.sku, location=count.location, first_row=before.number)
        tally.refuse(row.place, count, refusal)


def _asked(counts: Sequence[_Row]) -> dict[str, object]:
    return {
        "items": Vector(column([row.key[0] for row in counts])),
        "locations": Vector(column([row.key[1] for row in counts])),
        "instants_us": Vector(column([microseconds(row.count.as_of) for row in counts])),
    }


def _unknown_yet(session: Session, counts: list[_Row], reference: str, tally: _Tally) -> list[_Row]:
    """The rows that did not come before under this reference."""
    known = {
        counts[found["place"] - 1].place: found
        for found in rows(session, "counts/known", **_asked(counts), reference=reference)
    }
    for row in counts:
        found = known.get(row.place)
        if found is not None and (row.count.kind, row.count.quantity) == (CountKind(found["kind"]), found["quantity"]):
            tally.settle(row, CountResult.REPEATED)
        elif found is not None:
            refusal = CountReferenceTaken(
                row=row.number,
                reference=reference,
                sku=row.count.sku,
                location=row.count.location,
                quantity_before=found["quantity"],
            )
            tally.refuse(row.place, row.count, refusal)
    return [row for row in counts if row.place not in known]


def _since(session: Session, counts: Sequence[_Row]) -> dict[int, Since]:
    found = rows(session, "counts/since", **_asked(counts)) if counts else []
    return {counts[row["place"] - 1].place: Since(row["on_hand"], row["free"]) for row in found}


def _apply(books: OpenBooks, row: _Row, since: Since, tally: _Tally, reference: str) -> None:
    cell = books.cells[row.key]
    if is_older(row.count, cell):
        tally.settle(row, CountResult.OLDER)
        return
    change = difference(row.count, cell, since)
    books.adjust(row.key, change, Stamp(Cause.COUNT, row.count.as_of, reference))
    marked = replace(books.cells[row.key], counted_as_of=row.count.as_of, counted_kind=row.count.kind)
    books.cells[row.key] = marked
    tally.settle(row, CountResult.APPLIED, change)
    tally.applied.append((row, change))


def _record(session: Session, context: Context, tally: _Tally, reference: str) -> None:
    counts = [row for row, _ in tally.applied]
    execute(
        session,
        "counts/record",
        **_asked(counts),
        kinds=[row.count.kind.value for row in counts],
        quantities=Vector(column([row.count.quantity for row in counts])),
        differences=Vector(column([change for _, change in tally.applied])),
        recorded_at=context.clock(),
        reference=reference,
    )
