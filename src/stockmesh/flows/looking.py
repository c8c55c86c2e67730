"""Where the orders of a batch look: in a large network first at a few locations, see `domain.sourcing.shortlisting`."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from stockmesh.domain.kernel.compiled import I8, I32, I64
from stockmesh.domain.sourcing.arrays import UNSEEN
from stockmesh.domain.sourcing.extracts import Extract, extract_of
from stockmesh.domain.sourcing.shortlisting import Narrowed, Wants, narrow, size_of
from stockmesh.flows.asking import Asked, Needs
from stockmesh.flows.reading_stock import read_assortment
from stockmesh.store.database import Session


class Look(Enum):
    """How far orders look: everywhere, at the few best locations that carry all they want, at more."""

    ALL = "all"
    BEST = "best"
    MORE = "more"


@dataclass(frozen=True, eq=False)
class Sight:
    """Where the orders of a batch look.

    `barred` is as in Demand, over the locations of the extract that anybody looks at: [orders, locations].
    """

    extract: Extract
    barred: I8
    narrowed: Narrowed

    def cells(self, needs: Needs) -> tuple[I64, I64]:
        """The item rows and locations of the extract that somebody looks for and at, in that order."""
        order, location = np.nonzero(self.barred != UNSEEN)
        first = np.searchsorted(order, np.arange(len(self.barred) + 1))
        counts = np.diff(first)[needs.order]
        entry = np.repeat(np.arange(len(needs.row)), counts)
        within = np.arange(len(entry)) - np.repeat(np.cumsum(counts) - counts, counts)
        seen = location[first[needs.order[entry]] + within]
        width = self.barred.shape[1]
        return np.divmod(np.unique(needs.row[entry].astype(np.int64) * width + seen), width)


def look_everywhere(asked: Asked) -> Sight:
    """Every order looks at all locations its channel may use."""
    everywhere = np.arange(len(asked.present.facts.locations))
    complete = np.zeros(len(asked.orders), dtype=np.bool_)
    narrowed = Narrowed(complete, covers=~complete)
    return Sight(extract_of(asked.market.world, everywhere), _barred(asked), narrowed)


def look_narrowly(session: Session, asked: Asked, needs: Needs, *, best: bool) -> Sight:
    """Every order looks at some of the locations its channel may use: at the `best` few, or at more."""
    barred = _barred(asked)
    ranking, ranked = _rankings(asked)
    wants = Wants(
        start=np.searchsorted(needs.order, np.arange(len(asked.orders) + 1)),
        row=needs.row,
        carried=read_assortment(session, asked.present, needs.items),
        ranking=ranking,
        ranked=ranked,
    )
    narrowed = narrow(wants, barred, best)
    seen = np.flatnonzero((barred != UNSEEN).any(axis=0))
    return Sight(extract_of(asked.market.world, seen), np.take(barred, seen, axis=1), narrowed)


def _rankings(asked: Asked) -> tuple[I32, I32]:
    """The ranking each order goes by, for its destination and the size of its goods, and all these rankings."""
    catalogue, lines, orders = asked.present.catalogue, asked.lines, asked.orders
    goods = np.zeros((len(orders), 2), dtype=np.int64)
    np.add.at(goods[:, 0], lines.order, catalogue.weight_mg[lines.item] * lines.quantity)
    np.add.at(goods[:, 1], lines.order, catalogue.volume_um3[lines.item] * lines.quantity)
    keys = [
        (order.destination.country, order.destination.area, size_of(weight_mg, volume_um3))
        for order, (weight_mg, volume_um3) in zip(orders, goods.tolist(), strict=True)
    ]
    place_of = {key: order.destination for key, order in zip(keys, orders, strict=True)}
    number = {key: index for index, key in enumerate(place_of)}
    ranked = np.stack([asked.market.ranking(place, key[2]) for key, place in place_of.items()])
    return np.array([number[key] for key in keys], dtype=np.int32), ranked


def _barred(asked: Asked) -> I8:
    """Locations that an order's channel may not use: [orders, locations]."""
    orders, locations = asked.orders, asked.present.facts.locations
    barred = np.zeros((len(orders), len(locations)), dtype=np.int8)
    codes = np.array([location.code for location in locations])
    for index, order in enumerate(orders):
        if order.channel.locations:
            barred[index] = ~np.isin(codes, order.channel.locations)
    return barred
