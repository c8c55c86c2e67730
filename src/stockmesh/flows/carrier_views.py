"""Carriers as people and programs read them: services with their cards, which of them holds today, and what to mind."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stockmesh.domain.carriers.cards import Carrier, RateCard, Service
from stockmesh.domain.carriers.notices import service_notices
from stockmesh.domain.carriers.refusals import UnknownCard, UnknownCarrier, UnknownService
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import list_sites
from stockmesh.flows.reach import EVERYTHING, Reach


class CardState(StrEnum):
    """Where a card stands today."""

    PAST = "past"
    CURRENT = "current"
    COMING = "coming"


@dataclass(frozen=True)
class CardView:
    """One card of a service in a line."""

    version: str
    state: CardState
    valid_from: date
    valid_to: date
    currency: str
    zones: int
    surcharges: int
    synthetic: bool
    source: str


@dataclass(frozen=True)
class ServiceView:
    """One service of a carrier: limits of a parcel, its cards by their days, and what to mind about them."""

    code: str
    name: str
    origin_countries: tuple[str, ...]
    parcel_weight_max_mg: int
    parcel_volume_max_um3: int
    parcel_side_max_um: int
    locations: tuple[str, ...]
    cards: tuple[CardView, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class CarrierView:
    """A carrier with its services."""

    code: str
    name: str
    currency: str
    services: tuple[ServiceView, ...]


@dataclass(frozen=True)
class CardOfService:
    """A card with the service that sells by it."""

    carrier: str
    service: Service
    card: RateCard
    state: CardState


def list_carriers(context: Context, *, reach: Reach = EVERYTHING) -> tuple[CarrierView, ...]:
    """All carriers, by code, with the locations within reach where they pick up. Raises EmptyNetwork."""
    today = context.clock().date()
    with context.database.session() as session:
        facts = context.present(session).facts
    places = list_sites(context, reach=reach)
    picked_up = {
        carrier.code: tuple(place.code for place in places if carrier.code in place.carriers)
        for carrier in facts.carriers
    }
    return tuple(
        CarrierView(
            carrier.code,
            carrier.name,
            carrier.currency,
            tuple(_service(service, picked_up[carrier.code], today) for service in carrier.services),
        )
        for carrier in sorted(facts.carriers, key=lambda one: one.code)
    )


def get_carrier(context: Context, code: str) -> Carrier:
    """A carrier whole, as a card document has it. Raises UnknownCarrier and EmptyNetwork."""
    with context.database.session() as session:
        carriers = context.present(session).facts.carriers
    found = next((carrier for carrier in carriers if carrier.code == code), None)
    if found is None:
        raise UnknownCarrier(carrier=code)
    return found


def get_card(context: Context, service: str, version: str | None = None) -> CardOfService:
    """A card of a service: the one named, else the one that holds today, else the latest.

    Raises UnknownService, UnknownCard and EmptyNetwork.
    """
    today = context.clock().date()
    with context.database.session() as session:
        carriers = context.present(session).facts.carriers
    known = {one.code: (carrier.code, one) for carrier in carriers for one in carrier.services}
    if service not in known:
        raise UnknownService(service=service)
    carrier, found = known[service]
    cards = sorted(found.cards, key=lambda card: (state_of(card, today) is CardState.CURRENT, card.valid_from))
    named = [card for card in cards if version in (None, card.version)]
    if not named:
        raise UnknownCard(service=service, version=version or "")
    return CardOfService(carrier, found, named[-1], state_of(named[-1], today))


def state_of(card: RateCard, today: date) -> CardState:
    """Where a card stands on a day."""
    if card.valid_to < today:
        return CardState.PAST
    return CardState.COMING if today < card.valid_from else CardState.CURRENT


def _service(service: Service, locations: tuple[str, ...], today: date) -> ServiceView:
    return ServiceView(
        code=service.code,
        name=service.name,
        origin_countries=service.origin_countries,
        parcel_weight_max_mg=service.parcel_weight_max_mg,
        parcel_volume_max_um3=service.parcel_volume_max_um3,
        parcel_side_max_um=service.parcel_side_max_um,
        locations=locations,
        cards=tuple(_card(card, today) for card in sorted(service.cards, key=lambda one: one.valid_from)),
        notices=service_notices(service),
    )


def _card(card: RateCard, today: date) -> CardView:
    return CardView(
        version=card.version,
        state=state_of(card, today),
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        currency=card.currency,
        zones=len({rates.zone for rates in card.rates}),
        surcharges=len(card.surcharges),
        synthetic=card.synthetic,
        source=card.source,
    )
