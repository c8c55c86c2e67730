"""One item or kit is saved by hand, as a whole."""

from typing import Final

from stockmesh.domain.network.items import Item, Kit
from stockmesh.flows.context import Context
from stockmesh.flows.importing.running import find_owner
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.refusals import BadItem
from stockmesh.flows.set_up import save_items

SKU_MAX: Final = 120
# A hundred tonnes, a hundred metres: what is larger was written in another unit.
WEIGHT_MG_MAX: Final = 10**11
SIDE_UM_MAX: Final = 10**8
PRICE_MINOR_MAX: Final = 10**12
COMPONENTS_MAX: Final = 100
UNITS_MAX: Final = 1_000_000


def save_item(
    context: Context,
    item: Item,
    *,
    components: tuple[tuple[str, int], ...] = (),
    owner: str = "",
    reach: Reach = EVERYTHING,
) -> None:
    """Nothing: the item is as said, new or changed; with components it is a kit.

    A kit made of other things than before becomes another item under the same SKU. Raises BadItem, UnknownItem,
    StockedAsItem, and NoOwner, OwnerNeeded or UnknownOwner.
    """
    reason = _find_fault(item, components)
    if reason:
        raise BadItem(sku=item.sku[:SKU_MAX], reason=reason)
    owner_id = find_owner(context, owner, reach=reach)["owner_id"]
    save_items(context, owner_id, [item], [Kit(item.sku, components)] if components else [])


def _find_fault(item: Item, components: tuple[tuple[str, int], ...]) -> str:
    """What is wrong with an item, in words; empty when nothing is."""
    parts = [sku for sku, _ in components]
    checks = (
        (1 <= len(item.sku) <= SKU_MAX and item.sku.isprintable(), f"a SKU has 1 to {SKU_MAX} printable characters"),
        (item.sku == item.sku.strip(), "a SKU has no spaces around it"),
        (item.title.isprintable(), "the title must be printable"),
        (1 <= item.weight_mg <= WEIGHT_MG_MAX, f"the weight must be from 1 to {WEIGHT_MG_MAX:,} mg"),
        (
            all(1 <= side <= SIDE_UM_MAX for side in (item.length_um, item.width_um, item.height_um)),
            f"each side must be from 1 to {SIDE_UM_MAX:,} micrometres",
        ),
        (0 <= item.unit_price_minor <= PRICE_MINOR_MAX, f"the price must be from 0 to {PRICE_MINOR_MAX:,}"),
        (len(parts) <= COMPONENTS_MAX, f"a kit has at most {COMPONENTS_MAX} components"),
        (len(set(parts)) == len(parts), "a component is named twice"),
        (item.sku not in parts, "a kit is no component of itself"),
        (all(1 <= units <= UNITS_MAX for _, units in components), f"a component has 1 to {UNITS_MAX:,} units"),
    )
    return next((reason for holds, reason in checks if not holds), "")
