"""How any shop is told of stock: levels go out in batches, and each comes back with how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Level:
    """How many units of a variant there are at a place of the shop's. `before` is what it was last told, None when
    that is not known; `mark` changes whenever there was a reason to tell it anew, `attempt` with each answer that did
    not take it."""

    item_id: int
    mark: int
    variant: str
    stock_number: str
    place: str
    quantity: int
    before: int | None
    attempt: int = 0

    @property
    def key(self) -> str:
        """The variant at its place, as what was told is remembered."""
        return f"{self.variant}@{self.place}"


@dataclass(frozen=True)
class Outcome:
    """How it went with one level: told when there is no problem. `stale`: the shop has another number than we told it
    last, so it sold or counted meanwhile."""

    level: Level
    problem: str = ""
    stale: bool = False


@dataclass(frozen=True)
class PushResult:
    """How it went. Levels without an outcome were not taken: `problem` says why, and `rest_seconds`, when the shop gave
    one, how long it wants to be left alone."""

    outcomes: tuple[Outcome, ...]
    problem: str = ""
    rest_seconds: int = 0


class OutboundShop(Protocol):
    """A shop that takes stock levels."""

    @property
    def batch_max(self) -> int:
        """How many levels go into one request at most."""

    def push(self, levels: Sequence[Level]) -> PushResult:
        """Tells at most `batch_max` levels. Nothing is raised: whatever the shop does is an outcome."""
