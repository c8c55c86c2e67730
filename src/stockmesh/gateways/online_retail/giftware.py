"""What an item may weigh, measure and be, judged by its title and price: plausible, seeded by SKU, marked as assumed.

The kinds of giftware stand in giftware.csv: words of the title (the first kind that matches wins), Harmonized System
code, weight and sides of one boxed unit, the price such a unit usually has, and the countries it comes from. The
figures are ours; the codes are HS 2022 subheadings.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import isqrt
from typing import Final

from stockmesh.domain.network.items import Item
from stockmesh.gateways.online_retail.chance import draw, draw_weighted

ASSUMED: Final = frozenset({"weight_mg", "length_um", "width_um", "height_um", "hs_code", "origin_country"})
ANYTHING: Final = "*"

# Every unit fits the smallest parcel limit usual among carriers for a single parcel.
GRAMS_MIN, GRAMS_MAX = 5, 18_000
SIDES_MAX_MM: Final = (600, 450, 400)
SIZE_WORDS_PERMILLE: Final = {
    "MINI": 450, "TINY": 450, "SMALL": 650, "POCKET": 600, "LARGE": 1_700, "JUMBO": 1_500, "BIG": 1_600,
    "GIANT": 2_500, "TALL": 1_300,
}  # fmt: skip
PACKED: Final = re.compile(r"\b(?:SET|PACK|BOX|PK|S)\s*(?:OF|/)?\s*(\d{1,2})\b")


@dataclass(frozen=True)
class Kind:
    """One kind of giftware: phrases of the title, and what a usual unit is like."""

    phrases: tuple[str, ...]
    hs_code: str
    grams: int
    sides_mm: tuple[int, int, int]
    price_minor: int
    origins: tuple[str, ...]
    origin_weights: tuple[int, ...]

    def names(self, words: str) -> bool:
        """Whether a title, as spaced singular words, speaks of this kind."""
        return self.phrases == (ANYTHING,) or any(phrase in words for phrase in self.phrases)


def assume_item(sku: str, title: str, unit_price_minor: int, *, seed: int) -> Item:
    """The item with weight, sides, HS code and origin made plausible; the same seed and facts give the same item."""
    words = _singular_words(title)
    kind = next(kind for kind in kinds() if kind.names(words))
    share = _size_permille(title, unit_price_minor, kind) * (800 + draw(seed, "weight", sku, below=401)) // 1_000
    grams = min(max(kind.grams * share // 1_000, GRAMS_MIN), GRAMS_MAX)
    length, width, height = _sides_mm(kind, share)
    return Item(
        sku=sku,
        title=title,
        weight_mg=grams * 1_000,
        length_um=length * 1_000,
        width_um=width * 1_000,
        height_um=height * 1_000,
        unit_price_minor=unit_price_minor,
        hs_code=kind.hs_code,
        origin_country=kind.origins[draw_weighted(seed, "origin", sku, weights=kind.origin_weights)],
        assumed=ASSUMED,
    )


def _size_permille(title: str, unit_price_minor: int, kind: Kind) -> int:
    """Size against the usual unit: the root of the price ratio, the words of size, the number of pieces in a set."""
    by_price = min(max(isqrt(1_000_000 * unit_price_minor // kind.price_minor), 500), 2_500)
    upper = title.upper()
    for word in upper.split():
        by_price = by_price * SIZE_WORDS_PERMILLE.get(word, 1_000) // 1_000
    pieces = PACKED.search(upper)
    # A set is dearer already; the root of its number of pieces on top would count it twice.
    return by_price * 1_300 // 1_000 if pieces and int(pieces[1]) >= 3 else by_price


def _sides_mm(kind: Kind, share_permille: int) -> tuple[int, ...]:
    edge = _cube_root(share_permille * 1_000_000)
    sides = sorted((max(side * edge // 1_000, 2) for side in kind.sides_mm), reverse=True)
    return tuple(min(side, limit) for side, limit in zip(sides, SIDES_MAX_MM, strict=True))


def _cube_root(number: int) -> int:
    root = 1 << -(-number.bit_length() // 3)
    while root**3 > number:
        root = (2 * root + number // root**2) // 3
    return root


def _singular_words(title: str) -> str:
    words = re.findall(r"[A-Z0-9]+", title.upper())
    singular = (
        word[:-1] if len(word) > 3 and word.endswith("S") and not word.endswith("SS") else word for word in words
    )
    return f" {' '.join(singular)} "


@cache
def kinds() -> tuple[Kind, ...]:
    """The kinds of giftware.csv, in the order in which they are tried."""
    table = files(__package__).joinpath("giftware.csv").read_text(encoding="utf-8")
    return tuple(_kind(row) for row in csv.DictReader(table.splitlines()))


def _kind(row: dict[str, str]) -> Kind:
    origins = [entry.split() for entry in row["origins"].split("|")]
    is_any = row["words"] == ANYTHING
    return Kind(
        phrases=(ANYTHING,) if is_any else tuple(_singular_words(phrase) for phrase in row["words"].split("|")),
        hs_code=row["hs_code"],
        grams=int(row["grams"]),
        sides_mm=(int(row["length_mm"]), int(row["width_mm"]), int(row["height_mm"])),
        price_minor=int(row["price_minor"]),
        origins=tuple(country for country, _ in origins),
        origin_weights=tuple(int(weight) for _, weight in origins),
    )
