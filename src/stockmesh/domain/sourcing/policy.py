"""How orders are sourced: cost terms in money and limits, one versioned value."""

from dataclasses import dataclass

from stockmesh.domain.kernel.money import PPM, micro_per_minor
from stockmesh.domain.sourcing.arrays import Policy


@dataclass(frozen=True)
class SourcingPolicy:
    """Combined cost, the default. Amounts are minor units of the book currency.

    An unserved unit costs `unserved_minor` plus `unserved_price_ppm` of its price: high enough that stock which can be
    sent is sent. A shipment that waits for capacity costs `wait_minor_per_day` for each working day; a location with
    no room within `wait_days_max` working days is full.
    """

    version: str = "combined-cost-1"
    unserved_minor: int = 10_000
    unserved_price_ppm: int = PPM
    wait_minor_per_day: int = 150
    wait_days_max: int = 10
    shipments_max: int = 4
    lines_max: int = 2_000
    quantity_max: int = 1_000_000

    def penalty_minor(self, unit_price_minor: int) -> int:
        """What leaving one unit unserved costs."""
        return self.unserved_minor + unit_price_minor * self.unserved_price_ppm // PPM

    def limits(self, book_currency: str) -> Policy:
        """The integers the compiled core reads."""
        return Policy(
            micro_per_minor=micro_per_minor(book_currency),
            wait_minor_per_day=self.wait_minor_per_day,
            wait_days_max=self.wait_days_max,
            shipments_max=self.shipments_max,
        )
