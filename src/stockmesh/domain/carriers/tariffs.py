"""Rate cards compiled to arrays: what the solver reads. A tariff is one (service, zone) of one card as it is on a day.

A card bills max(actual, volumetric) weight in its own unit, rounded up to its own step, and each break's limit is
inclusive. So a break covers a parcel exactly when weight <= weight limit *and* volume <= volume limit, both
computed once, in integers, when the card is compiled: no volumetric weight is ever calculated while solving.
"""

from typing import Final, NamedTuple

from stockmesh.domain.kernel.compiled import I64, compiled

VOLUME_CAP_UM3: Final = 10**18  # no parcel is larger than a cubic metre
BEYOND_PARCELS_UM3: Final = VOLUME_CAP_UM3 + 1  # and the sum of eight lines so large stays inside 64 bits
WEIGHT_CAP_MG: Final = 10**9  # nor heavier than a tonne
UNAVAILABLE: Final = -1
# With any exchange rate below 1,000 the one times the rate in ppm fits 64 bits, the other in book money 2^56.
PRODUCT_MAX_MINOR: Final = 1 << 32
FREIGHT_MAX_MINOR: Final = 1 << 46


class Tariffs(NamedTuple):
    """R rows with B breaks. Prices are minor units of the card's currency, surcharges and fuel folded in.

    A tariff is known by its first row, for parcels of which nothing is remarkable. Goods that exceed a box (see
    `boxes`), as bits, and parcels beyond a volume are priced by rows after it (see `row_for`): `heeds` are the boxes
    that matter, of which each, lowest bit first, doubles the rows; a parcel of more than `bulk_over_um3` goes on to the
    next row. `refuses` are boxes that every unit must fit. Limits are the same for all rows of a tariff.

    break_start has R + 1 entries; the breaks of one row ascend in both limits; the last reaches at least to the parcel
    limits or `bulk_over_um3`. fx_ppm turns card minor units into book minor units.
    """

    break_start: I64  # [R + 1]
    break_weight_max_mg: I64  # [B]
    break_volume_max_um3: I64  # [B]
    break_price_minor: I64  # [B]
    parcel_weight_max_mg: I64  # [R]
    parcel_volume_max_um3: I64  # [R]
    bulk_over_um3: I64  # [R]
    heeds: I64  # [R]
    stride: I64  # [R] how many rows differ by volume alone
    refuses: I64  # [R]
    consignment_minor: I64  # [R]
    fx_ppm: I64  # [R]


@compiled
def row_for(tariffs: Tariffs, tariff: int, exceeds: int, volume_um3: int) -> int:
    """The row that prices a parcel of the tariff."""
    row = tariff
    left = tariffs.heeds[tariff]
    if exceeds & left != 0:
        step = tariffs.stride[tariff]
        while left != 0:
            if exceeds & left & -left != 0:
                row += step
            step *= 2
            left &= left - 1
    while volume_um3 > tariffs.bulk_over_um3[row]:
        row += 1
    return int(row)


@compiled
def row_price(tariffs: Tariffs, row: int, weight_mg: int, volume_um3: int) -> int:
    """Card minor units for one parcel that the row prices: the first break that covers weight and volume."""
    low = tariffs.break_start[row]
    high = tariffs.break_start[row + 1] - 1
    while low < high:
        middle = (low + high) // 2
        if weight_mg <= tariffs.break_weight_max_mg[middle] and volume_um3 <= tariffs.break_volume_max_um3[middle]:
            high = middle
        else:
            low = middle + 1
    return int(tariffs.break_price_minor[low])


@compiled
def parcel_price(tariffs: Tariffs, tariff: int, exceeds: int, weight_mg: int, volume_um3: int) -> int:
    """Card minor units for one parcel inside the tariff's limits; `exceeds` are the boxes that its goods do not fit."""
    return row_price(tariffs, row_for(tariffs, tariff, exceeds, volume_um3), weight_mg, volume_um3)


@compiled
def line_volume(unit_volume_um3: int, quantity: int) -> int:
    """The volume of a whole line; of a line that fits no parcel together only that much: sums cannot overflow."""
    if unit_volume_um3 > 0 and quantity > VOLUME_CAP_UM3 // unit_volume_um3:
        return BEYOND_PARCELS_UM3
    return unit_volume_um3 * quantity


@compiled
def to_book(tariffs: Tariffs, tariff: int, card_minor: int) -> int:
    """Card minor units as book minor units, rounded half up once per shipment."""
    rate = tariffs.fx_ppm[tariff]
    if card_minor <= PRODUCT_MAX_MINOR:
        return int((card_minor * rate + 500_000) // 1_000_000)
    card = min(card_minor, FREIGHT_MAX_MINOR)
    return int(card // 1_000_000 * rate + (card % 1_000_000 * rate + 500_000) // 1_000_000)
