"""How large one parcel of a service may be under a card: what the service takes and the card has prices for."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from stockmesh.domain.carriers.boxes import Box
from stockmesh.domain.carriers.cards import Measure, RateCard, Service, ZoneRates
from stockmesh.domain.carriers.tariffs import VOLUME_CAP_UM3, WEIGHT_CAP_MG

EVERYTHING = Box()


@dataclass(frozen=True)
class ParcelLimits:
    """The most one parcel may weigh (milligrams), take up (cubic micrometres) and measure by its sides."""

    weight_mg: int
    volume_um3: int
    boxes: tuple[Box, ...] = ()


def parcel_limits(service: Service, card: RateCard, rates: tuple[ZoneRates, ...]) -> ParcelLimits:
    """The limits in one zone: those of its largest class. A table that ends below the service's limit ends the parcel
    there; steps never end."""
    last = rates[-1]
    volume_max = min(service.parcel_volume_max_um3, class_volume(card, last))
    boxes = (service.box, class_box(card, last))
    if last.then is not None:
        return ParcelLimits(service.parcel_weight_max_mg, volume_max, boxes)
    end = last.breaks[-1].up_to
    return ParcelLimits(
        min(service.parcel_weight_max_mg, weight_at(card, end)), min(volume_max, volume_at(card, end)), boxes
    )


def class_box(card: RateCard, rates: ZoneRates) -> Box:
    """What a parcel must fit to be priced by these rates."""
    size = card.find_size(rates.size)
    return EVERYTHING if size is None else size.box


def class_volume(card: RateCard, rates: ZoneRates) -> int:
    """The most that goods of a parcel priced by these rates may take up, cubic micrometres."""
    size = card.find_size(rates.size)
    return VOLUME_CAP_UM3 if size is None else min(size.volume_um3, VOLUME_CAP_UM3)


def weight_at(card: RateCard, thousandths: int) -> int:
    """The heaviest whole milligram that still bills at most so many thousandths of the card's unit."""
    if card.measure is Measure.VOLUME:
        return WEIGHT_CAP_MG
    return floor(thousandths * card.weight_unit.thousandth_mg)


def volume_at(card: RateCard, thousandths: int) -> int:
    """The largest volume that still bills at most so many thousandths: up to the threshold no volume counts at all."""
    cubic = card.weight_unit.cubic_um3
    if card.measure is Measure.VOLUME:
        return min(thousandths * cubic // 1_000, VOLUME_CAP_UM3)
    rule = card.rule
    if rule is None:
        return VOLUME_CAP_UM3
    volumetric = floor(Fraction(thousandths * rule.divisor * cubic, 1_000))
    return min(max(volumetric, rule.threshold_volume * cubic), VOLUME_CAP_UM3)
