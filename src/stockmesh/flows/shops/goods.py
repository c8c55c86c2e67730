"""What shops tell of their goods: items are added and corrected, and what the shop calls them is remembered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stockmesh.domain.network.countries import COUNTRIES
from stockmesh.flows.announcing import announce, cells_at
from stockmesh.flows.context import Context
from stockmesh.flows.set_up import as_json
from stockmesh.gateways.shops.messages import GoodsTold, ProductTold, VariantTold
from stockmesh.store.database import Session, column, execute, rows
from stockmesh.store.vectors import Vector

# What no shop told us, made plausible and marked: a small parcel.
ASSUMED: Final = {"weight_mg": 500_000, "length_um": 200_000, "width_um": 150_000, "height_um": 100_000}
SKU_MAX: Final = 120


@dataclass(frozen=True)
class Goods:
    """Products and facts of goods that one shop told, each the newest there is of it; products that are gone."""

    shop_id: int
    owner_id: int
    products: Sequence[ProductTold] = ()
    facts: Sequence[GoodsTold] = ()
    gone: Sequence[str] = ()


def save_goods(session: Session, context: Context, goods: Goods) -> None:
    """Items and variants as the shop tells them. Items stay when their product goes: orders and stock refer to them."""
    told = _items(goods)
    if told:
        execute(session, "catalogue/touch")
        found = rows(session, "shops/save_items", owner_id=goods.owner_id, items=as_json(told), **ASSUMED)
        if found:
            items = column([row["item_id"] for row in found])
            saved = {"items": len(items), "kits": 0, "channels": 0}
            announce(session, context, "catalogue_changed", goods.owner_id, saved, cells=cells_at(items, 0))
    products = [*(one.number for one in goods.products), *goods.gone]
    if products:
        shops = Vector(column([goods.shop_id] * len(products)))
        execute(session, "shops/clear_variants", shops=shops, products=products)
        variants = [_named(goods.shop_id, product, one) for product in goods.products for one in _usable(product)]
        execute(session, "shops/save_variants", variants=as_json(variants))
        _mark_due(session, context, goods, [str(one["sku"]) for one in variants])
    execute(session, "shops/wait_for_items", shops=Vector(column([goods.shop_id])))


def _mark_due(session: Session, context: Context, goods: Goods, skus: Sequence[str]) -> None:
    """What the shop began to sell, it is to be told of."""
    found = rows(session, "setup/item_ids", owner_id=goods.owner_id, skus=list(skus))
    items = Vector(column([row["item_id"] for row in found]))
    execute(session, "shops/mark_due", shop_id=goods.shop_id, items=items, now=context.clock())


def _usable(product: ProductTold) -> Iterable[VariantTold]:
    """Variants that can be told apart: without a number nobody finds them."""
    return (one for one in product.variants if is_sku(one.sku))


def is_sku(sku: str) -> bool:
    """Whether an item can have this number."""
    return 1 <= len(sku) <= SKU_MAX and sku.isprintable()


def _named(shop_id: int, product: ProductTold, variant: VariantTold) -> dict[str, Any]:
    return {
        "shop_id": shop_id,
        "variant": variant.variant,
        "product": product.number,
        "stock_number": variant.stock_number,
        "sku": variant.sku,
        "managed": variant.managed,
        "shipped": variant.shipped,
    }


def _items(goods: Goods) -> list[dict[str, Any]]:
    """One row per SKU with what is told of it; of two that tell the same, the later has the say."""
    found: dict[str, dict[str, Any]] = {}
    for product in goods.products:
        for variant in _usable(product):
            if variant.shipped:
                length, width, height = variant.sides_um or (None, None, None)
                _add(
                    found,
                    variant.sku,
                    title=variant.title or None,
                    unit_price_minor=variant.price_minor,
                    weight_mg=variant.weight_mg,
                    length_um=length,
                    width_um=width,
                    height_um=height,
                )
    for fact in goods.facts:
        if is_sku(fact.sku):
            country = fact.origin_country if fact.origin_country in COUNTRIES else None
            _add(found, fact.sku, weight_mg=fact.weight_mg, hs_code=fact.hs_code, origin_country=country)
    return list(found.values())


def _add(found: dict[str, dict[str, Any]], sku: str, **told: Any) -> None:
    row = found.setdefault(sku, {"sku": sku})
    row |= {name: value for name, value in told.items() if value is not None}
