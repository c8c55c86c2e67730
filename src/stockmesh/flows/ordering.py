"""Orders as they come in become arrays: every request checked on its own, so that a bad one harms no other."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

import msgspec
import numpy as np

from stockmesh.domain.fulfilment.refusals import (
    BadCustomer,
    BadInstant,
    BadPrice,
    BadQuantity,
    BadReference,
    EmptyOrder,
    NoCardInForce,
    NotServed,
    OrderTooLarge,
    Poisoned,
    UnitTooLarge,
    UnknownChannel,
    UnknownItem,
)
from stockmesh.domain.fulfilment.requests import OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.network.places import Fix
from stockmesh.domain.sourcing.arrays import BACKORDER, PART, REFUSE
from stockmesh.domain.sourcing.market import Market
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.catalogue import Catalogue, ChannelEntry
from stockmesh.flows.context import Context, Present
from stockmesh.flows.order_contacts import check_contact

WISHES: Final = {Wish.BACKORDER: BACKORDER, Wish.PART: PART, Wish.REFUSE: REFUSE}
PRICE_MAX: Final = 10**12
REFERENCE_MAX: Final = 120
NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
_encoder = msgspec.msgpack.Encoder(order="deterministic")


@dataclass(frozen=True)
class CheckedOrder:
    """A request that can be sourced: lines of one item summed, item numbers found, the place located."""

    place: int  # position in the caller's sequence
    request: OrderRequest
    channel: ChannelEntry
    destination: Fix
    items: tuple[int, ...]
    quantities: tuple[int, ...]
    prices: tuple[int, ...]
    content: bytes
    actor_id: int = 0  # who sent it; 0: whoever is at work


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of a batch in packing order: heaviest unit first, then bulkiest, then item. `order` is ascending."""

    order: I64
    item: I64
    number: I64  # line number as the buyer sees it, from 1
    quantity: I64
    price_minor: I64


def content_digest(request: OrderRequest) -> bytes:
    """What makes two requests the same: 16 bytes over what the buyer said; the instant of a repeat may differ."""
    said = (request.channel, request.destination, request.lines, request.wish, request.customer)
    return blake2b(_encoder.encode(said), digest_size=16).digest()


def check_order(
    context: Context,
    present: Present,
    place: int,
    request: OrderRequest,
    *,
    bought: Mapping[str, int] = NOTHING,
    actor_id: int = 0,
) -> CheckedOrder | Refusal:
    """The order ready to be sourced, or why it is refused.

    `bought`: items that SKUs of the order stand for already, whatever they stand for today.
    """
    try:
        return _checked(context, present, place, request, bought=bought, actor_id=actor_id)
    except Refusal as refusal:
        return refusal
    except UnicodeEncodeError as error:  # half a sign, as broken decoders leave it, cannot be stored
        return Poisoned(reference=request.reference, reason=str(error))


def _checked(
    context: Context, present: Present, place: int, request: OrderRequest, *, bought: Mapping[str, int], actor_id: int
) -> CheckedOrder:
    _check_reference(request.reference)
    _check_customer(request.customer)
    if request.contact is not None:
        check_contact(request.contact)
    if request.placed_at.tzinfo is None or not 2000 <= request.placed_at.year < 2100:
        raise BadInstant(placed_at=request.placed_at.isoformat())
    request = _in_utc(request)
    channel = present.catalogue.channels.get(request.channel)
    if channel is None:
        raise UnknownChannel(channel=request.channel)
    today = present.catalogue.items_of.get(channel.owner_id, {})
    known = ChainMap(dict(bought), today) if bought else today
    items, quantities, prices = sum_lines(request, known, present.facts.policy)
    destination = context.locate(request.destination)
    market = context.market(present.world_id, present.facts, request.placed_at.date())
    if not market.compiled.chosen:
        raise NoCardInForce(day=request.placed_at.date())
    if not market.serves(destination):
        raise NotServed(country=destination.country, area=destination.area)
    _check_units(items, request, present.catalogue, market)
    content = content_digest(request)
    return CheckedOrder(place, request, channel, destination, items, quantities, prices, content, actor_id)


def _check_units(items: tuple[int, ...], request: OrderRequest, catalogue: Catalogue, market: Market) -> None:
    """Raises UnitTooLarge for the first item that fits no parcel of any service."""
    if market.takes(catalogue.largest):
        return
    for item in items:
        if not market.takes(catalogue.unit_of(item)):
            skus = [line.sku for line in request.lines]
            sku = list(dict.fromkeys(skus))[items.index(item)]
            raise UnitTooLarge(sku=sku, line=skus.index(sku) + 1)


def _in_utc(request: OrderRequest) -> OrderRequest:
    """The same request on the calendar of the books: days of rate cards and batches are days in UTC."""
    if not request.placed_at.utcoffset():
        return request
    return replace(request, placed_at=request.placed_at.astimezone(UTC))


def _check_reference(reference: str) -> None:
    if not reference.strip() or len(reference) > REFERENCE_MAX or not reference.isprintable():
        raise BadReference(reference=reference[:REFERENCE_MAX])


def _check_customer(customer: str) -> None:
    if len(customer) > REFERENCE_MAX or not customer.isprintable():
        raise BadCustomer(customer=customer[:REFERENCE_MAX])


def sum_lines(
    request: OrderRequest, item_of: Mapping[str, int], policy: SourcingPolicy
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Items, quantities and unit prices with lines of one item summed, in order of first mention.

    The price of a summed line is that of its first mention. Raises EmptyOrder, OrderTooLarge, UnknownItem,
    BadQuantity and BadPrice.
    """
    if not request.lines:
        raise EmptyOrder(reference=request.reference)
    if len(request.lines) > policy.lines_max:
        raise OrderTooLarge(lines=len(request.lines), largest=policy.lines_max)
    summed: dict[int, tuple[int, int]] = {}
    for number, line in enumerate(request.lines, start=1):
        item = item_of.get(line.sku)
        if item is None:
            raise UnknownItem(sku=line.sku, line=number)
        _check_line(line, number, policy.quantity_max)
        before, price = summed.get(item, (0, line.unit_price_minor))
        if before + line.quantity > policy.quantity_max:
            raise BadQuantity(line=number, quantity=before + line.quantity, largest=policy.quantity_max)
        summed[item] = (before + line.quantity, price)
    return (
        tuple(summed),
        tuple(quantity for quantity, _ in summed.values()),
        tuple(price for _, price in summed.values()),
    )


def _check_line(line: OrderLine, number: int, largest: int) -> None:
    if not 0 < line.quantity <= largest:
        raise BadQuantity(line=number, quantity=line.quantity, largest=largest)
    if not 0 <= line.unit_price_minor <= PRICE_MAX:
        raise BadPrice(line=number, unit_price_minor=line.unit_price_minor)


def lay_out_lines(orders: Sequence[CheckedOrder], catalogue: Catalogue) -> Lines:
    """The lines of all orders as arrays in packing order."""
    counts = np.array([len(order.items) for order in orders], dtype=np.int64)
    item = np.array([item for order in orders for item in order.items], dtype=np.int64)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    order = np.repeat(np.arange(len(orders), dtype=np.int64), counts)
    quantity = np.array([units for one in orders for units in one.quantities], dtype=np.int64)
    price = np.array([minor for one in orders for minor in one.prices], dtype=np.int64)
    packing = np.lexsort((item, -catalogue.volume_um3[item], -catalogue.weight_mg[item], order))
    return Lines(
        order=order,
        item=item[packing],
        number=packing - first[packing] + 1,
        quantity=quantity[packing],
        price_minor=price[packing],
    )
