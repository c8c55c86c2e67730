"""The catalogue as the placing desk reads it: arrays by item id, SKUs to ids, kits to components."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stockmesh.domain.carriers.boxes import Sides, sort_sides
from stockmesh.domain.carriers.tariffs import VOLUME_CAP_UM3
from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.sourcing.market import Unit
from stockmesh.store.database import Session, column, rows

Row = dict[str, Any]


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
    sides_um: I32  # [items, 3] longest first
    price_minor: I64
    components: dict[int, tuple[tuple[int, int], ...]]
    channels: dict[str, ChannelEntry]

    def unit_of(self, item: int) -> Unit:
        """How large one unit of an item is."""
        return Unit(int(self.weight_mg[item]), int(self.volume_um3[item]), Sides(*self.sides_um[item].tolist()))

    @cached_property
    def largest(self) -> Unit:
        """No unit is heavier, bulkier or larger by any side."""
        sides = Sides(*self.sides_um.max(axis=0, initial=0).tolist())
        return Unit(int(self.weight_mg.max(initial=0)), int(self.volume_um3.max(initial=0)), sides)


def load_catalogue(session: Session) -> Catalogue:
    """The whole catalogue. A kit weighs what its components do together, and is as large as the largest of them."""
    items = rows(session, "catalogue/items")
    sides = [sort_sides(row["length_um"], row["width_um"], row["height_um"]) for row in items]
    ids = column([row["item_id"] for row in items])
    catalogue = Catalogue(
        items_of=_numbers(items),
        weight_mg=_by_id(ids, [row["weight_mg"] for row in items]),
        volume_um3=_by_id(ids, [_volume(each.volume_um3) for each in sides]),
        sides_um=np.column_stack([_by_id(ids, [each[side] for each in sides]) for side in range(3)]).astype(np.int32),
        price_minor=_by_id(ids, [row["unit_price_minor"] for row in items]),
        components=_components(session),
        channels={row["code"]: _channel(row) for row in rows(session, "catalogue/channels")},
    )
    for kit, parts in catalogue.components.items():
        catalogue.sides_um[kit] = catalogue.sides_um[[part for part, _ in parts]].max(axis=0)
        catalogue.weight_mg[kit] = sum(int(catalogue.weight_mg[part]) * units for part, units in parts)
        catalogue.volume_um3[kit] = _volume(sum(int(catalogue.volume_um3[part]) * units for part, units in parts))
    return catalogue


def _numbers(items: list[Row]) -> dict[int, dict[str, int]]:
    """Item ids by owner and SKU."""
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in items:
        found[row["owner_id"]][row["sku"]] = row["item_id"]
    return dict(found)


def _components(session: Session) -> dict[int, tuple[tuple[int, int], ...]]:
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows(session, "catalogue/kits"):
        found[row["kit_id"]].append((row["component_id"], row["quantity"]))
    return {kit: tuple(parts) for kit, parts in found.items()}


def _by_id(ids: I64, values: list[int]) -> I64:
    """The values as an array indexed by item id, 0 where there is no item."""
    found = np.zeros(int(ids.max(initial=0)) + 1, dtype=np.int64)
    found[ids] = values
    return found


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
