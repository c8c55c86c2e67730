"""Stock as the API answers it: cells, availability, who holds units, how they came and went, what is on its way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from stockmesh.domain.fulfilment.refusals import UnknownLocation
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows import stock_journal, stock_levels
from stockmesh.flows.context import Context
from stockmesh.flows.exports import export_stock
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_journal import Holder, IncomingFilter, IncomingLine, JournalEntry
from stockmesh.flows.stock_levels import ItemAsked, ItemAvailability, PromiseByDate, StockFilter, StockLevel
from stockmesh.service.answers import network
from stockmesh.service.answers.lists import (
    Asked,
    Day,
    EmptyIsNone,
    Listing,
    ListQuery,
    Moment,
    Text,
    end_of,
    first_of,
    listing,
)

Wish = Annotated[Text | None, EmptyIsNone]
Owner = Annotated[Wish, Field(description="whose item, where several owners have the SKU")]


class StockAsked(Asked):
    """What the list of cells can be asked for."""

    sku: Wish = Field(default=None, description="a whole SKU")
    search: Wish = Field(default=None, description="the beginning of a SKU, or a part of a title")
    owner: Wish = None
    location: Wish = None
    channel: Wish = Field(default=None, description="whose owner's items, and whose buffer counts as withheld")
    only_short: bool = Field(default=False, description="where less was counted than is promised")
    only_waiting: bool = Field(default=False, description="where orders wait for the item")
    only_below_safety: bool = Field(default=False, description="where less is sellable than the safety stock")
    only_out: bool = Field(default=False, description="where nothing is available")

    def wanted(self) -> StockFilter:
        """The filter that flows take."""
        return StockFilter(**{name: getattr(self, name) for name in StockFilter.__dataclass_fields__})


class StockQuery(StockAsked, ListQuery):
    """The same, page by page."""


class MovementQuery(ListQuery):
    """Whose movements."""

    sku: Text
    owner: Owner = None
    location: Wish = None
    occurred_from: Annotated[Moment | None, EmptyIsNone] = None
    occurred_to: Annotated[Moment | None, EmptyIsNone] = Field(
        default=None, description="the last day meant, or the first instant too late"
    )


class HolderQuery(ListQuery):
    """Whose holders."""

    sku: Text
    owner: Owner = None
    location: Text


class IncomingQuery(ListQuery):
    """Which supply on its way."""

    sku: Wish = None
    owner: Wish = None
    location: Wish = None
    reference: Wish = Field(default=None, description="a whole one")
    due_from: Annotated[Day | None, EmptyIsNone] = None
    due_to: Annotated[Day | None, EmptyIsNone] = Field(default=None, description="the last day meant")
    also_received: bool = False


@dataclass(frozen=True)
class HolderPage:
    """Who holds units of an item at a location: orders, cart holds and units in all, and a page of them."""

    sku: str
    owner: str
    location: str
    orders: int
    holds: int
    units: int
    items: tuple[Holder, ...]
    next_cursor: str | None


def stock_page(context: Context, query: StockQuery, reach: Reach) -> Listing[StockLevel]:
    """One page of cells, by SKU and location. Raises BadCursor, UnknownLocation and what the flow does."""
    network.ensure_location(context, query.location, reach)
    after = query.cursor or ""
    return listing(stock_levels.list_stock(context, query.wanted(), reach=reach, after=after, count=query.limit))


@dataclass(frozen=True)
class AvailabilityAsked:
    """One question what may be sold of an item, and how far whoever asks it reaches."""

    item: ItemAsked
    location: str | None = None
    reach: Reach = EVERYTHING


def availability(
    context: Context, sku: str, reach: Reach, *, owner: str | None, channel: str | None, location: str | None
) -> ItemAvailability:
    """What may be sold of an item, in all and by location. Raises what the flow does and UnknownLocation."""
    asked = AvailabilityAsked(ItemAsked(sku, owner or "", channel), location, reach)
    [found] = availabilities(context, [asked])
    if isinstance(found, Refusal):
        raise found
    return found


def availabilities(context: Context, asked: Sequence[AvailabilityAsked]) -> list[ItemAvailability | Refusal]:
    """The answers to several questions, in their order: those of one reach are read together."""
    answers: dict[AvailabilityAsked, ItemAvailability | Refusal] = {}
    for reach in {one.reach for one in asked}:
        mine = [one for one in asked if one.reach == reach]
        found = stock_levels.item_availabilities(context, {one.item for one in mine}, reach=reach)
        is_placed = any(one.location is not None for one in mine)
        codes = {site.code for site in network.sites(context, reach)} if is_placed else set()
        answers |= {one: _at(found[one.item], one.location, codes) for one in mine}
    return [answers[one] for one in asked]


def _at(found: ItemAvailability | Refusal, location: str | None, codes: set[str]) -> ItemAvailability | Refusal:
    """The part of an answer that is about one location; one that there is not is told before anything else."""
    if location is None:
        return found
    if location not in codes:
        return UnknownLocation(location=location)
    if isinstance(found, Refusal):
        return found
    here = tuple(one for one in found.locations if one.location == location)
    return replace(found, locations=here, available=sum(one.available for one in here))


def availability_by_day(
    context: Context, sku: str, reach: Reach, *, owner: str | None, channel: str | None, location: str | None, days: int
) -> PromiseByDate:
    """What may be promised on each of the next days. Raises what the flow does."""
    return stock_levels.promise_by_date(
        context, sku, owner=owner or "", location=location, channel=channel, days=days, reach=reach
    )


def holder_page(context: Context, query: HolderQuery, reach: Reach) -> HolderPage:
    """Who holds units, the oldest first. Raises what the flow does."""
    found = stock_journal.list_holders(
        context,
        query.sku,
        query.location,
        owner=query.owner or "",
        reach=reach,
        after=query.cursor or "",
        count=query.limit,
    )
    return HolderPage(
        sku=found.sku,
        owner=found.owner,
        location=found.location,
        orders=found.orders,
        holds=found.holds,
        units=found.units,
        items=found.holders,
        next_cursor=found.next,
    )


def movement_page(context: Context, query: MovementQuery, reach: Reach) -> Listing[JournalEntry]:
    """The journal of an item, the newest entries first. Raises what the flow does."""
    return listing(
        stock_journal.list_movements(
            context,
            query.sku,
            owner=query.owner or "",
            location=query.location,
            occurred=(first_of(query.occurred_from), end_of(query.occurred_to)),
            reach=reach,
            after=query.cursor or "",
            count=query.limit,
        )
    )


def incoming_page(context: Context, query: IncomingQuery, reach: Reach) -> Listing[IncomingLine]:
    """Supply on its way, the earliest due first. Raises BadCursor and UnknownOwner."""
    return listing(
        stock_journal.list_incoming(
            context,
            IncomingFilter(**{name: getattr(query, name) for name in IncomingFilter.__dataclass_fields__}),
            reach=reach,
            after=query.cursor or "",
            count=query.limit,
        )
    )


def stock_lines(context: Context, asked: StockAsked, reach: Reach) -> Iterator[str]:
    """All cells that pass the filter, as CSV. Raises what the list does."""
    return export_stock(context, asked.wanted(), reach=reach)
