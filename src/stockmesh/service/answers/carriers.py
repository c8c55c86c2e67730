"""Carriers and quotes as the API takes and answers them."""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from pydantic import Field

from stockmesh.domain.carriers.boxes import sort_sides
from stockmesh.domain.carriers.notices import service_notices
from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.flows import carrier_views, quoting
from stockmesh.flows.carrier_views import CardOfService, CarrierView
from stockmesh.flows.context import Context
from stockmesh.flows.importing.card_files import import_carrier
from stockmesh.flows.importing.running import find_owner
from stockmesh.flows.quote_values import Quotation, Wish, WishedParcel
from stockmesh.flows.reach import Reach
from stockmesh.gateways.cards import carrier_from_document, carrier_to_document
from stockmesh.service.answers.lists import Asked, EmptyIsNone, Text
from stockmesh.service.answers.orders import Int64, NewDestination

MILLIGRAMS, MICROMETRES = 1_000_000, 10_000
SideUm = Annotated[int, msgspec.Meta(ge=0, le=10**8)]
Side = Annotated[float | None, EmptyIsNone, Field(gt=0, le=1_000)]


@dataclass(frozen=True)
class CarrierList:
    """All carriers; there are never so many that they need pages."""

    items: tuple[CarrierView, ...]
    next_cursor: None = None


class QuotedLine(msgspec.Struct, forbid_unknown_fields=True):
    """Goods to be sent."""

    sku: str
    quantity: Int64


class NewParcel(msgspec.Struct, forbid_unknown_fields=True):
    """A parcel as it stands on the scale: milligrams, three sides in micrometres in any order, and how many alike."""

    weight_mg: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    sides_um: tuple[SideUm, SideUm, SideUm]
    count: Int64 = 1


class NewQuote(msgspec.Struct, forbid_unknown_fields=True):
    """A shipment to be quoted: goods by SKU, or parcels; from which locations (none named: all)."""

    destination: NewDestination
    lines: list[QuotedLine] = []
    parcels: list[NewParcel] = []
    locations: list[str] = []

    def wish(self) -> Wish:
        """What the flow is asked."""
        return Wish(
            Destination(self.destination.country, self.destination.postcode, self.destination.city),
            tuple(OrderLine(line.sku, line.quantity) for line in self.lines),
            tuple(WishedParcel(one.weight_mg, sort_sides(*one.sides_um), one.count) for one in self.parcels),
            tuple(self.locations),
        )


class QuoteQuery(Asked):
    """A shipment as the form of the console asks for it: goods, or one parcel in kilograms and centimetres."""

    country: Annotated[Text | None, EmptyIsNone] = None
    postcode: Text = ""
    sku: Annotated[Text | None, EmptyIsNone] = None
    quantity: Annotated[int | None, EmptyIsNone, Field(ge=1, le=10_000)] = None
    weight: Annotated[float | None, EmptyIsNone, Field(gt=0, le=1_000)] = None
    length: Side = None
    width: Side = None
    height: Side = None
    location: Annotated[Text | None, EmptyIsNone] = None

    @property
    def is_asked(self) -> bool:
        """Whether there is enough to ask carriers."""
        return bool(self.country and (self.sku or self.weight))

    def wish(self) -> Wish:
        """What the flow is asked."""
        lines = (OrderLine(self.sku, self.quantity or 1),) if self.sku else ()
        sides = sort_sides(*(round((side or 0) * MICROMETRES) for side in (self.length, self.width, self.height)))
        weight = round((self.weight or 0) * MILLIGRAMS)
        parcels = () if self.sku else (WishedParcel(weight, sides, self.quantity or 1),)
        places = (self.location,) if self.location else ()
        return Wish(Destination(self.country or "", self.postcode), lines, parcels, places)


def carrier_list(context: Context, reach: Reach) -> CarrierList:
    """All carriers with their services and cards."""
    return CarrierList(carrier_views.list_carriers(context, reach=reach))


def carrier_document(context: Context, code: str) -> dict[str, Any]:
    """A carrier whole, as a card document. Raises UnknownCarrier."""
    return carrier_to_document(carrier_views.get_carrier(context, code))


@dataclass(frozen=True)
class CardsBrought:
    """How many cards of a document are new, or would be (`dry_run`), and how many were there already; what to mind."""

    carrier: str
    added: int
    unchanged: int
    dry_run: bool
    notices: dict[str, tuple[str, ...]]


def bring_cards(context: Context, document: dict[str, Any], *, dry_run: bool) -> CardsBrought:
    """The cards of a document, in the books. Raises UnreadableCard, CardTaken and what cards are refused for."""
    carrier = carrier_from_document(document)
    owner = find_owner(context, "")
    tally = import_carrier(context, owner["owner_id"], carrier, dry_run=dry_run)
    notices = {service.code: service_notices(service) for service in carrier.services}
    return CardsBrought(carrier.code, tally.created, tally.unchanged, dry_run, notices)


def card_of(context: Context, service: str, version: str | None) -> CardOfService:
    """A card of a service. Raises UnknownService and UnknownCard."""
    return carrier_views.get_card(context, service, version)


def quotation(context: Context, wish: Wish, reach: Reach) -> Quotation:
    """What every service asks for a shipment. Raises what the flow does."""
    return quoting.quote(context, wish, reach=reach)
