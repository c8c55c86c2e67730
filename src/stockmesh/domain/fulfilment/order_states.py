"""The life of an order before its release to a location, as a table."""

from enum import StrEnum
from typing import Final

from stockmesh.domain.kernel.machine import Machine


class OrderState(StrEnum):
    """open: committed, ready to be released. waiting: some units wait for stock. paused: held for payment, a fraud
    check or a person; its units stay committed. cancelled: all units given back."""

    OPEN = "open"
    WAITING = "waiting"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class OrderAction(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    CHANGE = "change"
    RESOURCE = "resource"


S, A = OrderState, OrderAction

# Resuming, changing and sourcing again lead to waiting instead of open while units are short; the flow says which.
ORDER_LIFE: Final = Machine[OrderState, OrderAction](
    thing="order",
    table={
        (S.OPEN, A.PAUSE): S.PAUSED,
        (S.WAITING, A.PAUSE): S.PAUSED,
        (S.PAUSED, A.RESUME): S.OPEN,
        (S.OPEN, A.CHANGE): S.OPEN,
        (S.WAITING, A.CHANGE): S.OPEN,
        (S.PAUSED, A.CHANGE): S.PAUSED,
        (S.WAITING, A.RESOURCE): S.OPEN,
        (S.OPEN, A.CANCEL): S.CANCELLED,
        (S.WAITING, A.CANCEL): S.CANCELLED,
        (S.PAUSED, A.CANCEL): S.CANCELLED,
    },
)
