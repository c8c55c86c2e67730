"""One order's plan for people and records: values read from the arrays of a batch."""

from dataclasses import dataclass
from enum import IntEnum

from stockmesh.domain.sourcing.arrays import Demand, Plans


class Status(IntEnum):
    """How much of the order the plan serves."""

    WHOLE = 0
    IN_PART = 1
    NOTHING = 2
    REFUSED = 3


@dataclass(frozen=True, order=True)
class Piece:
    """Units of one line (its number within the order) from one location (its index)."""

    location: int
    line: int
    quantity: int


@dataclass(frozen=True)
class Shipment:
    """What leaves one location together, and its bill. Amounts are minor units of the book currency, the card's aside.

    `slot` is the working day taken, an index into the location's slots.
    """

    location: int
    offer: int
    slot: int
    parcels: int
    card_minor: int
    freight_minor: int
    handling_minor: int
    wait_minor: int
    late_minor: int = 0
    terms_minor: int = 0

    @property
    def cost_minor(self) -> int:
        """All terms together."""
        return self.freight_minor + self.handling_minor + self.wait_minor + self.late_minor + self.terms_minor


@dataclass(frozen=True)
class Plan:
    """Shipments and pieces in location order. `cost_minor` is what plans are compared by: what is paid and the penalty
    for unserved units.

    `proven`: no plan that cuts no line one location can fill is cheaper under the same facts. See `cutting`.
    """

    status: Status
    proven: bool
    cost_minor: int
    unserved_minor: int
    shipments: tuple[Shipment, ...]
    pieces: tuple[Piece, ...]

    @property
    def paid_minor(self) -> int:
        """The cost without the penalty: freight, handling, waiting, lateness and further terms."""
        return self.cost_minor - self.unserved_minor

    @property
    def freight_minor(self) -> int:
        """The freight of all shipments."""
        return sum(shipment.freight_minor for shipment in self.shipments)

    @property
    def handling_minor(self) -> int:
        """The handling of all shipments."""
        return sum(shipment.handling_minor for shipment in self.shipments)

    @property
    def wait_minor(self) -> int:
        """What waiting for capacity is held to cost, over all shipments."""
        return sum(shipment.wait_minor for shipment in self.shipments)

    @property
    def late_minor(self) -> int:
        """What coming later than due is held to cost, over all shipments."""
        return sum(shipment.late_minor for shipment in self.shipments)

    @property
    def terms_minor(self) -> int:
        """The further terms of all shipments."""
        return sum(shipment.terms_minor for shipment in self.shipments)

    @property
    def parcels(self) -> int:
        """The parcels of all shipments."""
        return sum(shipment.parcels for shipment in self.shipments)

    @property
    def locations(self) -> tuple[int, ...]:
        """Where shipments leave from, ascending."""
        return tuple(shipment.location for shipment in self.shipments)


def read_plan(plans: Plans, demand: Demand, order: int) -> Plan:
    """The plan of one order of a batch."""
    first_line = int(demand.line_start[order])
    return Plan(
        status=Status(int(plans.status[order])),
        proven=bool(plans.proven[order]),
        cost_minor=int(plans.cost_minor[order]),
        unserved_minor=int(plans.unserved_minor[order]),
        shipments=tuple(
            Shipment(
                location=int(plans.shipment_location[at]),
                offer=int(plans.shipment_offer[at]),
                slot=int(plans.shipment_slot[at]),
                parcels=int(plans.shipment_parcels[at]),
                card_minor=int(plans.shipment_card_minor[at]),
                freight_minor=int(plans.shipment_freight_minor[at]),
                handling_minor=int(plans.shipment_handling_minor[at]),
                wait_minor=int(plans.shipment_wait_minor[at]),
                late_minor=int(plans.shipment_late_minor[at]),
                terms_minor=int(plans.shipment_terms_minor[at]),
            )
            for at in range(plans.shipment_start[order], plans.shipment_start[order + 1])
        ),
        pieces=tuple(
            Piece(
                location=int(plans.piece_location[at]),
                line=int(plans.piece_line[at]) - first_line,
                quantity=int(plans.piece_quantity[at]),
            )
            for at in range(plans.piece_start[order], plans.piece_start[order + 1])
        ),
    )
