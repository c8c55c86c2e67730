"""What a rate card or a request for a price can be refused for, and the reasons a service is not available."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stockmesh.domain.kernel.refusals import Refusal


class Reason(StrEnum):
    """Why a service cannot take a shipment. Never a price of 0: a free zone is available."""

    NOT_FROM_HERE = "not_from_here"
    NO_CARD = "no_card"
    NO_ZONE = "no_zone"
    NO_CARD_FOR_ZONE = "no_card_for_zone"
    TOO_HEAVY = "too_heavy"
    TOO_BULKY = "too_bulky"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"


@dataclass(eq=False)
class OverlappingCards(Refusal):
    """Two cards of one service claim the same days."""

    first_version: str
    second_version: str
    from_day: date
    to_day: date
    code = "overlapping_cards"
    text = (
        "Rate cards {first_version!r} and {second_version!r} are both valid from {from_day} to {to_day}. "
        "End one the day before the other begins."
    )


@dataclass(eq=False)
class NoCard(Refusal):
    """No card of the service is valid on the day."""

    day: date
    versions: tuple[str, ...]
    code = "no_card"
    text = "No rate card is valid on {day}; known versions: {versions}. Publish a card that covers the day."


@dataclass(eq=False)
class NoCardForZone(Refusal):
    """The destination falls into a zone that the card has no prices for."""

    version: str
    zone: str
    code = "no_card_for_zone"
    text = "Rate card {version!r} has no prices for zone {zone!r}. Add its breaks or let no rule lead to the zone."


@dataclass(eq=False)
class UnknownCarrier(Refusal):
    """No carrier is known by that code."""

    carrier: str
    code = "unknown_carrier"
    text = "No carrier has the code {carrier!r}. `stockmesh carriers list` shows all."


@dataclass(eq=False)
class UnknownService(Refusal):
    """No service of any carrier is known by that code."""

    service: str
    code = "unknown_service"
    text = "No service has the code {service!r}. `stockmesh carriers list` shows all."


@dataclass(eq=False)
class UnknownCard(Refusal):
    """The service has no card of that version."""

    service: str
    version: str
    code = "unknown_card"
    text = "Service {service!r} has no rate card {version!r}. `stockmesh carriers show {service}` lists its cards."


@dataclass(eq=False)
class TooManyBoxes(Refusal):
    """All cards together ask about more different sizes of parcels than can be told apart."""

    count: int
    most: int
    code = "too_many_sizes"
    text = (
        "The rate cards name {count} different sizes of parcels (classes, limits, surcharges by side), beyond {most}. "
        "Use the same limits on several cards."
    )


@dataclass(eq=False)
class InvalidCard(Refusal):
    """A card that cannot be published, with every problem at once."""

    version: str
    problems: tuple[str, ...]
    code = "invalid_card"
    text = "Rate card {version!r} cannot be published: {problems}"

    def __str__(self) -> str:
        return self.text.format(version=self.version, problems="; ".join(self.problems))


@dataclass(eq=False)
class InvalidService(Refusal):
    """A service whose limits make no sense, with every problem at once."""

    service: str
    problems: tuple[str, ...]
    code = "invalid_service"
    text = "Service {service!r} cannot be sold: {problems}"

    def __str__(self) -> str:
        return self.text.format(service=self.service, problems="; ".join(self.problems))


@dataclass(eq=False)
class NoExchangeRate(Refusal):
    """A card's currency has no rate into the book currency."""

    currency: str
    version: str
    code = "no_exchange_rate"
    text = "Rate card {version!r} is in {currency}, which has no exchange rate. Give its rate in parts per million."
