"""What stock can be refused for. Nothing has happened to the rows concerned when one of these is raised."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnknownStockItem(Refusal):
    row: int
    sku: str
    field: str = "sku"
    code = "unknown_stock_item"
    text = "Row {row}: no item has the SKU {sku!r}. Import the item first, or correct the SKU."


class _InRow:
    """Of a row of a file or, without one, of a question: the sentence says which row."""

    row: int

    def __str__(self) -> str:
        return (f"Row {self.row}: " if self.row else "") + super().__str__()


@dataclass(eq=False)
class AmbiguousItem(_InRow, Refusal):
    """The same SKU of two owners is two items, and nobody said whose is meant."""

    sku: str
    owners: tuple[str, ...]
    row: int = 0
    field: str = "owner"
    code = "ambiguous_item"
    text = (
        "{sku!r} is an item of several owners: {owners}. Say whose is meant: --owner, or `owner` in the file or query."
    )


@dataclass(eq=False)
class NotOfOwner(_InRow, Refusal):
    """An owner is named who has no such item or channel; perhaps there is no such owner at all."""

    owner: str
    thing: str
    name: str
    row: int = 0
    field: str = "owner"
    code = "not_of_owner"
    text = "Owner {owner!r} has no {thing} {name!r}. Correct the owner or the {thing}."


@dataclass(eq=False)
class UnknownOwner(Refusal):
    owner: str
    owners: tuple[str, ...]
    code = "unknown_owner"
    text = "No owner is called {owner!r}. There are: {owners}."


@dataclass(eq=False)
class StockedAsItem(Refusal):
    """An item with units of its own, or waited for, cannot become a kit: a kit is stocked as its components."""

    sku: str
    code = "stocked_as_item"
    text = (
        "{sku!r} has units, supply or waiting orders of its own and cannot become a kit. Clear these first, or give "
        "the kit another SKU."
    )


@dataclass(eq=False)
class UnknownStockLocation(Refusal):
    row: int
    location: str
    field: str = "location"
    code = "unknown_stock_location"
    text = "Row {row}: no location has the code {location!r}. `stockmesh locations list` shows all."


@dataclass(eq=False)
class KitHasNoStock(Refusal):
    row: int
    sku: str
    field: str = "sku"
    code = "kit_has_no_stock"
    text = "Row {row}: {sku!r} is a kit and is stocked as its components. Name the components instead."


@dataclass(eq=False)
class BadStockQuantity(Refusal):
    row: int
    quantity: int
    smallest: int
    largest: int
    field: str = "quantity"
    code = "bad_stock_quantity"
    text = "Row {row}: a quantity must be from {smallest:,} to {largest:,}, not {quantity:,}."


@dataclass(eq=False)
class BadStockInstant(Refusal):
    """An instant without time zone, in the future, or in a year that cannot be meant."""

    row: int
    instant: str
    reason: str
    field: str = "as_of"
    code = "bad_stock_instant"
    text = "Row {row}: {instant} cannot be used: {reason}."


@dataclass(eq=False)
class CountedTwice(Refusal):
    """Two rows of one file count the same item at the same place and instant, and do not agree."""

    row: int
    sku: str
    location: str
    first_row: int
    field: str = "sku"
    code = "counted_twice"
    text = (
        "Row {row}: {sku!r} at {location} is already counted in row {first_row} for the same instant. "
        "Add up bins and pallets into one row."
    )


@dataclass(eq=False)
class CountReferenceTaken(Refusal):
    """The same reference said something else about the same item, place and instant before."""

    row: int
    reference: str
    sku: str
    location: str
    quantity_before: int
    field: str = "quantity"
    code = "count_reference_taken"
    text = (
        "Row {row}: count {reference!r} already said {quantity_before:,} for {sku!r} at {location} and that instant. "
        "Send a corrected count under a new reference."
    )


@dataclass(eq=False)
class NotEnoughStock(Refusal):
    row: int
    sku: str
    location: str
    state: str
    asked: int
    there: int
    field: str = "quantity"
    code = "not_enough_stock"
    text = "Row {row}: {location} holds {there:,} {state} units of {sku!r}, not {asked:,}."


@dataclass(eq=False)
class MoveNotAllowed(Refusal):
    row: int
    from_state: str
    to_state: str
    reason: str
    field: str = "to_state"
    code = "move_not_allowed"
    text = "Row {row}: units cannot be moved by hand from {from_state} to {to_state}: {reason}."


@dataclass(eq=False)
class ReasonMissing(Refusal):
    row: int
    field: str = "reason"
    code = "reason_missing"
    text = "Row {row}: an adjustment needs a reason that people will understand a year from now."


@dataclass(eq=False)
class UnknownIncoming(Refusal):
    row: int
    reference: str
    sku: str
    location: str
    field: str = "reference"
    code = "unknown_incoming"
    text = "Row {row}: no supply {reference!r} of {sku!r} is on its way to {location}. Book it as a plain receipt."


@dataclass(eq=False)
class MoreThanIncoming(Refusal):
    row: int
    reference: str
    asked: int
    still_due: int
    field: str = "quantity"
    code = "more_than_incoming"
    text = (
        "Row {row}: only {still_due:,} units of {reference!r} are still due, not {asked:,}. "
        "Book what came beyond it as a plain receipt."
    )


@dataclass(eq=False)
class CommandTaken(Refusal):
    """The same command key came before with other content."""

    key: str
    code = "command_taken"
    text = "Command key {key!r} was used before with other content. Use a new key."


@dataclass(eq=False)
class BadCursor(Refusal):
    cursor: str
    code = "bad_cursor"
    text = "{cursor!r} is not a page mark of this list. Start again without one."


@dataclass(eq=False)
class NoSuchItem(Refusal):
    sku: str
    code = "no_such_item"
    text = "No item has the SKU {sku!r}. `stockmesh stock show` lists what there is."


@dataclass(eq=False)
class BadSpan(Refusal):
    days: int
    largest: int
    code = "bad_span"
    text = "A projection reaches from 1 to {largest} days ahead, not {days}."
