"""The part of a large network that a batch looks at, so that deciding costs nothing for the locations nobody looks at.

The core decides over the extract as over any network: locations keep their order, so ties fall as they would in the
whole. Records and plans name locations and offers by their numbers in the whole.
"""

from typing import NamedTuple

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.sourcing.arrays import Plans, Sites, World


class Extract(NamedTuple):
    """Numbers in the whole network, ascending."""

    location: I64  # [K']
    offer: I64  # [O'] all offers of these locations


def extract_of(world: World, location: I64) -> Extract:
    """These locations, ascending, with all they offer."""
    start = world.sites.offer_start
    offers = np.diff(start)[location]
    first = np.repeat(start[location] - np.cumsum(offers) + offers, offers)
    return Extract(location, first + np.arange(len(first)))


def cut_world(world: World, extract: Extract) -> World:
    """The world with the locations of the extract only."""
    sites = world.sites
    offers = np.diff(sites.offer_start)[extract.location]
    return world._replace(
        sites=Sites(
            handling_order_micro=sites.handling_order_micro[extract.location],
            handling_line_micro=sites.handling_line_micro[extract.location],
            handling_unit_micro=sites.handling_unit_micro[extract.location],
            offer_start=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(offers)]),
        )
    )


def widen(plans: Plans, extract: Extract) -> Plans:
    """Plans over the extract, told in the numbers of the whole."""
    return plans._replace(
        piece_location=extract.location[plans.piece_location].astype(np.int32),
        shipment_location=extract.location[plans.shipment_location].astype(np.int32),
        shipment_offer=extract.offer[plans.shipment_offer].astype(np.int32),
    )
