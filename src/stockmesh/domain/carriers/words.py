"""Rate cards in words: terms, prices, surcharges and their conditions, for whoever reads a card."""

from collections.abc import Iterator
from typing import Final

from stockmesh.domain.carriers.cards import RateCard, ZoneRates
from stockmesh.domain.carriers.surcharges import Basis, Surcharge
from stockmesh.domain.kernel.money import PPM, Money, format_minor

BREAKS_SHOWN: Final = 8


def unit_text(card: RateCard) -> str:
    """What a card bills by."""
    return (
        card.weight_unit.value
        if card.measure.value == "weight"
        else f"cubic {'cm' if card.weight_unit.value == 'kg' else 'in'}"
    )


def zone_prices(card: RateCard, rates: ZoneRates) -> str:
    """Prices by billable weight, the first few and the last."""
    told = [f"{each.up_to / 1_000:g}: {format_minor(each.price_minor, card.currency)}" for each in rates.breaks]
    if len(told) > BREAKS_SHOWN:
        told = [*told[: BREAKS_SHOWN - 2], f"({len(told) - BREAKS_SHOWN + 1} more)", told[-1]]
    if rates.then is not None:
        told.append(f"then {format_minor(rates.then.price_minor, card.currency)} each {rates.then.step / 1_000:g}")
    return ", ".join(told)


def card_terms(card: RateCard) -> Iterator[str]:
    """Everything of a card that is neither a price nor a surcharge."""
    for rule in card.dimensional:
        span = f" from {rule.valid_from}" if rule.valid_from else ""
        span += f" until {rule.valid_to}" if rule.valid_to else ""
        above = f" above {rule.threshold_volume:,}" if rule.threshold_volume else ""
        yield f"volumetric weight: volume / {rule.divisor:,}{above}{span}"
    if card.fuel.rate_ppm or card.fuel.weeks:
        weeks = ", ".join(f"{_percent(week.rate_ppm)} from {week.from_day}" for week in card.fuel.weeks)
        yield f"fuel {_percent(card.fuel.rate_ppm)} of {card.fuel.basis.value.replace('_', ' ')}" + (
            f"; {weeks}" if weeks else ""
        )
    if card.discount_ppm:
        yield f"discount {_percent(card.discount_ppm)}"
    if card.minimum_minor:
        yield f"at least {Money(card.minimum_minor, card.currency)}"
    if card.tax.rate_ppm:
        yield f"tax {_percent(card.tax.rate_ppm)} {'within the prices' if card.tax.is_included else 'on top'}"
    for size in card.sizes:
        sides = " x ".join(
            f"{side / card.weight_unit.side_um:g}" for side in (size.longest_um, size.second_um, size.shortest_um)
        )
        yield f"size {size.name}: {sides} {'cm' if card.weight_unit.value == 'kg' else 'in'}"


def surcharge_amount(card: RateCard, one: Surcharge) -> str:
    """What a surcharge comes to."""
    amount = format_minor(one.amount_minor, card.currency)
    match one.basis:
        case Basis.SHARE_OF_BASE:
            return f"{_percent(one.share_ppm)}, at least {amount}" if one.amount_minor else _percent(one.share_ppm)
        case Basis.WEIGHT:
            return f"{amount} each {unit_text(card)}"
        case Basis.TABLE:
            return ", ".join(
                f"{each.up_to / 1_000:g}: {format_minor(each.price_minor, card.currency)}" for each in one.table
            )
        case Basis.CONSIGNMENT:
            return f"{amount} once a shipment"
        case Basis.PARCEL:
            return f"{amount} a parcel"


def surcharge_conditions(card: RateCard, one: Surcharge) -> str:
    """Where a surcharge is due."""
    side = card.weight_unit.side_um
    said = {
        "zones": ", ".join(one.zones),
        "volume over": one.volume_over,
        "billed over": None if one.weight_over is None else one.weight_over / 1_000,
        "longest side over": None if one.longest_over_um is None else one.longest_over_um / side,
        "second side over": None if one.second_over_um is None else one.second_over_um / side,
        "girth over": None if one.girth_over_um is None else one.girth_over_um / side,
        "from": one.valid_from,
        "until": one.valid_to,
        "one of": one.group,
    }
    told = (
        f"{name} {value:g}" if isinstance(value, float | int) else f"{name} {value}"
        for name, value in said.items()
        if value not in (None, "")
    )
    return ", ".join(told) or "always"


def _percent(ppm: int) -> str:
    return f"{ppm * 100 / PPM:g} %"
