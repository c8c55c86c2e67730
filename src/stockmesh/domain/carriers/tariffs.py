"""Rate cards compiled to arrays: what the solver reads. A tariff is one (service, zone) of one card as it is on a day.

A card bills max(actual, volumetric) weight in its own unit, rounded up to its own step, and each break's limit is
inclusive. So a break covers a parcel exactly when weight <= weight limit *and* volume <= volume limit, both
computed once, in integers, when the card is compiled: no volumetric weight is ever calculated while solving.
"""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I64, compiled

VOLUME_CAP_UM3: Final = 10**18  # no parcel is larger than a cubic metre
BEYOND_PARCELS_UM3: Final = VOLUME_CAP_UM3 + 1  # and the sum of eight lines so large stays inside 64 bits
WEIGHT_CAP_MG: Final = 10**9  # nor heavier than a tonne
UNAVAILABLE: Final = -1
Rows: TypeAlias = NDArray[np.void]
# With any exchange rate below 1,000 the one times the rate in ppm fits 64 bits, the other in book money 2^56.
PRODUCT_MAX_MINOR: Final = 1 << 32
FREIGHT_MAX_MINOR: Final = 1 << 46


# One row of a tariff: its breaks [start, end), the limits of a parcel, and what holds besides.
ROW: Final = np.dtype(
    [
        (name, np.int64)
        for name in (
            "start", "end", "weight_max_mg", "volume_max_um3", "bulk_over_um3", "heeds", "stride", "refuses",
            "consignment_minor", "fx_ppm",
        )
    ]
)  # fmt: skip


class Tariffs(NamedTuple):
    """R rows with B breaks. Prices are minor units of the card's currency, surcharges and fuel folded in.

    A tariff is known by its first row, for parcels of which nothing is remarkable. Goods that exceed a box (see
    `boxes`), as bits, and parcels beyond a volume are priced by rows after it (see `row_for`): `heeds` are the boxes
    that matter, of which each, lowest bit first, doubles the rows; a parcel of more than `bulk_over_um3` goes on to the
    next row, and `stride` rows differ by volume alone. `refuses` are boxes that every unit must fit. Limits hold
    for all rows of a tariff.

    The breaks of one row ascend in both limits; the last reaches at least to the parcel limits or `bulk_over_um3`.
    fx_ppm turns card minor units into book minor units. Rows are records and not columns: whoever calls a compiled
    function hands on every array of what it is given.
    """

    rows: Rows  # [R] of ROW
    break_weight_max_mg: I64  # [B]
    break_volume_max_um3: I64  # [B]
    break_price_minor: I64  # [B]


@compiled
def row_for(tariffs: Tariffs, tariff: int, exceeds: int, volume_um3: int) -> int:
    """The row that prices a parcel of the tariff."""
    row = tariff
    left = tariffs.rows[tariff].heeds
    if exceeds & left != 0:
        step = tariffs.rows[tariff].stride
        while left != 0:
            if exceeds & left & -left != 0:
                row += step
            step *= 2
            left &= left - 1
    while volume_um3 > tariffs.rows[row].bulk_over_um3:
        row += 1
    return int(row)


@compiled
def parcel_price(tariffs: Tariffs, tariff: int, exceeds: int, weight_mg: int, volume_um3: int) -> int:
    """Card minor units for one parcel inside the tariff's limits: the first break that covers weight and volume, in the
    row for the boxes that its goods do not fit (`exceeds`) and for its volume."""
    row = tariff
    # Nearly all parcels are priced by the first row, and a call that is never made costs the solver nothing.
    if exceeds & tariffs.rows[tariff].heeds != 0 or volume_um3 > tariffs.rows[tariff].bulk_over_um3:
        row = row_for(tariffs, tariff, exceeds, volume_um3)
    low = tariffs.rows[row].start
    high = tariffs.rows[row].end - 1
    while low < high:
        middle = (low + high) // 2
        if weight_mg <= tariffs.break_weight_max_mg[middle] and volume_um3 <= tariffs.break_volume_max_um3[middle]:
            high = middle
        else:
            low = middle + 1
    return int(tariffs.break_price_minor[low])


@compiled
def line_volume(unit_volume_um3: int, quantity: int) -> int:
    """The volume of a whole line; of a line that fits no parcel together only that much: sums cannot overflow."""
    if unit_volume_um3 > 0 and quantity > VOLUME_CAP_UM3 // unit_volume_um3:
        return BEYOND_PARCELS_UM3
    return unit_volume_um3 * quantity


@compiled
def to_book(tariffs: Tariffs, tariff: int, card_minor: int) -> int:
    """Card minor units as book minor units, rounded half up once per shipment."""
    rate = tariffs.rows[tariff].fx_ppm
    if card_minor <= PRODUCT_MAX_MINOR:
        return int((card_minor * rate + 500_000) // 1_000_000)
    card = min(card_minor, FREIGHT_MAX_MINOR)
    return int(card // 1_000_000 * rate + (card % 1_000_000 * rate + 500_000) // 1_000_000)
