"""How large goods may be by their sides: boxes that parcels must fit, and measures beyond which carriers ask for more.

A parcel of several units exceeds a box where any of them does: goods are laid side by side, and no side of any grows.
Sides may come in any order; they are compared longest with longest. Everything is in micrometres, so that inches are
exact.
"""

from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.kernel.compiled import I32, I64

UNLIMITED: Final = 2**31 - 1


class Sides(NamedTuple):
    """The sides of a unit or a parcel, longest first; 0 where nobody knows."""

    longest_um: int = 0
    second_um: int = 0
    shortest_um: int = 0

    @property
    def girth_um(self) -> int:
        """The longest side and once around: longest + 2 x (second + shortest), as carriers say length plus girth."""
        return self.longest_um + 2 * (self.second_um + self.shortest_um)

    @property
    def volume_um3(self) -> int:
        """Cubic micrometres."""
        return self.longest_um * self.second_um * self.shortest_um


class Box(NamedTuple):
    """The most that sides may measure, longest first, and the most of length plus girth."""

    longest_um: int = UNLIMITED
    second_um: int = UNLIMITED
    shortest_um: int = UNLIMITED
    girth_um: int = UNLIMITED

    def takes(self, sides: Sides) -> bool:
        """Whether something with these sides goes in; what nobody measured does."""
        within = all(side <= most for side, most in zip(sides, self[:3], strict=True))
        return within and sides.girth_um <= self.girth_um

    def lies_within(self, other: "Box") -> bool:
        """Whether whatever goes in here goes into the other one too."""
        return all(mine <= theirs for mine, theirs in zip(self, other, strict=True))


def sort_sides(first_um: int, second_um: int, third_um: int) -> Sides:
    """Sides in any order, longest first; beyond two kilometres is as good as two kilometres."""
    return Sides(*sorted((min(side, UNLIMITED) for side in (first_um, second_um, third_um)), reverse=True))


def exceeded(boxes: tuple[Box, ...], sides_um: I32) -> I64:
    """The boxes that each of M units does not go into, as bits; `sides_um` are [M, 3], longest first."""
    found = np.zeros(len(sides_um), dtype=np.int64)
    sides = sides_um.astype(np.int64)
    measures = np.column_stack([sides, sides[:, 0] + 2 * (sides[:, 1] + sides[:, 2])])
    for bit, box in enumerate(boxes):
        found |= (measures > np.array(box)).any(axis=1).astype(np.int64) << bit
    return found
