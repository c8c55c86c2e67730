"""The network as the API answers it: where stock lies, and through what is sold."""

from dataclasses import dataclass

from stockmesh.flows.context import Context
from stockmesh.flows.network_views import LocationView, list_channels, list_locations


@dataclass(frozen=True)
class LocationList:
    """All locations; there are never so many that they need pages."""

    items: tuple[LocationView, ...]
    next_cursor: None = None


def location_list(context: Context) -> LocationList:
    """All locations, by code, with what they hold."""
    return LocationList(list_locations(context))


def channel_codes(context: Context) -> tuple[str, ...]:
    """The codes of all channels."""
    return list_channels(context)
