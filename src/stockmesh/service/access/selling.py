"""Through which channels a caller may sell: orders, cart holds and promises alike."""

from fastapi import Request

from stockmesh.domain.fulfilment.refusals import UnknownChannel
from stockmesh.service.access.needing import caller_of


def sells_through(request: Request, channel: str) -> bool:
    """Whether the caller may sell through a channel."""
    sells = caller_of(request).sells
    return sells is None or channel in sells


def ensure_sells(request: Request, channel: str) -> None:
    """Nothing when the caller may sell through a channel. Raises UnknownChannel."""
    if not sells_through(request, channel):
        raise UnknownChannel(channel=channel)
