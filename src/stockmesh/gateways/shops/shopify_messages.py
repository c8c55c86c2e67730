"""What Shopify's webhooks tell.

Source: https://shopify.dev/docs/api/webhooks (orders, products, inventory_items, inventory_levels; version 2026-07).
Amounts are those of the shop's own currency (`shop_money`), never of what the buyer saw.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from stockmesh.domain.fulfilment.requests import OrderLine
from stockmesh.domain.kernel.money import divide_half_up
from stockmesh.gateways.shops.addresses import Addressed, read_address
from stockmesh.gateways.shops.fields import Fields
from stockmesh.gateways.shops.measures import milligrams
from stockmesh.gateways.shops.messages import (
    Gone,
    GoodsTold,
    LevelTold,
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
SHIPPING: Final = ("fulfilled", "partial", "restocked")
# A payment that is authorized is as good as made: shops capture it when they ship.
UNPAID: Final = {
    "pending": "waits for payment in the shop",
    "expired": "its payment expired in the shop",
    "voided": "its payment was voided in the shop",
}
# As Shopify names the payment that is made at the door.
AT_THE_DOOR: Final = "cash on delivery"
# Of two messages of one instant the one that tells of what comes later has the say.
RANKS: Final = {Standing.PAUSED: 0, Standing.OPEN: 1, Standing.SHIPPING: 2, Standing.CANCELLED: 3}
ADDRESS: Final = {
    "country": "country_code", "postcode": "zip", "city": "city", "first": "address1", "second": "address2",
    "given_name": "first_name", "family_name": "last_name", "phone": "phone",
}  # fmt: skip


def read_shopify(topic: str, body: Fields, settings: ShopSettings) -> Message:
    """What a message of this topic tells. Raises what it cannot be read for."""
    about, _, event = topic.partition("/")
    reader = TOPICS.get(about, {}).get(event)
    return Nothing(f"messages of {topic or 'no topic'} are not used") if reader is None else reader(body, settings)


def _order(order: Fields, settings: ShopSettings) -> Message:
    number = order.text("id")
    if order.flag("test", default=False):
        return Nothing("it is a test order, which nobody ships")
    standing = _standing(order)
    version = Version(order.instant("updated_at"), RANKS[standing])
    if standing in (Standing.CANCELLED, Standing.SHIPPING):
        return OrderTold(number, version, standing, None)
    reference = order.text("name", "") or number
    lines = _lines(order, settings)
    addressed = read_address(order.child("shipping_address"), ADDRESS, email=order.words("email", 200))
    if addressed is None and lines:
        raise NoAddress(reference=reference[:120])
    content = _content(order, reference, lines, addressed)
    contact = None if addressed is None else addressed.contact
    return OrderTold(number, version, standing, content, contact)


def _standing(order: Fields) -> Standing:
    """What the shop wants of it. What is paid later by agreement, or at the door, is shipped unpaid."""
    if order.has("cancelled_at"):
        return Standing.CANCELLED
    if order.text("fulfillment_status", "") in SHIPPING:
        return Standing.SHIPPING
    ways = order.said.get("payment_gateway_names")
    at_the_door = isinstance(ways, list) and any(AT_THE_DOOR in str(way).lower() for way in ways)
    unpaid = order.text("financial_status", "") in UNPAID and not order.has("payment_terms")
    return Standing.PAUSED if unpaid and not at_the_door else Standing.OPEN


def _content(order: Fields, reference: str, lines: tuple[OrderLine, ...], addressed: Addressed | None) -> OrderContent:
    return OrderContent(
        reference=reference,
        placed_at=_placed_at(order),
        lines=lines,
        country=addressed.country if addressed else "",
        area=addressed.area if addressed else "",
        customer=order.child("customer").text("id", ""),
        reason=UNPAID.get(order.text("financial_status", ""), ""),
    )


def _placed_at(order: Fields) -> datetime:
    return order.instant("processed_at" if order.has("processed_at") else "created_at")


def _lines(order: Fields, settings: ShopSettings) -> tuple[OrderLine, ...]:
    """What is to be shipped now: units as they are after edits and refunds; gift cards and the like are not sourced."""
    found = []
    for number, line in enumerate(order.children("line_items"), start=1):
        units = line.whole("current_quantity", line.whole("quantity", 0))
        if units < 0:
            raise UnreadableMessage(field=f"{line.path}current_quantity", reason="is below zero")
        if units == 0 or not line.flag("requires_shipping", default=True) or line.flag("gift_card", default=False):
            continue
        sku = line.text("sku", "").strip()
        if not sku:
            raise LineWithoutSku(line=number, title=line.words("title", 60))
        found.append(OrderLine(sku, units, _unit_price(order, line, settings.currency)))
    return tuple(found)


def _unit_price(order: Fields, line: Fields, currency: str) -> int:
    """What one unit was sold for: its price less its share of the discounts, rounded half up."""
    shop_money = line.child("price_set").child("shop_money")
    told = shop_money.text("currency_code", order.text("currency", currency)).upper()
    if told != currency:
        raise ForeignCurrency(currency=told[:3], book_currency=currency)
    price = (shop_money if shop_money.has("amount") else line).minor(_amount_name(shop_money), currency)
    bought = max(line.whole("quantity", 1), 1)
    given = sum(_discount(share, currency) for share in line.children("discount_allocations"))
    return max(divide_half_up(price * bought - given, bought), 0)


def _amount_name(money: Fields) -> str:
    return "amount" if money.has("amount") else "price"


def _discount(share: Fields, currency: str) -> int:
    money = share.child("amount_set").child("shop_money")
    return money.minor("amount", currency) if money.has("amount") else share.minor("amount", currency, Decimal(0))


def _edited(body: Fields, settings: ShopSettings) -> Message:
    """An edit names what was added and removed alone; the order as it is now comes as `orders/updated`."""
    del body, settings
    return Nothing("an edit is told again, whole, by orders/updated")


def _order_gone(body: Fields, settings: ShopSettings) -> Message:
    del settings
    return Gone(f"order/{body.text('id')}")


def _product(product: Fields, settings: ShopSettings) -> Message:
    title = product.words("title", TITLE_MAX)
    variants = tuple(_variant(one, title, settings) for one in product.children("variants"))
    # Of a product with very many variants a message names some, and the numbers of all.
    complete = len(list(product.children("variant_gids"))) <= len(variants)
    return ProductTold(product.text("id"), Version(product.instant("updated_at"), 0), variants, complete)


def _variant(variant: Fields, product_title: str, settings: ShopSettings) -> VariantTold:
    # Since 2024-07 weights are told with the inventory item; older versions still say them here.
    weight = None
    if variant.has("weight") and variant.has("weight_unit"):
        weight = milligrams(variant.decimal("weight"), variant.text("weight_unit"))
    elif variant.has("grams"):
        weight = milligrams(variant.decimal("grams"), "g")
    return VariantTold(
        variant=variant.text("id"),
        stock_number=variant.text("inventory_item_id", ""),
        sku=variant.text("sku", "").strip(),
        title=_title(product_title, variant),
        managed=_managed(variant),
        shipped=variant.flag("requires_shipping", default=True) if variant.has("requires_shipping") else None,
        price_minor=variant.minor("price", settings.currency) if variant.has("price") else None,
        weight_mg=weight,
    )


def _title(product: str, variant: Fields) -> str:
    own = variant.words("title", TITLE_MAX)
    return (product if own in ("", "Default Title") else f"{product} - {own}")[:TITLE_MAX]


def _managed(variant: Fields) -> bool | None:
    """Until 2024-07 variants said who counts their stock; since then their inventory items do."""
    said = variant.said
    return said["inventory_management"] == "shopify" if "inventory_management" in said else None


def _pulled_variant(variant: Fields, settings: ShopSettings) -> Message:
    """A variant as `shopify_inbound` asked for it, its product and the goods behind it inside."""
    product, item = variant.child("product"), variant.child("inventoryItem")
    told = VariantTold(
        variant=_number(variant),
        stock_number=_number(item),
        sku=variant.text("sku", "").strip(),
        title=_title(product.words("title", TITLE_MAX), variant),
        managed=item.flag("tracked", default=True),
        shipped=item.flag("requiresShipping", default=True),
        price_minor=variant.minor("price", settings.currency) if variant.has("price") else None,
        weight_mg=_weight(item.child("measurement").child("weight"), "value", "unit"),
        hs_code=item.words("harmonizedSystemCode", 20) or None,
        origin_country=item.words("countryCodeOfOrigin", 2).upper() or None,
    )
    version = Version(product.instant("updatedAt"), 0)
    return ProductTold(_number(product), version, (told,), complete=False, alone=True)


def _number(said: Fields) -> str:
    """The number that ends a global ID: gid://shopify/ProductVariant/642667041472713922."""
    return said.text("id").rpartition("/")[2]


def _weight(said: Fields, value: str, unit: str) -> int | None:
    if not (said.has(value) and said.has(unit)):
        return None
    return milligrams(said.decimal(value), UNITS.get(said.text(unit), said.text(unit)))


def _product_gone(body: Fields, settings: ShopSettings) -> Message:
    del settings
    return Gone(f"product/{body.text('id')}")


def _inventory_item(item: Fields, settings: ShopSettings) -> Message:
    del settings
    return GoodsTold(
        stock_number=item.text("id"),
        version=Version(item.instant("updated_at"), 0),
        sku=item.text("sku", "").strip(),
        weight_mg=_weight(item, "weight_value", "weight_unit"),
        hs_code=item.words("harmonized_system_code", 20) or None,
        origin_country=item.words("country_code_of_origin", 2).upper() or None,
        managed=item.flag("tracked", default=True) if item.has("tracked") else None,
        shipped=item.flag("requires_shipping", default=True) if item.has("requires_shipping") else None,
    )


def _level(level: Fields, settings: ShopSettings) -> Message:
    del settings
    if not level.has("available"):
        return Nothing("the shop does not count this item there")
    return LevelTold(
        stock_number=level.text("inventory_item_id"),
        location=level.text("location_id"),
        available=level.whole("available"),
        as_of=level.instant("updated_at"),
    )


UNITS: Final = {"GRAMS": "g", "KILOGRAMS": "kg", "OUNCES": "oz", "POUNDS": "lb"}
Reader = Callable[[Fields, ShopSettings], Message]
# By what a message is about, then by what happened to it.
TOPICS: Final[dict[str, dict[str, Reader]]] = {
    "orders": {
        "create": _order,
        "updated": _order,
        "paid": _order,
        "cancelled": _order,
        "fulfilled": _order,
        "partially_fulfilled": _order,
        "edited": _edited,
        "delete": _order_gone,
    },
    "products": {"create": _product, "update": _product, "delete": _product_gone},
    "inventory_items": {"create": _inventory_item, "update": _inventory_item},
    "inventory_levels": {"update": _level},
    "pulled": {"variant": _pulled_variant},
}
