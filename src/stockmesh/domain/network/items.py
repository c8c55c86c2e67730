"""What is sold: items with their physical facts, and kits made of them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Item:
    """One SKU of one owner. Weight in milligrams, sides in micrometres, price in minor units of the book currency.

    `assumed` names the fields that no source told us and that were made plausible; screens mark them.
    """

    sku: str
    title: str
    weight_mg: int
    length_um: int
    width_um: int
    height_um: int
    unit_price_minor: int
    hs_code: str
    origin_country: str
    assumed: frozenset[str] = field(default_factory=frozenset)

    @property
    def volume_um3(self) -> int:
        """Cubic micrometres of one unit as packed."""
        return self.length_um * self.width_um * self.height_um


@dataclass(frozen=True)
class Kit:
    """Sold as one item, stocked as components: (component SKU, units in one kit)."""

    sku: str
    components: tuple[tuple[str, int], ...]
