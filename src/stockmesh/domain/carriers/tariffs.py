"""Rate cards compiled to arrays: what the solver reads. One tariff is one (service, zone) of one card version.

A card bills max(actual, volumetric) weight in its own unit, rounded up to its own step, and each break's limit is
inclusive. So a break covers a parcel exactly when weight <= weight limit *and* volume <= volume limit, both
computed once, in integers, when the card is compiled: no volumetric weight is ever calculated while solving.
"""

from typing import Final, NamedTuple

from stockmesh.domain.kernel.compiled import I64, compiled

VOLUME_CAP_UM3: Final = 10**18  # no parcel is larger than a cubic metre
BEYOND_PARCELS_UM3: Final = VOLUME_CAP_UM3 + 1  # and the sum of eight lines so large stays inside 64 bits
UNAVAILABLE: Final = -1
# With any exchange rate below 1,000 the one times the rate in ppm fits 64 bits, the other in book money 2^56.
PRODUCT_MAX_MINOR: Final = 1 << 32
FREIGHT_MAX_MINOR: Final = 1 << 46


class Tariffs(NamedTuple):
    """T tariffs with B breaks. Prices are minor units of the card's currency, surcharges and fuel folded in.

    break_start has T + 1 entries; the breaks of one tariff ascend in both limits; the last break of a tariff
    reaches at least to its parcel limits. A parcel larger than oversize_volume_um3 pays break_oversize_minor of its
    break on top: kept per break, because base and surcharge share one rounding. fx_ppm turns card minor units into
    book minor units.
    """

    break_start: I64  # [T + 1]
    break_weight_max_mg: I64  # [B]
    break_volume_max_um3: I64  # [B]
    break_price_minor: I64  # [B]
    parcel_weight_max_mg: I64  # [T]
    parcel_volume_max_um3: I64  # [T]
    oversize_volume_um3: I64  # [T]
    break_oversize_minor: I64  # [B]
    consignment_minor: I64  # [T]
    fx_ppm: I64  # [T]


@compiled
def parcel_price(tariffs: Tariffs, tariff: int, weight_mg: int, volume_um3: int) -> int:
    """Card minor units for one parcel inside the tariff's limits: the first break that covers weight and volume."""
    low = tariffs.break_start[tariff]
    high = tariffs.break_start[tariff + 1] - 1
    while low < high:
        middle = (low + high) // 2
        if weight_mg <= tariffs.break_weight_max_mg[middle] and volume_um3 <= tariffs.break_volume_max_um3[middle]:
            high = middle
        else:
            low = middle + 1
    price = tariffs.break_price_minor[low]
    if volume_um3 > tariffs.oversize_volume_um3[tariff]:
        price += tariffs.break_oversize_minor[low]
    return int(price)


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
