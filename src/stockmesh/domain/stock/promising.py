"""Available-to-promise by date: what may be promised on each day without breaking a promise of a later one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True)
class Projection:
    """Day by day: the balance expected at the end of the day, and what can be promised for it.

    The balance may be negative, which says by how much supply comes too late; a promise is never less than zero.
    """

    projected: tuple[int, ...]
    promisable: tuple[int, ...]


def project(on_hand: int, supply: Sequence[int], demand: Sequence[int]) -> Projection:
    """The projection over as many days as supply and demand are given for.

    A day's promise is the least projected balance from that day on: units promised early are missing later.
    """
    changes = [coming - going for coming, going in zip(supply, demand, strict=True)]
    projected = tuple(accumulate(changes, initial=on_hand))[1:]
    least = tuple(accumulate(reversed(projected), min))[::-1]
    return Projection(projected, tuple(max(units, 0) for units in least))
