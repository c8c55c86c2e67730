"""The solver's own compiler switches: functions that allocate nothing need no reference counts.

Numba counts references to every array it hands to a function, with atomic instructions. The desk holds some seventy
arrays, so the counting took fourteen fifteenths of a decision of two lines and ten locations. Functions compiled
without the runtime may not create arrays, which is a rule worth having here anyway: all buffers lie on the desk.
Nor do the inner functions need a door for Python: leaving it out halves the time to compile.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def in_place(function: Callable[P, R]) -> Callable[P, R]:
    """The same function as machine code for other compiled functions: it only reads and writes arrays it is given."""
    return cast(
        Callable[P, R],
        numba.njit(
            cache=True, nogil=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True
        )(function),
    )


def entrance(function: Callable[P, R]) -> Callable[P, R]:
    """The same function as machine code that Python may call. Releases the interpreter lock."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function))
