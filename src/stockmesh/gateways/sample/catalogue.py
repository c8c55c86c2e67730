"""The sample's range of goods: titles of our own, prices and popularity as calibrated, a handful of kits."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.network.items import Item, Kit
from stockmesh.gateways.online_retail.chance import draw, draw_weighted
from stockmesh.gateways.online_retail.giftware import ASSUMED, assume_item
from stockmesh.gateways.sample.calibration import Calibration

FINISHES: Final = (
    "Speckled", "Hand Painted", "Rustic", "Striped", "Checked", "Dotted", "Marbled", "Woven", "Glazed", "Pastel",
    "Antique", "Nordic", "Botanical", "Folk Art", "Coastal", "Meadow", "Orchard", "Harbour", "Heather", "Bramble",
)  # fmt: skip
COLOURS: Final = (
    "Teal", "Mustard", "Coral", "Sage", "Slate", "Indigo", "Blush", "Cream", "Cherry", "Amber", "Olive", "Lilac",
    "Copper", "Navy", "Ivory", "Plum", "Mint", "Rust",
)  # fmt: skip
# What is sold, with the price of a usual piece in pence.
PRODUCTS: Final = (
    ("Greeting Card", 42), ("Gift Wrap Sheet", 42), ("Paper Napkins Pack of 20", 85), ("Cake Cases Pack of 60", 55),
    ("Pencil Set of 6", 85), ("Sticker Sheet", 65), ("Luggage Tag", 125), ("Ribbon Reel", 125), ("Fridge Magnet", 85),
    ("Incense Sticks", 39), ("Keyring", 85), ("Tealight Holder", 145), ("Pillar Candle", 165), ("Party Bunting", 495),
    ("Christmas Tree Bauble", 125), ("Hanging Star Decoration", 145), ("Notebook", 165), ("Photo Frame", 395),
    ("Metal Door Sign", 210), ("Egg Cup", 125), ("Stoneware Mug", 295), ("Cereal Bowl", 295), ("Side Plate", 245),
    ("Glass Jar", 295), ("Storage Tin", 295), ("Tea Towel", 295), ("Lunch Bag", 165), ("Jumbo Bag", 208),
    ("Cosmetic Bag", 210), ("Coin Purse", 125), ("Beaded Necklace", 395), ("Bracelet", 255), ("Coat Hook", 195),
    ("Drawer Knob", 165), ("Plant Pot", 325), ("Watering Can", 495), ("Wicker Basket", 595), ("Doormat", 795),
    ("Cushion Cover", 495), ("Hot Water Bottle", 495), ("Apron", 495), ("Teapot", 795), ("Wall Clock", 850),
    ("Alarm Clock", 375), ("Lantern", 425), ("Wall Mirror", 695), ("Jigsaw Puzzle", 165), ("Soft Toy Fox", 425),
    ("Playing Cards", 125), ("Umbrella", 595), ("Kitchen Scales", 850), ("Cake Stand", 1275), ("Bread Bin", 1695),
    ("Picnic Basket", 1495), ("Side Table", 3995), ("Wooden Cabinet", 5950), ("Bedside Lamp", 1650),
)  # fmt: skip
# A product is likely for a price within a factor of two of its usual price.
NEAR: Final = 2
KITS: Final = 8
KIT_FROM_RANK: Final = 40
KIT_RANKS_APART: Final = 6


@dataclass(frozen=True)
class Catalogue:
    """Items, best sellers first, kits behind them, and the running share of order lines each one takes (0 to 1)."""

    items: tuple[Item, ...]
    kits: tuple[Kit, ...]
    line_shares: NDArray[np.float64]


def sample_catalogue(calibration: Calibration, items: int, *, seed: int) -> Catalogue:
    """A range of so many items (20 at least) and its kits; the same seed gives the same range."""
    titles: set[str] = set()
    goods = tuple(_item(calibration, rank, titles, seed=seed) for rank in range(max(items, 20)))
    kits = tuple(_kit(number, goods) for number in range(1, KITS + 1))
    by_sku = {item.sku: item for item in goods}
    shares = np.diff(_taken_by_rank(calibration, len(goods)))
    # A kit sells half as often as its best-selling component.
    ranks = [KIT_FROM_RANK % len(goods)] * KITS
    together = np.concatenate([shares, shares[ranks] / 2])
    return Catalogue(
        items=(*goods, *(_kit_item(kit, by_sku) for kit in kits)),
        kits=kits,
        line_shares=np.cumsum(together / together.sum()),
    )


def _taken_by_rank(calibration: Calibration, items: int) -> NDArray[np.float64]:
    ranks, shares = zip((0, 0), *calibration.popularity, strict=True)
    taken: NDArray[np.float64] = np.interp(np.linspace(0, 1_000_000, items + 1), ranks, shares) / 1_000_000
    return taken


def _item(calibration: Calibration, rank: int, titles: set[str], *, seed: int) -> Item:
    sku = f"ST{10_001 + rank}"
    price = calibration.item_price_minor[
        draw_weighted(seed, "price", sku, weights=[share for _, share in calibration.item_price_minor])
    ][0]
    near = [name for name, usual in PRODUCTS if usual <= price * NEAR and price <= usual * NEAR]
    names = near or [min(PRODUCTS, key=lambda product: abs(product[1] - price))[0]]
    title = _title(sku, names, titles, seed=seed)
    titles.add(title)
    return assume_item(sku, title, price, seed=seed)


def _title(sku: str, names: list[str], taken: set[str], *, seed: int) -> str:
    for attempt in range(50):
        finish = FINISHES[draw(seed, "finish", sku, str(attempt), below=len(FINISHES))]
        colour = COLOURS[draw(seed, "colour", sku, str(attempt), below=len(COLOURS))]
        title = f"{finish} {colour} {names[draw(seed, 'product', sku, str(attempt), below=len(names))]}"
        if title not in taken:
            return title
    return f"{title} {sku}"


def _kit(number: int, goods: tuple[Item, ...]) -> Kit:
    """Two or three neighbours in rank, the first of them often doubled."""
    first = (KIT_FROM_RANK + KIT_RANKS_APART * number) % (len(goods) - 3)
    pieces = 2 + number % 2
    return Kit(
        f"KIT{number:02d}", tuple((goods[first + place].sku, 2 - (place + number) % 2) for place in range(pieces))
    )


def _kit_item(kit: Kit, by_sku: dict[str, Item]) -> Item:
    """The kit as it is sold: whole weight, components stacked, a tenth off the price."""
    parts = [(by_sku[sku], units) for sku, units in kit.components]
    heights = list(accumulate(part.height_um * units for part, units in parts))
    return Item(
        sku=kit.sku,
        title=f"Gift Set: {' and '.join(part.title for part, _ in parts)}",
        weight_mg=sum(part.weight_mg * units for part, units in parts),
        length_um=max(part.length_um for part, _ in parts),
        width_um=max(part.width_um for part, _ in parts),
        height_um=heights[-1],
        unit_price_minor=sum(part.unit_price_minor * units for part, units in parts) * 9 // 10,
        hs_code=parts[0][0].hs_code,
        origin_country=parts[0][0].origin_country,
        assumed=ASSUMED,
    )
