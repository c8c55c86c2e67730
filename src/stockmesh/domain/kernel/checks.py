"""Bugs are named in words: a broken condition says which sentence of ours was wrong."""


class Bug(Exception):
    """A condition that our own code guarantees does not hold. Caught only by the outermost loop."""


def ensure(condition: object, sentence: str) -> None:
    """Nothing, or `Bug` with the invariant in words."""
    if not condition:
        raise Bug(sentence)
