"""What makes the surcharges of a card fit to be published, in words a clerk can act on."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from stockmesh.domain.carriers.cards import RateCard
from stockmesh.domain.carriers.surcharges import Basis, Surcharge
from stockmesh.domain.kernel.money import PPM

# Amounts, rates and limits stay far inside 64 bits, whatever is multiplied later: the solver adds up the parcels of
# two thousand million units.
AMOUNT_MAX_MINOR: Final = 10**9
RATE_MAX_PPM: Final = 100 * PPM


def surcharge_problems(card: RateCard) -> Iterator[str]:
    """Every reason not to publish the card with these surcharges."""
    priced = {rates.zone for rates in card.rates}
    for code, times in Counter(surcharge.code for surcharge in card.surcharges).items():
        if times > 1:
            yield f"surcharge {code!r} stands {times} times"
    for surcharge in card.surcharges:
        label = f"surcharge {surcharge.code!r}"
        yield from _amounts(surcharge, label)
        yield from _conditions(surcharge, label)
        yield from span_problems(card, label, surcharge.valid_from, surcharge.valid_to)
        for zone in surcharge.zones:
            if zone not in priced:
                yield f"{label}: zone {zone!r} has no prices"


def _amounts(surcharge: Surcharge, label: str) -> Iterator[str]:
    yield from within(label, surcharge.amount_minor, AMOUNT_MAX_MINOR)
    yield from within(f"{label}: the share", surcharge.share_ppm, RATE_MAX_PPM)
    for each in surcharge.table:
        yield from within(f"{label}: the amount up to {each.up_to}", each.price_minor, AMOUNT_MAX_MINOR)
    if surcharge.basis is not Basis.SHARE_OF_BASE and surcharge.share_ppm:
        yield f"{label}: a flat amount has no share"
    if (surcharge.basis is Basis.TABLE) != bool(surcharge.table):
        yield f"{label}: a table belongs to the basis 'table', and only to it"
    for lower, upper in pairwise([0, *(each.up_to for each in surcharge.table)]):
        if upper <= lower:
            yield f"{label}: break {upper} does not lie above {lower}"


def _conditions(surcharge: Surcharge, label: str) -> Iterator[str]:
    over = {
        "volume": surcharge.volume_over,
        "weight": surcharge.weight_over,
        "longest side": surcharge.longest_over_um,
        "second side": surcharge.second_over_um,
        "girth": surcharge.girth_over_um,
    }
    for name, least in over.items():
        if least is not None and least < 0:
            yield f"{label}: the {name} is negative"
        if least is not None and surcharge.basis is Basis.CONSIGNMENT:
            yield f"{label}: a {name} belongs to a parcel, not to the consignment"


def span_problems(card: RateCard, label: str, first: date | None, last: date | None) -> Iterator[str]:
    """What is wrong with days within those of the card."""
    begin, end = first or card.valid_from, last or card.valid_to
    if end < begin:
        yield f"{label} ends on {end}, before it begins on {begin}"
    elif begin < card.valid_from or end > card.valid_to:
        yield f"{label} holds from {begin} to {end}, not within the card's days"


def within(label: str, value: int, most: int) -> Iterator[str]:
    """What is wrong with a number from nothing up to another."""
    if value < 0:
        yield f"{label} is negative"
    if value > most:
        yield f"{label} is {value}, beyond {most}"
