"""The one door to the compiler: pure integer functions become machine code, cached on disk."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The same function as machine code: releases the interpreter lock, cached beside the source."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True)(function))
