"""How any shop is asked for what it never told: page by page, each thing as a message like those it sends itself."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class PulledMessage:
    """What a shop answered of one thing, as its messages are stored: `key` tells it apart from others of one pull."""

    key: str
    topic: str
    body: bytes


@dataclass(frozen=True)
class PullPage:
    """One answer. `position` is where the next page begins, in words of the shop's adapter; empty at the end.

    `read` of `expected` things were looked at, as far as the shop says how many there are. `problem` says why there is
    nothing, and `rest_seconds`, also without a problem, how long the shop wants to be left alone.
    """

    found: tuple[PulledMessage, ...] = ()
    position: str = ""
    read: int = 0
    expected: int | None = None
    problem: str = ""
    rest_seconds: int = 0


class InboundShop(Protocol):
    """A shop that answers what it is asked. Nothing is raised: whatever the shop does is a page."""

    def pull_catalogue(self, position: str, *, careful: bool) -> PullPage:
        """The next of all its products. `careful`: the last attempt failed, so it is asked for less at once."""

    def look_up_order(self, number: str) -> PullPage:
        """One order with what its messages leave out; no message when the shop does not know it."""
