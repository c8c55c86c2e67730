"""The catalogue as the placing desk reads it: arrays by item id, SKUs to ids, kits to components."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stockmesh.domain.carriers.tariffs import VOLUME_CAP_UM3
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.sourcing.market import Size
from stockmesh.store.database import Session, column, rows


@dataclass(frozen=True)
class ChannelEntry:
    """A channel with its number in the books and that of its owner."""

    channel_id: int
    owner_id: int
    code: str
    buffer_units: int
    locations: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Arrays are indexed by item id; milligrams, cubic micrometres, micrometres, minor units.

    The same SKU of two owners is two items, so ids are found by owner and SKU. A kit that was made of other things
    before has an id for each; the SKU stands for the latest.
    """

    items_of: dict[int, dict[str, int]]
    weight_mg: I64
    volume_um3: I64
    longest_um: I64
    price_minor: I64
    components: dict[int, tuple[tuple[int, int], ...]]
    channels: dict[str, ChannelEntry]

    def size_of(self, item: int) -> Size:
        """How large one unit of an item is."""
        return Size(int(self.weight_mg[item]), int(self.volume_um3[item]), int(self.longest_um[item]))

    @cached_property
    def largest(self) -> Size:
        """No unit is heavier, bulkier or longer."""
        sizes = (self.weight_mg, self.volume_um3, self.longest_um)
        return Size(*(int(one.max(initial=0)) for one in sizes))


def load_catalogue(session: Session) -> Catalogue:
    """The whole catalogue. A kit weighs and measures what its components do together."""
    items = rows(session, "catalogue/items")
    components: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows(session, "catalogue/kits"):
        components[row["kit_id"]].append((row["component_id"], row["quantity"]))
    size = max((row["item_id"] for row in items), default=0) + 1
    ids = column([row["item_id"] for row in items])
    items_of: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in items:
        if not row["superseded"]:
            items_of[row["owner_id"]][row["sku"]] = row["item_id"]
    catalogue = Catalogue(
        items_of=dict(items_of),
        weight_mg=np.zeros(size, dtype=np.int64),
        volume_um3=np.zeros(size, dtype=np.int64),
        longest_um=np.zeros(size, dtype=np.int64),
        price_minor=np.zeros(size, dtype=np.int64),
        components={kit: tuple(parts) for kit, parts in components.items()},
        channels={row["code"]: _channel(row) for row in rows(session, "catalogue/channels")},
    )
    catalogue.weight_mg[ids] = [row["weight_mg"] for row in items]
    catalogue.volume_um3[ids] = [_volume(row["length_um"] * row["width_um"] * row["height_um"]) for row in items]
    catalogue.longest_um[ids] = [max(row["length_um"], row["width_um"], row["height_um"]) for row in items]
    catalogue.price_minor[ids] = [row["unit_price_minor"] for row in items]
    for kit, parts in catalogue.components.items():
        catalogue.weight_mg[kit] = sum(int(catalogue.weight_mg[part]) * units for part, units in parts)
        catalogue.volume_um3[kit] = _volume(sum(int(catalogue.volume_um3[part]) * units for part, units in parts))
    return catalogue


def _volume(volume_um3: int) -> int:
    """Within 64 bits: beyond a cubic metre no parcel takes it, so how far beyond does not matter."""
    return min(volume_um3, VOLUME_CAP_UM3 + 1)


def _channel(row: dict[str, object]) -> ChannelEntry:
    return ChannelEntry(
        channel_id=int(str(row["channel_id"])),
        owner_id=int(str(row["owner_id"])),
        code=str(row["code"]),
        buffer_units=int(str(row["buffer_units"])),
        locations=tuple(row["locations"]),  # type: ignore[arg-type]
    )
