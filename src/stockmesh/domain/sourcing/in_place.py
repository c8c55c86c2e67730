"""The solver's own compiler switch: functions that allocate nothing need no reference counts.

Numba counts references to every array it hands to a function, with atomic instructions. The desk holds some sixty
arrays, so the counting took fourteen fifteenths of a decision of two lines and ten locations. Functions compiled
without the runtime may not create arrays, which is a rule worth having here anyway: all buffers lie on the desk.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def in_place(function: Callable[P, R]) -> Callable[P, R]:
    """The same function as machine code that only reads and writes the arrays it is given."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, _nrt=False)(function))
