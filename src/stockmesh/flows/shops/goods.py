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
    touched = _save_variants(session, goods) if goods.products or goods.gone else []
    _mark_due(session, context, goods, [*touched, *_save_facts(session, goods)])
    execute(session, "shops/wait_for_items", shops=Vector(column([goods.shop_id])))


def _save_variants(session: Session, goods: Goods) -> list[str]:
    """The SKUs that variants were told of."""
    variants = {one.variant: (product, one) for product in goods.products for one in _usable(product)}
    unnamed = [one.variant for product in goods.products for one in product.variants if one.variant not in variants]
    execute(
        session,
        "shops/clear_variants",
        shop_id=goods.shop_id,
        products=[*(one.number for one in goods.products if one.complete), *goods.gone],
        gone=list(goods.gone),
        named=list(variants),
        unnamed=unnamed,
    )
    named = [_named(goods.shop_id, product, one) for product, one in variants.values()]
    execute(session, "shops/save_variants", variants=as_json(named))
    return [one.sku for _, one in variants.values()]


def _save_facts(session: Session, goods: Goods) -> list[str]:
    """The SKUs of variants that are counted or shipped otherwise than before."""
    told = [
        {"stock_number": one.stock_number, "managed": one.managed, "shipped": one.shipped}
        for one in goods.facts
        if one.managed is not None or one.shipped is not None
    ]
    found = rows(session, "shops/save_goods", shop_id=goods.shop_id, goods=as_json(told)) if told else []
    return [row["sku"] for row in found]


def _mark_due(session: Session, context: Context, goods: Goods, skus: Sequence[str]) -> None:
    """What the shop began to sell, it is to be told of."""
    if not skus:
        return
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
            if variant.shipped is not False:
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
                    hs_code=variant.hs_code,
                    origin_country=_known(variant.origin_country),
                )
    for fact in goods.facts:
        if is_sku(fact.sku):
            country = _known(fact.origin_country)
            _add(found, fact.sku, weight_mg=fact.weight_mg, hs_code=fact.hs_code, origin_country=country)
    return list(found.values())


def _known(country: str | None) -> str | None:
    return country if country in COUNTRIES else None


def _add(found: dict[str, dict[str, Any]], sku: str, **told: Any) -> None:
    row = found.setdefault(sku, {"sku": sku})
    row |= {name: value for name, value in told.items() if value is not None}
