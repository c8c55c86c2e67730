"""How large one parcel of a service may be under a card: what the service takes and the card has prices for."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from stockmesh.domain.carriers.cards import RateCard, Service, ZoneRates
from stockmesh.domain.carriers.tariffs import VOLUME_CAP_UM3


@dataclass(frozen=True)
class ParcelLimits:
    """The most one parcel may weigh (milligrams) and measure (cubic micrometres)."""

    weight_mg: int
    volume_um3: int


def parcel_limits(service: Service, card: RateCard, rates: ZoneRates) -> ParcelLimits:
    """The limits in one zone. A table that ends below the service's limit ends the parcel there; steps never end."""
    volume_max = min(service.parcel_volume_max_um3, VOLUME_CAP_UM3)
    if rates.then is not None:
        return ParcelLimits(service.parcel_weight_max_mg, volume_max)
    last = rates.breaks[-1].up_to
    return ParcelLimits(
        min(service.parcel_weight_max_mg, weight_at(card, last)),
        min(volume_max, volume_at(card, last)),
    )


def weight_at(card: RateCard, thousandths: int) -> int:
    """The heaviest whole milligram that still bills at most the weight, given in thousandths of the card's unit."""
    return floor(thousandths * card.weight_unit.thousandth_mg)


def volume_at(card: RateCard, thousandths: int) -> int:
    """The largest volume that still bills at most the weight: up to the threshold no volume counts at all."""
    if card.dimensional is None:
        return VOLUME_CAP_UM3
    cubic = card.weight_unit.cubic_um3
    volumetric = floor(Fraction(thousandths * card.dimensional.divisor * cubic, 1_000))
    return min(max(volumetric, card.dimensional.threshold_volume * cubic), VOLUME_CAP_UM3)
