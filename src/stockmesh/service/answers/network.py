"""The network as the API answers it: where stock lies, and through what is sold."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.network.countries import country_code
from stockmesh.domain.network.locations import Location, LocationKind
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import LocationView, list_channels, list_locations, list_sites
from stockmesh.flows.reach import Reach
from stockmesh.service.answers.lists import Asked, EmptyIsNone, Text


@dataclass(frozen=True)
class LocationList:
    """All locations; there are never so many that they need pages."""

    items: tuple[LocationView, ...]
    next_cursor: None = None


class LocationQuery(Asked):
    """Which locations."""

    country: Annotated[Text | None, EmptyIsNone] = Field(default=None, description="by code or name")
    kind: Annotated[LocationKind | None, EmptyIsNone] = None
    is_open: Annotated[bool | None, EmptyIsNone] = None


EVERY_LOCATION: Final = LocationQuery()


def location_list(context: Context, reach: Reach, query: LocationQuery = EVERY_LOCATION) -> LocationList:
    """The locations within reach that are asked for, by code, with what they hold. Raises UnknownCountry."""
    country = query.country and country_code(query.country)
    wanted = {name: value for name, value in (*query, ("country", country)) if value is not None}
    found = list_locations(context, reach=reach)
    return LocationList(
        tuple(one for one in found if all(getattr(one.location, name) == value for name, value in wanted.items()))
    )


def sites(context: Context, reach: Reach) -> tuple[Location, ...]:
    """The locations within reach, by code, without what they hold."""
    return list_sites(context, reach=reach)


def ensure_location(context: Context, code: str | None, reach: Reach) -> None:
    """Nothing when there is such a location, or none is named. Raises UnknownLocation."""
    # A misspelt location would look like one without stock or orders.
    if code is not None and code not in {site.code for site in sites(context, reach)}:
        raise UnknownLocation(location=code)


def ensure_channel(context: Context, code: str | None, reach: Reach) -> None:
    """Nothing when there is such a channel, or none is named. Raises UnknownChannel."""
    if code is not None and code not in channel_codes(context, reach):
        raise UnknownChannel(channel=code)


def channel_codes(context: Context, reach: Reach) -> tuple[str, ...]:
    """The codes of the channels within reach."""
    return list_channels(context, reach=reach)
