"""Credit notes: cancellations, when the same customer bought the same item within a day before, or returns."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

CANCELLATION: Final = "cancellation"
RETURN: Final = "return"
CANCELLATION_WITHIN: Final = timedelta(days=1)


@dataclass
class Sales:
    """When each customer bought each item, in the order of time once `sort` was called."""

    _instants: dict[tuple[str, str], list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def note(self, customer: str, skus: Iterable[str], at: datetime) -> None:
        """Remembers one sale; guests cannot be recognised and are not remembered."""
        if customer:
            for sku in skus:
                self._instants[customer, sku].append(at)

    def sort(self) -> None:
        """Call once after the last `note`: invoices need not come in the order of time."""
        for instants in self._instants.values():
            instants.sort()

    def kind_of_credit(self, customer: str, sku: str, at: datetime) -> str:
        """Whether goods credited at an instant are a cancellation or a return."""
        last = last_before(self._instants.get((customer, sku), ()), at)
        return CANCELLATION if last is not None and at - last <= CANCELLATION_WITHIN else RETURN


def last_before(instants: Sequence[datetime], at: datetime) -> datetime | None:
    """The last of ascending instants that is not after `at`, or None."""
    place = bisect_right(instants, at)
    return instants[place - 1] if place else None
