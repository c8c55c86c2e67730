"""What changes stock, as the API takes and answers it: the same flows as on the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from stockmesh.domain.stock.arrivals import Arrival, SafetyStock
from stockmesh.domain.stock.cells import CountKind
from stockmesh.domain.stock.counting import StockCount
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.announce_supply import SupplyLine, SupplyTold, announce_supply
from stockmesh.flows.context import Context
from stockmesh.flows.count_stock import Counted, RefusedCount, count_stock
from stockmesh.flows.move_stock import Moved, move_stock
from stockmesh.flows.reach import Reach
from stockmesh.flows.receive_stock import receive_incoming
from stockmesh.flows.set_safety_stock import set_safety_stock
from stockmesh.flows.stock_books import Gain
from stockmesh.service.answers.lists import TEXT_MAX
from stockmesh.service.answers.orders import Int64
from stockmesh.service.problems import describe_refusal

# Characters that cannot be printed would end up in journals and files.
Word = Annotated[str, msgspec.Meta(max_length=TEXT_MAX, pattern=r"^[^\x00-\x1f\x7f\ud800-\udfff]*$")]


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    pass


class NewCount(_Body):
    """What was counted, as of an instant (now unless said): all that lay there, or what nobody had claimed."""

    sku: Word
    location: Word
    quantity: Int64
    kind: CountKind
    as_of: datetime | None = None
    owner: Word = ""


class NewCounts(_Body):
    """Counts; sent again under the same reference they do nothing."""

    counts: list[NewCount]
    reference: Word = ""


class NewReceipt(_Body):
    """What came on an incoming supply, now unless said."""

    reference: Word
    sku: Word
    location: Word
    quantity: Int64
    occurred_at: datetime | None = None
    owner: Word = ""


class NewReceipts(_Body):
    """Receipts that are all booked, or none."""

    receipts: list[NewReceipt]


class NewMove(_Body):
    """Units from one state to another, or to another location; now unless said."""

    sku: Word
    location: Word
    quantity: Int64
    from_state: StockState
    to_state: StockState
    to_location: Word = ""
    reason: Word = ""
    occurred_at: datetime | None = None
    owner: Word = ""


class NewMoves(_Body):
    """Moves that are all booked, in their order, or none."""

    moves: list[NewMove]


class NewAdjustment(_Body):
    """Sellable units more (or, negative, less) than the books say, and why."""

    sku: Word
    location: Word
    change: Int64
    reason: Word
    occurred_at: datetime | None = None
    owner: Word = ""


class NewAdjustments(_Body):
    """Adjustments that are all booked, or none."""

    adjustments: list[NewAdjustment]


class NewSafety(_Body):
    """Units of an item at a location kept back from every channel."""

    sku: Word
    location: Word
    units: Int64
    owner: Word = ""


class NewSafeties(_Body):
    """Settings that are all in force afterwards, or none."""

    settings: list[NewSafety]


class NewSupply(_Body):
    """Units on their way."""

    reference: Annotated[Word, msgspec.Meta(min_length=1)]
    sku: Word
    location: Word
    due_on: date
    quantity: Int64
    owner: Word = ""


class NewSupplies(_Body):
    """Lines that are all known afterwards, or none."""

    lines: list[NewSupply]


@dataclass(frozen=True)
class Gained:
    """A cell that can give more than before."""

    sku: str
    owner: str
    location: str
    units: int


@dataclass(frozen=True)
class Booked:
    """How many entries were booked, in how many movements, and what can give more now: waiting orders are served."""

    entries: int
    movements: int
    gained: tuple[Gained, ...]


@dataclass(frozen=True)
class CountOutcome:
    """What became of one count, with the status it would have had alone."""

    status: int
    count: Counted | None
    problem: dict[str, Any] | None


@dataclass(frozen=True)
class CountBatch:
    """One outcome for every count, in their order, and the reference they are recorded under."""

    reference: str
    outcomes: tuple[CountOutcome, ...]
    gained: tuple[Gained, ...]


def count(context: Context, new: NewCounts, reach: Reach) -> tuple[CountBatch, tuple[Gain, ...]]:
    """The outcome of every count; good ones are applied whatever becomes of the others."""
    now = context.clock()
    counts = [
        StockCount(one.sku, one.location, one.quantity, one.kind, one.as_of or now, row, one.owner)
        for row, one in enumerate(new.counts, start=1)
    ]
    found = count_stock(context, counts, reference=new.reference, reach=reach)
    batch = CountBatch(found.reference, tuple(map(_outcome, found.outcomes)), _gained(found.gained))
    return batch, found.gained


def _outcome(found: Counted | RefusedCount) -> CountOutcome:
    if isinstance(found, Counted):
        return CountOutcome(200, found, None)
    problem = describe_refusal(found.refusal)
    return CountOutcome(problem["status"], None, problem)


def receive(context: Context, new: NewReceipts, reach: Reach) -> tuple[Booked, tuple[Gain, ...]]:
    """Receipts booked against their supply lines. Raises what the flow does."""
    now = context.clock()
    return _booked(
        receive_incoming(
            context,
            [
                Arrival(one.reference, one.sku, one.location, one.quantity, one.occurred_at or now, one.owner)
                for one in new.receipts
            ],
            reach=reach,
        )
    )


def move(context: Context, new: NewMoves, reach: Reach) -> tuple[Booked, tuple[Gain, ...]]:
    """Moves booked in their order. Raises what the flow does."""
    now = context.clock()
    moves = [
        Move(
            sku=one.sku,
            quantity=one.quantity,
            location=one.location,
            from_state=one.from_state,
            to_state=one.to_state,
            occurred_at=one.occurred_at or now,
            to_location=one.to_location,
            reason=one.reason,
            owner=one.owner,
        )
        for one in new.moves
    ]
    return _booked(move_stock(context, moves, reach=reach))


def adjust(context: Context, new: NewAdjustments, reach: Reach) -> tuple[Booked, tuple[Gain, ...]]:
    """Adjustments booked. Raises what the flow does."""
    now = context.clock()
    moves = []
    for one in new.adjustments:
        states = (StockState.ADJUSTMENT, StockState.SELLABLE)
        source, target = states if one.change > 0 else states[::-1]
        at = one.occurred_at or now
        moves.append(
            Move(one.sku, abs(one.change), one.location, source, target, at, reason=one.reason, owner=one.owner)
        )
    return _booked(move_stock(context, moves, reach=reach))


def keep_back(context: Context, new: NewSafeties, reach: Reach) -> tuple[Booked, tuple[Gain, ...]]:
    """Safety stock in force. Raises what the flow does."""
    settings = [SafetyStock(one.sku, one.location, one.units, one.owner) for one in new.settings]
    gained = set_safety_stock(context, settings, reach=reach)
    return Booked(len(settings), 0, _gained(gained)), gained


def tell_supply(context: Context, new: NewSupplies, reach: Reach) -> SupplyTold:
    """Supply known to be on its way. Raises what the flow does."""
    return announce_supply(
        context,
        [SupplyLine(one.reference, one.sku, one.location, one.due_on, one.quantity, one.owner) for one in new.lines],
        reach=reach,
    )


def _booked(moved: Moved) -> tuple[Booked, tuple[Gain, ...]]:
    return Booked(moved.moves, moved.movements, _gained(moved.gained)), moved.gained


def _gained(gained: Sequence[Gain]) -> tuple[Gained, ...]:
    return tuple(Gained(one.sku, one.owner, one.location, one.units) for one in gained)
