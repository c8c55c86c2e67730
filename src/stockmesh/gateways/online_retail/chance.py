"""Draws that belong to a name: the same seed and key give the same number, whatever the order of the rows."""

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import Final

SEED: Final = 2026


def draw(seed: int, *key: str, below: int) -> int:
    """A whole number from 0 up to but not including `below`, evenly spread over keys."""
    digest = blake2b("\x1f".join((str(seed), *key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) * below >> 64


def draw_weighted(seed: int, *key: str, weights: Sequence[int]) -> int:
    """An index into `weights`, each as likely as its weight. The sum of the weights is positive."""
    edges = list(accumulate(weights))
    return bisect_right(edges, draw(seed, *key, below=edges[-1]))
