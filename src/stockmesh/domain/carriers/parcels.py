"""How a shipment becomes parcels: unit by unit, heaviest first, a new parcel when the next unit does not fit."""

from typing import NamedTuple

from stockmesh.domain.carriers.tariffs import BEYOND_PARCELS_UM3, UNAVAILABLE, Tariffs, line_volume, parcel_price
from stockmesh.domain.kernel.compiled import I64, compiled


class Freight(NamedTuple):
    """Card minor units of a whole shipment and its number of parcels; (UNAVAILABLE, 0) when a unit fits no parcel."""

    card_minor: int
    parcels: int


class Units(NamedTuple):
    """L lines of identical units, in packing order: unit weight, then unit volume, descending.

    `exceeds` are the boxes that a unit does not fit, as bits; a parcel exceeds whatever any of its units does.
    """

    weight_mg: I64
    volume_um3: I64
    quantity: I64
    exceeds: I64


@compiled
def pack(tariffs: Tariffs, tariff: int, units: Units, lines: I64) -> Freight:
    """The freight of the given lines (indices into `units`, ascending), packed by next fit.

    Runs of identical full parcels are priced once, so a line of 5,000 units costs no more than one of five.
    """
    weight_max = tariffs.rows[tariff].weight_max_mg
    volume_max = tariffs.rows[tariff].volume_max_um3
    price = tariffs.rows[tariff].consignment_minor
    parcels = 0
    open_weight = 0
    open_volume = 0
    open_exceeds = 0
    for line in lines:
        weight = max(units.weight_mg[line], 1)
        volume = max(units.volume_um3[line], 1)
        exceeds = units.exceeds[line]
        left = units.quantity[line]
        if left == 0:
            continue
        per_parcel = min(weight_max // weight, volume_max // volume)
        if per_parcel == 0 or exceeds & tariffs.rows[tariff].refuses != 0:
            return Freight(UNAVAILABLE, 0)
        fit = min((weight_max - open_weight) // weight, (volume_max - open_volume) // volume, left)
        open_weight += fit * weight
        open_volume += fit * volume
        if fit > 0:
            open_exceeds |= exceeds
        left -= fit
        if left > 0:
            if open_weight > 0:
                price += parcel_price(tariffs, tariff, open_exceeds, open_weight, open_volume)
                parcels += 1
            full = (left - 1) // per_parcel
            if full > 0:
                price += full * parcel_price(tariffs, tariff, exceeds, per_parcel * weight, per_parcel * volume)
                parcels += full
            left -= full * per_parcel
            open_weight = left * weight
            open_volume = left * volume
            open_exceeds = exceeds
    if open_weight > 0:
        price += parcel_price(tariffs, tariff, open_exceeds, open_weight, open_volume)
        parcels += 1
    return Freight(price, parcels)


@compiled
def ship(tariffs: Tariffs, tariff: int, units: Units, lines: I64) -> Freight:
    """The freight of the given lines: one parcel when everything fits in one, packed otherwise."""
    weight = 0
    volume = 0
    exceeds = 0
    for line in lines:
        weight += max(units.weight_mg[line], 1) * units.quantity[line]
        if units.quantity[line] > 0:
            exceeds |= units.exceeds[line]
        volume = min(
            volume + line_volume(max(units.volume_um3[line], 1), units.quantity[line]),
            BEYOND_PARCELS_UM3,
        )
    if exceeds & tariffs.rows[tariff].refuses != 0:
        return Freight(UNAVAILABLE, 0)
    if weight <= tariffs.rows[tariff].weight_max_mg and volume <= tariffs.rows[tariff].volume_max_um3:
        price = parcel_price(tariffs, tariff, exceeds, weight, volume)
        return Freight(price + tariffs.rows[tariff].consignment_minor, 1)
    return pack(tariffs, tariff, units, lines)
