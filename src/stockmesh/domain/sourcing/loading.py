"""Packing many subsets of an order at once: each is a smaller one, already packed, and its last piece.

Next fit never looks back, so that is the carriers' rule to the last parcel.
"""

from typing import Any, NamedTuple

from stockmesh.domain.carriers.parcels import Units
from stockmesh.domain.carriers.tariffs import Tariffs, line_volume, parcel_price, row_for, to_book
from stockmesh.domain.sourcing.in_place import in_place


class Goods(NamedTuple):
    """One piece as a tariff sees it. `full_minor` is the card price of a parcel filled with nothing else."""

    weight_mg: int  # of one unit
    volume_um3: int
    quantity: int
    all_weight_mg: int
    all_volume_um3: int
    exceeds: int
    per_parcel: int
    full_minor: int


@in_place
def goods_of(tariffs: Tariffs, tariff: int, units: Units, piece: int) -> Goods:
    """The piece, whose units fit a parcel of the tariff."""
    weight, volume = max(units.weight_mg[piece], 1), max(units.volume_um3[piece], 1)
    quantity = units.quantity[piece]
    weight_max, volume_max = tariffs.rows[tariff].weight_max_mg, tariffs.rows[tariff].volume_max_um3
    per_parcel = min(weight_max // weight, volume_max // volume)
    exceeds = units.exceeds[piece]
    full = parcel_price(tariffs, tariff, exceeds, per_parcel * weight, per_parcel * volume)
    return Goods(weight, volume, quantity, weight * quantity, line_volume(volume, quantity), exceeds, per_parcel, full)


@in_place
def load_nothing(tariffs: Tariffs, tariff: int, load: Any) -> None:
    """An empty parcel and the consignment."""
    load.closed_minor = tariffs.rows[tariff].consignment_minor
    load.weight_mg = 0
    load.volume_um3 = 0
    load.exceeds = 0
    load.row = tariff
    load.step = tariffs.rows[tariff].start


@in_place
def load_more(tariffs: Tariffs, tariff: int, goods: Goods, load: Any, more: Any) -> None:
    """Writes into `more` the load with the goods packed behind it; both may be the same."""
    weight_max, volume_max = tariffs.rows[tariff].weight_max_mg, tariffs.rows[tariff].volume_max_um3
    closed, row, step = load.closed_minor, load.row, load.step
    exceeds = load.exceeds | goods.exceeds
    weight, volume = load.weight_mg + goods.all_weight_mg, load.volume_um3 + goods.all_volume_um3
    if weight > weight_max or volume > volume_max:
        weight, volume = load.weight_mg, load.volume_um3
        fit = min((weight_max - weight) // goods.weight_mg, (volume_max - volume) // goods.volume_um3)
        if weight + fit > 0:
            weight, volume = weight + fit * goods.weight_mg, volume + fit * goods.volume_um3
            closed += parcel_price(tariffs, tariff, exceeds if fit > 0 else load.exceeds, weight, volume)
        full = (goods.quantity - fit - 1) // goods.per_parcel
        closed += full * goods.full_minor
        left = goods.quantity - fit - full * goods.per_parcel
        weight, volume, exceeds = left * goods.weight_mg, left * goods.volume_um3, goods.exceeds
        row = -1
    priced_by = tariff
    if exceeds & tariffs.rows[tariff].heeds != 0 or volume > tariffs.rows[tariff].bulk_over_um3:
        priced_by = row_for(tariffs, tariff, exceeds, volume)
    if priced_by != row:
        row, step = priced_by, tariffs.rows[priced_by].start
    last = tariffs.rows[row].end - 1
    while step < last and (weight > tariffs.break_weight_max_mg[step] or volume > tariffs.break_volume_max_um3[step]):
        step += 1
    more.closed_minor = closed
    more.weight_mg = weight
    more.volume_um3 = volume
    more.exceeds = exceeds
    more.row = row
    more.step = step


@in_place
def load_freight(tariffs: Tariffs, tariff: int, load: Any) -> int:
    """What the tariff asks for a load that holds something, in book minor units."""
    return to_book(tariffs, tariff, load.closed_minor + tariffs.break_price_minor[load.step])
