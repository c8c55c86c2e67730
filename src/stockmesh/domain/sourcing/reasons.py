"""What became of every location, in a word and a sentence a clerk can follow."""

from dataclasses import dataclass

from stockmesh.domain.carriers.refusals import Reason
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.kernel.words import count_of
from stockmesh.domain.sourcing.alternatives import Outcome, Verdict
from stockmesh.domain.sourcing.case import Case
from stockmesh.domain.sourcing.fences import Fence


@dataclass(frozen=True)
class LocationReason:
    """What became of one location, in a word and a sentence."""

    location: str
    location_name: str
    verdict: str
    sentence: str
    distance_km: int
    crosses_sea: bool
    dearer: Money | None


def reason_for(case: Case, outcome: Outcome) -> LocationReason:
    """One location's outcome as a sentence."""
    location = case.market.facts.locations[outcome.location]
    dearer = case.money(outcome.dearer_minor) if outcome.verdict is Verdict.DEARER else None
    return LocationReason(
        location=location.code,
        location_name=location.name,
        verdict=outcome.verdict.value,
        sentence=_sentence(case, outcome),
        distance_km=case.kilometres(outcome.location),
        crosses_sea=case.crosses_sea(outcome.location),
        dearer=dearer,
    )


def _sentence(case: Case, outcome: Outcome) -> str:
    if outcome.verdict is Verdict.USED:
        return _used(case, outcome)
    if outcome.verdict is Verdict.BARRED:
        return "The order's channel is not served from here."
    if outcome.verdict is Verdict.NO_TARIFF:
        return _no_tariff(case, outcome.location)
    if outcome.verdict is Verdict.FULL:
        days = case.market.facts.policy.wait_days_max
        return f"No room for another order within {days} working days."
    if outcome.verdict is Verdict.SHORT:
        return f"Has not enough: lacks {_missing(case, outcome)}."
    difference = say_difference(case.money(outcome.dearer_minor))
    lacks = f" It lacks {_missing(case, outcome)}." if outcome.missing else ""
    return f"The cheapest plan that uses it is {difference}.{lacks}"


def _used(case: Case, outcome: Outcome) -> str:
    shipment = outcome.shipment
    if shipment is None:
        return "Sends part of the order."
    offer = case.market.offers[shipment.offer]
    name = case.market.compiled.chosen[offer.service].service.name
    parcels = count_of(shipment.parcels, "parcel")
    waits = f" + {case.money(shipment.wait_minor)} for waiting" if shipment.wait_minor else ""
    return (
        f"Sends {parcels} by {name}: {case.money(shipment.freight_minor)} freight "
        f"+ {case.money(shipment.handling_minor)} handling{waits}."
    )


REASONS = {
    Reason.NOT_FROM_HERE: "does not pick up here",
    Reason.NO_CARD: "has no rate card for the day",
    Reason.NO_ZONE: "does not reach the destination",
    Reason.NO_CARD_FOR_ZONE: "has no prices for the destination's zone",
    Reason.TOO_HEAVY: "does not take a unit this heavy",
    Reason.TOO_BULKY: "does not take a unit this bulky",
    Reason.TOO_LONG: "does not take a unit this long",
    Reason.TOO_LARGE: "does not take a unit with these sides",
}


def _no_tariff(case: Case, location: int) -> str:
    outcomes = [_misfit(case, outcome) for outcome in case.market.outcomes(case.destination)]
    mine = [
        (offer.service, outcome)
        for offer, outcome in zip(case.market.offers, outcomes, strict=True)
        if offer.location == location
    ]
    if not mine:
        return "No carrier picks up here."
    if any(outcome is Fence.CLOSED for _, outcome in mine):
        return "The location is closed."
    if any(outcome is Fence.NOT_SERVED for _, outcome in mine):
        return f"The location does not ship to {case.destination.country}."
    told = "; ".join(f"{service} {REASONS[outcome]}" for service, outcome in mine if isinstance(outcome, Reason))
    return f"No carrier here takes it: {told or 'none fits the goods'}."


def _misfit(case: Case, outcome: int | Reason | Fence) -> int | Reason | Fence:
    """The tariff, or why it takes no unit of the order."""
    if isinstance(outcome, Reason | Fence):
        return outcome
    found = [case.market.misfit(outcome, case.unit_of(line)) for line in range(len(case.names))]
    reasons = [reason for reason in found if reason is not None]
    return reasons[0] if len(reasons) == len(found) else outcome


def _missing(case: Case, outcome: Outcome) -> str:
    """What a location lacks, the first few lines by name."""
    named = [f"{missing.units:,} of {case.names[missing.line].sku}" for missing in outcome.missing[:4]]
    more = len(outcome.missing) - len(named)
    return ", ".join(named) + (f" and {count_of(more, 'more line')}" if more else "")


def say_difference(dearer: Money) -> str:
    """By how much another plan is dearer."""
    if dearer.minor > 0:
        return f"{dearer} dearer"
    if dearer.minor == 0:
        return "no dearer; ties fall to the location code"
    # Only where the plan is not proven: the search that chose it looks at fewer plans than this comparison.
    return f"{Money(-dearer.minor, dearer.currency)} cheaper, found only in this comparison"
