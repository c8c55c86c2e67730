"""A large order in the making: what lies on each berth, and what each shipment costs or about costs."""

from typing import Final, NamedTuple

from stockmesh.domain.carriers.tariffs import UNAVAILABLE, parcel_price, to_book
from stockmesh.domain.sourcing.desk import SHORTLIST, Yard
from stockmesh.domain.sourcing.in_place import in_place
from stockmesh.domain.sourcing.pricing import NO_PRICE, round_terms

PARCELS_MAX: Final = 1 << 31  # an estimate asks about parcels that hold no unit, too


class Heap(NamedTuple):
    """What a shipment would hold, summed."""

    weight_mg: int
    bulk: int
    lines: int
    units: int
    own_micro: int  # what the units cost beyond freight and handling, and about what their sides cost


@in_place
def estimate(yard: Yard, at: int, heap: Heap) -> int:
    """What a shipment costs at least, or nearly so: exact for one parcel; for several the fewest that could hold it,
    all alike or all full but one, whichever is cheaper."""
    if heap.units == 0:
        return 0
    weight_mg, bulk = heap.weight_mg, heap.bulk
    yard.spent[0] += 1
    berth, tariffs, bits = yard.berths[at], yard.tariffs, yard.bulk_bits
    first = at * (len(yard.berth_tariff) // SHORTLIST)
    cheapest = NO_PRICE
    for n in range(first, first + berth.offers):
        tariff = yard.berth_tariff[n]
        weight_max = tariffs.rows[tariff].weight_max_mg
        bulk_max = max(tariffs.rows[tariff].volume_max_um3 >> bits, 1)
        if weight_mg <= weight_max and bulk <= bulk_max:
            card = parcel_price(tariffs, tariff, 0, weight_mg, bulk << bits)
        else:
            full = min(max((weight_mg - 1) // weight_max, (bulk - 1) // bulk_max), PARCELS_MAX)
            weight, each = (weight_mg - 1) // (full + 1) + 1, (bulk - 1) // (full + 1) + 1
            alike = (full + 1) * parcel_price(tariffs, tariff, 0, weight, each << bits)
            weight, each = max(weight_mg - full * weight_max, 1), max(bulk - full * bulk_max, 1)
            most = parcel_price(
                tariffs, tariff, 0, min(weight_max, weight_mg // full), min(bulk_max, bulk // full) << bits
            )
            card = min(alike, full * most + parcel_price(tariffs, tariff, 0, weight, each << bits))
        book = to_book(tariffs, tariff, card + tariffs.rows[tariff].consignment_minor)
        cheapest = min(cheapest, book + terms_at(yard, n, weight_mg, heap.own_micro))
    return cheapest + extras(yard, at, heap.lines, heap.units)


@in_place
def terms_at(yard: Yard, n: int, weight_mg: int, own_micro: int) -> int:
    """What a shipment under an offer of a berth costs beyond freight, handling and waiting."""
    return int(yard.berth_minor[n]) + round_terms(yard.berth_micro[n], weight_mg, own_micro, yard.micro_per_minor)


@in_place
def extras(yard: Yard, at: int, lines: int, units: int) -> int:
    """Handling, rounded half up once, and the wait for capacity."""
    berth, per_minor = yard.berths[at], yard.micro_per_minor
    micro = berth.order_micro + berth.line_micro * lines + berth.unit_micro * units
    return int((micro + per_minor // 2) // per_minor + berth.wait_minor)


@in_place
def real_cost(yard: Yard, at: int) -> int:
    """What the shipment as it stands costs, NO_PRICE when no offer takes all of it. Exact: see `pack_lots`."""
    berth, tariffs = yard.berths[at], yard.tariffs
    if berth.pieces == 0:
        return 0
    first = at * (len(yard.berth_tariff) // SHORTLIST)
    gathered = 0
    exceeds = berth_exceeds(yard, at) if yard.exceeds != 0 else 0  # a call hands on the whole yard
    cheapest = NO_PRICE
    for n in range(first, first + berth.offers):
        tariff = yard.berth_tariff[n]
        if exceeds & tariffs.rows[tariff].refuses != 0:
            continue
        if (
            yard.bulk_bits == 0
            and berth.weight_mg <= tariffs.rows[tariff].weight_max_mg
            and berth.bulk <= tariffs.rows[tariff].volume_max_um3
        ):
            card = parcel_price(tariffs, tariff, exceeds, berth.weight_mg, berth.bulk)
        else:
            if gathered == 0:
                gathered = gather(yard, at)
            yard.spent[1] += gathered
            card = pack_lots(yard, tariff, gathered)
            if card == UNAVAILABLE:
                continue
        book = to_book(tariffs, tariff, card + tariffs.rows[tariff].consignment_minor)
        cheapest = min(cheapest, book + terms_at(yard, n, berth.weight_mg, berth.own_micro))
    if cheapest == NO_PRICE:
        return NO_PRICE
    return cheapest + extras(yard, at, berth.lines, berth.units)


@in_place
def berth_exceeds(yard: Yard, at: int) -> int:
    """The boxes that some of the goods on the berth do not fit."""
    exceeds = 0
    for piece in range(yard.pieces):
        if yard.lots[piece].at == at:
            exceeds |= yard.units.exceeds[piece]
    return exceeds


@in_place
def fits_parcel(yard: Yard, at: int, weight_mg: int, bulk: int) -> bool:
    """Whether some offer of the berth takes so much in one parcel."""
    tariffs = yard.tariffs
    first = at * (len(yard.berth_tariff) // SHORTLIST)
    for n in range(first, first + yard.berths[at].offers):
        tariff = yard.berth_tariff[n]
        bulk_max = tariffs.rows[tariff].volume_max_um3 >> yard.bulk_bits
        if weight_mg <= tariffs.rows[tariff].weight_max_mg and bulk <= bulk_max:
            return True
    return False


@in_place
def gather(yard: Yard, at: int) -> int:
    """How many pieces lie on the berth; writes them into `gathered` in packing order."""
    count = 0
    for piece in range(yard.pieces):
        if yard.lots[piece].at == at:
            yard.gathered[count] = piece
            count += 1
    return count


@in_place
def pack_lots(yard: Yard, tariff: int, count: int) -> int:
    """The parcels' price of the gathered pieces, as the carriers' kernel packs them, UNAVAILABLE if a unit fits none.

    Stretches that fit the open parcel whole are added without the kernel's divisions; the first piece that does not
    is packed with what the open parcel holds by the kernel's own rule.
    """
    tariffs = yard.tariffs
    weight_max, volume_max = tariffs.rows[tariff].weight_max_mg, tariffs.rows[tariff].volume_max_um3
    price, open_weight, open_volume, open_exceeds = 0, 0, 0, 0
    for n in range(count):
        piece = yard.gathered[n]
        lot, exceeds = yard.lots[piece], yard.units.exceeds[piece]
        if open_weight + lot.weight_mg <= weight_max and open_volume + lot.volume_um3 <= volume_max:
            open_weight += lot.weight_mg
            open_volume += lot.volume_um3
            open_exceeds |= exceeds
            continue
        weight, volume = max(yard.units.weight_mg[piece], 1), max(yard.units.volume_um3[piece], 1)
        left = lot.quantity
        per_parcel = min(weight_max // weight, volume_max // volume)
        if per_parcel == 0:
            return UNAVAILABLE
        fit = min((weight_max - open_weight) // weight, (volume_max - open_volume) // volume, left)
        left -= fit
        if open_weight + fit > 0:
            both = open_exceeds | exceeds if fit > 0 else open_exceeds
            price += parcel_price(tariffs, tariff, both, open_weight + fit * weight, open_volume + fit * volume)
        full = (left - 1) // per_parcel
        if full > 0:
            price += full * parcel_price(tariffs, tariff, exceeds, per_parcel * weight, per_parcel * volume)
        left -= full * per_parcel
        open_weight, open_volume, open_exceeds = left * weight, left * volume, exceeds
    return int(price + parcel_price(tariffs, tariff, open_exceeds, open_weight, open_volume))


@in_place
def settle(yard: Yard, at: int) -> int:
    """The real cost of the shipment, remembered."""
    yard.berths[at].cost = real_cost(yard, at)
    return int(yard.berths[at].cost)


@in_place
def can_take(yard: Yard, piece: int, at: int) -> bool:
    """Whether the berth can serve the piece beside what it serves already."""
    if yard.lots[piece].serve >> at & 1 == 0:
        return False
    for need in range(yard.need_start[piece], yard.need_start[piece + 1]):
        clash = yard.clash[need]
        if clash >= 0 and yard.left[clash * SHORTLIST + at] < yard.need_units[need]:
            return False
    return True


@in_place
def shift(yard: Yard, piece: int, to: int) -> None:
    """Moves the piece to a berth, or off all of them when `to` is -1."""
    lot = yard.lots[piece]
    if lot.at >= 0:
        put(yard, piece, lot.at, -1)
    lot.at = to
    if to >= 0:
        put(yard, piece, to, 1)


@in_place
def put(yard: Yard, piece: int, at: int, sign: int) -> None:
    """Adds the piece to the sums of the berth, or takes it off when the sign is -1."""
    lot, berth = yard.lots[piece], yard.berths[at]
    berth.weight_mg += sign * lot.weight_mg
    berth.bulk += sign * lot.bulk
    berth.own_micro += sign * yard.lot_own[piece * SHORTLIST + at]
    berth.guess_micro += sign * yard.lot_micro[piece * SHORTLIST + at]
    berth.units += sign * lot.quantity
    berth.pieces += sign
    if not has_sibling(yard, piece, at):
        berth.lines += sign
    for need in range(yard.need_start[piece], yard.need_start[piece + 1]):
        clash = yard.clash[need]
        if clash >= 0:
            yard.left[clash * SHORTLIST + at] -= sign * yard.need_units[need]


@in_place
def has_sibling(yard: Yard, piece: int, at: int) -> bool:
    """Whether another part of the same line lies on the berth. Parts of a line are neighbours."""
    line = yard.lots[piece].line
    other = piece - 1
    while other >= 0 and yard.lots[other].line == line:
        if yard.lots[other].at == at:
            return True
        other -= 1
    other = piece + 1
    while other < yard.pieces and yard.lots[other].line == line:
        if yard.lots[other].at == at:
            return True
        other += 1
    return False
