"""What is published of a stock balance: thresholds are subtracted, never booked; kits follow their components."""

from collections.abc import Iterable
from typing import NamedTuple


class Availability(NamedTuple):
    """Units published, units kept back by thresholds, units missing. All are zero or more."""

    available: int
    withheld: int
    shortage: int


def availability(supply: int, demand: int = 0, *, safety_stock: int = 0, channel_buffer: int = 0) -> Availability:
    """What can be published of a supply after a demand, with safety stock and a channel's buffer kept back.

    For a balance of the books the supply is sellable units less the shortfall, and nothing more is demanded.
    """
    left = supply - demand
    sellable = max(left, 0)
    withheld = min(sellable, safety_stock + channel_buffer)
    return Availability(available=sellable - withheld, withheld=withheld, shortage=max(-left, 0))


def kits_possible(components: Iterable[tuple[int, int]]) -> int:
    """How many kits a location could make of (available units, units in one kit); none without components."""
    return min((available // units for available, units in components), default=0)
