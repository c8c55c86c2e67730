"""The network as the API answers it: where stock lies, and through what is sold."""

from dataclasses import dataclass

from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.network.locations import Location
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import LocationView, list_channels, list_locations, list_sites


@dataclass(frozen=True)
class LocationList:
    """All locations; there are never so many that they need pages."""

    items: tuple[LocationView, ...]
    next_cursor: None = None


def location_list(context: Context) -> LocationList:
    """All locations, by code, with what they hold."""
    return LocationList(list_locations(context))


def sites(context: Context) -> tuple[Location, ...]:
    """All locations, by code, without what they hold."""
    return list_sites(context)


def ensure_location(context: Context, code: str | None) -> None:
    """Nothing when there is such a location, or none is named. Raises UnknownLocation."""
    # A misspelt location would look like one without stock or orders.
    if code is not None and code not in {site.code for site in sites(context)}:
        raise UnknownLocation(location=code)


def ensure_channel(context: Context, code: str | None) -> None:
    """Nothing when there is such a channel, or none is named. Raises UnknownChannel."""
    if code is not None and code not in channel_codes(context):
        raise UnknownChannel(channel=code)


def channel_codes(context: Context) -> tuple[str, ...]:
    """The codes of all channels."""
    return list_channels(context)
