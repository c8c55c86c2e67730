"""How far somebody reaches: owners, locations and channels; handed from whoever asks to the queries that answer."""

from dataclasses import dataclass
from typing import Any, Final

Numbers = tuple[int, ...] | None  # None: all, also those to come


@dataclass(frozen=True)
class Reach:
    """The numbers of owners, locations and channels that may be seen and changed; None for all.

    Whoever is restricted to channels is restricted to their owners too. What lies beyond is answered like what does
    not exist.
    """

    owners: Numbers = None
    locations: Numbers = None
    channels: Numbers = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing lies beyond."""
        return self == EVERYTHING

    def parameters(self) -> dict[str, Any]:
        """The parameters of a query that is restricted to the reach."""
        return {
            "reach_owners": _listed(self.owners),
            "reach_locations": _listed(self.locations),
            "reach_channels": _listed(self.channels),
        }


def _listed(numbers: Numbers) -> list[int] | None:
    return None if numbers is None else list(numbers)


EVERYTHING: Final = Reach()
