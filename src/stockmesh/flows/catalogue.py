"""The catalogue as the placing desk reads it: arrays by item id, SKUs to ids, kits to components."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.store.database import Session, column, rows


@dataclass(frozen=True)
class ChannelEntry:
    """A channel with its number in the books."""

    channel_id: int
    code: str
    buffer_units: int
    locations: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Arrays are indexed by item id; milligrams, cubic micrometres, micrometres, minor units."""

    item_of: dict[str, int]
    sku_of: dict[int, str]
    weight_mg: I64
    volume_um3: I64
    price_minor: I64
    components: dict[int, tuple[tuple[int, int], ...]]
    channels: dict[str, ChannelEntry]


def load_catalogue(session: Session) -> Catalogue:
    """The whole catalogue. A kit weighs and measures what its components do together."""
    items = rows(session, "catalogue/items")
    components: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows(session, "catalogue/kits"):
        components[row["kit_id"]].append((row["component_id"], row["quantity"]))
    size = max((row["item_id"] for row in items), default=0) + 1
    ids = column([row["item_id"] for row in items])
    catalogue = Catalogue(
        item_of={row["sku"]: row["item_id"] for row in items},
        sku_of={row["item_id"]: row["sku"] for row in items},
        weight_mg=np.zeros(size, dtype=np.int64),
        volume_um3=np.zeros(size, dtype=np.int64),
        price_minor=np.zeros(size, dtype=np.int64),
        components={kit: tuple(parts) for kit, parts in components.items()},
        channels={row["code"]: _channel(row) for row in rows(session, "catalogue/channels")},
    )
    catalogue.weight_mg[ids] = [row["weight_mg"] for row in items]
    catalogue.volume_um3[ids] = [row["length_um"] * row["width_um"] * row["height_um"] for row in items]
    catalogue.price_minor[ids] = [row["unit_price_minor"] for row in items]
    for kit, parts in catalogue.components.items():
        catalogue.weight_mg[kit] = sum(int(catalogue.weight_mg[part]) * units for part, units in parts)
        catalogue.volume_um3[kit] = sum(int(catalogue.volume_um3[part]) * units for part, units in parts)
    return catalogue


def _channel(row: dict[str, object]) -> ChannelEntry:
    return ChannelEntry(
        channel_id=int(str(row["channel_id"])),
        code=str(row["code"]),
        buffer_units=int(str(row["buffer_units"])),
        locations=tuple(row["locations"]),  # type: ignore[arg-type]
    )
