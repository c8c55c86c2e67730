"""The network as people and programs read it: locations with what they hold, channels, and how full the books are."""

from dataclasses import dataclass

import msgspec

from stockmesh.domain.network.locations import Location
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.gateways.worlds import location_from_document
from stockmesh.store.database import find_row, rows


@dataclass(frozen=True)
class LocationView:
    """A location with how many items it holds, and units of them that are sellable and committed."""

    location: Location
    items: int
    sellable: int
    committed: int


@dataclass(frozen=True)
class Holdings:
    """How much the books hold; `cells` are pairs of item and location.

    `estimated` when there are so many cells or orders that the database's own estimate stands in for counting them.
    """

    items: int
    locations: int
    cells: int
    orders: int
    estimated: bool


def list_locations(context: Context, *, reach: Reach = EVERYTHING) -> tuple[LocationView, ...]:
    """The locations within reach, by code."""
    with context.database.session() as session:
        found = rows(session, "views/network_sites", **reach.parameters())
    return tuple(
        LocationView(
            location=location_from_document(msgspec.json.decode(row["body"])),
            items=row["items"],
            sellable=row["sellable"],
            committed=row["committed"],
        )
        for row in found
    )


def list_sites(context: Context, *, reach: Reach = EVERYTHING) -> tuple[Location, ...]:
    """The locations within reach, by code, without what they hold: costs nothing, however much that is."""
    with context.database.session() as session:
        found = rows(session, "views/sites", **reach.parameters())
    return tuple(location_from_document(msgspec.json.decode(row["body"])) for row in found)


def list_channels(context: Context, *, reach: Reach = EVERYTHING) -> tuple[str, ...]:
    """The codes of the channels within reach, in order."""
    with context.database.session() as session:
        return tuple(row["code"] for row in rows(session, "views/channels", **reach.parameters()))


def count_holdings(context: Context) -> Holdings:
    """How much the books hold."""
    with context.database.session() as session:
        return Holdings(**(find_row(session, "setup/count_rows") or {}))
