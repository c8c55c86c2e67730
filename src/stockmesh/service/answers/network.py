"""The network as the API answers it: where stock lies, and through what is sold."""

from dataclasses import dataclass

from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.network.locations import Location
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import LocationView, list_channels, list_locations, list_sites
from stockmesh.flows.reach import Reach


@dataclass(frozen=True)
class LocationList:
    """All locations; there are never so many that they need pages."""

    items: tuple[LocationView, ...]
    next_cursor: None = None


def location_list(context: Context, reach: Reach) -> LocationList:
    """The locations within reach, by code, with what they hold."""
    return LocationList(list_locations(context, reach=reach))


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
