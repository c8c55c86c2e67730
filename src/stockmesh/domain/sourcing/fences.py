"""Hard rules a location must pass before anything is priced."""

from enum import StrEnum


class Fence(StrEnum):
    """Why a location may not serve an order at all, besides what its carriers say."""

    CLOSED = "closed"
    NOT_SERVED = "not_served"
    CHANNEL = "channel"
    FULL = "full"
