"""What WooCommerce's webhooks tell.

Source: https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/ and /products/, /webhooks/ (API version 3).
Instants ending in `_gmt` carry no zone and are in UTC, to the second: of two messages of one second the one that tells
of a later status is the newer.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from stockmesh.domain.fulfilment.requests import OrderLine
from stockmesh.domain.kernel.money import divide_half_up
from stockmesh.gateways.shops.addresses import read_address
from stockmesh.gateways.shops.fields import Fields
from stockmesh.gateways.shops.measures import micrometres, milligrams
from stockmesh.gateways.shops.messages import (
    Gone,
    Message,
    Nothing,
    OrderContent,
    OrderTold,
    ProductTold,
    Standing,
    VariantTold,
    Version,
)
from stockmesh.gateways.shops.refusals import ForeignCurrency, LineWithoutSku, NoAddress, UnreadableMessage
from stockmesh.gateways.shops.settings import ShopSettings

TITLE_MAX: Final = 200
# By status: what is wanted of the order, and how far it has come. A failed payment may be tried again.
STATUSES: Final = {
    "pending": (Standing.PAUSED, 1),
    "on-hold": (Standing.PAUSED, 2),
    "failed": (Standing.CANCELLED, 3),
    "processing": (Standing.OPEN, 4),
    "completed": (Standing.SHIPPING, 5),
    "cancelled": (Standing.CANCELLED, 6),
    "refunded": (Standing.CANCELLED, 7),
    "trash": (Standing.CANCELLED, 8),
}
# The member of a refund's line that names the line of the order.
REFUNDED_LINE: Final = "_refunded_item_id"
REASONS: Final = {"pending": "waits for payment in the shop", "on-hold": "on hold in the shop"}
ADDRESS: Final = {
    "country": "country", "postcode": "postcode", "city": "city", "first": "address_1", "second": "address_2",
    "given_name": "first_name", "family_name": "last_name", "phone": "phone",
}  # fmt: skip


def read_woocommerce(topic: str, body: Fields, settings: ShopSettings) -> Message:
    """What a message of this topic tells. Raises what it cannot be read for."""
    reader = TOPICS.get(topic)
    return Nothing(f"messages of {topic or 'no topic'} are not used") if reader is None else reader(body, settings)


def _order(order: Fields, settings: ShopSettings) -> Message:
    """An order as its own message tells it. Refunds are named by their sums alone, so that a shop that answers is asked
    which units they are of; of one that does not, all lines are taken as they were bought."""
    told = _told(order, settings, {}, 0)
    if not isinstance(told, OrderTold) or told.content is None:
        return told
    if settings.answers and any(order.children("refunds")):
        return replace(told, content=None, contact=None, to_look_up=True)
    return told


def _looked_up(body: Fields, settings: ShopSettings) -> Message:
    """An order as `woocommerce_inbound` asked for it, its refunds beside it: newer than the message of its instant."""
    taken: Counter[int] = Counter()
    for refund in body.children("refunds"):
        for line in refund.children("line_items"):
            of = [one.text("value") for one in line.children("meta_data") if one.text("key", "") == REFUNDED_LINE]
            if of and of[0].isdecimal() and len(of[0]) < 18:
                taken[int(of[0])] += abs(line.whole("quantity", 0))
    return _told(body.child("order"), settings, taken, 1)


def _told(order: Fields, settings: ShopSettings, taken: Mapping[int, int], later: int) -> Message:
    number = str(order.whole("id"))
    status = order.text("status")
    if status in ("checkout-draft", "auto-draft", "draft"):
        return Nothing("a draft is no order yet")
    # A status of the merchant's own is one somebody has to look at.
    standing, rank = STATUSES.get(status, (Standing.PAUSED, 2))
    version = Version(order.instant("date_modified_gmt"), 2 * rank + later)
    if standing in (Standing.CANCELLED, Standing.SHIPPING):
        return OrderTold(number, version, standing, None)
    reference = order.text("number", "") or number
    lines = _lines(order, settings, taken)
    addressed = read_address(order.child("shipping"), ADDRESS, email=order.child("billing").words("email", 200))
    if addressed is None and lines:
        raise NoAddress(reference=reference[:120])
    content = OrderContent(
        reference=reference,
        placed_at=order.instant("date_created_gmt"),
        lines=lines,
        country=addressed.country if addressed else "",
        area=addressed.area if addressed else "",
        customer=_customer(order),
        reason="" if standing is Standing.OPEN else REASONS.get(status, f"{status[:40]} in the shop"),
    )
    return OrderTold(number, version, standing, content, None if addressed is None else addressed.contact)


def _customer(order: Fields) -> str:
    number = order.whole("customer_id", 0)
    return str(number) if number > 0 else ""


def _lines(order: Fields, settings: ShopSettings, taken: Mapping[int, int]) -> tuple[OrderLine, ...]:
    """Lines with units left after refunds; the price is what one unit was sold for, after discounts, without tax."""
    currency = order.text("currency", settings.currency).upper()
    if currency != settings.currency:
        raise ForeignCurrency(currency=currency[:3], book_currency=settings.currency)
    found = []
    for number, line in enumerate(order.children("line_items"), start=1):
        bought = line.whole("quantity", 0)
        if bought < 0:
            raise UnreadableMessage(field=f"{line.path}quantity", reason="is below zero")
        units = bought - taken.get(line.whole("id", 0), 0)
        if units <= 0:
            continue
        sku = line.text("sku", "").strip()
        if not sku:
            raise LineWithoutSku(line=number, title=line.words("name", 60))
        total = line.minor("total", currency, Decimal(0))
        found.append(OrderLine(sku, units, divide_half_up(total, bought)))
    return tuple(found)


def _gone(kind: str, *, restored: bool = False) -> Callable[[Fields, ShopSettings], Message]:
    def read(body: Fields, settings: ShopSettings) -> Message:
        del settings
        return Gone(f"{kind}/{body.text('id')}", restored)

    return read


def _product(product: Fields, settings: ShopSettings) -> Message:
    """A product is its own variant; a variation comes as a product of its own that names its parent."""
    number = str(product.whole("id"))
    version = Version(product.instant("date_modified_gmt"), 0)
    if product.text("type", "simple") in ("variable", "grouped", "external"):
        return Nothing("it is sold through its variations or elsewhere")
    parent = product.whole("parent_id", 0)
    variant = VariantTold(
        variant=number,
        stock_number=str(parent) if parent > 0 else "",
        sku=product.text("sku", "").strip(),
        title=product.words("name", TITLE_MAX),
        # A variation whose stock is its parent's says "parent".
        managed=product.said.get("manage_stock") is True,
        shipped=not product.flag("virtual", default=False),
        price_minor=_price(product, settings),
        weight_mg=_weight(product, settings),
        sides_um=_sides(product.child("dimensions"), settings),
    )
    return ProductTold(number, version, (variant,))


def _price(product: Fields, settings: ShopSettings) -> int | None:
    return product.minor("price", settings.currency) if product.said.get("price") not in (None, "") else None


def _weight(product: Fields, settings: ShopSettings) -> int | None:
    return milligrams(product.decimal("weight", Decimal(0)), settings.weight_unit)


def _sides(dimensions: Fields, settings: ShopSettings) -> tuple[int, int, int] | None:
    length, width, height = (
        micrometres(dimensions.decimal(side, Decimal(0)), settings.side_unit) for side in ("length", "width", "height")
    )
    return None if length is None or width is None or height is None else (length, width, height)


TOPICS: Final[dict[str, Callable[[Fields, ShopSettings], Message]]] = {
    "order.created": _order,
    "order.updated": _order,
    "order.deleted": _gone("order"),
    "order.restored": _gone("order", restored=True),
    "pulled.order": _looked_up,
    "product.created": _product,
    "product.updated": _product,
    "product.deleted": _gone("product"),
    "product.restored": _gone("product", restored=True),
}
