"""The accounts of the journal: where units can be, inside the network and outside of it, and why they moved."""

from enum import StrEnum
from typing import Final, NamedTuple


class StockState(StrEnum):
    """The states of a unit. Those inside belong to an item at a location; those outside are the rest of the world.

    `shortfall` is what a count found missing beyond what could be taken from sellable: its account is never positive.
    """

    SELLABLE = "sellable"
    COMMITTED = "committed"
    RESERVED = "reserved"
    QUALITY_CONTROL = "quality_control"
    DAMAGED = "damaged"
    REFURBISH = "refurbish"
    SHORTFALL = "shortfall"
    SUPPLIER = "supplier"
    INBOUND_TRANSIT = "inbound_transit"
    OUTBOUND_TRANSIT = "outbound_transit"
    RETURN_TRANSIT = "return_transit"
    CUSTOMER = "customer"
    SCRAP = "scrap"
    ADJUSTMENT = "adjustment"
    CONVERSION = "conversion"


class Cause(StrEnum):
    """Why units moved."""

    OPENING = "opening"
    RECEIPT = "receipt"
    COMMIT = "commit"
    VOID = "void"
    COUNT = "count"
    LATE_OFFSET = "late_offset"
    ADJUST = "adjust"
    TRANSFER = "transfer"
    RECLASSIFY = "reclassify"
    HOLD = "hold"


class Account(NamedTuple):
    """One account of an item: a location's number and a state. Location 0 is the world outside the network."""

    location: int
    state: StockState


S = StockState

OUTSIDE_LOCATION: Final = 0
# What a count of on_hand counts. The shortfall account is negative, so that the sum is what really lies there.
ON_HAND: Final = frozenset(
    {S.SELLABLE, S.COMMITTED, S.RESERVED, S.QUALITY_CONTROL, S.DAMAGED, S.REFURBISH, S.SHORTFALL}
)
# What a count of available counts: the units nobody has claimed, less what is short.
FREE: Final = frozenset({S.SELLABLE, S.SHORTFALL})
OUTSIDE: Final = frozenset(StockState) - ON_HAND


def outside(state: StockState) -> Account:
    """The account of a state that lies outside the network."""
    return Account(OUTSIDE_LOCATION, state)
