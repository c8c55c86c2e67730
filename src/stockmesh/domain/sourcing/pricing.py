"""What a shipment costs beyond its freight, and the freight of every subset of up to eight pieces.

Why no sum leaves 64 bits. An order has at most 2^31 units (2,000 lines of a million). Cards allow a parcel at most
10^9 mg, 10^18 um3 and 10^9 minor units, so the weight and the card freight of an order stay below 2^61. Volumes stop at
`BEYOND_PARCELS_UM3`, or are summed as bulk (see `Yard`). Book freight stops below 2^56 (see `to_book`), penalties at
`PENALTY_MAX`. Handling must not exceed 10^9 micro-units per line and unit, and 10^18 per shipment; of further terms
nor must a kilogram exceed 2^30 micro-units, the units of an order 2^61 together, and a shipment or its lateness 2^50
minor units.
"""

from typing import Final, NamedTuple

from stockmesh.domain.carriers.parcels import Units, pack
from stockmesh.domain.carriers.tariffs import (
    BEYOND_PARCELS_UM3,
    UNAVAILABLE,
    Tariffs,
    line_volume,
    parcel_price,
    to_book,
)
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.sourcing.arrays import Sites
from stockmesh.domain.sourcing.desk import Case, Pieces, Subsets
from stockmesh.domain.sourcing.in_place import in_place

NO_PRICE: Final = 1 << 56  # above any cost worth paying, and a hundred of them still fit
PENALTY_MAX: Final = NO_PRICE // 2  # of a whole order: below a shipment that cannot be sent, whatever else it costs
TO_PACK: Final = -2  # needs several parcels; packed when somebody asks
MG_PER_KG: Final = 1_000_000
KILOGRAMS_MAX: Final = 1 << 31  # with at most 2^30 micro-units a kilogram the product fits


class Size(NamedTuple):
    """How many pieces there are, in how many lumps; `tables.lump` says which piece is in which."""

    pieces: int
    lumps: int


@in_place
def handling(sites: Sites, micro_per_minor: int, location: int, lines: int, units: int) -> int:
    """Handling of one shipment in book minor units, rounded half up once."""
    micro = (
        sites.handling_order_micro[location]
        + sites.handling_line_micro[location] * lines
        + sites.handling_unit_micro[location] * units
    )
    return int((micro + micro_per_minor // 2) // micro_per_minor)


@in_place
def terms_of(case: Case, offer: int, weight_mg: int, own_micro: int) -> int:
    """What a shipment under an offer costs beyond freight, handling and waiting, in book minor units.

    Lateness and what is paid once a shipment are minor units; the rest is rounded half up once.
    """
    doors = case.desk.doors
    return int(doors.fixed_minor[offer]) + round_terms(
        doors.kilogram_micro[offer], weight_mg, own_micro, case.world.policy.micro_per_minor
    )


@in_place
def round_terms(kilogram_micro: int, weight_mg: int, own_micro: int, micro_per_minor: int) -> int:
    """What a weight and the units on it cost, in book minor units, rounded half up once."""
    micro = own_micro
    if kilogram_micro != 0:
        kilograms = min(weight_mg // MG_PER_KG, KILOGRAMS_MAX)
        micro += kilograms * kilogram_micro + weight_mg % MG_PER_KG * kilogram_micro // MG_PER_KG
    if micro == 0:
        return 0
    return int((micro + micro_per_minor // 2) // micro_per_minor)


@in_place
def keep_apart(case: Case, pieces: int) -> Size:
    """Every piece in a lump of its own."""
    for piece in range(pieces):
        case.desk.tables.lump[piece] = piece
    return Size(pieces, pieces)


@in_place
def sum_own(asked: Pieces, unit_micro: I64, lump: I64, size: Size, own: I64) -> None:
    """Writes what the units of each subset of the lumps cost by themselves, `unit_micro` a unit of each line.

    It is handed the arrays it needs and not the case: with all of that it would slow every order without such costs.
    """
    own[0] = 0
    for number in range(size.lumps):
        micro = 0
        if len(unit_micro) > 0:
            for piece in range(size.pieces):
                if lump[piece] == number:
                    micro += unit_micro[asked.line[piece]] * asked.quantity[piece]
        bit = 1 << number
        for rest in range(bit):
            own[bit | rest] = own[rest] + micro


@in_place
def sum_subsets(case: Case, pieces: int) -> None:
    """Fills `desk.subsets` for the first `pieces` pieces: each subset is a smaller one and its highest piece."""
    asked, sums = case.desk.pieces, case.desk.subsets
    sums.weight_mg[0] = 0
    sums.volume_um3[0] = 0
    sums.exceeds[0] = 0
    sums.lines[0] = 0
    sums.units[0] = 0
    sums.penalty_minor[0] = 0
    sums.size[0] = 0
    # Built from the highest piece of a subset, so that its line is new unless the piece before it is of the same.
    for piece in range(pieces):
        weight = max(asked.weight_mg[piece], 1) * asked.quantity[piece]
        volume = line_volume(max(asked.volume_um3[piece], 1), asked.quantity[piece])
        siblings = sibling_bits(case, piece)
        top = 1 << piece
        for rest in range(top):
            subset = top | rest
            sums.weight_mg[subset] = sums.weight_mg[rest] + weight
            sums.volume_um3[subset] = min(sums.volume_um3[rest] + volume, BEYOND_PARCELS_UM3)
            sums.exceeds[subset] = sums.exceeds[rest] | asked.exceeds[piece]
            sums.lines[subset] = sums.lines[rest] + ((rest & siblings) == 0)
            sums.units[subset] = sums.units[rest] + asked.quantity[piece]
            sums.penalty_minor[subset] = sums.penalty_minor[rest] + asked.penalty_minor[piece]
            sums.size[subset] = sums.size[rest] + 1


@in_place
def sibling_bits(case: Case, piece: int) -> int:
    """The earlier pieces of the same line, as bits."""
    line = case.desk.pieces.line
    bits = 0
    before = piece - 1
    while before >= 0 and line[before] == line[piece]:
        bits |= 1 << before
        before -= 1
    return bits


@in_place
def rate_subsets(tariffs: Tariffs, tariff: int, sums: Subsets, price: I64, count: int) -> None:
    """Freight in book minor units of every subset that fits one parcel, TO_PACK for the others.

    A subset's break is never below that of a smaller one, so the search goes on where that one ended.
    """
    matters = tariffs.rows[tariff].heeds | tariffs.rows[tariff].refuses
    if sums.exceeds[count - 1] & matters != 0 or sums.volume_um3[count - 1] > tariffs.rows[tariff].bulk_over_um3:
        rate_each(tariffs, tariff, sums, price, count)
        return
    last = tariffs.rows[tariff].end - 1
    weight_max = tariffs.rows[tariff].weight_max_mg
    volume_max = tariffs.rows[tariff].volume_max_um3
    sums.step[0] = tariffs.rows[tariff].start
    for subset in range(1, count):
        weight = sums.weight_mg[subset]
        volume = sums.volume_um3[subset]
        if weight > weight_max or volume > volume_max:
            price[subset] = TO_PACK
            continue
        step = sums.step[subset & (subset - 1)]
        while step < last and (
            weight > tariffs.break_weight_max_mg[step] or volume > tariffs.break_volume_max_um3[step]
        ):
            step += 1
        sums.step[subset] = step
        price[subset] = to_book(
            tariffs, tariff, tariffs.break_price_minor[step] + tariffs.rows[tariff].consignment_minor
        )


@in_place
def rate_each(tariffs: Tariffs, tariff: int, sums: Subsets, price: I64, count: int) -> None:
    """The same where the sides of some goods matter, or the volume of all together: each subset by itself."""
    weight_max = tariffs.rows[tariff].weight_max_mg
    volume_max = tariffs.rows[tariff].volume_max_um3
    for subset in range(1, count):
        weight, volume, exceeds = sums.weight_mg[subset], sums.volume_um3[subset], sums.exceeds[subset]
        if exceeds & tariffs.rows[tariff].refuses != 0:
            price[subset] = NO_PRICE
        elif weight > weight_max or volume > volume_max:
            price[subset] = TO_PACK
        else:
            card = parcel_price(tariffs, tariff, exceeds, weight, volume)
            price[subset] = to_book(tariffs, tariff, card + tariffs.rows[tariff].consignment_minor)


@in_place
def pack_subset(case: Case, tariff: int, subset: int) -> int:
    """Freight in book minor units of a subset that needs several parcels, NO_PRICE when a unit fits none."""
    asked, member = case.desk.pieces, case.desk.subsets.member
    count = 0
    for piece in range(8):
        if subset >> piece & 1:
            member[count] = piece
            count += 1
    units = Units(asked.weight_mg, asked.volume_um3, asked.quantity, asked.exceeds)
    freight = pack(case.world.tariffs, tariff, units, member[:count])
    if freight.card_minor == UNAVAILABLE:
        return NO_PRICE
    return to_book(case.world.tariffs, tariff, freight.card_minor)
