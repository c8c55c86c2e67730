"""Where an order goes and who receives it, out of an address as a shop writes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from stockmesh.domain.fulfilment.requests import Contact
from stockmesh.domain.network.postcodes import ensure_postcode
from stockmesh.gateways.shops.fields import Fields

PART_MAX = 200


@dataclass(frozen=True)
class Addressed:
    """Country and postal area, which decisions see, and the person, who is kept apart."""

    country: str
    area: str
    contact: Contact


def read_address(address: Fields, names: Mapping[str, str], *, email: str = "") -> Addressed | None:
    """The address whose members are called `names`; None when there is none. Raises UnknownCountry, UnknownPostcode."""

    def part(name: str) -> str:
        return address.words(names[name], PART_MAX)

    if not part("country"):
        return None
    place = ensure_postcode(part("country"), part("postcode"))
    contact = Contact(
        name=f"{part('given_name')} {part('family_name')}".strip()[:PART_MAX],
        street=", ".join(filter(None, (part("first"), part("second"))))[:PART_MAX],
        city=part("city"),
        postcode=part("postcode"),
        email=email,
        phone=part("phone"),
    )
    return Addressed(place.country, place.area, contact)
