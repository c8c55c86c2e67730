"""What the placed orders come to: one page of figures a merchant asks for first."""

from dataclasses import dataclass

import numpy as np

from stockmesh.domain.kernel.money import divide_half_up
from stockmesh.domain.network.distance import road_metres, straight_metres_matrix
from stockmesh.flows.context import Context, Present
from stockmesh.store.database import Session, find_row, rows


@dataclass(frozen=True)
class LocationShare:
    """What one location was given to do."""

    location: str
    shipments: int
    parcels: int


@dataclass(frozen=True)
class Summary:
    """Counts, and minor units of the book currency.

    `complete` orders have every unit committed; `one_location` and `split` count orders by how many locations serve
    them; `short` orders miss units now, `short_when_placed` missed some when they came in: many of those have been
    served since. Costs are what is paid, without the penalty for units unserved. Distances are estimated road metres,
    weighted by shipments.
    """

    currency: str
    orders: int
    cancelled: int
    lines: int
    units: int
    complete: int
    one_location: int
    split: int
    short: int
    short_when_placed: int
    units_short: int
    shipments: int
    parcels: int
    waited_for_capacity: int
    proven: int
    decisions: int
    freight_minor: int
    handling_minor: int
    wait_minor: int
    cost_per_order_minor: int
    metres_per_shipment: int
    locations: tuple[LocationShare, ...]


def summarise(context: Context) -> Summary:
    """The figures of everything in the books."""
    with context.database.session() as session:
        present = context.present(session)
        totals = find_row(session, "summary/totals") or {}
        return Summary(
            currency=present.facts.book_currency,
            complete=totals["orders"] - totals["cancelled"] - totals["lines_short_orders"],
            short=totals["lines_short_orders"],
            units_short=totals["units_waiting"] + totals["units_dropped"],
            shipments=totals["fulfilments"],
            waited_for_capacity=totals["waited"],
            cost_per_order_minor=_per_order(totals),
            metres_per_shipment=_mean_metres(session, context, present),
            locations=tuple(
                LocationShare(row["code"], row["shipments"], row["parcels"])
                for row in rows(session, "summary/locations")
            ),
            **{name: totals[name] for name in _SAME},
        )


_SAME = (
    "orders", "cancelled", "lines", "units", "one_location", "split", "short_when_placed", "parcels", "proven",
    "decisions", "freight_minor", "handling_minor", "wait_minor",
)  # fmt: skip


def _per_order(totals: dict[str, int]) -> int:
    served = totals["one_location"] + totals["split"]
    return divide_half_up(totals["freight_minor"] + totals["handling_minor"] + totals["wait_minor"], max(served, 1))


def _mean_metres(session: Session, context: Context, present: Present) -> int:
    lanes = rows(session, "summary/lanes")
    if not lanes:
        return 0
    keys = list({(row["country"], row["area"]) for row in lanes})
    places = {key: index for index, key in enumerate(keys)}
    metres = road_metres(
        straight_metres_matrix(present.facts.locations, [context.gazetteer.locate(*key) for key in keys])
    )
    origin = np.array([present.directory.index_of[row["location_id"]] for row in lanes])
    destination = np.array([places[row["country"], row["area"]] for row in lanes])
    weight = np.array([row["shipments"] for row in lanes], dtype=np.int64)
    return int((metres[origin, destination] * weight).sum() // weight.sum())
